"""A tree in memory, stored the way the journal stores it, that counts its reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from upheld.evidence import tiles
from upheld.evidence.hashing import leaf_hash
from upheld.evidence.tiles import TileId
from upheld.evidence.tree import Frontier


class Store:
    def __init__(self, leaves: Sequence[bytes] = (), batch: int = 1000) -> None:
        self.tiles: dict[TileId, bytes] = {}
        self.size = 0
        self.reads: list[int] = []
        hashes = [leaf_hash(leaf) for leaf in leaves]
        for at in range(0, len(hashes), batch):
            self.append(hashes[at : at + batch])

    def read(self, wanted: Collection[TileId]) -> dict[TileId, bytes]:
        self.reads.append(len(wanted))
        return {tile: self.tiles[tile] for tile in wanted if tile in self.tiles}

    def append(self, hashes: Sequence[bytes]) -> None:
        self.tiles |= tiles.append(self.size, hashes, self.read)
        self.size += len(hashes)

    def root(self, size: int | None = None) -> bytes:
        size = self.size if size is None else size
        return Frontier(size, tiles.peaks(size, self.read)).root()


def some_leaves(count: int) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(count)]
