"""The notice as HTML: each sentence is an element that carries its ids.

    <span class="sentence" id="only-if-agreed" data-sentence="only-if-agreed one-click">

so that a page can link a sentence to its proof, and a proof to its sentence. Nothing of
the notice's own text reaches the page unescaped.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from upheld.notice.inline import to_html
from upheld.notice.parse import MONTHS
from upheld.notice.types import Block, Heading, Listing, Notice, Paragraph, Row, Sentence

After = Callable[[Sentence], str]
"""HTML that a page puts behind a sentence, inside its element; it answers for its safety."""


def render(notice: Notice, *, after: After | None = None) -> str:
    """The whole notice, its date on top. Headings keep their levels."""
    add = after or (lambda sentence: "")
    day = notice.updated
    written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    date_line = (
        f'<p class="updated">Last updated: <time datetime="{day.isoformat()}">{written}</time></p>'
    )
    return "\n".join([date_line, *(_block(block, add) for block in notice.blocks)]) + "\n"


def render_sentence(sentence: Sentence, *, after: After | None = None) -> str:
    """One sentence as its element."""
    return _span(sentence, to_html(sentence.text), after or (lambda each: ""))


def _span(sentence: Sentence, inner: str, after: After) -> str:
    kind = "sentence" if sentence.ids else "sentence information"
    ids = f' data-sentence="{escape(" ".join(sentence.ids))}"' if sentence.ids else ""
    anchor = escape(sentence.anchor)
    return f'<span class="{kind}" id="{anchor}"{ids}>{inner}{after(sentence)}</span>'


def _sentences(sentences: tuple[Sentence, ...], after: After) -> str:
    return " ".join(_span(each, to_html(each.text), after) for each in sentences)


def _block(block: Block, after: After) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{to_html(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f"<p>{_sentences(block.sentences, after)}</p>"
    if isinstance(block, Listing):
        name = "ol" if block.ordered else "ul"
        items = "\n".join(f"<li>{_sentences(item, after)}</li>" for item in block.items)
        return f"<{name}>\n{items}\n</{name}>"
    head = "".join(f'<th scope="col">{to_html(cell)}</th>' for cell in block.head)
    rows = "\n".join(_row(row, after) for row in block.rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _row(row: Row, after: After) -> str:
    """The last cell holds the element, the row carries no second id."""
    cells = [f"<td>{to_html(cell)}</td>" for cell in row.cells[:-1]]
    cells.append(f"<td>{_span(row.sentence, to_html(row.cells[-1]), after)}</td>")
    return f"<tr>{''.join(cells)}</tr>"
