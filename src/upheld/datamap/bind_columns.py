"""The columns of one model: what the map says of each, met by its field and the policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from django.db.models import CharField, Model, TextField

from upheld.datamap.bound import AnyField, BoundColumn
from upheld.datamap.uniques import in_unlike_constraint, unique_groups
from upheld.policy import mapfile
from upheld.policy.findings import did_you_mean
from upheld.policy.types import Lookup, Policy


class Report(Protocol):
    """Takes a problem: its id, message, what it is about, and a hint."""

    def __call__(self, id: str, message: str, about: str, *, hint: str = "") -> None: ...


def lookup_of(policy: Policy | None, category: str) -> Lookup | None:
    """How the policy seals a category for the site; None = in clear, or no policy."""
    known = policy.data.get(category) if policy else None
    if known is None or known.sealed is None or known.sealed.by == "member":
        # Sealed by the member: the browser makes the ciphertext, to us it is plain text.
        return None
    return known.sealed.lookup


def blind_scope(wall: str, category: str) -> str:
    """Name of a blind index: values of one wall and category can be matched."""
    return f"{wall or '-'}:{category}"


def can_hold_ciphertext(field: AnyField) -> bool:
    """True for text columns that join nothing: ciphertext is text, and longer."""
    return isinstance(field, CharField | TextField) and not (field.primary_key or field.is_relation)


class ColumnBinding:
    """Binds the columns of model after model; problems go to `report`."""

    def __init__(self, policy: Policy | None, report: Report) -> None:
        self.policy = policy
        self.report = report

    def bind(
        self, model: type[Model], entry: mapfile.Model, wall: str, start: int
    ) -> Iterator[BoundColumn]:
        """Yield the declared columns; `start` is the index of the first."""
        label = model._meta.label
        left = dict(entry.columns)
        index = start
        for field in model._meta.local_concrete_fields:
            if field.column is None:  # a composite key is made of columns of its own
                left.pop(field.name, None)
                continue
            named = left.pop(field.name, None)
            twice = left.pop(field.attname, None) if field.attname != field.name else None
            about = f"{label}.{field.name}"
            if named and twice:
                self.report("E002", f"this column is declared twice, as `{field.attname}` too",
                            about, hint="keep one of the two")  # fmt: skip
            column = named or twice or _unlisted(field, entry)
            if column is None:
                self.report(
                    "E001", "this column is not declared", about,
                    hint="give it a category, or `none` when it is not personal",
                )  # fmt: skip
                continue
            labels = (label, *entry.formerly)
            yield self._column(index, field, column, wall, about, labels)
            index += 1
        for name in left:
            names = [f.name for f in model._meta.local_concrete_fields]
            self.report("E003", "the map names a column that does not exist", f"{label}.{name}",
                        hint=did_you_mean(name, names) or "remove it")  # fmt: skip

    def _column(
        self,
        index: int,
        field: AnyField,
        entry: mapfile.Column,
        wall: str,
        about: str,
        labels: tuple[str, ...],
    ) -> BoundColumn:
        category = entry.category if entry.role == "category" else ""
        self._check(field, entry, category, about)
        lookup = lookup_of(self.policy, category) if category else None
        if lookup is not None:
            lookup = self._sealable(field, lookup, category, about)
        return BoundColumn(
            index=index,
            label=about,
            field=field,
            table=field.model._meta.db_table,
            column=field.column or "",
            category=category,
            role=entry.role,
            lookup=lookup,
            blind_scope=blind_scope(wall, category) if lookup in ("exact", "words") else None,
            copy_of=entry.copy_of,
            unique=entry.unique,
            detect=entry.detect,
            formerly=tuple(
                f"{label}.{name}"
                for label in labels
                for name in (field.name, *entry.formerly)
                if f"{label}.{name}" != about
            ),
        )

    def _check(self, field: AnyField, entry: mapfile.Column, category: str, about: str) -> None:
        if entry.unsure:
            self.report("E006", f"the drafted entry is unsure: {entry.unsure}", about,
                        hint="decide, then remove `unsure`")  # fmt: skip
        policy = self.policy
        if category and policy and category not in policy.data and category not in policy.refuse:
            self.report(
                "E007", f"category `{category}` is not in the policy", about,
                hint=did_you_mean(category, policy.data) or "add it to `data` in policy.yaml",
            )  # fmt: skip
        if category and (field.primary_key or field.is_relation):
            self.report(
                "W006", "a key joins rows and is never hidden, so its category only names it",
                about, hint="declare it `key`; what it points at is protected by its own table",
            )  # fmt: skip
        names = {other.name for other in field.model._meta.get_fields()}
        for source in entry.copy_of:
            if source not in names:
                self.report("E003", f"it is a copy of `{source}`, which does not exist", about,
                            hint=did_you_mean(source, names))  # fmt: skip

    def _sealable(
        self, field: AnyField, lookup: Lookup, category: str, about: str
    ) -> Lookup | None:
        if not can_hold_ciphertext(field):
            self.report(
                "E008",
                f"category `{category}` is sealed, but a {type(field).__name__} cannot hold "
                "ciphertext",
                about,
                hint="give the column a category that is not sealed, or make it a text column",
            )
            return None
        if _uniqueness_is_lost(field, lookup):
            self.report(
                "W002",
                f"category `{category}` is sealed and the column is unique: each sealing differs, "
                "so the database no longer sees equal values",
                about,
                hint="seal it with `lookup: exact` and make the constraint a plain one, or do not "
                "seal the category",
            )
        return lookup


def _unlisted(field: AnyField, entry: mapfile.Model) -> mapfile.Column | None:
    """What a column is that the map does not list: a key, `rest`, or undeclared (None).

    A key that is text may be a mail address or a name, so it is not taken for granted.
    """
    natural = field.primary_key and isinstance(field, CharField | TextField)
    if field.is_relation or (field.primary_key and (not natural or entry.rest == "none")):
        return mapfile.Column(field.name, "key")
    return mapfile.Column(field.name, "none") if entry.rest == "none" else None


def _uniqueness_is_lost(field: AnyField, lookup: Lookup) -> bool:
    if lookup == "none" and any(field.name in group for group in unique_groups(field.model)):
        return True
    return in_unlike_constraint(field.model, field.name)
