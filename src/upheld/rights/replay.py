"""After a backup was restored: what was erased or withdrawn since is erased and withdrawn again.

The list lies outside the database, see `upheld.keyring.tombstones`. A line names a person by
a keyed digest and by the ids of their keys, so it finds them only in a database that still
has them. Run it before the restored site serves anybody: afterwards a number that was free
again may be somebody else's. Where keys show that it is, the person is left alone.

Doing it again changes nothing: whoever is found erased is passed over, so a run that was
killed is simply run again.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import DEFAULT_DB_ALIAS

from upheld import consent
from upheld.consent.models import Consent, ConsentState, TopicState
from upheld.consent.remembering import held_of
from upheld.datamap.active import active
from upheld.datamap.fragments import subject_expression
from upheld.datamap.manysql import ROW
from upheld.datamap.pathsql import quoted
from upheld.disposal.housekeeping import chore
from upheld.guard.direct import Direct
from upheld.journal.models import Pseudonym
from upheld.keyring import tombstones
from upheld.keyring.models import SubjectKey
from upheld.keyring.tombstones import Tombstone
from upheld.rights.erasure import erase
from upheld.rights.models import ErasureReceipt

GROUND = "done again after a backup was restored"
WORDING = "Withdrawn before the backup was restored"


@dataclass(slots=True)
class Replay:
    """What a replay did, or would do: ids of receipts and counts."""

    erased: list[str] = field(default_factory=list)
    already: int = 0
    """Erasures that this database knows, or whose people it does not have."""
    others: list[str] = field(default_factory=list)
    """Erasures whose number belongs to somebody else by now: left alone."""
    unsettled: list[str] = field(default_factory=list)
    """Erasures that were killed before they could say how they ended; done with `unsettled`."""
    withdrawn: int = 0


def replay(
    using: str = DEFAULT_DB_ALIAS, *, dry_run: bool = False, unsettled: bool = False
) -> Replay:
    """Erase and withdraw again what is noted outside the database and undone in it.

    `unsettled` also erases whose erasure has no word on how it ended.
    """
    report = Replay()
    people = _People(using)
    stones = list(tombstones.read())
    ended = {stone.id for stone in stones if stone.kind == "settled"}
    void = {stone.id for stone in stones if stone.kind == "void"}
    done: set[str] = set()
    for stone in stones:
        if stone.kind == "withdrawn":
            report.withdrawn += _withdraw_again(stone, people, using, dry_run)
        elif stone.kind == "erased" and stone.id not in done | (void - ended):
            done.add(stone.id)
            _erase_again(stone, people, report, using, dry_run, stone.id in ended or unsettled)
    return report


def _erase_again(
    stone: Tombstone, people: _People, report: Replay, using: str, dry_run: bool, sure: bool
) -> None:
    known = ErasureReceipt.objects.using(using).filter(person=stone.id).exists()
    subjects = () if known else tuple(people.of(stone))
    if not subjects:
        report.already += 1
        return
    for subject in subjects:
        if people.is_somebody_else(stone, subject):
            report.others.append(stone.id)
        elif not sure:
            report.unsettled.append(stone.id)
        else:
            if not dry_run:
                erase(subject, ground=GROUND, using=using, receipt=stone.id, waits=False)
            report.erased.append(stone.id)


def _withdraw_again(stone: Tombstone, people: _People, using: str, dry_run: bool) -> int:
    """Withdraw unless the person answered anew since, or never agreed in this database."""
    at = datetime.fromisoformat(stone.at)
    count = 0
    for subject in people.of(stone):
        rule = active().policy.purposes.get(stone.purpose)
        if rule is None or (stone.topic and stone.topic not in rule.topics):
            continue
        if not _said_yes_before(stone, subject, using, default_in=rule.default == "in"):
            continue
        count += 1
        if not dry_run:
            consent.record(
                subject,
                stone.purpose,
                False,
                topic=stone.topic,
                wording=WORDING,
                version="replay",
                place="upheld replay",
                method="replay",
                at=at,
                using=using,
            )
    return count


def _said_yes_before(stone: Tombstone, subject: str, using: str, *, default_in: bool) -> bool:
    """Whether the database has them agree, by an answer of before the withdrawal or by default.

    A topic nobody refused goes with its purpose, whatever holds there: no is noted again.
    """
    if stone.topic:
        topics = TopicState.objects.using(using).filter(subject=subject, purpose=stone.purpose)
        said = topics.filter(topic=stone.topic).first()
        return said is None or (said.granted and said.since <= datetime.fromisoformat(stone.at))
    state = ConsentState.objects.using(using).filter(subject=subject, purpose=stone.purpose).first()
    if state is None:
        return default_in
    if state.standing == ConsentState.UNASKED:
        return False
    return bool(held_of(state).said) and state.since <= datetime.fromisoformat(stone.at)


class _People:
    """Finds people of a database by what a tombstone says of them."""

    def __init__(self, using: str) -> None:
        self._using = using
        self._by_digest: dict[str, str] | None = None

    def of(self, stone: Tombstone) -> Iterator[str]:
        """Yield the subjects that a line is about, as far as the database has them."""
        keys = SubjectKey.objects.using(self._using).filter(
            pk__in=stone.keys, destroyed_at__isnull=True, subject__isnull=False
        )
        found = {str(subject) for subject in keys.values_list("subject", flat=True)}
        if not found:
            everyone = self._everyone()
            found = {everyone[digest] for digest in stone.subjects if digest in everyone}
        # A person's sessions have keys of their own, and go with them.
        people = {s for s in found if tombstones.digest(s, self._using) in stone.subjects}
        yield from sorted(people or found)

    def is_somebody_else(self, stone: Tombstone, subject: str) -> bool:
        """Whether the number was given anew: none of its living keys was destroyed then."""
        living = SubjectKey.objects.using(self._using).filter(
            subject=subject, destroyed_at__isnull=True
        )
        keys = dict(living.values_list("pk", "created_at"))
        if not keys or set(keys) & set(stone.keys):
            return False
        at = datetime.fromisoformat(stone.at)
        return bool(stone.keys) or all(made > at for made in keys.values())

    def _everyone(self) -> dict[str, str]:
        """Every person the database has any trace of, by digest. Read once a replay."""
        if self._by_digest is None:
            direct = Direct(self._using)
            names: set[str] = set()
            for rows in (SubjectKey, Pseudonym, Consent):
                held = rows._default_manager.using(self._using).exclude(subject=None)
                names.update(map(str, held.values_list("subject", flat=True).distinct()))
            for model in active().datamap.models:
                if model.paths:
                    whose = subject_expression(model, ROW, direct.connection)
                    sql = f"SELECT DISTINCT {whose} FROM {quoted(model.table)} {ROW}"
                    names.update(name for (name,) in direct.rows(sql) if name)
            self._by_digest = {tombstones.digest(name, self._using): name for name in names}
        return self._by_digest


@chore("notes outside the database")
def settle(using: str) -> int:
    """Say of erasures that were killed how they ended: the receipt in the database knows.

    Young ones are left: they may be at work.
    """
    old = datetime.now(UTC) - timedelta(hours=1)
    words = [
        Tombstone(
            "settled"
            if ErasureReceipt.objects.using(using).filter(person=stone.id).exists()
            else "void",
            stone.id,
        )
        for stone in tombstones.unsettled()
        if datetime.fromisoformat(stone.at) < old
    ]
    tombstones.append(words)
    return len(words)
