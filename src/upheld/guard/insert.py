"""INSERT: columns the purpose may write, rows that are nobody else's, values sealed."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models.base import DEFERRED
from django.db.models.constants import OnConflict
from django.db.models.sql.compiler import SQLInsertCompiler

from upheld import keyring
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.guard.compiling import bound_column
from upheld.guard.links import adopt_linked, linked_rows
from upheld.guard.masked import Masked
from upheld.guard.own import as_engine
from upheld.guard.ownership import (
    Values,
    decides_owner,
    introduces,
    is_own_root,
    says_owner,
    settled,
)
from upheld.guard.refusal import refuse
from upheld.guard.rowkeys import TakenKeys, has_name, namer
from upheld.guard.sealeduse import refuse_sealed
from upheld.guard.sealing import adopt_reference, note_words, sealed
from upheld.guard.select import GuardedSelect
from upheld.guard.tokens import row_name
from upheld.guard.visiting import Visit, visit_in
from upheld.guard.writes import GuardedWrite
from upheld.keyring import sealer


class GuardedInsert(GuardedWrite, GuardedSelect, SQLInsertCompiler):
    """Decides where Django has prepared the values and not yet made parameters of them."""

    row_action = "write"
    _model: BoundModel | None = None
    _rows: list[Values] = []
    _unowned: dict[int, str] = {}
    """Position of the row -> reference of the key that seals it until it has a subject."""
    _taken: TakenKeys | None = None
    _owners_made: list[str | None] = []

    def begin(self, around: Any) -> None:
        super().begin(around)
        self._model = self.ruling.governance.datamap.model(self.query.get_meta().db_table)
        self._rows, self._unowned, self._owners_made = [], {}, []
        # A value that a subquery gives is read, not only matched: it can be seen later.
        self.stage, self._depth = "select", 1

    def assemble_as_sql(self, fields: Any, value_rows: Any) -> Any:
        model = self._model
        if model is None or not value_rows:
            return super().assemble_as_sql(fields, value_rows)
        self.check_rows(model)
        self._check_conflicts(model)
        columns = [bound_column(field) if field is not None else None for field in fields]
        rows = [list(row) for row in value_rows]
        self._check_columns(columns, rows)
        if fields[0] is not None:
            names = [field.column for field in fields]
            self._rows = [dict(zip(names, map(settled, row), strict=True)) for row in rows]
            owners = self._owners_made = self._owners(model, columns)
            self._seal(columns, rows, owners)
        return super().assemble_as_sql(fields, rows)

    def _check_conflicts(self, model: BoundModel) -> None:
        """An upsert would update whichever row is in the way, whoever it is of."""
        sealed = [column for column in model.columns if column.lookup is not None]
        if self.query.on_conflict is OnConflict.IGNORE:
            for column in sealed:
                if column.lookup == "words" or is_own_root(model):
                    why = "rows left out on conflict cannot be told from those that are kept"
                    refuse_sealed(self.context, column, why, action="write")
        if self.query.on_conflict is not OnConflict.UPDATE:
            return
        if self.ruling.rows.get(model.table) in ("own", "consented"):
            refuse(
                self.context,
                f"rows of `{model.label}` may not be updated on conflict for the purpose"
                f" `{self.context.purpose}`",
                hint="update the person's own rows, then insert the others",
                target=model.label,
                action="write",
                reason="other-subject",
            )
        changed = {field.column for field in self.query.update_fields}
        for column in model.columns:
            if column.column in changed and column.role == "category":
                self.check_column(column)
        named = changed | {field.column for field in self.query.unique_fields}
        moves = bool(changed & decides_owner(model))
        for column in sealed:
            if moves or column.column in named:
                why = "an update on conflict does not know whose row it changes"
                refuse_sealed(self.context, column, why, action="write")

    def _check_columns(self, columns: list[BoundColumn | None], rows: list[list[Any]]) -> None:
        for position, column in enumerate(columns):
            if column is None or column.role != "category":
                continue
            values = [row[position] for row in rows]
            if any(isinstance(value, Masked) or value is DEFERRED for value in values):
                refuse(
                    self.context,
                    f"a withheld value of `{column.label}` may not be copied into a new row",
                    hint="make the copy under a purpose that may read it",
                    target=column.label,
                    action="write",
                    reason="withheld",
                )
            # An empty column holds no data, and Django names every column it leaves empty.
            if any(value is not None and value != "" for value in values):
                self.check_column(column)

    def _owners(self, model: BoundModel, columns: list[BoundColumn | None]) -> list[str | None]:
        sealed = any(column is not None and column.lookup is not None for column in columns)
        ruled = self.limited(model) or linked_rows(self.ruling.governance.datamap, model)
        if not sealed and not ruled:
            return [None] * len(self._rows)
        known: dict[tuple[Any, ...], str | None] = {}
        owners = []
        keys = sorted(self.deciding_columns(model))
        pk = self.query.get_meta().pk
        for obj, values in zip(self.query.objs, self._rows, strict=True):
            if self._taken is not None:
                # A key just taken names a row that is not there yet, so nobody's.
                values = {**values, pk.column: None}
            key = tuple(str(values.get(name)) for name in keys)
            if key not in known:
                known[key] = self.check_owner(model, values)
            self._refuse_hidden(model, obj)
            owners.append(known[key])
        return owners

    def _refuse_hidden(self, model: BoundModel, obj: Any) -> None:
        """`save()` of a row that the update could not see falls through to here."""
        state = getattr(obj, "_state", None)
        if state is None or state.adding or self._taken is not None:
            return
        if model.table not in self.ruling.rows:
            return
        if obj.pk is not None and state.db == self.connection.alias and not self.query.raw:
            refuse(
                self.context,
                f"the row of `{model.label}` is not among those the purpose"
                f" `{self.context.purpose}` may change",
                hint="check whose row it is before it is saved",
                target=model.label,
                action="write",
                reason="other-subject",
            )

    def _seal(
        self, columns: list[BoundColumn | None], rows: list[list[Any]], owners: list[str | None]
    ) -> None:
        assert self._model is not None
        places = [(i, c) for i, c in enumerate(columns) if c is not None and c.lookup is not None]
        if not places:
            return
        root, using = is_own_root(self._model), self.connection.alias
        pk = self.query.get_meta().pk
        subjects = [owner or (None if root else self.context.subject) for owner in owners]
        keys = [values.get(pk.column) for values in self._rows]
        if root and self._taken is not None:
            subjects = [f"{_kind_of_root(self._model)}:{key}" for key in keys]
        needing = [
            n for n, row in enumerate(rows)
            if any(row[i] is not None and row[i] != "" for i, _ in places)
        ]  # fmt: skip
        with as_engine():
            keyring.prepare({s for n in needing if (s := subjects[n])}, using=using)
            orphans = [n for n in needing if not subjects[n]]
            made = keyring.unowned(len(orphans), using=using) if orphans else []
            self._unowned = dict(zip(orphans, made, strict=True))
            name_of, with_ = namer(self._model.model, self.connection), sealer(using)
            for n in needing:
                row, subject, name = rows[n], subjects[n] or self._unowned[n], name_of(keys[n])
                for i, column in places:
                    if hasattr(row[i], "as_sql"):
                        refuse_sealed(
                            self.context, column, "it can only be set to a value", action="write"
                        )
                    row[i] = sealed(with_, self.context, column, row[i], subject, name)

    def execute_sql(self, returning_fields: Any = None) -> Any:
        with ExitStack() as around:
            self._taken = taken = self._take_keys(around)
            try:
                result = super().execute_sql(returning_fields)
            except BaseException:
                if taken is not None:
                    taken.give_back()
                raise
            if self._model is not None and self._rows:
                self._after(self._model, result, returning_fields)
        if taken is not None and self.query.on_conflict is OnConflict.IGNORE:
            taken.give_back()
        return result

    def _take_keys(self, around: ExitStack) -> TakenKeys | None:
        """Know the keys of rows with sealed values before the database makes them."""
        query = self.query
        pk = query.get_meta().pk
        fields = list(query.fields)
        if pk in fields or not has_name(pk):
            return None
        sealed = [f.attname for f in fields if (c := bound_column(f)) and c.lookup is not None]
        if not any(obj.__dict__.get(name) for obj in query.objs for name in sealed):
            return None
        taken = TakenKeys()
        if not taken.take(query.model, query.objs, self.connection, around):
            return None
        query.fields = [pk, *fields]
        return taken

    def _after(self, model: BoundModel, result: Any, returning_fields: Any) -> None:
        """Give keys their owners and keep words, now that the rows have their keys."""
        words = [c for c in model.columns if c.lookup == "words"]
        if (self._unowned and is_own_root(model)) or words:
            pks = self._keys(result, returning_fields)
            for n, reference in self._unowned.items():
                if is_own_root(model) and pks[n] is not None:
                    adopt_reference(
                        reference, f"{_kind_of_root(model)}:{pks[n]}", self.connection.alias
                    )
            for column in words:
                found = {
                    row_name(pk, self.connection.vendor): row.get(column.column)
                    for pk, row in zip(pks, self._rows, strict=True)
                    if pk is not None and row.get(column.column)
                }
                note_words(column, found, self.connection.alias, new=False)
        adopt_linked(self.ruling.governance, model, self._rows, self.connection.alias)
        visit = visit_in(self.context)
        if visit is not None and introduces(model) and self.ruling.rows.get(model.table) == "own":
            self._introduce(visit, model, self._keys(result, returning_fields))

    def _introduce(self, visit: Visit, model: BoundModel, pks: list[Any]) -> None:
        """Remember the rows in which a visitor said who they are; see `upheld.guard.visiting`."""
        if self.connection.alias != DEFAULT_DB_ALIAS:
            return
        for pk, owner, values in zip(pks, self._owners_made, self._rows, strict=True):
            if pk is not None and owner is not None and says_owner(model, values):
                visit.introduce(owner, model.table, [str(pk)])

    def _keys(self, result: Any, returning_fields: Any) -> list[Any]:
        pk = self.query.get_meta().pk
        if returning_fields and pk in returning_fields and len(result) == len(self._rows):
            at = list(returning_fields).index(pk)
            return [row[at] for row in result]
        return [obj.pk for obj in self.query.objs]


def _kind_of_root(model: BoundModel) -> str:
    return next((path.kind.id for path in model.paths if path.kind and not path.hops), "")
