"""The functions and triggers that keep shadow columns true, composed from `sql/*.sql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from upheld.datamap.bound import BoundModel, DataMap
from upheld.datamap.pathsql import quoted
from upheld.guard.secondline.facts import owned_sql
from upheld.guard.secondline.items import Function, Trigger
from upheld.guard.secondline.names import MASK, literal, short
from upheld.guard.secondline.shadows import (
    Reach,
    Shadow,
    digest,
    points_back,
    reaches_of,
)

CONSENT = "upheld_consentstate"
RESTRICTION = "upheld_restriction"
LOCKS = 20261122
"""First half of the advisory locks between an answer and rows being written."""

PASSING = "9223372036854775807"
"""The mask of a row that is only just being written: every bit, one that no purpose has too."""


@dataclass(frozen=True, slots=True)
class Making:
    """What all functions are composed with. `own_roles` are the roles that see own rows,
    `by_value` the kinds of people known by a value."""

    schema: str
    keeper: str
    own_roles: tuple[str, ...]
    by_value: tuple[str, ...]
    masked: bool
    """Whether any purpose depends on consent."""
    restricted: bool
    """Whether there is a table of people whose data may not be used for now."""
    limited: tuple[str, ...] = ()
    limited_roles: tuple[str, ...] = ()
    limited_bits: int = 0
    default_bits: int = 0
    """The purposes that see all rows but those of restricted people and of nobody known; their
    roles; their bits together. Last the bits of all purposes that silence is a yes to."""

    def function(self, name: str, body: str) -> Function:
        """A trigger's function, run with the keeper's rights."""
        path = f"pg_catalog, {quoted(self.schema)}, pg_temp"
        head = f"RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = {path}"
        return Function(short(name), "", body, self.keeper, head=head)

    def mask_of(self) -> Function:
        """The function that says what a person agreed to."""
        unless = owned_sql("unrestricted") if self.restricted else ""
        body = filled(
            owned_sql("mask_of"),
            consent=self._place(CONSENT),
            unasked=_array(self.limited),
            unanswered=f"{literal(str(self.default_bits))}::bigint",
            unrestricted=filled(unless, restriction=self._place(RESTRICTION)),
        )
        head = "RETURNS bigint LANGUAGE plpgsql STABLE"
        return Function("mask_of", "text", body, self.keeper, secure=False, head=head)

    def _place(self, table: str) -> str:
        return f"{quoted(self.schema)}.{quoted(table)}"


def parts(
    datamap: DataMap, shadows: tuple[Shadow, ...], making: Making
) -> Iterator[Function | Trigger]:
    """Every function and trigger of the second line."""
    if making.masked:
        yield making.mask_of()
        yield from _after_answers(shadows, making)
    for shadow in shadows:
        yield from _of_row(shadow, making)
    for table, reaches in reaches_of(shadows).items():
        yield from _behind(datamap, table, reaches, making)


def _of_row(shadow: Shadow, making: Making) -> Iterator[Function | Trigger]:
    """The shadow of a row when it is written."""
    one = shadow.one("whose")
    lock = (
        f"IF {one} <> '' THEN PERFORM pg_catalog.pg_advisory_xact_lock_shared({LOCKS},"
        f" pg_catalog.hashtext({one}) & 255); END IF;\n  "
    )
    body = filled(
        owned_sql("shadow"),
        kind=shadow.kind,
        whose=shadow.whose("NEW"),
        own_roles=_array(making.own_roles),
        by_value=_array(making.by_value),
        one=one,
        column=shadow.column,
        acting="ARRAY[acting]" if shadow.many else "acting",
        lock=lock if making.masked else "",
        mask=f"upheld_second_line.mask_of({one})" if making.masked else "0",
        limited_roles=_array(making.limited_roles),
        limited_bits=f"{literal(str(making.limited_bits))}::bigint",
        passing=PASSING,
    )
    function = making.function(f"shadow_{shadow.table}", body)
    yield function
    changed = " OR ".join(_changes((*shadow.watched, shadow.column, MASK)))
    yield _trigger(shadow.table, "shadow_insert", function, "BEFORE INSERT")
    yield _trigger(shadow.table, "shadow_update", function, f"BEFORE UPDATE WHEN {changed}")
    same = " AND ".join(f'"_t".{quoted(c)} = NEW.{quoted(c)}' for c in key_columns(shadow.model))
    settle = making.function(
        f"settle_{shadow.table}",
        filled(owned_sql("settle"), table=quoted(shadow.table), same_row=same),
    )
    yield settle
    waiting = f"NEW.{MASK} IS NULL OR NEW.{MASK} = {PASSING}"
    yield _trigger(shadow.table, "settle", settle, f"AFTER INSERT OR UPDATE WHEN {waiting}")


def _behind(
    datamap: DataMap, table: str, reaches: list[Reach], making: Making
) -> Iterator[Function | Trigger]:
    """The shadows of rows whose path leads through `table`, when a row of it changes."""
    back = [reach for reach in reaches if points_back(datamap, reach)]
    events = {
        "insert": [_linked(r, making, "") for r in back] + [_follow(r, "NEW") for r in back],
        "update": [_linked(r, making, _moved(r)) for r in back]
        + [_follow(r, "NEW") for r in reaches]
        + [_follow_if_moved(r) for r in reaches],
        "delete": [_follow(r, "OLD") for r in back],
    }
    for event, steps in events.items():
        if not steps:
            continue
        body = filled(owned_sql("cascade"), steps="".join(dict.fromkeys(steps)))
        function = making.function(f"{event}_{table}", body)
        yield function
        when = f"AFTER {event.upper()}"
        if event == "update":
            watched = sorted({column for reach in reaches for column in reach.watched})
            when += " WHEN " + " OR ".join(_changes(watched))
        yield _trigger(table, f"cascade_{event}", function, when)


def _after_answers(shadows: tuple[Shadow, ...], making: Making) -> Iterator[Function | Trigger]:
    steps = [
        filled(
            owned_sql("answer"),
            table=quoted(shadow.table),
            of_person=(
                f'"_t".{shadow.column} @> ARRAY[whom] AND "_t".{shadow.column}[1] = whom'
                if shadow.many
                else f'"_t".{shadow.column} = whom'
            ),
        )
        for shadow in shadows
    ]
    body = filled(owned_sql("consent"), space=str(LOCKS), steps="".join(steps))
    function = making.function("answered", body)
    yield function
    yield _trigger(CONSENT, "answered", function, "AFTER INSERT OR UPDATE OR DELETE")
    if making.restricted:
        yield _trigger(RESTRICTION, "restricted", function, "AFTER INSERT OR UPDATE OR DELETE")


def _linked(reach: Reach, making: Making, moved: str) -> str:
    shadow = reach.shadow
    column = f'"_t".{shadow.column}'
    acceptable = f"{column} && ARRAY['', acting]" if shadow.many else f"{column} IN ('', acting)"
    return filled(
        owned_sql("linked"),
        own_roles=_array(making.own_roles),
        by_value=_array(making.by_value),
        moved=moved,
        table=quoted(shadow.table),
        plain=shadow.table.replace("%", "%%").replace("'", "''"),
        reached=reach.rows("NEW"),
        acceptable=f"({acceptable})",
        one=shadow.one(column),
    )


def _moved(reach: Reach) -> str:
    return " AND " + " OR ".join(_changes((reach.hop.right,)))


def _follow(reach: Reach, row: str) -> str:
    shadow = reach.shadow
    return filled(
        owned_sql("follow"),
        table=quoted(shadow.table),
        column=shadow.column,
        whose=shadow.whose('"_t"'),
        reached=reach.rows(row),
    )


def _follow_if_moved(reach: Reach) -> str:
    moved = " OR ".join(_changes((reach.hop.right,)))
    return f"  IF {moved} THEN\n{_follow(reach, 'OLD')}  END IF;\n"


def _changes(columns: Iterable[str]) -> list[str]:
    names = [quoted(column) for column in columns]
    return [f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names]


def _trigger(table: str, what: str, function: Function, when: str) -> Trigger:
    return Trigger(table, f"upheld_{what}_{digest(when)}", function.name, when=when)


def _array(values: tuple[str, ...]) -> str:
    return f"ARRAY[{', '.join(literal(value) for value in values)}]"


def key_columns(model: BoundModel) -> list[str]:
    """The columns of the primary key."""
    return [str(field.column) for field in model.model._meta.pk_fields]


def filled(template: str, **values: str) -> str:
    """Put `values` at their marks (`{{name}}`); the template's own comment stays."""
    for name, value in values.items():
        template = template.replace("{{" + name + "}}", value)
    return template
