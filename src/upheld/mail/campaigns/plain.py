"""The text part of a campaign, made from its HTML so that both say the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from textwrap import wrap

WIDTH = 72
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "ul", "ol", "blockquote", "hr", "div", "table", "tr"})


class _Writing(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._href = ""
        self._lists: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else -1)
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        if tag == "hr":
            self.parts.append("--\n\n")
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n" + self._bullet())
        elif tag == "a":
            self._href = given.get("href") or ""
        elif tag == "img" and given.get("alt"):
            self.parts.append(f"[{given['alt']}]")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        if tag == "a":
            if self._href and not "".join(self.parts[-1:]).endswith(self._href):
                self.parts.append(f" ( {self._href} )")
            self._href = ""

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "


def text_of(html: str) -> str:
    """Return HTML as plain text: links with their address, lists with bullets."""
    writing = _Writing()
    writing.feed(html)
    writing.close()
    lines = (line.strip() for line in "".join(writing.parts).split("\n"))
    text = "\n".join(_wrapped(line) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _wrapped(line: str) -> str:
    """Fold one line; addresses stay whole."""
    return "\n".join(
        wrap(
            line,
            WIDTH,
            break_long_words=False,
            break_on_hyphens=False,
            subsequent_indent=_hang(line),
        )
    )


def _hang(line: str) -> str:
    return "  " if line.startswith("- ") else ""
