"""Run probes on the live site and sum up sentence by sentence."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.browser.visits.buffer import apart
from upheld.context import NOWHERE, entered
from upheld.datamap.active import Active, active
from upheld.disclosure.ways import nothing_sent
from upheld.guard.record import uncounted
from upheld.journal import fresh_buffer
from upheld.keyring.tombstones import muted
from upheld.proving.models import ProofResult
from upheld.proving.outbox import no_mail_leaves
from upheld.proving.registry import Broken, Finding, Ground, Probe, Result, all_probes


class _RollBack(Exception):
    """Ends the transaction of a probe whatever it found."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One probe with what it found."""

    probe: Probe
    finding: Finding


@dataclass(frozen=True, slots=True)
class SentenceReport:
    """One sentence of the notice: its verdict and the proofs behind it."""

    id: str
    text: str
    result: Result
    proofs: tuple[Proof, ...]


def prove(using: str = DEFAULT_DB_ALIAS, *, only: str = "", record: bool = True) -> list[Proof]:
    """Run every probe whose id or rule contains `only`, each in a rolled-back transaction.

    A probe that crashes counts as broken: what cannot be checked is not kept.
    """
    now = active()
    proofs = [
        Proof(probe, _attempt(probe, now, using))
        for probe in all_probes(now)
        if only in probe.id or only in probe.rule
    ]
    if record:
        _record(proofs, now, using, everything=not only)
    return proofs


def by_sentence(proofs: Iterable[Proof]) -> list[SentenceReport]:
    """Return one report for each sentence that carries rules, in the notice's order.

    Broken outweighs kept; a sentence with no probe from inside is `outside`.
    """
    found: dict[str, list[Proof]] = {}
    for proof in proofs:
        for sentence in proof.probe.says:
            found.setdefault(sentence, []).append(proof)
    return [
        SentenceReport(
            id,
            sentence.text,
            _verdict([proof.finding.result for proof in found.get(id, [])]),
            tuple(found.get(id, [])),
        )
        for sentence in active().notice.sentences
        for id in sentence.ids
    ]


def _verdict(results: list[Result]) -> Result:
    if "broken" in results:
        return "broken"
    return "kept" if "kept" in results else "outside"


def _attempt(probe: Probe, now: Active, using: str) -> Finding:
    finding = Finding("broken", "the probe did not finish")
    try:
        with (
            transaction.atomic(using=using),
            fresh_buffer(),
            entered(NOWHERE),
            no_mail_leaves(),
            nothing_sent(),
            apart(),
            muted(),
            uncounted(),
            _unlogged(),
        ):
            finding = probe.attempt(Ground(now, using))
            raise _RollBack
    except _RollBack:
        return finding
    except Broken as broken:
        return Finding("broken", str(broken))
    except Exception as error:
        return Finding("broken", f"the probe failed with {type(error).__name__}: {error}")


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep out of the log what the gate of the browser refuses: a probe asks for it."""
    logger = logging.getLogger("upheld.browser")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _record(proofs: list[Proof], now: Active, using: str, *, everything: bool) -> None:
    at = datetime.now(UTC)
    results = ProofResult.objects.using(using)
    for proof in proofs:
        results.update_or_create(
            probe=proof.probe.id,
            defaults={
                "rule": proof.probe.rule,
                "title": proof.probe.title,
                "says": list(proof.probe.says),
                "result": proof.finding.result,
                "detail": proof.finding.detail,
                "at": at,
                "policy": now.digest,
            },
        )
    if everything:
        results.exclude(probe__in=[proof.probe.id for proof in proofs]).delete()
