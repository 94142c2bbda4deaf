"""Errors of the database, without the values that PostgreSQL puts into them.

They are shown on error pages, mailed and logged, long after the statement was decided.
"""

from __future__ import annotations

from typing import Any

from django.db.utils import DatabaseErrorWrapper

from upheld.guard.redaction import redacted


class RedactedErrors(DatabaseErrorWrapper):
    """Django's translation of a driver's errors; the driver's own is cleaned too, since it
    is shown as the cause."""

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if exc_type is None:
            return  # every statement of every page comes by
        if exc_value is not None:
            redact(exc_value)
        super().__exit__(exc_type, exc_value, traceback)


def redact(error: BaseException) -> None:
    """Take the values out of an error's text and out of psycopg's details."""
    error.args = tuple(redacted(arg) if isinstance(arg, str) else arg for arg in error.args)
    diag = getattr(error, "diag", None)
    if diag is not None:
        # `diag.constraint_name` is what programs ask for; only the texts may hold values.
        from psycopg.pq import DiagnosticField

        texts = {
            DiagnosticField.MESSAGE_PRIMARY, DiagnosticField.MESSAGE_DETAIL,
            DiagnosticField.MESSAGE_HINT, DiagnosticField.CONTEXT, DiagnosticField.INTERNAL_QUERY,
        }  # fmt: skip
        error._info = {  # type: ignore[attr-defined]  # psycopg keeps a dict after pickling too
            field: _text(diag, field, clean=field in texts) for field in DiagnosticField
        }


def _text(diag: Any, field: Any, *, clean: bool) -> bytes | None:
    value = getattr(diag, field.name.lower(), None)
    if value is None:
        return None
    return (redacted(value) if clean else value).encode()
