"""The SQL of subject paths, the same text for SQLite and PostgreSQL but for three places.

Everything is composed from bound identifiers; values only ever travel as parameters. The
row's alias is written as a mark and put in at the end, so the text can be kept.
"""

# ruff: noqa: S608  (composed of quoted identifiers of the bound map; values are parameters)

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from upheld.datamap.bound import BoundModel, BoundPath
from upheld.datamap.references import LENGTH, NO_INDEX

ALIAS = "\0"
"""Stands for the row's alias; no identifier can contain it."""
TOKEN = "u1:"  # noqa: S105  (a format mark, no secret)
"""How every sealed value starts; the blind index follows."""
PREFIX = len(TOKEN) + LENGTH

Vendor = Literal["sqlite", "postgresql"]


def quoted(name: str) -> str:
    """Return the identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a path ends. `tables` is empty when the row itself holds the value; else the
    joined tables, tied to the row where `inner` equals `outer`."""

    value: str
    tables: str = ""
    inner: str = ""
    outer: str = ""

    def among(self, condition: str) -> str:
        """True where `condition` holds. The subquery stands alone, so that a database works
        from the one subject's few rows, whichever table the query starts from."""
        if not self.tables:
            return condition
        return f"{self.outer} IN (SELECT {self.inner} FROM {self.tables} WHERE {condition})"

    def lacks(self, condition: str) -> str:
        """True where no row meets `condition`, which must never be NULL."""
        if not self.tables:
            return f"NOT {condition}"
        return f"NOT EXISTS (SELECT 1 {self.tied} AND {condition})"

    @property
    def tied(self) -> str:
        """`FROM ... WHERE` of the rows reached from the row at hand."""
        return f"FROM {self.tables} WHERE {self.inner} = {self.outer}"


def _place(path: BoundPath) -> _Place:
    before, tables, inner, outer = ALIAS, "", "", ""
    for number, hop in enumerate(path.hops, start=1):
        alias = f'"_s{number}"'
        left, right = f"{before}.{quoted(hop.left)}", f"{alias}.{quoted(hop.right)}"
        if number == 1:
            tables, inner, outer = f"{quoted(hop.table)} {alias}", right, left
        else:
            tables += f" INNER JOIN {quoted(hop.table)} {alias} ON {right} = {left}"
        before = alias
    return _Place(f"{before}.{quoted(path.column)}", tables, inner, outer)


def _sealed(path: BoundPath) -> bool:
    return path.kind is not None and path.kind.blind_scope is not None


def _by_key(path: BoundPath) -> bool:
    return path.kind is not None and path.kind.by == "key"


def _present(path: BoundPath, value: str) -> str:
    """True (never NULL) where the value names a subject."""
    if _by_key(path):
        return f"({value} IS NOT NULL)"
    if _sealed(path):
        # Plain text left in a sealed column, and a value whose index was nulled on erasure,
        # name no one.
        return (
            f"({value} IS NOT NULL AND substr({value}, 1, {len(TOKEN)}) = '{TOKEN}' "
            f"AND substr({value}, {len(TOKEN) + 1}, {LENGTH}) <> '{NO_INDEX}')"
        )
    return f"({value} IS NOT NULL AND {value} <> '')"


def _matches(path: BoundPath, vendor: Vendor) -> str:
    """True where the path leads to the subject given as the one parameter."""
    place = _place(path)
    return place.among(_holds(path, place.value, vendor))


def _holds(path: BoundPath, value: str, vendor: Vendor) -> str:
    """True where `value` names the subject given as the one parameter."""
    if _sealed(path):
        return f"substr({value}, 1, {PREFIX}) = %s"
    if path.kind is None or _by_key(path):
        return f"{value} = %s"
    return f"{digest(value, vendor)} = %s AND {value} <> ''"


def absent(path: BoundPath) -> str:
    """True (never NULL) where the path leads to nobody, so that a later one may count."""
    place = _place(path)
    return place.lacks(_present(path, place.value))


def _empty(path: BoundPath) -> str:
    """True (never NULL) where the path holds nothing at all.

    Stricter than `absent`: a value that names no one still is somebody's.
    """
    place = _place(path)
    if _by_key(path):
        return place.lacks(f"({place.value} IS NOT NULL)")
    return place.lacks(f"({place.value} IS NOT NULL AND {place.value} <> '')")


def _text(path: BoundPath, vendor: Vendor) -> str:
    """The subject as `kind:value`, or NULL."""
    place = _place(path)
    text = _value_text(path, place.value, vendor)
    present = _present(path, place.value)
    if place.tables:
        first = " ORDER BY 1 LIMIT 1" if path.many else ""
        return f"(SELECT {text} {place.tied} AND {present}{first})"
    if _by_key(path):
        return text  # concatenation with NULL is NULL
    return f"CASE WHEN {present} THEN {text} END"


def _value_text(path: BoundPath, value: str, vendor: Vendor) -> str:
    if path.kind is None:
        return value
    kind = f"'{path.kind.id}:' || "
    if _sealed(path):
        return f"{kind}substr({value}, {len(TOKEN) + 1}, {LENGTH})"
    if not _by_key(path):
        return kind + digest(value, vendor)
    field: Any = path.kind.field
    while field.is_relation:
        field = field.target_field
    if vendor == "sqlite" and field.get_internal_type() == "UUIDField":
        # SQLite keeps 32 hex digits; references are written as Python writes a UUID.
        parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        return kind + " || '-' || ".join(f"substr({value}, {at}, {n})" for at, n in parts)
    return f"{kind}CAST({value} AS TEXT)"


def digest(value: str, vendor: Vendor) -> str:
    """The first hex digits of SHA-256 of the trimmed value in ASCII lower case."""
    if vendor == "sqlite":  # Django gives SQLite the function SHA256; its lower() is ASCII
        return f"substr(SHA256(lower(trim({value}, ' '))), 1, {LENGTH})"
    lowered = f"""lower(btrim({value}, ' ') COLLATE "C")"""
    return f"substr(encode(sha256(convert_to({lowered}, 'UTF8')), 'hex'), 1, {LENGTH})"


def _any_of(conditions: list[str]) -> str:
    if len(conditions) == 1:
        return conditions[0] if " AND " not in conditions[0] else f"({conditions[0]})"
    return "(" + " OR ".join(f"({condition})" for condition in conditions) + ")"


@lru_cache(maxsize=4096)
def rows_of_kind(
    model: BoundModel, kind: str | None, vendor: Vendor, nobody: bool
) -> tuple[str, tuple[BoundPath, ...]]:
    """Condition for the rows of one subject of `kind`, with the paths that take a parameter.

    `nobody` adds the rows about nobody where the model has such. Empty = no row can be.
    """
    wanted: list[str] = []
    taking: list[BoundPath] = []
    for number, path in enumerate(model.paths):
        if kind is None or (path.kind is not None and path.kind.id != kind):
            continue
        earlier = [absent(other) for other in model.paths[:number]]
        wanted.append(" AND ".join([_matches(path, vendor), *earlier]))
        taking.append(path)
    if nobody and model.fallback_nobody:
        wanted.append(about_nobody(model))
    return (_any_of(wanted) if wanted else ""), tuple(taking)


@lru_cache(maxsize=4096)
def rows_made(
    model: BoundModel, kind: str, vendor: Vendor, made: tuple[tuple[str, str, int], ...]
) -> tuple[str, tuple[tuple[BoundPath, str], ...]]:
    """Condition for the rows of one subject of `kind`, known by a value, whose paths end in
    one of certain rows, and for rows about nobody.

    `made` names those rows: (table, key column, how many). Returned with the paths that take
    parameters, each the subject's value and then the keys of the table beside it.
    """
    wanted: list[str] = []
    taking: list[tuple[BoundPath, str]] = []
    ends = {table: (column, count) for table, column, count in made}
    for number, path in enumerate(model.paths):
        table = path.hops[-1].table if path.hops else model.table
        if path.kind is None or path.kind.id != kind or table not in ends:
            continue
        place = _place(path)
        column, count = ends[table]
        row = f'"_s{len(path.hops)}"' if path.hops else ALIAS
        keys = ", ".join(["%s"] * count)
        one_of = f"{row}.{quoted(column)} IN ({keys})"
        ended = place.among(f"{_holds(path, place.value, vendor)} AND {one_of}")
        earlier = [absent(other) for other in model.paths[:number]]
        wanted.append(" AND ".join([ended, *earlier]))
        taking.append((path, table))
    if model.fallback_nobody:
        wanted.append(about_nobody(model))
    return (_any_of(wanted) if wanted else ""), tuple(taking)


@lru_cache(maxsize=4096)
def subject_text(model: BoundModel, vendor: Vendor) -> str:
    """The first subject of the row as text, NULL when it has none."""
    texts = [_text(path, vendor) for path in model.paths]
    if not texts:
        return "NULL"
    return texts[0] if len(texts) == 1 else f"COALESCE({', '.join(texts)})"


@lru_cache(maxsize=4096)
def rows_agreed(model: BoundModel, vendor: Vendor, default_in: bool) -> str:
    """Condition for the rows whose subject agreed to the purpose given as the parameter."""
    whose = subject_text(model, vendor)
    chosen = (
        f'SELECT 1 FROM "upheld_consentstate" "_c" WHERE "_c"."subject" = {whose} '
        'AND "_c"."purpose" = %s'
    )
    if default_in:
        agreed = f'{whose} IS NOT NULL AND NOT EXISTS ({chosen} AND NOT "_c"."granted")'
    else:
        agreed = f'EXISTS ({chosen} AND "_c"."granted")'
    return _any_of([agreed, about_nobody(model)] if model.fallback_nobody else [agreed])


@lru_cache(maxsize=4096)
def resolved(model: BoundModel) -> str:
    """Condition for the rows whose person is found, or that are about nobody.

    Empty where every row is such: a key that is never empty leads to somebody.
    """
    if not model.paths or (model.fallback_nobody and not any(map(_sealed, model.paths))):
        return ""
    if any(_by_key(path) and not path.nullable and not path.many for path in model.paths):
        return ""
    found = []
    for path in model.paths:
        place = _place(path)
        present = _present(path, place.value)
        found.append(f"EXISTS (SELECT 1 {place.tied} AND {present})" if place.tables else present)
    return _any_of([*found, about_nobody(model)] if model.fallback_nobody else found)


@lru_cache(maxsize=4096)
def all_subjects(model: BoundModel) -> str:
    """Everybody who is reached from the row, as a sorted array for PostgreSQL; NULL = nobody."""
    arrays = []
    for path in model.paths:
        place = _place(path)
        text = _value_text(path, place.value, "postgresql")
        present = _present(path, place.value)
        if place.tables:
            gathered = f"array_agg(DISTINCT {text} ORDER BY {text})"
            arrays.append(f"(SELECT {gathered} {place.tied} AND {present})")
        else:
            arrays.append(f"CASE WHEN {present} THEN ARRAY[{text}] END")
    return f"COALESCE({', '.join(arrays)})"


def about_nobody(model: BoundModel) -> str:
    """Condition (never NULL) for the rows whose paths hold nothing at all."""
    return " AND ".join(_empty(path) for path in model.paths)
