"""The register of subjects' secrets, and what forgetting someone means for the log.

Safety argument of `forget`: it deletes one row, the secret from which a subject's name in
the log is made. Leaves, tiles and checkpoints are not touched, so every proof still
holds; without the secret nobody, we included, can tell which leaves were theirs.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from time import monotonic

from django.db import connections

from upheld.conf import conf
from upheld.errors import EvidenceError
from upheld.evidence.pseudonym import SECRET_SIZE, pseudonym
from upheld.journal.models import Pseudonym

_CHUNK = 500


def pseudonyms_of(subjects: Iterable[str], *, using: str) -> dict[str, str]:
    """Return subject -> pseudonym; a subject seen for the first time gets a secret."""
    wanted = sorted(set(subjects))  # one order for everyone, so that writers cannot deadlock
    found = _remembered(wanted, using)
    if not found.keys() >= set(wanted):
        found = {} if _must_write_first(using) else _read(wanted, using)
        _remember(found, using)
    missing = [subject for subject in wanted if subject not in found]
    if missing:
        Pseudonym.objects.using(using).bulk_create(
            [
                Pseudonym(subject=subject, secret=secrets.token_bytes(SECRET_SIZE))
                for subject in missing
            ],
            ignore_conflicts=True,  # another worker may have been first; its secret counts
        )
        found |= _read(missing, using)
        lost = [subject for subject in missing if subject not in found]
        if lost:
            raise EvidenceError(f"no pseudonym could be kept for {len(lost)} subjects")
    return found


def secret_of(subject: str, *, using: str = "default") -> bytes | None:
    """Return the secret with which a person can show that a leaf is about them."""
    row = Pseudonym.objects.using(using).filter(subject=subject).first()
    return None if row is None else bytes(row.secret)


def drop(subject: str, *, using: str) -> tuple[str, bool]:
    """Delete the secret. Returns the pseudonym that leads nowhere from now on, and whether
    the register knew the subject; if not, the pseudonym was made for this answer alone."""
    secret = secret_of(subject, using=using)
    forget_remembered()
    if secret is None:
        return pseudonym(subject, secrets.token_bytes(SECRET_SIZE)), False
    Pseudonym.objects.using(using).filter(subject=subject).delete()
    return pseudonym(subject, secret), True


def drop_all(subjects: Iterable[str], *, using: str) -> dict[str, str]:
    """Delete the secrets of many subjects, two statements for each 500. Returns the pseudonyms
    that lead nowhere from now on; one that was not known is made for this answer alone."""
    wanted = sorted(set(subjects))
    forget_remembered()
    found = _read(wanted, using)
    for at in range(0, len(wanted), _CHUNK):
        Pseudonym.objects.using(using).filter(subject__in=wanted[at : at + _CHUNK]).delete()
    return {
        subject: found.get(subject) or pseudonym(subject, secrets.token_bytes(SECRET_SIZE))
        for subject in wanted
    }


_memory: dict[tuple[str, str], tuple[str, float]] = {}
"""(database, subject) -> pseudonym and until when it is good. Names, never secrets."""
_MOST = 10_000


def _remembered(subjects: list[str], using: str) -> dict[str, str]:
    """Names read by this process within `KEY_CACHE_SECONDS`.

    When another process erases someone meanwhile, an event about them still gets the name
    that leads nowhere from then on, as those do that were noted before the erasure.
    """
    now = monotonic()
    known = ((subject, _memory.get((using, subject))) for subject in subjects)
    return {subject: name[0] for subject, name in known if name is not None and name[1] > now}


def _remember(names: dict[str, str], using: str) -> None:
    """Keep names that are committed: what a transaction reads may be rolled back."""
    if connections[using].in_atomic_block:
        return
    if len(_memory) > _MOST:
        _memory.clear()
    until = monotonic() + conf().KEY_CACHE_SECONDS
    _memory.update({(using, subject): (name, until) for subject, name in names.items()})


def forget_remembered(**_: object) -> None:
    """Drop the names from memory. Also a receiver of `post_migrate`, which follows a flush."""
    _memory.clear()


def _must_write_first(using: str) -> bool:
    """SQLite refuses to turn a transaction that has read into one that writes when another
    process wrote in between. So the first statement of ours inside one is a write, which
    waits for its turn instead."""
    connection = connections[using]
    return connection.vendor == "sqlite" and connection.in_atomic_block


def _read(subjects: list[str], using: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for at in range(0, len(subjects), _CHUNK):
        rows = Pseudonym.objects.using(using).filter(subject__in=subjects[at : at + _CHUNK])
        for subject, secret in rows.values_list("subject", "secret"):
            found[subject] = pseudonym(subject, bytes(secret))
    return found
