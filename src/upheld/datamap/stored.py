"""Which columns a new map would keep in another form than the stored values have.

Two governances are in force side by side while requests of the old one end. That is safe
for every rule but one: what one writes the other must be able to read.
"""

from __future__ import annotations

from upheld.datamap.bound import BoundColumn, BoundKind, DataMap

_FORMS = {
    None: "in clear",
    "none": "sealed",
    "exact": "sealed for exact look-up",
    "words": "sealed for look-up by words",
}


def stored_otherwise(old: DataMap, new: DataMap) -> list[str]:
    """Return what differs, a line each: the form of a column, the way people are known."""
    found = []
    for column in old.columns:
        other = new.column_named(column.table, column.column)
        was, will = _form(column), _form(other)
        if was != will:
            found.append(f"`{column.label}` is kept {_said(was)} and would be {_said(will)}")
    for name, kind in old.kinds.items():
        later = new.kinds.get(name)
        if later is None or _known_by(kind) != _known_by(later):
            found.append(f"people of the kind `{name}` would be known by something else")
    return found


Form = tuple[str | None, str | None]
"""How it can be looked up (None = in clear), and the scope of its blind index."""


def _form(column: BoundColumn | None) -> Form:
    return (None, None) if column is None else (column.lookup, column.blind_scope)


def _said(form: Form) -> str:
    lookup, scope = form
    return _FORMS[lookup] + (f" within `{scope}`" if scope else "")


def _known_by(kind: BoundKind) -> tuple[str, str, str, str | None]:
    return kind.model._meta.label, kind.field.name, kind.by, kind.blind_scope
