"""What a campaign says: Markdown or small HTML in, clean HTML and the same as text out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

from upheld.conf import conf
from upheld.mail.campaigns import fields, links
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.plain import text_of
from upheld.mail.campaigns.refusals import CampaignRefused
from upheld.policy.types import Purpose

LONGEST = 60_000
"""Characters of a body."""
TAGS = {
    "a", "b", "blockquote", "br", "em", "h1", "h2", "h3", "hr", "i", "li", "ol", "p", "strong",
    "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}}


@dataclass(frozen=True, slots=True)
class Written:
    """The two parts, fields still in them."""

    html: str
    text: str


def written(body: str, form: str) -> Written:
    """Return the clean HTML of a body and the same as text. Scripts, styles, forms, frames and
    attributes that are not needed are gone; addresses of this site's own pages are whole."""
    return _written(body, form, conf().SITE_URL)


@lru_cache(maxsize=64)
def _written(body: str, form: str, site: str) -> Written:
    html = nh3.clean(
        _html(body, form).replace('href="/', f'href="{site}/'),
        tags=TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    # Short lines: a part with a very long one has to be encoded, which is slow to make.
    html = re.sub(r"(?<=[.,;:!?]) (?=[\w{])", "\n", html.strip())
    return Written(html, text_of(html))


def _html(body: str, form: str) -> str:
    if form == Campaign.MARKDOWN:
        return str(MarkdownIt("commonmark", {"html": False}).render(body))
    return body


def check(campaign: Campaign, purpose: Purpose) -> None:
    """Raise `CampaignRefused` for what the text may not have: unknown fields, links that tell
    people apart, pictures of others, a subject line of several lines, nothing at all."""
    if len(campaign.body) > LONGEST:
        raise CampaignRefused(
            f"the text has {len(campaign.body):,} characters",
            hint=f"at most {LONGEST:,}",
            field="body",
        )
    line = campaign.subject_line
    if not line.strip() or any(ord(c) < 32 or c in "\x7f\x85\u2028\u2029" for c in line):
        raise CampaignRefused(
            "the subject line must be one line of text",
            hint="take line breaks and control characters out",
            field="subject_line",
        )
    found = written(campaign.body, campaign.form)
    if not found.text.strip():
        raise CampaignRefused("the mail says nothing", hint="write a text", field="body")
    fields.check((line, campaign.body), purpose)
    links.check(_html(campaign.body, campaign.form).replace('href="/', f'href="{conf().SITE_URL}/'))
