"""The tree's tiles in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q

from upheld.evidence.tiles import TileId, TileReader
from upheld.journal.models import Tile


def reader(using: str) -> TileReader:
    """Return a reader that fetches all tiles asked for with one query."""

    def read(wanted: Collection[TileId]) -> dict[TileId, bytes]:
        if not wanted:
            return {}
        places = reduce(or_, (Q(level=level, index=index) for level, index in sorted(wanted)))
        rows = Tile.objects.using(using).filter(places).values_list("level", "index", "hashes")
        return {(level, index): bytes(hashes) for level, index, hashes in rows}

    return read


def write(tiles: Mapping[TileId, bytes], using: str) -> None:
    """Store tiles, new ones and grown ones."""
    Tile.objects.using(using).bulk_create(
        [Tile(level=level, index=index, hashes=hashes) for (level, index), hashes in tiles.items()],
        update_conflicts=True,
        unique_fields=["level", "index"],
        update_fields=["hashes"],
    )
