"""The tree as stored: tiles of up to 256 hashes, so that few reads answer any question.

Tile `(level, index)` holds, as one string, the hashes of the tree's nodes of level
`8 * level` from `256 * index` on. A tile grows at its end and is never changed once it
has 256 hashes. A million leaves are 3,907 tiles, and a proof reads at most six of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from upheld.errors import EvidenceError
from upheld.evidence.hashing import HASH_SIZE, perfect_root
from upheld.evidence.tree import Node, Range, nodes_of, range_hash

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
FULL = TILE_WIDTH * HASH_SIZE
"""Bytes of a full tile."""

TileId = tuple[int, int]
TileReader = Callable[[Collection[TileId]], Mapping[TileId, bytes]]
"""Fetches tiles, all at once; a tile that is missing is left out."""


def edge(size: int) -> list[TileId]:
    """Return the tiles at the right edge that are not full: those an append continues."""
    found: list[TileId] = []
    level = 0
    while size:
        if size % TILE_WIDTH:
            found.append((level, size // TILE_WIDTH))
        size //= TILE_WIDTH
        level += 1
    return found


def append(size: int, leaf_hashes: Sequence[bytes], read: TileReader) -> dict[TileId, bytes]:
    """Return the tiles that change when leaves are appended to a tree of `size` leaves.

    The cost is the new leaves and one tile a level. Raises `EvidenceError` when a tile
    at the edge is missing or has another length than the size says.
    """
    kept = read(edge(size)) if leaf_hashes else {}
    changed: dict[TileId, bytes] = {}
    incoming = b"".join(leaf_hashes)
    level = 0
    while incoming:
        index, filled = divmod(size, TILE_WIDTH)
        data = incoming
        if filled:
            data = _whole((level, index), kept.get((level, index), b""), filled) + incoming
        roots: list[bytes] = []
        for at in range(0, len(data), FULL):
            tile = data[at : at + FULL]
            changed[level, index + at // FULL] = tile
            if len(tile) == FULL:
                roots.append(perfect_root(tile))
        incoming = b"".join(roots)
        size //= TILE_WIDTH
        level += 1
    return changed


def ranges(spans: Sequence[Range], read: TileReader) -> list[bytes]:
    """Return the hash of each range, with one read of all tiles that are needed."""
    needed = {node for span in spans for node in nodes_of(span)}
    hashes = _nodes(needed, read)
    return [range_hash(span, hashes) for span in spans]


def peaks(size: int, read: TileReader) -> list[bytes]:
    """Return the peaks of a tree of `size`, as `Frontier` takes them."""
    wanted = nodes_of((0, size))
    hashes = _nodes(wanted, read)
    return [hashes[node] for node in wanted]


def _nodes(wanted: Iterable[Node], read: TileReader) -> dict[Node, bytes]:
    places = {node: _place(node) for node in wanted}
    tiles = read({tile for tile, _, _ in places.values()}) if places else {}
    return {
        node: perfect_root(_cut(tile, tiles.get(tile, b""), start, stop))
        for node, (tile, start, stop) in places.items()
    }


def _place(node: Node) -> tuple[TileId, int, int]:
    level, height = divmod(node[0], TILE_HEIGHT)
    index, start = divmod(node[1] << height, TILE_WIDTH)
    return (level, index), start, start + (1 << height)


def _cut(tile: TileId, data: bytes, start: int, stop: int) -> bytes:
    if len(data) < stop * HASH_SIZE:
        raise _short(tile, len(data), stop)
    return data[start * HASH_SIZE : stop * HASH_SIZE]


def _whole(tile: TileId, data: bytes, filled: int) -> bytes:
    if len(data) != filled * HASH_SIZE:
        raise _short(tile, len(data), filled)
    return data


def _short(tile: TileId, length: int, wanted: int) -> EvidenceError:
    return EvidenceError(
        f"tile {tile[0]}/{tile[1]} has {length // HASH_SIZE} hashes where {wanted} belong",
        hint="run `verify-log` to see which leaves differ",
    )
