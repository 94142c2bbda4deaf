"""Brings what row filters read in line with a changed policy.

Whoever asks `consent.allowed` gets the right answer the moment the new rules are in force. The
guard's filters and the second line read `ConsentState.granted` alone; so a yes that does not
cover its purpose any more is set to no there, and back again if the purpose shrinks. What the
person said stays in the ledger and in `standing`.
"""

from __future__ import annotations

from hashlib import sha256

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import QuerySet

from upheld.consent.models import ConsentState, Settled
from upheld.consent.offered import choices, policy_in_force
from upheld.consent.terms import Terms, terms_of
from upheld.datamap.active import active
from upheld.policy.types import Policy, Purpose


def settle(*, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS) -> int:
    """Compare answers with the policy where a purpose changed; return how many rows changed.

    Safe to repeat and to be killed: a purpose is noted as settled in the same transaction.
    """
    governing = policy_in_force(policy)
    terms = terms_of(governing)
    rules = choices(governing)
    known = dict(Settled.objects.using(using).values_list("purpose", "agreement"))
    count = 0
    for id, rule in rules.items():
        mark = _mark(terms, rule)
        if known.get(id) == mark:
            continue
        with transaction.atomic(using=using):
            Settled.objects.using(using).update_or_create(purpose=id, defaults={"agreement": mark})
            count += _settle_purpose(terms, rule, using)
    return count


def settle_once(using: str = DEFAULT_DB_ALIAS) -> None:
    """Settle the policy in force if this process has not seen to it yet."""
    kept = active().kept
    if kept.get((__name__, using)):
        return
    settle(using=using)
    kept[__name__, using] = True


def settle_after_migrate(*, using: str, **_: object) -> None:
    """After each `migrate`, where the tables are in this database."""
    if Settled._meta.db_table in connections[using].introspection.table_names():
        settle(using=using)


def _settle_purpose(terms: Terms, rule: Purpose, using: str) -> int:
    rows = ConsentState.objects.using(using).filter(purpose=rule.id)
    said = rows.exclude(standing=ConsentState.UNASKED).order_by()
    tacit = rows.filter(standing=ConsentState.TACIT)
    # It counts as long as silence does.
    count = _change(
        tacit.filter(granted=rule.default != "in"), rule.default == "in", ConsentState.TACIT
    )
    for agreement in said.values_list("agreement", flat=True).distinct():
        of_it = said.filter(agreement=agreement)
        # Where silence is a yes, a yes to less is no refusal.
        if terms.beyond(rule, agreement, using) and rule.default != "in":
            yes = of_it.filter(granted=True, standing=ConsentState.SAID)
            count += _change(yes, False, ConsentState.CHANGED)
        else:
            count += _change(of_it.filter(standing=ConsentState.CHANGED), True, ConsentState.SAID)
    return count


def _change(rows: QuerySet[ConsentState], granted: bool, standing: str) -> int:
    return rows.update(granted=granted, standing=standing)


def _mark(terms: Terms, rule: Purpose) -> str:
    said = f"{terms.substance(rule).digest} {rule.default}"
    return sha256(said.encode()).hexdigest()
