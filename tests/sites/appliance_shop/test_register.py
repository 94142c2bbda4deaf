"""Every row of the register of promises is bound, and everything it names exists and runs."""

from __future__ import annotations

from upheld.datamap.active import active
from upheld.notice.register import AUTO
from upheld.proving.registry import all_probes
from upheld.proving.requirements import by_requirement
from upheld.proving.run import Proof, by_sentence

ROWS = {
    1: "abcdefghi",
    2: "abcdefghijklmn",
    3: "abcdefghijk",
    4: "abcdefgh",
    5: "abcde",
}
"""The rows of the register that this site was built to: `AP-<number>.<letter>`."""


def test_every_row_of_the_list_is_in_the_register_and_no_other() -> None:
    wanted = {f"AP-{number}.{letter}" for number, letters in ROWS.items() for letter in letters}
    assert set(active().register.requirements) == wanted


def test_every_row_is_tried_or_says_what_is_missing() -> None:
    for row in active().register.requirements.values():
        assert row.sentences, f"{row.id} is bound to no sentence"
        assert row.probes or row.later or row.statement, f"{row.id} is neither tried nor explained"


def test_every_probe_that_is_named_exists() -> None:
    known = {probe.id for probe in all_probes(active())}
    named = {id for row in active().register.requirements.values() for id in row.probes}
    assert named - known - {AUTO} == set()


def test_every_probe_of_the_shop_stands_behind_a_row() -> None:
    named = {id for row in active().register.requirements.values() for id in row.probes}
    own = {probe.id for probe in all_probes(active()) if probe.id.startswith("shop.")}
    assert own - named == set()


def test_every_probe_speaks_for_sentences_and_rules_that_exist() -> None:
    notice = active().notice
    for probe in all_probes(active()):
        assert [id for id in probe.says if notice.sentence(id) is None] == [], probe.id


def test_no_promise_is_broken_and_every_row_says_where_it_stands(
    proofs: tuple[Proof, ...],
) -> None:
    broken = [(p.probe.id, p.finding.detail) for p in proofs if p.finding.result == "broken"]
    assert broken == []
    rows = by_requirement(proofs)
    assert {row.result for row in rows} <= {"kept", "later", "statement"}
    assert sum(row.result == "kept" for row in rows) >= 21
    tried = {report.id for report in by_sentence(proofs) if report.result == "kept"}
    explained = {
        sentence
        for row in active().register.requirements.values()
        if row.later or row.statement
        for sentence in row.sentences
    }
    every = {id for sentence in active().notice.sentences for id in sentence.ids}
    assert every - tried - explained == set()
