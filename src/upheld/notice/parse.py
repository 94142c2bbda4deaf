"""From the text of `notice.md` to a `Notice`.

A small part of Markdown is read: headings, paragraphs, flat lists, tables, links and
emphasis. What else Markdown knows (HTML, images, code, quotes) is refused with its line,
never passed through.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from upheld.notice.split import split
from upheld.notice.types import (
    Block,
    Heading,
    Listing,
    Notice,
    Paragraph,
    Row,
    Sentence,
    Table,
)
from upheld.policy.findings import Finding, PolicyError
from upheld.policy.shape import SENTENCE_ID
from upheld.policy.source import read_text

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DATE = re.compile(
    r"[*_]{0,2}(?:last updated|updated|last revised|revised|effective):?\s+"
    r"(?:(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]+)\s+(?P<year>\d{4})"
    r"|(?P<month2>[A-Za-z]+)\s+(?P<day2>\d{1,2}),\s+(?P<year2>\d{4})"
    r"|(?P<iso>\d{4}-\d{2}-\d{2}))\.?[*_]{0,2}",
    re.IGNORECASE,
)
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_ITEM = re.compile(r"(?P<lead>(?:[-*+]|(?P<number>\d{1,3})[.)])\s+)(?P<text>.*)")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")
_UNSUPPORTED = (
    (re.compile(r"(```|~~~)"), "a code block"),
    (re.compile(r">"), "a quotation"),
    (re.compile(r".*!\[[^\]]*\]\("), "an image"),
    (re.compile(r".*</?[A-Za-z!][^>]*>"), "HTML"),
    (re.compile(r"(-{3,}|\*{3,}|_{3,})$"), "a line across"),
    (re.compile(r"\[[^\]]+\]:\s"), "a link by reference"),
)


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A notice as it was read; None when it cannot be had."""

    notice: Notice | None
    file: str
    findings: tuple[Finding, ...]
    text: str = ""
    date_line: int = 0


def read_notice(path: Path) -> NoticeFile:
    """Read the file at `path`; never raises."""
    text, findings = read_text(path, str(path))
    if text is None:
        return NoticeFile(None, str(path), tuple(findings))
    return parse_notice(text, str(path))


def load_notice(path: Path | str) -> Notice:
    """The notice at `path`; raises `PolicyError` with everything wrong."""
    read = read_notice(Path(path))
    if read.notice is None:
        raise PolicyError(read.findings)
    return read.notice


def parse_notice(text: str, file: str = "notice.md") -> NoticeFile:
    """Read a notice from text; `file` names it in findings. Never raises."""
    parser = _Parser(file)
    parser.run(text)
    notice = None
    if not parser.findings and parser.updated is not None:
        title = next((each.text for each in parser.blocks if isinstance(each, Heading)), "")
        blocks = tuple(parser.blocks)
        notice = Notice(title, parser.updated, blocks, digest(blocks))
    return NoticeFile(notice, file, tuple(parser.findings), text, parser.date_line)


def digest(blocks: Iterable[Block]) -> str:
    """SHA-256, in hex, of what people read: texts in order, markers and line breaks left out."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Heading):
            lines.append(f"{'#' * block.level} {block.text}")
        elif isinstance(block, Paragraph):
            lines.append(" ".join(each.text for each in block.sentences))
        elif isinstance(block, Listing):
            lead = "1." if block.ordered else "-"
            lines += [f"{lead} " + " ".join(each.text for each in item) for item in block.items]
        else:
            lines.append(" | ".join(block.head))
            lines += [" | ".join(row.cells) for row in block.rows]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    indent: int


@dataclass(slots=True)
class _Parser:
    file: str
    findings: list[Finding] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    updated: date | None = None
    date_line: int = 0
    count: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def note(self, code: str, line: int, column: int, message: str, hint: str) -> None:
        self.findings.append(Finding(self.file, line, column, f"notice.{code}", message, hint))

    def run(self, text: str) -> None:
        if not text.strip():
            self.note("empty", 1, 1, "the notice is empty", "write what people shall read")
            return
        group: list[_Line] = []
        for number, raw in enumerate(text.split("\n"), start=1):
            line = _Line(number, raw.strip(), len(raw) - len(raw.lstrip()))
            heading = _HEADING.fullmatch(line.text)
            if heading is None and line.text:
                group.append(line)
                continue
            self.close(group)
            group = []
            if heading is not None:
                self.blocks.append(Heading(len(heading[1]), heading[2], number))
        self.close(group)
        if self.date_line == 0:
            hint = "write `*Last updated: 22 November 2026*` above the first paragraph"
            self.note("date", 1, 1, "the notice has no date on top", hint)

    def close(self, group: list[_Line]) -> None:
        """Turn lines that stand together into blocks."""
        if not group:
            return
        for line in group:
            for pattern, what in _UNSUPPORTED:
                if pattern.match(line.text) and not _RULE.fullmatch(line.text.lstrip("-")):
                    hint = "headings, paragraphs, lists, tables, links and emphasis are read"
                    self.note("unsupported", line.number, line.indent + 1, what, hint)
                    return
        first = group[0]
        if self.date_line == 0 and all(isinstance(each, Heading) for each in self.blocks):
            match = _DATE.fullmatch(first.text)
            if match is not None:
                self.date_line = first.number
                self.updated = self.read_date(match, first)
                self.close(group[1:])
                return
        if len(group) > 1 and "|" in first.text and _RULE.fullmatch(group[1].text):
            self.table(group)
            return
        self.running_text(group)

    def read_date(self, match: re.Match[str], line: _Line) -> date | None:
        try:
            if match["iso"]:
                return date.fromisoformat(match["iso"])
            month = (match["month"] or match["month2"]).capitalize()
            year, day = match["year"] or match["year2"], match["day"] or match["day2"]
            return date(int(year), MONTHS.index(month) + 1, int(day))
        except ValueError:
            message = f"`{line.text.strip('*_')}` holds no date"
            hint = "write `*Last updated: 22 November 2026*`"
            self.note("date", line.number, line.indent + 1, message, hint)
            return None

    def running_text(self, group: list[_Line]) -> None:
        """Paragraphs and lists; a list may follow its introduction without a blank line."""
        paragraph: list[_Line] = []
        items: list[list[_Line]] = []
        ordered = False
        for line in group:
            match = _ITEM.fullmatch(line.text)
            if match is None and not items:
                paragraph.append(line)
            elif match is None:
                items[-1].append(line)
            else:
                if items and line.indent > items[0][0].indent - len(match["lead"]) + 1:
                    hint = "write one flat list"
                    self.note("unsupported", line.number, 1, "a list inside a list", hint)
                ordered = bool(match["number"])
                indent = line.indent + len(match["lead"])
                items.append([_Line(line.number, match["text"], indent)])
        if paragraph:
            self.blocks.append(Paragraph(self.sentences(paragraph)))
        if items:
            last = self.blocks[-1] if self.blocks else None
            made = tuple(self.sentences(item) for item in items)
            if isinstance(last, Listing) and last.ordered == ordered and not paragraph:
                self.blocks[-1] = Listing(ordered, last.items + made)
            else:
                self.blocks.append(Listing(ordered, made))

    def table(self, group: list[_Line]) -> None:
        head = tuple(_cells(group[0].text))
        rows: list[Row] = []
        for line in group[2:]:
            cells = _cells(line.text)
            whole = self.sentences([_Line(line.number, cells[-1], line.indent)], row=True)
            if len(cells) != len(head):
                message = f"this row has {len(cells)} cells, the head has {len(head)}"
                self.note("table", line.number, 1, message, "give each row as many cells")
                continue
            if not whole:
                continue
            cells[-1] = whole[-1].text
            text = ", ".join(cell for cell in cells if cell)
            last = whole[-1]
            sentence = Sentence(text, last.ids, last.info, line.number, 1, last.number)
            rows.append(Row(tuple(cells), sentence))
        self.blocks.append(Table(head, tuple(rows)))

    def sentences(self, lines: list[_Line], *, row: bool = False) -> tuple[Sentence, ...]:
        """The sentences of lines that run on; what is wrong with their markers is noted."""
        text = " ".join(line.text for line in lines)
        starts: list[int] = []
        position = 0
        for line in lines:
            starts.append(position)
            position += len(line.text) + 1

        def place(offset: int) -> tuple[int, int]:
            index = max(each for each, start in enumerate(starts) if start <= max(offset, 0))
            return lines[index].number, lines[index].indent + offset - starts[index] + 1

        found: list[Sentence] = []
        pieces = split(text)
        for index, piece in enumerate(pieces):
            number, column = place(piece.start)
            if not any(sign.isalnum() for sign in piece.text) and not (row and piece.marker):
                if piece.marker is not None:
                    hint = "put it behind the sentence it belongs to"
                    self.note("marker", number, column, "a marker without a sentence", hint)
                elif index and pieces[index - 1].marker is not None:
                    hint = "put the full stop first: `Sentence. [id]`"
                    self.note("marker", number, column, "the marker stands too early", hint)
                continue
            if piece.marker is None:
                start = piece.text if len(piece.text) <= 60 else f"{piece.text[:57]}..."
                hint = "end it with `[id]` of a rule's `says`, or `[info: the reason]`"
                self.note("unmarked", number, column, f"`{start}` has no marker", hint)
                continue
            ids, info = self.marker(piece.marker, *place(piece.marker_at))
            self.count += 1
            found.append(Sentence(piece.text, ids, info, number, column, self.count))
        return tuple(found)

    def marker(self, text: str, line: int, column: int) -> tuple[tuple[str, ...], str]:
        """Ids and reason of a marker, mistakes noted."""
        if text.startswith("info"):
            reason = text.removeprefix("info").removeprefix(":").strip()
            if text[4:5] == ":" and reason:
                return (), reason
            if text in ("info", "info:"):
                hint = "write `[info: why nothing can be enforced]`"
                self.note("marker", line, column, "information without a reason", hint)
                return (), ""
        ids: list[str] = []
        for word in (part.strip() for part in text.split(",")):
            if not SENTENCE_ID.fullmatch(word):
                hint = "lower-case words joined by `-`: `[only-if-agreed]`"
                self.note("marker", line, column, f"`{word}` is not a sentence id", hint)
            elif word in self.seen:
                hint = f"it stands in line {self.seen[word]} already"
                self.note("duplicate-id", line, column, f"`{word}` marks a second sentence", hint)
            else:
                self.seen[word] = line
                ids.append(word)
        return tuple(ids), ""


def _cells(text: str) -> list[str]:
    inner = text.strip().removeprefix("|")
    return [cell.strip() for cell in inner.removesuffix("|").split("|")]
