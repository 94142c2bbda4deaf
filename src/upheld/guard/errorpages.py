"""Reports of errors (the page under DEBUG, the mail to ADMINS) without people's values.

    DEFAULT_EXCEPTION_REPORTER = "upheld.guard.errorpages.Reporter"

Kept: the traceback with its lines of code, names and types of variables, which settings,
which fields were posted. Gone: the values of variables, of the request and of the person.
"""

from __future__ import annotations

from typing import Any

from django.views.debug import ExceptionReporter

from upheld.guard.redaction import redacted

NOT_SHOWN = "(not shown)"
_OF_THE_SERVER = frozenset(
    (
        "REQUEST_METHOD", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_HOST", "SERVER_NAME",
        "SERVER_PORT", "SERVER_PROTOCOL", "SERVER_SOFTWARE", "HTTP_ACCEPT", "wsgi.url_scheme",
        "wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once", "SCRIPT_NAME",
    )
)  # fmt: skip
"""Of the request's headers and environment: what says nothing about the visitor."""


class Reporter(ExceptionReporter):
    """Django's reporter, its templates unchanged."""

    def get_traceback_data(self) -> dict[str, Any]:
        data: dict[str, Any] = super().get_traceback_data()
        for name in ("exception_value", "exception_notes", "unicode_hint"):
            if data.get(name):
                data[name] = redacted(str(data[name]))
        if self.request is not None:
            data["user_str"] = NOT_SHOWN
            data["request_meta"] = {
                key: value if key in _OF_THE_SERVER else NOT_SHOWN
                for key, value in data["request_meta"].items()
            }
            for name in ("filtered_POST_items", "request_GET_items", "request_COOKIES_items",
                         "request_FILES_items"):  # fmt: skip
                data[name] = [(key, NOT_SHOWN) for key, _ in data[name]]
            data["request_insecure_uri"] = redacted(self.request.path)
            data["request"] = _Shown(self.request)
        return data

    def get_traceback_frames(self) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = super().get_traceback_frames()
        for frame in frames:
            frame["vars"] = [(name, _Kind(value)) for name, value in frame.get("vars", ())]
            for cause in ("exc_cause", "exc_cause_explicit"):
                if isinstance(frame.get(cause), BaseException):
                    frame[cause] = redacted(str(frame[cause]))
        return frames


class _Kind:
    """Shown as the type of a value."""

    __slots__ = ("name",)

    def __init__(self, value: object) -> None:
        self.name = type(value).__name__

    def __repr__(self) -> str:
        return f"<{self.name}>"


class _Shown:
    """Of a request, what the report's template asks for."""

    def __init__(self, request: Any) -> None:
        self.method = request.method
        self.path_info = redacted(request.path_info)
        self.resolver_match = request.resolver_match
        self.META = {key: v for key, v in request.META.items() if key in _OF_THE_SERVER}
        # Whether there were any; the names come with the report's own lists.
        self.GET, self.FILES = bool(request.GET), bool(request.FILES)
        self.COOKIES = bool(request.COOKIES)
