"""`{% load upheld_browser %}`: the banner, content from outside, the inventory, links away."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from upheld.browser import embeds, links
from upheld.browser import inventory as listed
from upheld.browser.notices import notice_for
from upheld.datamap.active import active
from upheld.errors import ConfigurationError

register = template.Library()


@register.inclusion_tag("upheld/browser/banner.html", takes_context=True)
def banner(context: template.Context) -> dict[str, Any]:
    """Ask what must be asked in the browser, or say that its signal was honoured. Stands at
    the end of the page."""
    request = _request(context, "banner")
    notice = notice_for(request)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "notice": notice,
        "forget": json.dumps(notice.forget) if notice.forget else "",
        "here": _here(request),
    }


@register.inclusion_tag("upheld/browser/embed.html", takes_context=True)
def embed(context: template.Context, id: str) -> dict[str, Any]:
    """Show the embed `id` of the policy, or ask for it."""
    request = _request(context, "embed")
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "embed": embeds.shown(request, id),
        "here": _here(request),
    }


@register.inclusion_tag("upheld/browser/inventory.html")
def browser_inventory() -> dict[str, Any]:
    """List the cookies, storage keys and outside services of the policy."""
    return {"inventory": listed.inventory(active().policy)}


@register.filter(is_safe=True)
def mark_outside(html: str) -> SafeString:
    """Mark the links of safe HTML that lead away from the site; text that is not marked safe
    is escaped, as everywhere in a template."""
    return links.marked(conditional_escape(html))


@register.simple_tag
def outside_link(address: str, text: str) -> SafeString:
    """One link to another site, marked."""
    return links.link(str(address), str(text))


def _request(context: template.Context, tag: str) -> HttpRequest:
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        raise ConfigurationError(
            f"`{{% {tag} %}}` needs the request",
            hint="add `django.template.context_processors.request` to the context processors",
        )
    return request


def _here(request: HttpRequest) -> str:
    """Where to come back to. A page that answered a form is no place to come back to."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.path
