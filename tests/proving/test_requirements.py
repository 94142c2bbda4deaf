"""The register row by row, and how `upheld prove` prints it."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator

import pytest

from upheld.datamap.active import Active
from upheld.datamap.active import override as governed_by
from upheld.notice.register import Register, Requirement
from upheld.proving import registry
from upheld.proving.commands import COMMANDS
from upheld.proving.registry import Finding, Result, probe
from upheld.proving.requirements import by_requirement
from upheld.proving.run import prove

ROWS = (
    Requirement("R-1", ("locked",), probes=("test.kept",)),
    Requirement("R-2", ("locked",), probes=("test.kept",), later="the other half"),
    Requirement("R-3", ("yours",), probes=("auto",)),
    Requirement("R-4", ("counts",), later="all of it"),
    Requirement("R-5", ("who-we-are",), statement="a name"),
)


@pytest.fixture
def ruled(governance: Active, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_makers", [])
    monkeypatch.setattr(registry, "_single", [])
    add("test.kept", "kept", "locked")
    add("test.yours", "kept", "yours")
    with governed(*ROWS):
        yield


def add(id: str, result: Result, sentence: str) -> None:
    probe(id, rule="data", title="break it", says=(sentence,))(
        lambda ground: Finding(result, "found")
    )


def governed(*rows: Requirement) -> object:
    return governed_by(register=Register({row.id: row for row in rows}))


def standing() -> dict[str, tuple[str, str]]:
    reports = by_requirement(prove(record=False))
    return {report.id: (report.result, report.note) for report in reports}


def test_each_row_says_where_it_stands(ruled: None) -> None:
    assert standing() == {
        "R-1": ("kept", ""),
        "R-2": ("later", "the other half"),
        "R-3": ("kept", ""),
        "R-4": ("later", "all of it"),
        "R-5": ("statement", "a name"),
    }


def test_a_broken_probe_outweighs_what_is_to_come_later(ruled: None) -> None:
    add("test.kept", "broken", "locked")
    found = standing()
    assert found["R-1"] == found["R-2"] == ("broken", "test.kept")
    assert found["R-3"] == ("kept", "")


def test_a_probe_that_does_not_exist_keeps_nothing(ruled: None) -> None:
    with governed(Requirement("R-9", ("locked",), probes=("test.kept", "test.gone"))):
        assert standing() == {"R-9": ("broken", "no probe is called `test.gone`")}


@pytest.mark.parametrize("result", ["outside", None])
def test_a_row_that_nothing_proves_is_called_so(ruled: None, result: Result | None) -> None:
    if result:
        add("test.counts", result, "counts")
    with governed(Requirement("R-9", ("counts",), probes=("auto",))):
        assert standing() == {"R-9": ("untried", "no probe tried to break it")}


def run(*, as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    options = argparse.Namespace(database="default", only="", no_record=True, json=as_json)
    return COMMANDS["prove"].run(options, out), out.getvalue()


def test_the_report_prints_the_register_with_its_counts(ruled: None) -> None:
    code, text = run()
    assert code == 0
    assert text.partition("\n\n")[2] == (
        "kept       R-1\n"
        "later      R-2: the other half\n"
        "kept       R-3\n"
        "later      R-4: all of it\n"
        "statement  R-5: a name\n"
        "\n"
        "sentences: 2 kept, 0 broken, 12 to be checked from outside\n"
        "register: 2 kept, 0 broken, 2 later, 1 statement\n"
        "probes: 2 kept, 0 broken, 0 outside\n"
    )


def test_the_report_as_data_has_the_rows(ruled: None) -> None:
    code, text = run(as_json=True)
    assert code == 0
    rows = json.loads(text)["register"]
    assert rows[0] == {"id": "R-1", "result": "kept", "note": "", "probes": ["test.kept"]}
    assert [row["result"] for row in rows] == ["kept", "later", "kept", "later", "statement"]


def test_a_row_that_is_not_kept_is_a_finding(ruled: None) -> None:
    with governed(Requirement("R-9", ("locked",), probes=("test.gone",))):
        assert run()[0] == 1
    with governed(Requirement("R-9", ("counts",), probes=("auto",))):
        code, text = run()
    assert code == 1
    assert "UNTRIED    R-9: no probe tried to break it\n" in text
    assert "register: 0 kept, 0 broken, 0 later, 0 statement, 1 untried\n" in text
