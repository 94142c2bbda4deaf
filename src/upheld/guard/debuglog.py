"""The log of statements (`connection.queries`, `django.db.backends`), without values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.utils import CursorDebugWrapper

from upheld.guard.redaction import Withheld, without_literals


class QuietDebugCursor(CursorDebugWrapper):
    """Logs the statement as it was compiled, and how many parameters it had."""

    @contextmanager
    def debug_sql(
        self,
        sql: str | None = None,
        params: Any = None,
        use_last_executed_query: bool = False,
        many: bool = False,
    ) -> Iterator[None]:
        # The last executed query has its parameters filled in.
        shown = without_literals(sql) if isinstance(sql, str) else sql
        withheld = Withheld(params) if params is not None else None
        with super().debug_sql(shown, withheld, False, many):  # type: ignore[arg-type]  # it only counts them
            yield
