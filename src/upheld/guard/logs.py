"""A filter for log handlers: what is written keeps no e-mail address, number or value.

LOGGING = {
    "filters": {"personal": {"()": "upheld.guard.logs.Redacting"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["personal"]}},
    ...
}
"""

from __future__ import annotations

import logging

from upheld.guard.redaction import Withheld, redacted, without_literals

_PLAIN = logging.Formatter()


class Redacting(logging.Filter):
    """Cleans the record itself, so handlers that come later get it clean too."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            # Formatters take the text that is there instead of making their own.
            record.exc_text = _PLAIN.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = redacted(record.stack_info)
        if hasattr(record, "params"):  # Django's extras of a statement
            record.params = Withheld(record.params)
        if isinstance(getattr(record, "sql", None), str):
            record.sql = without_literals(record.sql)  # type: ignore[attr-defined]  # an extra
        return True
