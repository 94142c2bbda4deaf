"""The content policy of each answer: what the site wrote, less every outside origin that is
not declared and agreed to, plus those that are.

The ground is the header that the app made (django-csp's settings and decorators). An answer
without one gets `GROUND`, which judges origins and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from upheld.policy.types import Embed

HEADER = "Content-Security-Policy"
REPORT_ONLY = "Content-Security-Policy-Report-Only"
GROUND = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'"
DEFAULT = "default-src"
FETCHING = frozenset(
    f"{name}-src"
    for name in (
        "child", "connect", "default", "fenced-frame", "font", "frame", "img", "manifest",
        "media", "object", "prefetch", "script", "style", "worker",
    )
) | {"script-src-elem", "style-src-elem"}  # fmt: skip
"""Directives that let a page load something. `form-action` and the like name where people
may go, which is theirs to decide."""
_LOCAL = ("data:", "blob:", "filesystem:", "mediastream:")

Directives = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Settled:
    """The header to send, and the outside sources that were taken out: (directive, source)."""

    text: str
    refused: tuple[tuple[str, str], ...]


def parse(text: str) -> Directives:
    """Read a header. A directive given twice counts once, as in browsers."""
    found: Directives = {}
    for part in text.split(";"):
        words = part.split()
        if words:
            found.setdefault(words[0].lower(), words[1:])
    return found


def settled(
    text: str, *, own: Iterable[str], allowed: Iterable[Embed], report: str = "", group: str = ""
) -> Settled:
    """Hold `text` to what is allowed. `own` are the site's hosts (with the port where it is
    not the scheme's), `report` the address of reports, `group` the name of their endpoint."""
    directives = parse(text)
    embeds, hosts = list(allowed), frozenset(own)
    refused: list[tuple[str, str]] = []
    for name in FETCHING & directives.keys():
        kept = []
        for source in directives[name]:
            if is_outside(source, hosts) and not _is_declared(name, source, embeds):
                refused.append((name, source))
            else:
                kept.append(source)
        directives[name] = kept or ["'none'"]
    for embed in embeds:
        for kind in embed.kinds:
            _let_in(directives, kind, embed.origin)
    if report:
        directives["report-uri"] = [report]
    if group:
        directives["report-to"] = [group]
    line = "; ".join(" ".join((name, *words)) for name, words in directives.items())
    return Settled(line, tuple(sorted(refused)))


def is_outside(source: str, own: frozenset[str]) -> bool:
    """Whether a source expression lets anything in that is not this site's own."""
    word = source.lower()
    if word.startswith("'") or word in _LOCAL:
        return False
    return host_of(word) not in own


def host_of(word: str) -> str:
    """The host of a source or address, with its port when it has one; empty for a scheme
    alone."""
    if word.endswith(":"):
        return ""
    return urlsplit(word if "//" in word else f"//{word}").netloc.lower()


def _is_declared(directive: str, source: str, embeds: list[Embed]) -> bool:
    return any(
        source.rstrip("/") == embed.origin and directive in _directives_of(embed)
        for embed in embeds
    )


def _directives_of(embed: Embed) -> Iterator[str]:
    for kind in embed.kinds:
        yield f"{kind}-src"
        if kind in ("script", "style"):
            yield f"{kind}-src-elem"


def _let_in(directives: Directives, kind: str, origin: str) -> None:
    """Add `origin` where the browser will look for sources of this kind."""
    names = [f"{kind}-src"]
    if f"{kind}-src-elem" in directives:
        names.append(f"{kind}-src-elem")
    for name in names:
        words = directives.get(name)
        if words is None:
            fallback = "child-src" if kind == "frame" and "child-src" in directives else DEFAULT
            words = directives.get(fallback)
            if words is None:
                continue  # nothing limits this kind
        wider = [word for word in words if word != "'none'"]
        directives[name] = wider if origin in wider else [*wider, origin]
