"""The notice as frozen data: blocks of sentences, each with the ids that bind it to rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `ids` are what rules name in `says`; information has none but `info`,
    the reason why nothing can be enforced. `text` keeps the emphasis and the links."""

    text: str
    ids: tuple[str, ...]
    info: str
    line: int
    column: int
    number: int
    """Counted from 1 through the notice."""

    @property
    def anchor(self) -> str:
        """Its id as an element of a page."""
        return self.ids[0] if self.ids else f"sentence-{self.number}"


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; an item is one or more sentences."""

    ordered: bool
    items: tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table is one sentence, whose text is its cells joined by commas."""

    cells: tuple[str, ...]
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[Row, ...]


Block = Heading | Paragraph | Listing | Table


@dataclass(frozen=True, slots=True)
class Notice:
    """A whole notice. `digest` is the SHA-256 of what people read, markers left out."""

    title: str
    updated: date
    blocks: tuple[Block, ...]
    digest: str

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence in the order of reading."""
        return tuple(_sentences(self.blocks))

    def sentence(self, id: str) -> Sentence | None:
        """The sentence that carries the id."""
        return next((each for each in self.sentences if id in each.ids), None)


def _sentences(blocks: tuple[Block, ...]) -> Iterator[Sentence]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.sentences
        elif isinstance(block, Listing):
            for item in block.items:
                yield from item
        elif isinstance(block, Table):
            for row in block.rows:
                yield row.sentence
