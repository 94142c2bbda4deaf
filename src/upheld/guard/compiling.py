"""The part that all guarded compilers share: who asks, what is touched, what is trusted.

A mixin over Django's compilers. It relies on `as_sql`, `execute_sql` and `compile`, which
are private to Django: `upheld.guard.versions` pins the releases this was tested with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.db.models.sql.compiler import SQLCompiler

from upheld.conf import conf
from upheld.context import Context, current
from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn
from upheld.guard.decisions import Decisions, decisions_for
from upheld.guard.notes import note_statement

if TYPE_CHECKING:
    from upheld.guard.gate import Gate

Stage = Literal["select", "group", "filter"]
Use = Literal["output", "inner", "value", "read"]
"""Where a compiler's select list goes: to the caller; to an aggregate around it; into a
filter of the query around it; into the select list of the query around it."""


def bound_column(field: Any) -> BoundColumn | None:
    """Return the declared column behind a field, None for undeclared ones."""
    return active().datamap.column(field)


class Guarded(SQLCompiler):
    """State of one compilation. Subclasses decide; this one keeps the books."""

    kind: ClassVar[Literal["read", "write"]] = "read"
    stage: Stage = "filter"
    use: Use = "output"
    context: Context
    ruling: Decisions
    began = False
    observing = False
    touched = 0
    """Bit mask of the personal columns this statement reads, matches or writes."""
    _preset_use: Use | None = None
    _executing = False
    """Whether the statement is compiled to be run, by this compiler."""
    _armed = False

    @property
    def gate(self) -> Gate:
        """The gate of the connection."""
        return self.connection.gate  # type: ignore[no-any-return]  # our backends set it

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """Compile under the ambient purpose."""
        gate = self.gate
        around = gate.compiling
        self.begin(around)
        gate.compiling = self
        try:
            done = self.statement(*args, **kwargs)
        finally:
            gate.compiling = around
        if around is not None:
            around.touched |= self.touched
        if self._executing and not self._armed:
            self._armed = True
            gate.trusted += 1
        return done

    def statement(self, *args: Any, **kwargs: Any) -> Any:
        """Return the SQL and its parameters, decided under the context that was read."""
        return super().as_sql(*args, **kwargs)

    def begin(self, around: Guarded | None) -> None:
        """Read the context once and find out where the select list goes."""
        self.context = context = current()
        self.ruling = decisions_for(context)
        self.observing = conf().MODE == "observe"
        self.began = True
        self.touched = 0
        self.stage = "filter"
        if self._preset_use is not None:
            self.use = self._preset_use
        else:
            self.use = "output" if around is None else around.use_of_inner(self)

    def use_of_inner(self, inner: Guarded) -> Use:
        """Where the select list of a query compiled within this one goes."""
        return "read" if self.stage == "select" else "value"

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        """Execute; the cursor trusts the statement from the end of its compilation."""
        gate = self.gate
        # A statement run while another is compiled is its own, not part of it.
        around, gate.compiling = gate.compiling, None
        self._executing, self._armed = True, False
        try:
            result = super().execute_sql(*args, **kwargs)
        finally:
            self._executing = False
            if self._armed:
                self._armed = False
                gate.trusted -= 1
            gate.compiling = around
        if self.touched:
            note_statement(self, result)
        return result
