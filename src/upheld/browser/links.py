"""Links that lead away from the site, marked as such and telling the other side nothing."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from upheld.browser.csp import host_of
from upheld.conf import conf
from upheld.datamap.active import active

TITLE = "Leads to another site, which has a privacy statement of its own"
_ANCHOR = re.compile(r"<a\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
REL = ("noreferrer", "noopener", "external")


def is_outside(address: str) -> bool:
    """Whether a link leaves the site. Paths, fragments, `mailto:` and the like do not."""
    try:
        scheme = urlsplit(address).scheme.lower()
        whole = address.startswith("//") or scheme in ("http", "https")
        if not whole:
            return False
        own = {urlsplit(conf().SITE_URL).netloc.lower()}
        own |= {host.lower() for host in active().policy.controller.hosts}
        return host_of(address) not in own
    except ValueError:
        return True


def marked(html: str) -> SafeString:
    """Return the HTML with every outside link marked. `html` must be safe already."""
    return mark_safe(_ANCHOR.sub(_marked, html))  # noqa: S308 - the caller's HTML, links changed


def _marked(found: re.Match[str]) -> str:
    given = {
        name.lower(): first or second or third or ""
        for name, first, second, third in _ATTRIBUTE.findall(found[1])
    }
    if not is_outside(given.get("href", "").strip().replace("&amp;", "&")):
        return found[0]
    given["rel"] = " ".join(dict.fromkeys((*given.get("rel", "").split(), *REL)))
    given["class"] = " ".join(dict.fromkeys((*given.get("class", "").split(), "upheld-outside")))
    given.setdefault("title", TITLE)
    given["referrerpolicy"] = "no-referrer"
    # The values stand in the source as they are there, so only quotes need care.
    said = (f'{name}="{value.replace(chr(34), "&quot;")}"' for name, value in given.items())
    return f"<a {' '.join(said)}>"


def link(address: str, text: str) -> SafeString:
    """Return one link with `text`, both escaped; an address of another kind stays text."""
    if not address.startswith(("http://", "https://", "/")):
        return escape(text)
    return marked(f'<a href="{escape(address)}">{escape(text)}</a>')
