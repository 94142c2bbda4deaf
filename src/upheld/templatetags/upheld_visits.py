"""`{% load upheld_visits %}{% visits %}` before `</body>`: the script by which a page tells how
long it was looked at. Nothing is put where the visitor is not counted."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from upheld.browser.visits.counted import agent_behind, counted
from upheld.browser.visits.marks import mark_of
from upheld.browser.visits.pages import page_of

register = template.Library()


@register.simple_tag(takes_context=True)
def visits(context: dict[str, Any]) -> SafeString | str:
    """The script of the page at work, or nothing."""
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        return ""
    rule = counted(request)
    if rule is None or agent_behind(request).bot:
        return ""
    page = page_of(request.resolver_match, rule)
    if not page:
        return ""
    return format_html(
        '<script src="{}" data-visit="{}" data-to="{}" defer></script>',
        static("upheld/visits/beacon.js"),
        mark_of(page),
        reverse("upheld:visit"),
    )
