"""Sentences of the notice as links: where a page says "we promised", it shows the words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from upheld.datamap.active import active
from upheld.notice.inline import to_text


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence of the notice, its text without links and emphasis."""

    id: str
    text: str


def promises(ids: Iterable[str]) -> tuple[Promise, ...]:
    """Return the sentences that carry `ids`, in the order given; unknown ids are left out."""
    notice = active().notice
    found = ((id, notice.sentence(id)) for id in ids)
    return tuple(Promise(id, to_text(each.text)) for id, each in found if each is not None)


def with_code(text: str) -> SafeString:
    """Return `text` as HTML in which words in backticks are code."""
    words, *rest = text.split("`")
    if len(rest) % 2:  # an unpaired backtick is a backtick
        return format_html("{}", text)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return format_html("{}{}", words, format_html_join("", "<code>{}</code>{}", pairs))
