"""What every write must pass: the column's decision, and whose the row will be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.guard.compiling import Guarded
from upheld.guard.decisions import ALLOW
from upheld.guard.links import linked_rows, sealed_for_whom
from upheld.guard.own import as_engine
from upheld.guard.ownership import (
    Values,
    decides_owner,
    is_open,
    owner_of,
    says_owner,
    subject_of,
)
from upheld.guard.refusal import refuse, refuse_column, refuse_rows
from upheld.guard.visiting import Visit, is_of_visit, visit_in


class GuardedWrite(Guarded):
    """Checks shared by insert and update."""

    kind = "write"

    def check_column(self, column: BoundColumn) -> None:
        """Refuse a column that the purpose may not write."""
        if self.ruling.write[column.index] != ALLOW:
            refuse_column(self.context, column, "write")
        self.touched |= 1 << column.index

    def check_rows(self, model: BoundModel) -> None:
        """Refuse the model where the purpose may touch no row at all."""
        if self.ruling.rows.get(model.table) == "refuse":
            refuse_rows(self.context, model, "write")

    def limited(self, model: BoundModel) -> bool:
        """Whether only some people's rows of `model` may be written."""
        return self.ruling.rows.get(model.table) in ("own", "consented", "refuse")

    def deciding_columns(self, model: BoundModel) -> frozenset[str]:
        """Columns that say whose a row of `model` is, or whose it makes another row."""
        links = linked_rows(self.ruling.governance.datamap, model)
        return decides_owner(model) | {link.column for link in links}

    def check_owner(self, model: BoundModel, values: Values) -> str | None:
        """Return whose the row will be; refuse to make it anybody else's.

        `values` are the row's new values by column, its other columns missing.
        """
        governance = self.ruling.governance
        using = self.connection.alias
        rule = self.ruling.rows.get(model.table)
        if rule in ("own", "consented"):
            self._refuse_open(model, values, decides_owner(model))
        owner = owner_of(governance, model, values, using)
        if owner is not None and rule in ("own", "consented") and not self._permitted(rule, owner):
            self._refuse_owner(model, rule)
        visit = visit_in(self.context)
        if owner is not None and rule == "own" and visit is not None:
            self._refuse_elsewhere(visit, model, values)
        for link in linked_rows(governance.datamap, model):
            value, of_link = values.get(link.column), self.ruling.rows.get(link.model.table)
            if value is None or of_link not in ("own", "consented"):
                continue
            self._refuse_open(model, values, {link.column})
            of = subject_of(link.model, value, using)
            # A row that nobody is linked to yet belongs to whom it was sealed for.
            owners = {of} if of is not None else sealed_for_whom(link.model, value, using)
            if visit is not None and of_link == "own":
                pk: Any = link.model.model._meta.pk
                if owners and not is_of_visit(visit, link.model, pk.column, value, using):
                    self._refuse_owner(link.model, rule)
            elif not all(self._permitted(of_link, each) for each in owners):
                self._refuse_owner(link.model, rule)
        return owner

    def _refuse_elsewhere(self, visit: Visit, model: BoundModel, values: Values) -> None:
        """Refuse a row that hangs on a guest's row of another visit: an address alone is no
        proof, and whoever writes under it could be anybody."""
        if says_owner(model, values):
            return
        datamap, using = self.ruling.governance.datamap, self.connection.alias
        for path in model.paths:
            value = values.get(path.hops[0].left) if path.hops else None
            target = datamap.model(path.hops[0].table) if path.hops else None
            if value is None or value == "" or is_open(value) or target is None:
                continue
            if not is_of_visit(visit, target, path.hops[0].right, value, using):
                self._refuse_owner(model, "own")
            return

    def _refuse_open(self, model: BoundModel, values: Values, columns: Iterable[str]) -> None:
        """Refuse an expression where a key says whose the row is: nobody knows what it gives."""
        for column in columns:
            if is_open(values.get(column)):
                refuse(
                    self.context,
                    f"`{column}` says whose a row of `{model.label}` is, so it may only be set"
                    f" to a value under the purpose `{self.context.purpose}`",
                    hint="read the key first, then write it",
                    target=model.label,
                    action="write",
                    reason="other-subject",
                )

    def _permitted(self, rule: str, owner: str) -> bool:
        subject = self.context.subject
        if rule == "own":
            # A visitor who is nobody yet introduces himself: his row is a guest's, never
            # that of somebody with an account.
            return owner == subject or (subject is None and not self._has_account(owner))
        return self._agreed(owner)

    def _has_account(self, owner: str) -> bool:
        kind = self.ruling.governance.datamap.kinds.get(owner.partition(":")[0])
        return kind is None or kind.by == "key"

    def _agreed(self, owner: str) -> bool:
        governance = self.ruling.governance
        rule = governance.policy.purposes[self.context.purpose or ""]
        with as_engine(), self.connection.cursor() as cursor, self.gate.trusting():
            cursor.execute(
                "SELECT granted FROM upheld_consentstate WHERE subject = %s AND purpose = %s",
                [owner, rule.id],
            )
            row: tuple[Any, ...] | None = cursor.fetchone()
        return bool(row[0]) if row is not None else rule.default == "in"

    def _refuse_owner(self, model: BoundModel, rule: str | None) -> None:
        whose = "the person acted for" if rule != "consented" else "a person who agreed"
        refuse(
            self.context,
            f"a row of `{model.label}` may only be written for {whose}"
            f" under the purpose `{self.context.purpose}`",
            hint="check whose keys the new values hold",
            target=model.label,
            action="write",
            reason="other-subject",
        )
