"""The shape of an RFC 6962 tree: which nodes make up a root, a path, a consistency proof.

Pure arithmetic: a node is `(level, index)` and covers the leaves
`index << level` up to, not including, `(index + 1) << level`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from upheld.errors import EvidenceError
from upheld.evidence.hashing import EMPTY_ROOT, node_hash

Node = tuple[int, int]
"""`(level, index)`; level 0 are the leaves."""
Range = tuple[int, int]
"""Leaves from the first, up to but without the second."""


def split(size: int) -> int:
    """Return the largest power of two smaller than `size` (RFC 6962's k); size >= 2."""
    return 1 << (size - 1).bit_length() - 1


def nodes_of(span: Range) -> list[Node]:
    """Return the full subtrees that make up a range of a tree, largest first.

    The range must be one that the tree's own splitting makes, so that its start is a
    multiple of its largest subtree.
    """
    low, high = span
    found: list[Node] = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append((level, low >> level))
        low += 1 << level
    return found


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove leaf `index` in a tree of `size`, leaf first."""
    if not 0 <= index < size:
        raise EvidenceError(f"leaf {index} is not in a tree of {size} leaves")
    path: list[Range] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that the first `old` leaves did not change."""
    if not 0 <= old <= new:
        raise EvidenceError(f"a tree of {new} leaves cannot extend one of {old}")
    if old in (0, new):
        return []
    path: list[Range] = []
    low, high = 0, new
    whole = True  # the old tree is a complete subtree that the verifier already knows
    while old != high:
        middle = low + split(high - low)
        if old <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
            whole = False
    if not whole:
        path.append((low, high))
    return path[::-1]


def range_hash(span: Range, hashes: Mapping[Node, bytes]) -> bytes:
    """Fold the subtrees of a range into one hash, from the right."""
    first, *rest = reversed(nodes_of(span))
    folded = hashes[first]
    for node in rest:
        folded = node_hash(hashes[node], folded)
    return folded


class Frontier:
    """A tree that only grows, in memory of O(log n): the full subtrees of its right edge."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """`peaks` are the hashes of `nodes_of((0, size))`, largest first."""
        if len(peaks) != size.bit_count():
            raise EvidenceError(f"a tree of {size} leaves has not {len(peaks)} peaks")
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        return tuple(self._peaks)

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Append leaves, each given as its 32-byte hash."""
        peaks, size = self._peaks, self.size
        for folded in leaf_hashes:
            carry = size
            while carry & 1:
                folded = node_hash(peaks.pop(), folded)
                carry >>= 1
            peaks.append(folded)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Return the root over all leaves so far; `EMPTY_ROOT` for none."""
        if not self._peaks:
            return EMPTY_ROOT
        *rest, folded = self._peaks
        for peak in reversed(rest):
            folded = node_hash(peak, folded)
        return folded
