"""Running probes: rolled back, without mail, crashes counted as broken, results kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.core import mail
from django.core.mail import send_mail

from tests.project.clinic.models import Patient, Topic
from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.errors import PurposeError
from upheld.guard.record import take
from upheld.mail import classed
from upheld.proving import registry
from upheld.proving.models import ProofResult
from upheld.proving.outbox import caught, no_mail_leaves
from upheld.proving.registry import Broken, Finding, Ground, must, probe
from upheld.proving.run import Proof, by_sentence, prove


@pytest.fixture(autouse=True)
def _own_probes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only what a test registers, and nothing of it afterwards."""
    for module in registry._DERIVED:  # each registers when it is imported for the first time
        import_module(module)
    monkeypatch.setattr(registry, "_makers", [])
    monkeypatch.setattr(registry, "_single", [])
    with classed("service"):  # what these tests send is nobody's mail in particular
        yield


def register(attempt: Any, id: str = "test.one", says: tuple[str, ...] = ("locked",)) -> None:
    probe(id, rule="data.name.legal", title="break it", says=says)(attempt)


def only(**named: Any) -> Proof:
    (proof,) = prove(**named)
    return proof


def test_what_a_probe_makes_is_rolled_back(governance: Active) -> None:
    def makes(ground: Ground) -> Finding:
        Topic.objects.create(title="made by a probe")
        return Finding("kept", f"{Topic.objects.count()} topics")

    register(makes)
    assert only().finding == Finding("kept", "1 topics")
    assert Topic.objects.count() == 0


def test_no_mail_leaves_and_the_probe_can_read_it(governance: Active) -> None:
    def writes(ground: Ground) -> Finding:
        send_mail("Hello", "words", None, ["ann@post.example"])
        return Finding("kept", ", ".join(message.subject for message in caught()))

    register(writes)
    assert only().finding.detail == "Hello"
    assert mail.outbox == []


def test_mail_before_and_after_is_left_alone(db: None) -> None:
    send_mail("Before", "words", None, ["ann@post.example"])
    with no_mail_leaves() as inside:
        send_mail("Inside", "words", None, ["ann@post.example"])
    send_mail("After", "words", None, ["ann@post.example"])
    assert [message.subject for message in inside] == ["Inside"]
    assert [message.subject for message in mail.outbox] == ["Before", "After"]


def test_refusals_that_a_probe_asked_for_are_not_counted(governance: Active) -> None:
    def refused(ground: Ground) -> Finding:
        with purpose("catalogue_work"), pytest.raises(PurposeError):
            list(Patient.objects.values_list("name"))
        return Finding("kept", "")

    take()
    register(refused)
    assert only().finding.result == "kept"
    assert take() == {}


def test_a_probe_that_says_broken_is_broken(governance: Active) -> None:
    def says(ground: Ground) -> Finding:
        must(True, "never said")
        must(0, "nothing was there")
        return Finding("kept", "never reached")

    register(says)
    assert only().finding == Finding("broken", "nothing was there")


def test_a_probe_that_crashes_is_broken(governance: Active) -> None:
    def crashes(ground: Ground) -> Finding:
        raise LookupError("no such thing")

    register(crashes)
    finding = only().finding
    assert finding == Finding("broken", "the probe failed with LookupError: no such thing")


def test_the_last_result_of_each_probe_is_kept_and_others_go(governance: Active) -> None:
    register(lambda ground: Finding("kept", "first"), "test.gone")
    prove()
    registry._single.clear()
    register(lambda ground: Finding("outside", "look at the street"))
    prove()
    (row,) = ProofResult.objects.all()
    assert (row.probe, row.result, row.detail) == ("test.one", "outside", "look at the street")
    assert row.policy == governance.digest


def test_a_part_of_the_probes_leaves_the_other_results(governance: Active) -> None:
    register(lambda ground: Finding("kept", ""), "test.one")
    register(lambda ground: Finding("kept", ""), "test.two")
    prove()
    prove(only="two")
    assert sorted(ProofResult.objects.values_list("probe", flat=True)) == ["test.one", "test.two"]


@dataclass(frozen=True)
class Told:
    results: tuple[str, ...]
    verdict: str


@pytest.mark.parametrize(
    "told",
    [
        Told((), "outside"),
        Told(("outside",), "outside"),
        Told(("kept", "outside"), "kept"),
        Told(("kept", "broken", "outside"), "broken"),
    ],
)
def test_a_sentence_is_as_good_as_its_worst_probe(governance: Active, told: Told) -> None:
    for at, result in enumerate(told.results):
        register(lambda ground, r=result: Finding(r, ""), f"test.{at}")
    report = {each.id: each for each in by_sentence(prove(record=False))}["locked"]
    assert (report.result, len(report.proofs)) == (told.verdict, len(told.results))


def test_a_later_probe_of_the_same_name_takes_the_place_of_the_first(governance: Active) -> None:
    register(lambda ground: Finding("kept", "first"))
    register(lambda ground: Finding("kept", "second"))
    assert only().finding.detail == "second"


def test_broken_carries_its_words() -> None:
    with pytest.raises(Broken, match=r"^words$"):
        must(None, "words")
