"""Verify the whole log and name what is not as it was: which leaf, which field.

Three witnesses speak of each leaf: its row, the tile that holds its hash, and the signed
checkpoints above it. The checkpoints decide between the other two, because forging one
takes a key that is not in the database. Rows are compared with tiles one by one, so a
finding has an index; only where rows and tiles were rewritten together does it name the
span between the last checkpoint that holds and the first that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import DEFAULT_DB_ALIAS

from upheld.errors import EvidenceError
from upheld.evidence.checkpoint import Checkpoint
from upheld.evidence.hashing import HASH_SIZE
from upheld.evidence.note import Verifier
from upheld.evidence.tree import Frontier
from upheld.journal.checkpoints import tree_size
from upheld.journal.models import Checkpoint as CheckpointRow
from upheld.journal.models import Inbox, Leaf
from upheld.journal.signing import verifiers
from upheld.journal.walking import Place, Walk, find_leaves

Problem = Literal[
    "changed", "dropped", "reordered", "added", "tile", "rewritten", "checkpoint", "size"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was. `index` is None where no single leaf is meant.
    `field` is a field of the leaf (`rows`), `text` when it cannot be told which, a column
    beside the leaf (`column at`), `subject rows`, or empty."""

    problem: Problem
    index: int | None
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """`size` leaves and `checkpoints` were verified; `waiting` events have no place yet.
    `signed` leaves are proven by a checkpoint that holds; what follows them is not yet."""

    size: int
    checkpoints: int
    waiting: int
    signed: int
    findings: tuple[Finding, ...]


def verify(
    *,
    against: str = "",
    keys: Iterable[Verifier] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Report:
    """Check every leaf, tile and checkpoint. Reads only.

    `against` is a signed checkpoint kept elsewhere: with it, a log cut short together
    with its later checkpoints is found too; one that `keys` (default: this log's own) did
    not sign raises `EvidenceError`.
    """
    trusted = tuple(verifiers() if keys is None else keys)
    size = tree_size(using=using)
    signed, findings = _checkpoints(trusted, against, using)
    reach = max([size, *signed])
    if reach > size:
        message = f"{reach} leaves were signed, the log counts {size}"
        findings.append(Finding("size", None, "", message))

    walk = Walk(reach, using)
    row_roots, tile_roots, odd = _roots(walk, signed)
    proven = max(_holds(signed, row_roots), _holds(signed, tile_roots))
    findings += _leaves(odd, _holds(signed, row_roots), reach, using)
    findings += _rewritten(signed, row_roots, tile_roots)
    findings += [
        Finding("tile", None, "", f"tile {level}/{index} does not fit the tiles below it")
        for level, index in walk.odd_upper_tiles()
    ]
    findings += _beyond(reach, using)
    findings.sort(key=lambda finding: -1 if finding.index is None else finding.index)
    return Report(size, len(signed), Inbox.objects.using(using).count(), proven, tuple(findings))


def _checkpoints(
    trusted: tuple[Verifier, ...], against: str, using: str
) -> tuple[dict[int, bytes], list[Finding]]:
    """Return size -> root of each checkpoint whose signature holds, and the others."""
    signed: dict[int, bytes] = {}
    findings: list[Finding] = []
    if against:
        outside = Checkpoint.open(against, trusted)
        signed[outside.size] = outside.root
    for row in CheckpointRow.objects.using(using).order_by("size"):
        try:
            made = Checkpoint.open(row.note, trusted)
            if made.size != row.size:
                raise EvidenceError(f"its row says {row.size} leaves")
            if signed.setdefault(made.size, made.root) != made.root:
                raise EvidenceError("another root was signed for as many leaves")
        except EvidenceError as error:
            message = f"checkpoint of {row.size} leaves: {error.message}"
            findings.append(Finding("checkpoint", None, "", message))
    return signed, findings


def _roots(
    walk: Walk, signed: Mapping[int, bytes]
) -> tuple[dict[int, bytes], dict[int, bytes], list[Place]]:
    """Return the roots at the signed sizes, by rows and by tiles, and the odd places."""
    by_row, by_tile = Frontier(), Frontier()
    row_roots: dict[int, bytes] = {0: by_row.root()}
    tile_roots: dict[int, bytes] = {0: by_tile.root()}
    whole = True
    odd: list[Place] = []
    for place in walk:
        whole = whole and place.row_hash is not None
        if place.row_hash is not None:
            by_row.extend((place.row_hash,))
        by_tile.extend((place.tile_hash or bytes(HASH_SIZE),))
        size = place.index + 1
        if size in signed:
            tile_roots[size] = by_tile.root()
            if whole:
                row_roots[size] = by_row.root()
        if not place.sound:
            odd.append(place)
    return row_roots, tile_roots, odd


def _holds(signed: Mapping[int, bytes], roots: Mapping[int, bytes]) -> int:
    """Return the largest signed size whose root these roots confirm."""
    return max((size for size, root in signed.items() if roots.get(size) == root), default=0)


def _leaves(odd: Sequence[Place], rows_hold: int, reach: int, using: str) -> Iterator[Finding]:
    moved = {
        place.row_hash
        for place in odd
        if place.row_hash is not None and place.row_hash != place.tile_hash
    }
    homes = find_leaves(moved, reach, using)
    for place in odd:
        index = place.index
        if place.row_hash is None:
            if place.tile_hash not in moved:
                yield Finding("dropped", index, "", f"leaf {index} is missing")
        elif place.row_hash == place.tile_hash:
            yield from _beside(place)
        elif index < rows_hold or place.tile_hash is None:
            message = f"leaf {index}: its hash in the tiles is missing or was changed"
            yield Finding("tile", index, "", message)
        elif place.row_hash in homes:
            message = f"row {index} holds leaf {homes[place.row_hash]}"
            yield Finding("reordered", index, "", message)
            if place.tile_hash not in moved:
                yield Finding("dropped", index, "", f"leaf {index} is missing")
        else:
            # Whoever changed the marks too still left the columns that repeat the leaf.
            fields = place.fields or tuple(
                "id" if name == "event" else name for name in place.columns if name != "hash"
            )
            for name in fields or ("text",):
                message = f"leaf {index}: `{name}` was changed"
                yield Finding("changed", index, name, message)


def _beside(place: Place) -> Iterator[Finding]:
    """The leaf itself is as it was; something kept beside it is not."""
    index = place.index
    for name in place.columns:
        message = f"leaf {index}: column `{name}` was changed"
        yield Finding("changed", index, f"column {name}", message)
    if place.lost:
        message = f"leaf {index}: {place.lost} rows that find it for a subject are missing"
        yield Finding("dropped", index, "subject rows", message)
    if place.extra:
        message = f"leaf {index}: {place.extra} rows find it for a subject it is not about"
        yield Finding("added", index, "subject rows", message)


def _rewritten(
    signed: Mapping[int, bytes], row_roots: Mapping[int, bytes], tile_roots: Mapping[int, bytes]
) -> Iterator[Finding]:
    good = 0
    for size in sorted(signed):
        if signed[size] not in (row_roots.get(size), tile_roots.get(size)):
            message = f"leaves {good} to {size - 1} are not those that were signed"
            yield Finding("rewritten", None, "", message)
            return  # every later checkpoint rests on these leaves as well
        good = size


def _beyond(reach: int, using: str) -> Iterator[Finding]:
    rows = Leaf.objects.using(using).filter(index__gte=reach).order_by("index")
    beyond = list(rows.values_list("index", flat=True))
    size = tree_size(using=using)  # read after the rows: the log may have grown meanwhile
    for index in beyond:
        if index >= size:
            message = f"leaf {index} lies beyond the {size} leaves of the log"
            yield Finding("added", index, "", message)
    for index in Leaf.objects.using(using).filter(index__lt=0).values_list("index", flat=True):
        yield Finding("added", index, "", f"leaf {index} has no place in the log")
