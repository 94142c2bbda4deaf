"""A decision that was made before: what every column of every query costs.

Beside it a bare look-up by the same key in a dictionary, which no memory of decisions can do
without. The note has the absolute time, which has a budget of its own.
"""

from __future__ import annotations

import os
import statistics

from benchmarks.pairing import middle, report, turns

MICROSECONDS = 5
CALLS = 5_000


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.clinic.settings"
    import django

    django.setup()

    from django.core.management import call_command

    # Whether anybody's data are restricted is asked of the database once in a while.
    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)

    from upheld.context import Actor, Context, current, entered
    from upheld.datamap.active import active
    from upheld.guard.decisions import decisions_for
    from upheld.policy.semantics import decide

    clerk = Actor("staff", "member:1", frozenset(("dispatch",)))
    column = next(c for c in active().datamap.columns if c.label == "clinic.Address.line1")
    model = active().datamap.model(column.table)
    assert model is not None
    relation = model.relation
    key = ("order_fulfilment", False, clerk.posts)
    remembered = {key: bytes(len(active().datamap.columns))}

    def bare() -> object:
        return remembered[key][column.index]

    def ours() -> object:
        return decisions_for(current()).read[column.index]

    def anew() -> object:
        return decide(
            active().policy, "order_fulfilment", clerk, relation, column.category, "read"
        ).outcome

    with entered(Context("order_fulfilment", clerk, None, "bench")):
        pairs = turns(bare, ours, rounds=25, inner=CALLS)
        took = statistics.median(with_it for _, with_it in pairs) * 1e6
        met = "met" if took <= MICROSECONDS else "missed"
        report(
            "decisions: remembered, beside a bare look-up",
            middle(pairs),
            note=f"{took:.2f} microseconds, {MICROSECONDS} allowed: {met}",
        )
        pairs = turns(ours, anew, rounds=15, inner=CALLS // 10)
        report("decisions: made anew, beside remembered", middle(pairs))


if __name__ == "__main__":
    main()
