"""The checks that name a side door which stands open."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from upheld.datamap.active import active
from upheld.guard.checks import side_doors, undeclared_in_index

WELL = {
    "filters": {"personal": {"()": "upheld.guard.logs.Redacting"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["personal"]},
        "none": {"class": "logging.NullHandler"},
    },
}


def found() -> list[tuple[str, str]]:
    return [(str(message.id), message.msg) for message in side_doors()]


def test_the_test_project_is_closed() -> None:
    assert found() == []


OPEN: list[tuple[dict[str, Any], tuple[str, str]]] = [
    (
        {"DEFAULT_EXCEPTION_REPORTER": "django.views.debug.ExceptionReporter"},
        ("upheld.G001", "reports of errors show the values of variables and of requests"),
    ),
    (
        {"LOGGING": {"handlers": {"file": {"class": "logging.FileHandler"}}}},
        ("upheld.G002", "the log handler `file` writes what it is given, values too"),
    ),
    (
        {"SECURE_REFERRER_POLICY": "unsafe-url"},
        ("upheld.G003", "browsers tell other sites the addresses of this site's pages"),
    ),
    (
        {"SECURE_REFERRER_POLICY": None},
        ("upheld.G003", "browsers tell other sites the addresses of this site's pages"),
    ),
    (
        {"MIDDLEWARE": []},
        ("upheld.G003", "browsers tell other sites the addresses of this site's pages"),
    ),
    (
        {"CACHES": {"default": {"BACKEND": "x"}, "template_fragments": {"BACKEND": "x"}}},
        ("upheld.G004", "the cache `template_fragments` gives one person's pages to another"),
    ),
]


@pytest.mark.parametrize(("settings", "message"), OPEN)
def test_open_doors_are_named(settings: dict[str, Any], message: tuple[str, str]) -> None:
    with override_settings(**settings):
        assert found() == [message]


def test_closed_ones_are_not() -> None:
    fragments = {"BACKEND": "x", "KEY_FUNCTION": "upheld.guard.personcache.key"}
    with override_settings(
        LOGGING=WELL,
        SECURE_REFERRER_POLICY=("no-referrer", "same-origin"),
        CACHES={"default": {"BACKEND": "x"}, "template_fragments": fragments},
    ):
        assert found() == []


def test_pages_cached_by_middleware_need_their_own_keys() -> None:
    from django.conf import settings

    cached = [*settings.MIDDLEWARE, "django.middleware.cache.FetchFromCacheMiddleware"]
    with override_settings(MIDDLEWARE=cached):
        assert found() == [
            ("upheld.G004", "the cache `default` gives one person's pages to another")
        ]


def test_a_search_index_is_a_copy() -> None:
    datamap = active().datamap

    def told(fields: dict[str, list[Any]]) -> list[str]:
        return [message.msg for message in undeclared_in_index(datamap, "default", fields)]

    assert told({"clinic.Topic": ["title", None]}) == []
    assert told({"unknown.Model": ["name"]}) == []
    for fields in ({"clinic.Patient": ["name"]}, {"clinic.Patient": [None]}):
        assert told(fields) == [
            "the search index `default` copies personal data of `clinic.Patient`"
        ]
