"""Links and emphasis inside a text: the only Markdown that stands within a line.

Everything else is text and is escaped. An address that is not a web page, a mailbox, a
telephone number or a place on this site is shown as text, never as a link.
"""

from __future__ import annotations

import re
from html import escape

_PART = re.compile(
    r"\[(?P<label>[^\[\]]+)\]\((?P<address>[^()\s]+)\)"
    r"|\*\*(?P<strong>[^*\s](?:[^*]*[^*\s])?)\*\*"
    r"|(?<![\w*])\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<em2>[^_\s](?:[^_]*[^_\s])?)_(?!\w)"
)
_SAFE = re.compile(
    r"https://[^\s\"'<>]+|mailto:[^\s\"'<>]+|tel:[+0-9-]+|/(?![/\\])[^\s\"'<>]*|#[\w-]+"
)


def to_html(text: str) -> str:
    """The text as HTML that is safe to put in a page."""
    found: list[str] = []
    position = 0
    for match in _PART.finditer(text):
        found.append(escape(text[position : match.start()]))
        found.append(_part(match))
        position = match.end()
    found.append(escape(text[position:]))
    return "".join(found)


def _part(match: re.Match[str]) -> str:
    if match["label"] is not None:
        label = to_html(match["label"])
        if not _SAFE.fullmatch(match["address"]):
            return escape(match[0])
        outside = ' rel="noreferrer"' if match["address"].startswith("https:") else ""
        return f'<a href="{escape(match["address"])}"{outside}>{label}</a>'
    if match["strong"] is not None:
        return f"<strong>{to_html(match['strong'])}</strong>"
    return f"<em>{to_html(match['em'] or match['em2'])}</em>"


def to_text(text: str) -> str:
    """The text without links' addresses and emphasis, for mails and lists."""

    def words(match: re.Match[str]) -> str:
        inner = match["label"] or match["strong"] or match["em"] or match["em2"]
        return to_text(inner)

    return _PART.sub(words, text)
