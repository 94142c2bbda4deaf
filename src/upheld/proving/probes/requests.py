"""Requests on synthetic people: nothing is done for a stranger, on time, and no paper stays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.contrib.auth import get_user_model
from PIL import Image

from upheld import keyring
from upheld.context import Actor, purpose
from upheld.datamap.active import Active
from upheld.errors import KeyDestroyed, PurposeError
from upheld.policy.period import Period, parse_period
from upheld.policy.types import RIGHTS, Policy, Proof, Right
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import MAKER, Person, person
from upheld.rights.clocks.reading import day_in
from upheld.rights.identity.documents import CATEGORY, CLEAN, COLUMN, QUARANTINED, receive, shown
from upheld.rights.identity.models import IdentityDocument
from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.requests.alarms import due
from upheld.rights.requests.collecting import NothingToCollect, collect
from upheld.rights.requests.deciding import fulfil
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import Asked, open_request, verify
from upheld.rights.requests.rules import CHANNELS, NAMES, site_calendar
from upheld.rights.requests.states import COPIES, WrongMove
from upheld.rights.requests.steps import move


@dataclass(frozen=True, slots=True)
class _Case:
    """A right of the policy as a request that rests on it."""

    right: Right
    kind: str
    channel: str


@makes_probes
def requests(active: Active) -> Iterator[Probe]:
    """For each right that can be asked for: who may have it done, and by when."""
    for case in _cases(active.policy):
        right = case.right
        if case.kind in (*COPIES, "deletion"):
            yield Probe(
                f"requests.{right.id}",
                f"rights.{right.id}",
                "have somebody's request carried out without showing who asks",
                right.says,
                partial(_proof_first, case=case),
            )
        if right.within or right.verify_within:
            yield Probe(
                f"clocks.{right.id}",
                f"rights.{right.id}",
                "let a request run past its day without anybody being told",
                right.says,
                partial(_on_time, case=case),
            )
    for proof in active.policy.proofs.values():
        if CATEGORY in proof.takes:
            yield Probe(
                f"documents.{proof.id}",
                f"proofs.{proof.id}",
                "read an identity document for something else, or find it after the check",
                proof.says,
                partial(_papers, proof=proof),
            )


def _cases(policy: Policy) -> Iterator[_Case]:
    channels = {said: ours for ours, said in CHANNELS.items()}
    for right in policy.rights.values():
        for kind, names in NAMES.items():
            if right.id == names[0] or right.id.startswith(f"{names[0]}_by_"):
                channel = next((channels[by] for by in right.by if by in channels), "")
                if channel:
                    yield _Case(right, kind, channel)
                break


def _open(who: Person, case: _Case, using: str) -> RightsRequest:
    asked = Asked(case.kind, case.channel, f"probe {who.canary}", who.subject)
    row = open_request(asked, using=using).request
    must(row.verified_at is None, "a request counts as proved though nobody showed anything")
    # Of several rights for one thing the request takes one; the probe is about this one.
    row.right, row.proof = case.right.id, case.right.proof
    RightsRequest.objects.using(using).filter(pk=row.pk).update(right=row.right, proof=row.proof)
    return row


def _proof_first(ground: Ground, case: _Case) -> Finding:
    who = person(ground.using, with_rows=True)
    row = _open(who, case, ground.using)
    try:
        fulfil(row, using=ground.using)
        return Finding("broken", "it was done for somebody who showed nothing")
    except WrongMove:
        pass
    must(_exists(who), "the account is gone though the request was refused")
    row = fulfil(verify(row, "probe", using=ground.using), using=ground.using)
    if case.kind == "deletion":
        must(not _carries_canary(who), "the account still holds the person's values")
        must(row.subject is None, "the request still says whom it was about")
        return Finding("kept", "refused to a stranger, done for the person, with a receipt")
    with zipfile.ZipFile(collect(row, using=ground.using)) as bundle:
        text = "".join(bundle.read(name).decode() for name in bundle.namelist())
    must(who.canary in text, "the copy does not hold the person's values")
    try:
        collect(row, using=ground.using)
        return Finding("broken", "a copy was given out twice")
    except NothingToCollect:
        return Finding("kept", "refused to a stranger, given to the person once")


def _on_time(ground: Ground, case: _Case) -> Finding:
    who = person(ground.using)
    row = _open(who, case, ground.using)
    received = day_in(row.received_at, row.zone)
    limit = parse_period(case.right.verify_within)
    if limit is not None:
        row = _moved(row, ground.using)
        must(
            row.verify_by == _by_hand(received, limit),
            f"the check is due on {row.verify_by}, not on {_by_hand(received, limit)}",
        )
    row = verify(row, "probe", using=ground.using)
    limit = parse_period(case.right.within)
    if limit is not None:
        start = received
        if case.right.counted_from == "verified":
            must(row.verified_at, "the moment of the check is not kept")
            start = day_in(row.verified_at or row.received_at, row.zone)
        wanted = _by_hand(start, limit)
        must(row.promised_by == wanted, f"it is due on {row.promised_by}, not on {wanted}")
    must(row.next_by is not None and row.alarm_on is not None, "no day is kept for the alarm")
    assert row.next_by is not None and row.alarm_on is not None, "checked the line before"
    must(row.alarm_on <= row.next_by, "the alarm comes after the day")
    told = {each.pk for each in due(ground.using, today=row.alarm_on)}
    must(row.pk in told, "nobody is told on the alarm's day")
    early = {each.pk for each in due(ground.using, today=row.alarm_on - timedelta(days=1))}
    must(row.pk not in early, "the alarm does not know its day")
    return Finding("kept", f"due {row.next_by.isoformat()}, alarm {row.alarm_on.isoformat()}")


def _moved(row: RightsRequest, using: str) -> RightsRequest:
    """Read the dates anew under the right that the probe is about."""
    return move(row.pk, "note", using=using)


def _by_hand(start: date, limit: Period) -> date:
    """The last day, counted one by one."""
    if limit.unit != "working day":
        return limit.after(start)
    calendar, day, left = site_calendar(), start, limit.count
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def _papers(ground: Ground, proof: Proof) -> Finding:
    who = person(ground.using)
    right = next((r for r in ground.active.policy.rights.values() if r.proof == proof.id), None)
    if right is None:
        return Finding("outside", "no right asks for this proof")
    case = next((c for c in _cases(ground.active.policy) if c.right is right), None)
    if case is None:
        return Finding("outside", "no door of this site takes such a request")
    row = _open(who, case, ground.using)
    document = receive(row, _picture(), using=ground.using)
    token = document.content
    must(token.startswith("u1:"), "the document is stored unsealed")
    rows = IdentityDocument.objects.using(ground.using).filter(pk=document.pk)
    rows.update(state=QUARANTINED)
    for purposes in ground.active.policy.purposes.values():
        for posts in (purposes.posts, ()):
            actor = Actor("staff", "staff:probe", frozenset(posts))
            must(not _opens(document, purposes.id, actor, ground.using),
                 f"a document in quarantine opened for `{purposes.id}`")  # fmt: skip
    rows.update(state=CLEAN)
    reading = [
        rule.id
        for rule in ground.active.policy.purposes.values()
        if rule.posts
        and _opens(document, rule.id, Actor("staff", "s:p", frozenset(rule.posts)), ground.using)
    ]
    meant = [
        rule.id
        for rule in ground.active.policy.purposes.values()
        if rule.posts and CATEGORY in rule.may.read
    ]
    must(reading == meant, f"documents open for {reading}, the policy names {meant}")
    must(not _opens(document, meant[0] if meant else "own", Actor(), ground.using),
         "a document opened for a visitor")  # fmt: skip
    row = verify(row, "document", using=ground.using)
    if proof.forget not in ("", "after check"):
        return Finding("kept", f"opens for {', '.join(meant)} alone, kept for {proof.forget}")
    left = rows.get()
    must((left.content, left.mark) == ("", None), "bytes of the document are left")
    try:
        keyring.sealer(ground.using).open(token, column=COLUMN)
        return Finding("broken", "the document's key is left")
    except KeyDestroyed:
        return Finding("kept", f"opens for {', '.join(meant)} alone; key and bytes go at the check")


def _opens(document: IdentityDocument, name: str, actor: Actor, using: str) -> bool:
    try:
        with purpose(name, actor=actor, place="probe"):
            shown(document.pk, using)
    except (PurposeError, ProofRefused):
        return False
    return True


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 24), (120, 160, 90)).save(out, "PNG")
    return out.getvalue()


def _exists(who: Person) -> bool:
    with purpose(RIGHTS, actor=MAKER):
        return bool(get_user_model()._default_manager.filter(pk=who.user.pk).exists())


def _carries_canary(who: Person) -> bool:
    with purpose(RIGHTS, actor=MAKER):
        found = get_user_model()._default_manager.filter(pk=who.user.pk).values().first()
    return found is not None and any(who.canary in str(value) for value in found.values())
