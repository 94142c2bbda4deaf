"""What browsers report is counted by origin and page: bounded, and with nothing personal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from upheld.browser import tally
from upheld.datamap.active import Active
from upheld.guard.models import RefusalCount

ADDRESS = "/privacy/browser-reports/"


def old(blocked: str, document: str = "http://testserver/outside/?q=my+illness") -> dict[str, Any]:
    said = {"blocked-uri": blocked, "document-uri": document, "violated-directive": "script-src"}
    return {"csp-report": said}


def post(body: object, **given: Any) -> int:
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    answer = Client(enforce_csrf_checks=True).post(
        ADDRESS, data, content_type="application/csp-report", **given
    )
    return int(answer.status_code)


def counted() -> list[tuple[str, str, int]]:
    rows = RefusalCount.objects.filter(reason="reported").order_by("target")
    return [(row.target, row.place, row.count) for row in rows]


def test_both_kinds_of_report_are_counted_without_paths(rules: Active) -> None:
    assert post(old("https://tags.example/t.js?visitor=42#x")) == 204
    new = {
        "type": "csp-violation",
        "url": "http://testserver/privacy/",
        "body": {
            "blockedURL": "wss://live.example:444/socket",
            "documentURL": "http://testserver/privacy/?mail=ann@example.com",
            "effectiveDirective": "connect-src",
        },
    }
    assert post([new]) == 204
    assert counted() == [
        ("outside:https://tags.example", "outside", 1),
        ("outside:wss://live.example:444", "upheld:notice", 1),
    ]
    columns = [str(value) for row in RefusalCount.objects.values_list() for value in row]
    assert not [
        text for text in columns if "illness" in text or "ann@" in text or "visitor=" in text
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b"[" * 20_000, 400),
        (b"\xff\xfe", 400),
        (b"x" * 40_000, 413),
        ({"csp-report": {"blocked-uri": 5, "document-uri": []}}, 204),
        (old("https://[bad"), 204),
        (old("https://x:99999999/"), 204),
        (old("javascript:alert(1)"), 204),
        ({"csp-report": "no"}, 204),
        ([], 204),
    ],
)
def test_nonsense_is_answered_and_counts_nothing(rules: Active, body: object, status: int) -> None:
    assert post(body) == status
    assert counted() == []


def test_only_reports_are_taken(rules: Active) -> None:
    assert Client().get(ADDRESS).status_code == 405


def test_a_flood_stays_small(rules: Active, django_assert_max_num_queries: Any) -> None:
    for start in range(0, 400, 20):
        reports = [
            {"type": "csp-violation", "body": {"blockedURL": f"https://h{n}.example/"}}
            for n in range(start, start + 20)
        ]
        assert post(reports) == 204
    assert RefusalCount.objects.filter(reason="reported").count() <= 201
    assert RefusalCount.objects.filter(target="*").count() == 1
    with django_assert_max_num_queries(0):  # known kinds wait for the next write
        for _ in range(50):
            tally.tally().note(
                tally.Kept("outside", "", "outside:https://h1.example", "load", "reported", True),
                "again",
                "again",
            )
            tally.tally().flush()  # fmt: skip


def test_a_body_of_many_reports_counts_some(rules: Active) -> None:
    many = [
        {"type": "csp-violation", "body": {"blockedURL": f"https://h{n}.example/"}}
        for n in range(100)
    ]
    assert post(many) == 204
    assert len(counted()) == 20
