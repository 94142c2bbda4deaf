"""Walk rows and tiles side by side and note, leaf by leaf, where they differ."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from upheld.evidence.hashing import HASH_SIZE, leaf_hash, perfect_root
from upheld.evidence.leaf import changed_fields
from upheld.evidence.tiles import FULL, TILE_WIDTH
from upheld.journal.models import Leaf, LeafSubject, Tile

STEP = 16 * TILE_WIDTH
"""Leaves read at a time: what bounds the memory of a walk."""


@dataclass(frozen=True, slots=True)
class Place:
    """One index of the log: the hash of the row there and the hash in the tile; None =
    missing. `fields` of the leaf and `columns` beside it are those that do not fit;
    `lost` and `extra` count the rows by which its subjects find it."""

    index: int
    row_hash: bytes | None
    tile_hash: bytes | None
    fields: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    lost: int = 0
    extra: int = 0

    @property
    def sound(self) -> bool:
        return (
            self.row_hash is not None
            and self.row_hash == self.tile_hash
            and not (self.columns or self.lost or self.extra)
        )


class Walk:
    """Iterate over the places `0 ... reach - 1`. Reads only.

    After the iteration `tile_roots` holds the root of each full tile of leaves, empty
    where the tile is cut short.
    """

    def __init__(self, reach: int, using: str) -> None:
        self.reach = reach
        self.using = using
        self.tile_roots: list[bytes] = []

    def __iter__(self) -> Iterator[Place]:
        for start in range(0, self.reach, STEP):
            stop = min(start + STEP, self.reach)
            yield from self._step(start, stop)

    def _step(self, start: int, stop: int) -> Iterator[Place]:
        tiles = self._tiles(start // TILE_WIDTH, -(-stop // TILE_WIDTH))
        rows = {
            row.index: row
            for row in Leaf.objects.using(self.using).filter(index__gte=start, index__lt=stop)
        }
        about: dict[int, set[str]] = defaultdict(set)
        pairs = LeafSubject.objects.using(self.using).filter(leaf__gte=start, leaf__lt=stop)
        for leaf, name in pairs.values_list("leaf", "pseudonym"):
            about[leaf].add(name)
        for index in range(start, stop):
            number, at = divmod(index, TILE_WIDTH)
            stored = tiles.get(number, b"")[at * HASH_SIZE : (at + 1) * HASH_SIZE]
            tile_hash = stored if len(stored) == HASH_SIZE else None
            row = rows.get(index)
            if row is None:
                yield Place(index, None, tile_hash, extra=len(about[index]))
            else:
                yield _place(row, tile_hash, about[index])

    def _tiles(self, first: int, stop: int) -> dict[int, bytes]:
        rows = Tile.objects.using(self.using).filter(level=0, index__gte=first, index__lt=stop)
        tiles = {tile.index: bytes(tile.hashes) for tile in rows}
        for index in range(first, min(stop, self.reach // TILE_WIDTH)):
            data = tiles.get(index, b"")
            self.tile_roots.append(perfect_root(data) if len(data) == FULL else b"")
        return tiles

    def odd_upper_tiles(self) -> Iterator[tuple[int, int]]:
        """Yield `(level, index)` of each tile above the leaves that does not fit those below."""
        level, below = 1, self.tile_roots
        while below:
            stored = {
                tile.index: bytes(tile.hashes)
                for tile in Tile.objects.using(self.using).filter(level=level)
            }
            above: list[bytes] = []
            for at in range(0, len(below), TILE_WIDTH):
                expected = below[at : at + TILE_WIDTH]
                data = stored.get(at // TILE_WIDTH, b"")
                if not _fits(expected, data):
                    yield level, at // TILE_WIDTH
                if len(expected) == TILE_WIDTH:
                    above.append(perfect_root(b"".join(expected)) if all(expected) else b"")
            level, below = level + 1, above


def find_leaves(hashes: Collection[bytes], reach: int, using: str) -> dict[bytes, int]:
    """Return where in the tiles these leaf hashes are, for those that are."""
    found: dict[bytes, int] = {}
    if not hashes:
        return found
    rows = Tile.objects.using(using).filter(level=0, index__lt=-(-reach // TILE_WIDTH))
    for tile in rows.order_by("index").iterator(chunk_size=64):
        data = bytes(tile.hashes)
        for at in range(0, len(data), HASH_SIZE):
            stored = data[at : at + HASH_SIZE]
            if stored in hashes:
                found.setdefault(stored, tile.index * TILE_WIDTH + at // HASH_SIZE)
    return found


def _fits(expected: list[bytes], data: bytes) -> bool:
    if len(data) < len(expected) * HASH_SIZE:
        return False
    return all(
        not root or data[at * HASH_SIZE : (at + 1) * HASH_SIZE] == root
        for at, root in enumerate(expected)
    )


def _place(row: Leaf, tile_hash: bytes | None, about: set[str]) -> Place:
    row_hash = leaf_hash(row.text.encode())
    fields = () if row_hash == tile_hash else changed_fields(row.text, row.marks)
    columns: tuple[str, ...] = ("hash",) if bytes(row.hash) != row_hash else ()
    try:
        record = json.loads(row.text)
        at = datetime.fromisoformat(record["at"])
        columns += tuple(
            name
            for name, kept, said in (
                ("at", row.at, at),
                ("event", row.event, record["id"]),
                ("kind", row.kind, record["kind"]),
            )
            if kept != said
        )
        subjects = set(record["subjects"])
    except (ValueError, KeyError, TypeError):  # no leaf any more: its hash says so too
        subjects = about
    return Place(
        row.index,
        row_hash,
        tile_hash,
        fields,
        columns,
        lost=len(subjects - about),
        extra=len(about - subjects),
    )
