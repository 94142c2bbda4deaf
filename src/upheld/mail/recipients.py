"""The address at which a person is known, read for the purpose that wants to write there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from email.utils import parseaddr
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS

from upheld.context import Actor, current, purpose
from upheld.datamap.active import active
from upheld.datamap.bound import BoundKind
from upheld.datamap.paths import rows_of
from upheld.datamap.references import index_of
from upheld.policy.types import RIGHTS

MAILER = Actor(kind="system", ref="system:mail")
_SLICE = 500


def addresses_of(
    subjects: Iterable[str], *, reading: str = RIGHTS, using: str = DEFAULT_DB_ALIAS
) -> dict[str, str]:
    """Return the address of each of many people, those without one left out.

    Read for the purpose `reading`: the guard leaves out who did not consent to it. Raises
    `PurposeError` when the purpose may not read addresses.
    """
    by_kind: dict[str, list[str]] = {}
    for subject in dict.fromkeys(subjects):
        by_kind.setdefault(subject.partition(":")[0], []).append(subject)
    found: dict[str, str] = {}
    with purpose(reading, actor=MAILER, subject=None, place=current().place or "mail"):
        for id, people in by_kind.items():
            kind = active().datamap.kinds.get(id)
            if kind is not None:
                found.update(_of_kind(kind, people, using))
    return found


def subject_of(address: str, *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the one person known by `address`, empty when there is none or several.

    For mails of code that knows nothing of subjects, to record whom they went to.
    """
    with purpose(RIGHTS, actor=MAILER, subject=None, place=current().place or "mail"):
        found = list(dict.fromkeys(_known_by(address, using)))
    return found[0] if len(found) == 1 else ""


def _of_kind(kind: BoundKind, subjects: Sequence[str], using: str) -> Iterator[tuple[str, str]]:
    user: Any = get_user_model()
    column = user.get_email_field_name()
    if kind.by == "value":
        for subject in subjects:
            address = _of_value(kind, subject, using)
            if address:
                yield subject, address
    elif kind.model is user:
        # The base manager: a site's own manager may leave out who is not active.
        rows = user._base_manager.using(using)
        for start in range(0, len(subjects), _SLICE):
            keys = [subject.partition(":")[2] for subject in subjects[start : start + _SLICE]]
            for pk, address in rows.filter(pk__in=keys).values_list("pk", column):
                if address:
                    yield f"{kind.id}:{pk}", str(address)


def _of_value(kind: BoundKind, subject: str, using: str) -> str:
    model = active().datamap.model(kind.model)
    if model is None:
        return ""
    column = kind.field.attname
    return next(iter(rows_of(model, subject, using).values_list(column, flat=True)[:1]), "") or ""


def _known_by(address: str, using: str) -> Iterator[str]:
    user: Any = get_user_model()
    column = user.get_email_field_name()
    for kind in active().datamap.kinds.values():
        if kind.by == "value":
            subject = f"{kind.id}:{index_of(kind, address)}"
            model = active().datamap.model(kind.model)
            if model is not None and rows_of(model, subject, using).exists():
                yield subject
        elif kind.model is user:
            rows = user._base_manager.using(using).filter(**{f"{column}__iexact": address})
            for pk in rows.values_list("pk", flat=True)[:2]:
                yield f"{kind.id}:{pk}"


def bare(written: str) -> str:
    """Return the bare address of `Name <address>`."""
    return parseaddr(written)[1]
