"""The outside list of requirements (`register.yaml`), row by row: what the probes found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from upheld.datamap.active import active
from upheld.notice.register import AUTO, Requirement
from upheld.proving.run import Proof

Standing = Literal["kept", "broken", "later", "statement", "untried"]
"""later = not wholly met yet, though nothing that is there was found broken; statement =
nothing can be enforced; untried = no probe, and nobody says why."""


@dataclass(frozen=True, slots=True)
class RequirementReport:
    """One row: its standing, why, and the proofs behind it."""

    id: str
    result: Standing
    note: str
    proofs: tuple[Proof, ...]


def by_requirement(proofs: Iterable[Proof]) -> list[RequirementReport]:
    """Return one report for each row of the register in its order; [] without a register.

    A named probe that does not exist breaks the row: a promise that nothing watches is not
    kept.
    """
    found = list(proofs)
    known = {proof.probe.id: proof for proof in found}
    return [_report(row, known, found) for row in active().register.requirements.values()]


def _report(row: Requirement, known: dict[str, Proof], proofs: list[Proof]) -> RequirementReport:
    missing = [id for id in row.probes if id != AUTO and id not in known]
    behind = {id: known[id] for id in row.probes if id in known}
    if AUTO in row.probes:
        said = set(row.sentences)
        behind |= {p.probe.id: p for p in proofs if said.intersection(p.probe.says)}
    return RequirementReport(
        row.id, *_standing(row, missing, list(behind.values())), tuple(behind.values())
    )


def _standing(row: Requirement, missing: list[str], behind: list[Proof]) -> tuple[Standing, str]:
    broken = [proof.probe.id for proof in behind if proof.finding.result == "broken"]
    if missing:
        return "broken", f"no probe is called `{missing[0]}`"
    if broken:
        return "broken", ", ".join(broken)
    if row.statement:
        return "statement", row.statement
    if row.later:
        return "later", row.later
    if any(proof.finding.result == "kept" for proof in behind):
        return "kept", ""
    return "untried", "no probe tried to break it"
