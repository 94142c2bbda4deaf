"""Product pictures: drawings are vector files and need no thumbnails."""

from __future__ import annotations

from typing import Any, NamedTuple

from oscar.core.thumbnails import AbstractThumbnailer, SorlThumbnail


class Vector(NamedTuple):
    """A vector picture in the role of a thumbnail of itself, sizes in pixels."""

    url: str
    width: int
    height: int


class VectorThumbnailer(AbstractThumbnailer):  # type: ignore[misc] # Oscar ships no types
    """Oscar's thumbnailer: vector files are their own thumbnail, others go to sorl."""

    def generate_thumbnail(self, source: Any, **opts: Any) -> Any:
        if str(getattr(source, "name", source)).endswith(".svg"):
            width, _, height = opts["size"].partition("x")
            side = int(width or height)
            return Vector(source.url, side, int(height or side))
        return SorlThumbnail().generate_thumbnail(source, **opts)

    def delete_thumbnails(self, source: Any) -> None:
        if not str(getattr(source, "name", source)).endswith(".svg"):
            SorlThumbnail().delete_thumbnails(source)
