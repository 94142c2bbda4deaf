"""What somebody with full rights on the database could do to the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from upheld import journal
from upheld.evidence import tiles
from upheld.evidence.hashing import leaf_hash
from upheld.evidence.leaf import marks
from upheld.journal import Event
from upheld.journal.models import Checkpoint, Head, Leaf, LeafSubject, Tile

TABLES = ("upheld_leaf", "upheld_leafsubject", "upheld_checkpoint")


class _Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Run the block without triggers and take back everything it did."""
    try:
        with transaction.atomic():
            disable_triggers()
            yield
            raise _Undo
    except _Undo:
        pass


def disable_triggers() -> None:
    if connection.vendor == "postgresql":
        with connection.schema_editor() as editor:
            for table in TABLES:
                editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER", params=None)


def make_log(sizes: list[int]) -> None:
    """Write a log with a checkpoint at each of these sizes but for the last."""
    written = 0
    for number, size in enumerate(sizes):
        while written < size:
            journal.write_now(
                Event("export", "rights", rows=written, subjects=(f"member:{written % 3}",))
            )
            written += 1
        if number < len(sizes) - 1:
            journal.checkpoint()
    journal.sequence()


def change_text(index: int, old: str, new: str, *, cover: bool = False) -> None:
    """Change the words of a leaf; with `cover` also the columns that would show it."""
    row = Leaf.objects.get(index=index)
    text = row.text.replace(old, new)
    assert text != row.text
    changes: dict[str, object] = {"text": text}
    if cover:
        changes |= {"hash": leaf_hash(text.encode()), "marks": marks(text)}
    Leaf.objects.filter(index=index).update(**changes)


def swap(one: int, two: int) -> None:
    """Exchange two rows whole, only their places stay."""
    Leaf.objects.filter(index=one).update(index=-1)
    Leaf.objects.filter(index=two).update(index=one)
    Leaf.objects.filter(index=-1).update(index=two)
    LeafSubject.objects.filter(leaf=one).update(leaf=-1)
    LeafSubject.objects.filter(leaf=two).update(leaf=one)
    LeafSubject.objects.filter(leaf=-1).update(leaf=two)


def drop(index: int) -> None:
    Leaf.objects.filter(index=index).delete()
    LeafSubject.objects.filter(leaf=index).delete()


def close_gap(index: int, size: int) -> None:
    """Move the rows behind a dropped one up, so that no number is missing before the end."""
    for later in range(index + 1, size):
        Leaf.objects.filter(index=later).update(index=later - 1)
        LeafSubject.objects.filter(leaf=later).update(leaf=later - 1)


def rebuild_tiles() -> None:
    """Make the tiles and the size fit whatever the rows say now."""
    Tile.objects.all().delete()
    texts = list(Leaf.objects.order_by("index").values_list("text", flat=True))
    made = tiles.append(0, [leaf_hash(text.encode()) for text in texts], lambda wanted: {})
    for (level, index), hashes in made.items():
        Tile.objects.create(level=level, index=index, hashes=hashes)
    Head.objects.update(size=len(texts))


def cut(size: int) -> None:
    """Cut the log to `size` leaves with everything that knew of more."""
    Leaf.objects.filter(index__gte=size).delete()
    LeafSubject.objects.filter(leaf__gte=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    rebuild_tiles()
