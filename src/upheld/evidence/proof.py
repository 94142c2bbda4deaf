"""Inclusion and consistency proofs: made from tiles, checked by anybody (RFC 9162, 2.1)."""

from __future__ import annotations

from collections.abc import Sequence

from upheld.errors import EvidenceError
from upheld.evidence import tiles
from upheld.evidence.hashing import node_hash
from upheld.evidence.tree import consistency_ranges, inclusion_ranges


def prove_inclusion(index: int, size: int, read: tiles.TileReader) -> list[bytes]:
    """Return the hashes from the leaf's sibling up to the root's child."""
    return tiles.ranges(inclusion_ranges(index, size), read)


def prove_consistency(old: int, new: int, read: tiles.TileReader) -> list[bytes]:
    """Return the hashes that show the first `old` of `new` leaves to be the same."""
    return tiles.ranges(consistency_ranges(old, new), read)


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise `EvidenceError` unless the leaf with this hash is at `index` under `root`."""
    if not 0 <= index < size:
        raise EvidenceError(f"leaf {index} is not in a tree of {size} leaves")
    folded = leaf
    place, last = index, size - 1
    for sibling in proof:
        if last == 0:
            raise EvidenceError("the inclusion proof is too long")
        if place & 1 or place == last:
            folded = node_hash(sibling, folded)
            while not place & 1 and place:  # a right edge without a sibling on these levels
                place >>= 1
                last >>= 1
        else:
            folded = node_hash(folded, sibling)
        place >>= 1
        last >>= 1
    if last:
        raise EvidenceError("the inclusion proof is too short")
    if folded != root:
        raise EvidenceError(f"leaf {index} is not under this root")


def check_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Raise `EvidenceError` unless the tree of `new` leaves extends the one of `old`."""
    if not 0 <= old <= new:
        raise EvidenceError(f"a tree of {new} leaves cannot extend one of {old}")
    if old in (0, new):
        if proof:
            raise EvidenceError("the consistency proof is too long")
        if old == new and old_root != new_root:
            raise EvidenceError(f"two different trees of {old} leaves")
        return
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not hashes:
        raise EvidenceError("the consistency proof is too short")
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise EvidenceError("the consistency proof is too long")
        if place & 1 or place == last:
            before = node_hash(sibling, before)
            after = node_hash(sibling, after)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            after = node_hash(after, sibling)
        place >>= 1
        last >>= 1
    if last:
        raise EvidenceError("the consistency proof is too short")
    if before != old_root:
        raise EvidenceError(f"the first {old} leaves are not those signed before")
    if after != new_root:
        raise EvidenceError(f"the tree of {new} leaves does not extend the one of {old}")
