"""Cut running text into sentences, each with the marker that stands behind it.

A marker is `[id]`, `[id, id2]` or `[info: reason]`; `[text](address)` is a link and none.
A sentence ends at its marker. Where a full stop, question or exclamation mark ends one
before a marker came, the sentence has no marker, which is an error of the notice;
abbreviations and numbers with dots end nothing, save those that like to stand at an end
(`etc.`, `p.m.`): a sentence too many is seen by its author, one too few by nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = re.compile(r"\[([^\[\]]*)\](?!\()")
_LINK = re.compile(r"\[[^\[\]]*\]\([^()\s]*\)")
_END = re.compile(r"[.!?][\"'”’)*_]*(?=\s+[\"'“‘(*_\[]*[^\W\d_a-zß-öø-ÿ]|\s+[0-9])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|cf|vs|viz|approx|incl|excl|ca|no|nos|nr|art|arts|sec|para|ch|"
    r"fig|p|pp|mr|mrs|ms|dr|prof|st|rev|hon|sr|jr|co|corp|inc|ltd|llc|plc|bros|dept|est|ext|"
    r"tel|fax|av|ave|blvd|rd|u\.s|u\.k|e\.u|[a-z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence as cut out. `marker` is what stood in brackets, None when nothing did;
    `start` and `marker_at` count characters from the start of the text."""

    text: str
    marker: str | None
    start: int
    marker_at: int


def split(text: str) -> list[Piece]:
    """The sentences of a paragraph, list item or cell whose lines are joined already."""
    links = [match.span() for match in _LINK.finditer(text)]

    def inside_link(position: int) -> bool:
        return any(start <= position < end for start, end in links)

    pieces: list[Piece] = []
    position = 0
    for match in _MARKER.finditer(text):
        if inside_link(match.start()):
            continue
        chunk = text[position : match.start()]
        ends = [end for end in _ends(chunk) if not inside_link(position + end - 1)]
        for start, end in zip([0, *ends], ends, strict=False):
            pieces.extend(_piece(text, position + start, position + end, None, -1))
        start = position + (ends[-1] if ends else 0)
        cut = _piece(text, start, match.start(), match[1].strip(), match.start())
        pieces.extend(cut or [Piece("", match[1].strip(), match.start(), match.start())])
        position = match.end()
    rest = text[position:]
    ends = [end for end in _ends(rest) if not inside_link(position + end - 1)]
    for start, end in zip([0, *ends], [*ends, len(rest)], strict=True):
        pieces.extend(_piece(text, position + start, position + end, None, -1))
    return pieces


def _piece(text: str, start: int, end: int, marker: str | None, at: int) -> list[Piece]:
    chunk = text[start:end]
    stripped = chunk.strip()
    if not stripped:
        return []
    return [Piece(stripped, marker, start + len(chunk) - len(chunk.lstrip()), at)]


def _ends(chunk: str) -> list[int]:
    """Where sentences end inside the chunk, its own end left out."""
    found = []
    for match in _END.finditer(chunk):
        before = chunk[: match.start() + 1]
        if match[0][0] == "." and _ABBREVIATION.search(before):
            continue
        found.append(match.end())
    return found
