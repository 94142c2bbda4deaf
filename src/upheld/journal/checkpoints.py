"""Signed states of the tree, and the receipts and proofs that rest on them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.errors import EvidenceError
from upheld.evidence import tiles
from upheld.evidence.checkpoint import Checkpoint
from upheld.evidence.proof import check_consistency, prove_consistency, prove_inclusion
from upheld.evidence.receipt import Receipt
from upheld.evidence.tree import Frontier
from upheld.journal import tilestore
from upheld.journal.models import Checkpoint as CheckpointRow
from upheld.journal.models import Head, Leaf
from upheld.journal.sequencer import HEAD, sequence
from upheld.journal.signing import signer, verifiers


def checkpoint(*, using: str = DEFAULT_DB_ALIAS) -> str:
    """Sequence what waits, sign the tree's state and return the signed note.

    Refuses to sign a tree that does not extend the one signed before: a log that signed
    both would have proved its own forgery.
    """
    sequence(using=using)
    size = tree_size(using=using)
    kept = CheckpointRow.objects.using(using).filter(size=size).first()
    if kept is not None:
        return kept.note
    read = tilestore.reader(using)
    root = Frontier(size, tiles.peaks(size, read)).root()
    _check_extends(size, root, using)
    key = signer()
    note = Checkpoint(key.name, size, root).sign(key)
    rows = CheckpointRow.objects.using(using)
    with transaction.atomic(using=using):
        rows.bulk_create(
            [CheckpointRow(size=size, at=datetime.now(UTC), note=note)], ignore_conflicts=True
        )
    return rows.get(size=size).note


def receipt_for(event: str, *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the receipt of the event with this id (`write_now` returned it).

    Sequences and signs when needed, so call it after the event's transaction committed.
    """
    leaves = Leaf.objects.using(using).filter(event=event)
    leaf = leaves.first()
    if leaf is None:
        sequence(using=using)
        leaf = leaves.first()
    if leaf is None:
        raise EvidenceError(f"no event `{event}` in the log", hint="is its transaction committed?")
    kept = CheckpointRow.objects.using(using).filter(size__gt=leaf.index).order_by("size").first()
    note = checkpoint(using=using) if kept is None else kept.note
    signed = _open(note)
    proof = prove_inclusion(leaf.index, signed.size, tilestore.reader(using))
    receipt = Receipt(leaf.text.encode(), leaf.index, tuple(proof), note)
    receipt.check(verifiers())  # never hand out a receipt that does not hold
    return receipt.text


def consistency(old: int, new: int, *, using: str = DEFAULT_DB_ALIAS) -> list[bytes]:
    """Return the proof that the tree of `new` leaves extends the one of `old`."""
    return prove_consistency(old, new, tilestore.reader(using))


def tree_size(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Return how many leaves have their place."""
    size: int | None = (
        Head.objects.using(using).filter(pk=HEAD).values_list("size", flat=True).first()
    )
    return size or 0


def _check_extends(size: int, root: bytes, using: str) -> None:
    last = CheckpointRow.objects.using(using).order_by("-size").first()
    if last is None:
        return
    signed = _open(last.note)
    try:
        if signed.size > size:
            raise EvidenceError(f"{signed.size} leaves were signed, {size} are here")
        proof = prove_consistency(signed.size, size, tilestore.reader(using))
        check_consistency(signed.size, size, proof, signed.root, root)
    except EvidenceError as error:
        raise EvidenceError(
            f"the log does not extend its checkpoint of {signed.size} leaves, so it is not signed",
            hint="run `verify-log` to see which leaves differ",
        ) from error


def _open(note: str) -> Checkpoint:
    try:
        return Checkpoint.open(note, verifiers())
    except EvidenceError as error:
        raise EvidenceError(
            f"a checkpoint of this log cannot be relied on: {error.message}",
            hint="restore every `evidence-*.key` to `KEYS_DIR`, then run `verify-log`",
        ) from error
