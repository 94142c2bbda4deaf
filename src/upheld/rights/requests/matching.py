"""Whose data a request is about: by the address that somebody wrote from or gave.

An address is not a person. Two accounts may share one, a guest's orders may be those of
whoever had the address before: so a match is a proposal, and only one single match is taken.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS

from upheld.datamap.active import active
from upheld.datamap.bound import BoundKind
from upheld.datamap.paths import rows_of
from upheld.datamap.references import index_of
from upheld.rights.holdings import engine_reads, rows

NOBODY = "visitor:-"


def candidates(address: str, *, wall: str = "", using: str = DEFAULT_DB_ALIAS) -> tuple[str, ...]:
    """Return every subject known by `address`: accounts, and people known by the value itself.

    `wall` keeps the search behind one wall; empty = kinds without a wall or of any.
    """
    plain = address.strip()
    if "@" not in plain:
        return ()
    return tuple(dict.fromkeys(_known_by(plain, wall, using)))


def _known_by(address: str, wall: str, using: str) -> Iterator[str]:
    for kind in active().datamap.kinds.values():
        if wall and kind.wall and kind.wall != wall:
            continue
        with engine_reads(NOBODY):
            yield from _of_kind(kind, address, using)


def _of_kind(kind: BoundKind, address: str, using: str) -> Iterator[str]:
    if kind.by == "value":
        subject = f"{kind.id}:{index_of(kind, address)}"
        model = active().datamap.model(kind.model)
        if model is not None and rows_of(model, subject, using).exists():
            yield subject
        return
    user = get_user_model()
    if kind.model is user:
        column = user.get_email_field_name()
        accounts = user._base_manager.using(using).filter(**{f"{column}__iexact": address})
        for pk in accounts.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
            yield f"{kind.id}:{pk}"


def address_on_file(subject: str, using: str = DEFAULT_DB_ALIAS) -> str:
    """The e-mail address at which `subject` is known now; empty = there is none."""
    kind = active().datamap.kinds.get(subject.partition(":")[0])
    if kind is None:
        return ""
    user = get_user_model()
    with engine_reads(subject):
        if kind.by == "value":
            model = active().datamap.model(kind.model)
            row = rows_of(model, subject, using).first() if model is not None else None
            return str(getattr(row, kind.field.attname, "") or "")
        if kind.model is user:
            row = user._base_manager.using(using).filter(pk=subject.partition(":")[2]).first()
            return str(getattr(row, user.get_email_field_name(), "") or "")
    return ""


def names_held(
    subject: str, *, only: Container[str] | None = None, using: str = DEFAULT_DB_ALIAS
) -> tuple[str, ...]:
    """Every full name that the rows of `subject` hold; two people behind one address show here.

    `only` = categories that may be read; None = all.
    """
    found: dict[str, str] = {}
    for row in rows(subject, using):
        said = " ".join(
            value.shown.strip()
            for value in row.values
            if value.shown.strip()
            and not value.column.copy_of
            and (only is None or value.column.category in only)
            and active().policy.data[value.column.category].kind == "identity"
        )
        if said:
            found.setdefault(" ".join(sorted(said.casefold().split())), said)
    return tuple(found.values())
