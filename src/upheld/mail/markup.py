"""HTML of mails: styles inlined, nothing that loads from elsewhere, no link that knows who
clicked."""

from __future__ import annotations

import hashlib
import html
import re
from base64 import b64encode, urlsafe_b64encode
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

import css_inline
import nh3

from upheld.conf import conf
from upheld.errors import MailError
from upheld.mail.heading import host
from upheld.policy.types import MailRule

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd",
    "del", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "ins", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"style", "align", "valign", "width", "height", "bgcolor", "dir", "lang", "title", "role"},
    "a": {"href"},
    "img": {"src", "alt"},
    "table": {"cellpadding", "cellspacing", "border"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_LOADING = re.compile(r"(?i)url\s*\(|@import|expression\s*\(|\\")
_LINK = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
_ENTITY_PARAMETERS = re.compile(
    r"(?i)(e?-?mail|member|guest|subject|person|user|uid|customer|subscriber|recipient|contact)"
    r"([_-]?(id|no|number|ref|hash))?"
)
PAGE = (
    '<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title></head>\n'
    "<body>\n{body}\n{footer}\n</body></html>\n"
)


@lru_cache(maxsize=64)
def tidy(written: str) -> str:
    """Return the body of an HTML mail: styles inlined, scripts, forms, frames and everything
    that a mail programme would load from elsewhere taken out."""
    inlined = css_inline.CSSInliner(load_remote_stylesheets=False).inline(written)
    return nh3.clean(
        inlined,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        attribute_filter=_kept,
        clean_content_tags={"script", "style", "title", "head"} - _TAGS,
    ).strip()


def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "style" and _LOADING.search(value):
        return None
    if tag == "img" and name == "src" and not value.lower().startswith("cid:"):
        return None  # whoever serves the picture would learn who opens the mail, and when
    return value


def plain(written: str) -> str:
    """Return HTML as text, for a mail that came without a text part."""
    linked = re.sub(
        r'(?is)<a\b[^>]*\bhref="([^"]+)"[^>]*>(.*?)</a>',
        lambda found: f"{found[2]} ( {found[1]} )",
        written,
    )
    broken = re.sub(r"(?i)<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", "\n", linked)
    text = nh3.clean(broken, tags=set(), clean_content_tags={"script", "style", "title", "head"})
    lines = (" ".join(line.split()) for line in html.unescape(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def check_links(parts: tuple[str, ...], rule: MailRule, subject: str, address: str) -> None:
    """Refuse a link from which its target would learn who clicked. Raises `MailError`.

    Links to the site's own privacy pages are exempt: their tokens are ours and opaque.
    """
    ours = {host(), urlsplit(conf().SITE_URL).hostname}
    for link in {link for part in parts for link in _LINK.findall(html.unescape(part))}:
        pieces = urlsplit(link)
        if pieces.hostname in ours and pieces.path.startswith("/privacy/"):
            continue
        if _knows(link, subject, address):
            raise MailError(
                f"a link to `{pieces.hostname}` would tell who clicked it",
                hint="give everybody the same link: no address, no number of a person in it",
                klass=rule.id,
                reason="link",
            )


def _knows(link: str, subject: str, address: str) -> bool:
    said = unquote(unquote(link)).casefold()
    value = subject.partition(":")[2].casefold()
    marks = {each for each in _forms(address.casefold()) if len(each) > 5}
    if any(mark.casefold() in said for mark in marks) or subject.casefold() in said:
        return True
    if len(value) >= 12 and value in said:
        return True
    return any(
        given.casefold() == value or _ENTITY_PARAMETERS.fullmatch(name)
        for name, given in parse_qsl(urlsplit(link).query)
    )


@lru_cache(maxsize=256)
def _forms(address: str) -> frozenset[str]:
    """What an address looks like in links that track: itself, digests, encodings."""
    if not address:
        return frozenset()
    raw = address.encode()
    return frozenset(
        {
            address,
            b64encode(raw).decode().rstrip("="),
            urlsafe_b64encode(raw).decode().rstrip("="),
            raw.hex(),
            hashlib.md5(raw, usedforsecurity=False).hexdigest(),
            hashlib.sha1(raw, usedforsecurity=False).hexdigest(),
            hashlib.sha256(raw).hexdigest(),
        }
    )
