"""Links of a campaign: the same for everybody, so that no click tells who clicked."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urlsplit

from upheld.mail.campaigns.refusals import CampaignRefused

PERSONAL_PARAMETERS = frozenset(
    [
        "customer",
        "customer_id",
        "email",
        "e-mail",
        "guest",
        "hash",
        "id_customer",
        "mail",
        "member",
        "member_id",
        "person",
        "recipient",
        "rid",
        "sid",
        "subscriber",
        "subscriber_id",
        "token",
        "uid",
        "user",
        "user_id",
        "userid",
    ]
)
"""Names of parameters that stand for somebody, whatever their value."""


class _Collecting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href" and value:
                self.links.append(value)
            elif name == "src" and value:
                self.images.append(value)


def links_of(html: str) -> tuple[str, ...]:
    """Return every address that the HTML links to or loads, in its order."""
    found = _Collecting()
    found.feed(html)
    return (*found.links, *found.images)


def check(html: str) -> None:
    """Raise `CampaignRefused` for a link that could tell people apart, and for a picture, which
    would tell its host who opens the mail."""
    found = _Collecting()
    found.feed(html)
    for link in found.links:
        _same_for_all(link)
    for image in found.images:
        raise _refused(
            image,
            "is a picture: loading it would tell its host who reads the mail, and when",
            "leave pictures out",
        )


def _same_for_all(link: str) -> None:
    plain = unquote(link)
    if "{" in plain or "}" in plain:
        raise _refused(link, "has a field in it", "a link must be the same for everybody")
    parts = urlsplit(link)
    if parts.scheme == "mailto":
        return
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise _refused(link, "leads nowhere from a mail", "write the whole address, `https://…`")
    if parts.username is not None or "@" in plain:
        raise _refused(link, "has a name or an address in it", "take it out of the link")
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in PERSONAL_PARAMETERS:
            raise _refused(
                link, f"has the parameter `{name}`, which stands for a person", "take it out"
            )


def _refused(link: str, what: str, next_step: str) -> CampaignRefused:
    return CampaignRefused(f"the link `{link[:200]}` {what}", hint=next_step, field="body")
