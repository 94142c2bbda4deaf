"""What should be in the database, derived from the policy and the map and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from upheld.conf import conf
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundModel
from upheld.errors import ConfigurationError
from upheld.guard.restriction import is_exempt
from upheld.guard.secondline.facts import Facts
from upheld.guard.secondline.grants import Grant, ruling_of, to_floor, to_purpose
from upheld.guard.secondline.items import (
    Bit,
    Column,
    Index,
    Item,
    Member,
    Policy,
    Role,
    RowSecurity,
    StartsAs,
)
from upheld.guard.secondline.names import (
    MASK,
    OWN_SCHEMA,
    SETTING,
    app_login,
    floor_role,
    keeper_role,
    literal,
    purpose_role,
    short,
)
from upheld.guard.secondline.shadows import Shadow, path_columns, shadows_of
from upheld.guard.secondline.triggers import CONSENT, RESTRICTION, Making, key_columns, parts

PLACES = 62
"""Purposes that a mask has room for: a bigint without its sign and one spare."""
ACTING = f"( SELECT current_setting('{SETTING}'::text, true) AS current_setting)"
"""Worked out once a statement. Written as PostgreSQL writes it back, to be compared."""


@dataclass(frozen=True, slots=True)
class Design:
    """Everything that should be there."""

    items: tuple[Item, ...]
    grants: frozenset[Grant]
    shadows: tuple[Shadow, ...]
    making: Making
    warnings: tuple[str, ...] = ()


def design(governance: Active, facts: Facts) -> Design:
    """Work out the second line of one database. Raises `ConfigurationError`."""
    return _Drafting(governance, facts).done()


class _Drafting:
    """One derivation; what several steps need is worked out once."""

    def __init__(self, governance: Active, facts: Facts) -> None:
        self.governance = governance
        self.facts = facts
        self.prefix = conf().SECOND_LINE_ROLES
        self.floor, self.keeper = floor_role(self.prefix), keeper_role(self.prefix)
        purposes = governance.policy.purposes
        self.roles = {name: purpose_role(self.prefix, name) for name in purposes}
        if len(set(self.roles.values())) != len(self.roles):
            raise ConfigurationError("two purposes have one role", hint="give them other names")
        self.rulings = {name: ruling_of(governance, name) for name in purposes}
        self.shadows = shadows_of(governance.datamap, self._has)
        self.by_table = {shadow.table: shadow for shadow in self.shadows}
        self.consented = [name for name, rule in purposes.items() if rule.may.rows == "consented"]
        self.limited = [
            name
            for name, rule in purposes.items()
            if rule.may.rows == "all" and not is_exempt(governance.policy, name)
        ]
        bits = [bit for bit in self._bits() if isinstance(bit, Bit)]
        self.making = Making(
            facts.schema,
            self.keeper,
            tuple(self.roles[n] for n, rule in purposes.items() if rule.may.rows == "own"),
            tuple(sorted(k.id for k in governance.datamap.kinds.values() if k.by == "value")),
            bool(bits) and self._has(CONSENT),
            self._has(RESTRICTION),
            tuple(self.limited),
            tuple(self.roles[name] for name in self.limited),
            sum(1 << bit.place for bit in bits if bit.purpose in self.limited),
            sum(1 << bit.place for bit in bits if bit.default_in),
        )
        ends = {
            end
            for shadow in self.shadows
            for path in shadow.model.paths
            for end in [(path.hops[-1].table if path.hops else shadow.table, path.column)]
        }
        self.led_by = {
            table: frozenset(column for of, column in ends if of == table) for table, _ in ends
        }

    def _has(self, table: str) -> bool:
        return table in self.facts.tables

    def done(self) -> Design:
        items = [
            *self._roles(),
            *self._logins(),
            *self._bits(),
            *self._columns(),
            *parts(self.governance.datamap, self.shadows, self.making),
            *self._rows(),
        ]
        return Design(
            tuple(items), frozenset(self._grants()), self.shadows, self.making, self._warnings()
        )

    # -- roles -----------------------------------------------------------------------------

    def _roles(self) -> Iterator[Item]:
        for name in (self.floor, self.keeper):
            yield Role(name, login=False, inherit=True)
        for name in self.roles.values():
            yield Role(name, login=False, inherit=True)
            yield Member(self.floor, name)

    def _logins(self) -> Iterator[Item]:
        app = app_login(self.prefix)
        yield Role(app, login=True, inherit=False)
        for role in (self.floor, *self.roles.values()):
            yield Member(role, app)
        for login, purposes in conf().SECOND_LINE_LOGINS.items():
            yield Role(login, login=True, inherit=False)
            for purpose in purposes:
                if purpose not in self.roles:
                    raise ConfigurationError(
                        f"`SECOND_LINE_LOGINS` gives `{login}` the purpose `{purpose}`,"
                        " which is not in the policy",
                        hint="declare it under `purposes`, or take it out",
                    )
                yield Member(self.roles[purpose], login)
            if len(purposes) == 1:
                yield StartsAs(login, self.facts.database, self.roles[purposes[0]])

    # -- shadows ---------------------------------------------------------------------------

    def _bits(self) -> Iterator[Item]:
        named = [*self.consented, *self.limited]
        if len(named) > PLACES:
            raise ConfigurationError(
                f"{len(named)} purposes depend on consent or on restrictions, the second line"
                f" has room for {PLACES}",
                hint="let purposes that people answer together be one",
            )
        taken = {bit for name, (bit, _) in self.facts.bits.items() if name in named}
        free = iter(n for n in range(PLACES) if n not in taken)
        for name in named:
            kept = self.facts.bits.get(name)
            place = kept[0] if kept is not None else next(free)
            default_in = self.governance.policy.purposes[name].default == "in"
            yield Bit(name, place, default_in or name in self.limited)

    def _columns(self) -> Iterator[Item]:
        for shadow in self.shadows:
            yield Column(shadow.table, shadow.column, shadow.kind)
            yield Column(shadow.table, MASK, "bigint")
            method = "gin" if shadow.many else "btree"
            name = short(f"upheld_of_{shadow.table}")
            yield Index(name, shadow.table, shadow.column, method)

    # -- rows ------------------------------------------------------------------------------

    def _rows(self) -> Iterator[Item]:
        for model in self.governance.datamap.models:
            if model.relation == "nobody" or not self._has(model.table):
                continue
            yield RowSecurity(model.table, True, True)
            shadow = self.by_table.get(model.table)
            if shadow is not None:
                yield from self._policies(shadow)

    def _policies(self, shadow: Shadow) -> Iterator[Policy]:
        purposes = self.governance.policy.purposes
        by_rows: dict[str, list[str]] = {"all": [], "own": []}
        for name, rule in purposes.items():
            if rule.may.rows != "consented" and name not in self.limited:
                by_rows[rule.may.rows].append(self.roles[name])
        table = shadow.table
        yield Policy(table, "upheld_keeper", (self.keeper,), "true")
        if by_rows["all"]:
            yield Policy(table, "upheld_all", tuple(sorted(by_rows["all"])), "true")
        if by_rows["own"]:
            yield Policy(table, "upheld_own", tuple(sorted(by_rows["own"])), own_rows(shadow))
        for bit in self._bits():
            assert isinstance(bit, Bit)
            using = f"(({MASK} & {_bigint(1 << bit.place)}) <> 0)"
            if purposes[bit.purpose].repair:
                lost = f"({shadow.column} IS NULL)"
                using = f"({using} OR {lost})"
            name = f"upheld_allowed_{bit.place}"
            yield Policy(table, name, (self.roles[bit.purpose],), using)

    # -- grants ----------------------------------------------------------------------------

    def _grants(self) -> Iterator[Grant]:
        yield Grant("SCHEMA", self.facts.schema, "", "USAGE", self.floor)
        yield Grant("SCHEMA", self.facts.schema, "", "USAGE", self.keeper)
        yield Grant("SCHEMA", OWN_SCHEMA, "", "USAGE", self.keeper)
        yield Grant("SCHEMA", OWN_SCHEMA, "", "USAGE", self.floor)
        yield from self._to_keeper()
        if self._has("django_migrations"):
            yield Grant("TABLE", "django_migrations", "", "SELECT", self.floor)
        for model in self.governance.datamap.models:
            if not self._has(model.table):
                continue
            for sequence in self.facts.tables[model.table].sequences:
                yield Grant("SEQUENCE", sequence, "", "USAGE", self.floor)
            yield from to_floor(model, self.floor)
            if model.is_personal:
                yield from self._to_purposes(model)

    def _to_purposes(self, model: BoundModel) -> Iterator[Grant]:
        shadow = self.by_table.get(model.table)
        column = shadow.column if shadow else None
        led_by = self.led_by.get(model.table, frozenset())
        for name, role in self.roles.items():
            yield from to_purpose(model, self.rulings[name], role, column, led_by)

    def _to_keeper(self) -> Iterator[Grant]:
        looked_at = set(path_columns(self.shadows))
        for shadow in self.shadows:
            looked_at |= {(shadow.table, column) for column in key_columns(shadow.model)}
            for column in (shadow.column, MASK):
                looked_at.add((shadow.table, column))
                yield Grant("TABLE", shadow.table, column, "UPDATE", self.keeper)
        if self.making.masked:
            looked_at |= {(CONSENT, column) for column in ("subject", "purpose", "granted")}
            looked_at |= {(RESTRICTION, column) for column in ("subject", "purpose")}
        for table, column in looked_at:
            if self._has(table):
                yield Grant("TABLE", table, column, "SELECT", self.keeper)

    def _warnings(self) -> tuple[str, ...]:
        found = []
        if not self.facts.bound:
            found.append(
                f"the owner `{self.facts.owner}` is a superuser, whom no row security binds:"
                " its views and functions show every row"
            )
        return tuple(found)


def own_rows(shadow: Shadow) -> str:
    """The condition of a person's own rows, as PostgreSQL writes it back."""
    if shadow.many and shadow.model.fallback_nobody:
        return f"({shadow.column} && ARRAY[''::text, {ACTING}])"
    if shadow.many:
        return f"({shadow.column} @> ARRAY[{ACTING}])"
    if shadow.model.fallback_nobody:
        return f"({shadow.column} = ANY (ARRAY[''::text, {ACTING}]))"
    return f"({shadow.column} = {ACTING})"


def _bigint(number: int) -> str:
    """A constant of the mask as PostgreSQL writes it back."""
    return f"({number})::bigint" if number < 1 << 31 else f"{literal(str(number))}::bigint"
