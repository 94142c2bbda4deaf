"""What stands under every mail: who writes, why, and how it stops or why it does not."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.template.loader import get_template

from upheld.consent.wording import title_of
from upheld.datamap.active import active
from upheld.mail.facts import Facts
from upheld.mail.heading import link_of
from upheld.mail.stopping import called
from upheld.policy.mailkinds import CHOSEN, kind_of
from upheld.policy.types import MailRule


def footers(rule: MailRule, purpose: str, topic: str, facts: Facts | None) -> tuple[str, str]:
    """Return the footer of the text part and of the HTML part.

    Both are made once for each list; only the link differs between people.
    """
    policy = active().policy
    chosen = policy.purposes.get(purpose)
    said = (
        kind_of(rule),
        policy.controller.name,
        policy.controller.registration,
        title_of(chosen) if chosen is not None else "",
        topic,
        bool(chosen is not None and chosen.default == "in"),
        bool(link_of(rule, facts)),
    )
    text, html = _made(*said)
    link = link_of(rule, facts)
    return text.replace(_STOP, link), html.replace(_STOP, link)


_STOP = "\ue000stop\ue000"
"""Stands for the link in what is made once; no URL has such letters."""


@cache
def _made(
    kind: str, controller: str, number: str, title: str, topic: str, included: bool, linked: bool
) -> tuple[str, str]:
    context: dict[str, Any] = {
        "kind": kind,
        "by_choice": kind in CHOSEN,
        "controller": controller,
        "registration": number,
        "list": called(title, topic),
        "included": included,
        "stop": _STOP if linked else "",
    }
    text = get_template("upheld/mails/footer.txt").render(context)
    html = get_template("upheld/mails/footer.html").render(context)
    return "\n".join(line for line in text.splitlines() if line.strip()) + "\n", html.strip()
