"""Each kind of probe finds its promise kept, and says so when the protection is taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorDebugWrapper

from tests.guard.conftest import Clinic, clinic
from tests.proving.conftest import found
from tests.proving.test_mail import BROKEN as BROKEN_MAIL
from upheld.consent.substance import Wider
from upheld.datamap.active import Active, active
from upheld.datamap.active import override as governed_by
from upheld.guard import decisions
from upheld.guard.backends.wrapper import GuardedWrapper
from upheld.journal import verify
from upheld.pages import notice as notice_page
from upheld.policy.semantics import Decision, Outcome
from upheld.policy.types import ContactPoint, Grant, Policy, Refused
from upheld.proving.registry import all_probes
from upheld.rights import holdings
from upheld.rights.requests import states

__all__ = ["clinic"]
Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Sabotage:
    """How to break one promise, and what the probe then says."""

    probe: str
    detail: str
    patch: Callable[[Patch], None] = lambda patch: None
    policy: Callable[[Policy], Policy] | None = None
    before: Callable[[Clinic], None] = lambda people: None


def open_guard(patch: Patch) -> None:
    """Let the guard allow everything."""
    patch.setattr(decisions, "decide", lambda *given: Decision(Outcome.ALLOW, "granted"))
    active().kept.clear()  # what was decided before; the governance is the test's own


def granted(policy: Policy, purpose: str, **changed: Any) -> Policy:
    rule = policy.purposes[purpose]
    wider = replace(rule, may=replace(rule.may, **changed))
    return replace(policy, purposes=policy.purposes | {purpose: wider})


def clear_text(people: Clinic) -> None:
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_patient SET name = 'Ann Lee'")


def unprotected(people: Clinic) -> None:
    """Take the append-only triggers away, for this test's transaction."""
    if connection.vendor == "postgresql":  # in memory there are none
        with connection.gate.trusting(), connection.cursor() as cursor:
            for table in ("upheld_consent", "upheld_leaf"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def forget_patients(patch: Patch) -> None:
    whole = holdings.subject_models

    def most() -> tuple[Any, ...]:
        return tuple(model for model in whole() if model.label != "clinic.Patient")

    patch.setattr(holdings, "subject_models", most)


def erase_nothing(patch: Patch) -> None:
    receipt = SimpleNamespace(content={"kept": []})
    patch.setattr("upheld.rights.erase", lambda *given, **named: receipt)


def see_unresolved(patch: Patch) -> None:
    """Let every purpose reach rows whose person cannot be told."""
    patch.setattr(decisions, "sees_unresolved", lambda rule: True)
    active().kept.clear()


def verify_nothing(patch: Patch) -> None:
    patch.setattr("upheld.journal.verify", lambda *given, **named: replace(verify(), findings=()))


def log_values(patch: Patch) -> None:
    """Let Django log statements as it does without the guard."""
    patch.setattr(
        GuardedWrapper, "make_debug_cursor", lambda self, cursor: CursorDebugWrapper(cursor, self)
    )


def sweep_nothing(patch: Patch) -> None:
    """Let the retention sweep end nothing."""
    patch.setattr("upheld.disposal.sweep.remove", lambda *given, **named: 0)
    patch.setattr("upheld.disposal.sweep.empty", lambda *given, **named: 0)


def ask_nobody_who_they_are(patch: Patch) -> None:
    unproved = {step: replace(each, proved=None) for step, each in states.MOVES.items()}
    patch.setattr(states, "MOVES", unproved)


SABOTAGE = (
    Sabotage("grants.order_fulfilment", "was read under `order_fulfilment`", open_guard),
    Sabotage("posts.order_fulfilment", "a staff without the post read", open_guard),
    Sabotage("rows.own", "of another person was found", open_guard),
    Sabotage("rows.weekly_bundle_mail", "a person who did not agree was found", open_guard),
    Sabotage(
        "rows.unresolved",
        "a row of `clinic.Invoice` without a person was found under `",
        see_unresolved,
    ),
    Sabotage(
        "walls.trade",
        "`after_sales` may read `trade.contact`",
        policy=lambda policy: granted(
            policy, "after_sales", read=(*policy.purposes["after_sales"].may.read, "trade.contact")
        ),
    ),
    Sabotage(
        "sealed.name.legal",
        "`clinic.Patient.name` holds clear text: run `upheld seal`",
        before=clear_text,
    ),
    Sabotage(
        "leaving.locked",
        "the log of statements holds a value that was written",
        log_values,
    ),
    Sabotage(
        "refused.colour",
        "`clinic.Patient.colour` has its name and holds rows",
        policy=lambda policy: replace(policy, refuse={"colour": Refused("colour")}),
    ),
    Sabotage(
        "retention.order_fulfilment",
        "`clinic.Invoice after order.placed + 6 years` is over and its values are still there",
        sweep_nothing,
    ),
    Sabotage(
        "requests.access", "it was done for somebody who showed nothing", ask_nobody_who_they_are
    ),
    Sabotage("rights.access", "is not in the copy", forget_patients),
    Sabotage("rights.erasure", "still holds a value of the erased person", erase_nothing),
    Sabotage(
        "consent.weekly_bundle_mail",
        "an entry of the consent ledger was rewritten",
        before=unprotected,
    ),
    Sabotage(
        "asked-again.weekly_bundle_mail",
        "a yes was stretched to more data",
        lambda patch: patch.setattr("upheld.consent.terms.wider", lambda now, agreed: Wider()),
    ),
    Sabotage(
        "notice.dated",
        "the page does not show the date of the policy in force",
        lambda patch: patch.setattr(notice_page, "to_html", lambda *given, **named: "</h1>\n"),
    ),
    Sabotage(
        "notice.contact.desk",
        "it does not stand on the notice",
        policy=lambda policy: replace(
            policy, contacts={"desk": ContactPoint("desk", "mail", "nobody@aldgrove.example")}
        ),
    ),
    Sabotage(
        "evidence.rules_before_data",
        "a changed row was not found",
        verify_nothing,
        before=unprotected,
    ),
)


@contextmanager
def broken(how: Sabotage, now: Active) -> Iterator[None]:
    ruled: AbstractContextManager[Any] = nullcontext()
    if how.policy is not None:
        ruled = governed_by(policy=how.policy(now.policy))
    with ruled, pytest.MonkeyPatch.context() as patch:
        how.patch(patch)
        yield


@pytest.mark.parametrize("how", SABOTAGE, ids=lambda how: how.probe)
def test_a_broken_promise_is_called_broken(
    how: Sabotage, governance: Active, clinic: Clinic
) -> None:
    how.before(clinic)
    with broken(how, governance):
        finding = found(how.probe)
    assert (finding.result, how.detail in finding.detail) == ("broken", True), finding


@pytest.mark.parametrize("how", SABOTAGE, ids=lambda how: how.probe)
def test_a_kept_promise_is_called_kept(
    how: Sabotage, governance: Active, append_only: None, clinic: Clinic
) -> None:
    if how.probe == "refused.colour":
        clear = replace(governance.policy, refuse={"paint": Refused("paint")})
        with governed_by(policy=clear):
            finding = found("refused.paint")
    else:
        finding = found(how.probe)
    assert finding.result == "kept", finding


def test_every_kind_of_probe_is_broken_somewhere(governance: Active) -> None:
    """Those of mail here beside; a campaign's need people who agreed, so they are broken in
    `tests/mail/campaigns/test_probes.py`, which breaks each of its kinds by hand."""
    kinds = {_kind(probe.id) for probe in all_probes(governance)}
    broken = {_kind(how.probe) for how in SABOTAGE} | {_kind(id) for id, _, _ in BROKEN_MAIL}
    assert kinds - broken == {"campaigns"}


def test_no_purpose_may_do_more_than_it_was_granted(governance: Active) -> None:
    """The grant probes read the policy in force, so a wider grant is no finding of theirs."""
    wider = granted(governance.policy, "order_fulfilment", read=("*",))
    with governed_by(policy=wider):
        assert found("grants.order_fulfilment").result == "kept"
    nothing = replace(
        governance.policy,
        purposes=governance.policy.purposes
        | {"statistics": replace(governance.policy.purposes["statistics"], may=Grant())},
    )
    with governed_by(policy=nothing):
        assert found("grants.statistics").result == "kept"


def _kind(id: str) -> str:
    first, _, rest = id.partition(".")
    if first in ("notice", "rights"):
        return ".".join((first, rest.partition(".")[0]))
    return first
