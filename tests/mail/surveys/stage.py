"""A survey about a practice, opened and answered."""

from __future__ import annotations

import re
from functools import partial

from django.test import override_settings

from tests.mail.campaigns.stage import ARLO, ASKING, Post, person, send
from upheld.context import purpose
from upheld.mail.campaigns import states
from upheld.mail.surveys import running
from upheld.mail.surveys.models import Survey
from upheld.mail.surveys.tokens import links_for

QUESTIONS = [
    {"id": "speed", "asks": "How fast were we?", "form": "scale", "to": 5},
    {"id": "why", "asks": "Why us?", "form": "choice", "among": ["price", "near by", "friends"]},
    {"id": "more", "asks": "Anything else?", "form": "text"},
]
pages = partial(override_settings, ROOT_URLCONF="tests.pages.site")


def drafted() -> Survey:
    with purpose(None, actor=ARLO):
        return running.make(title="Your visit", purpose=ASKING, questions=QUESTIONS)


def invited(post: Post, survey: Survey, people: int) -> list[str]:
    """Open the survey, invite so many people; return the tokens in the order of the mails."""
    for number in range(people):
        person(f"p{number}", agrees=(ASKING,))
    with purpose(None, actor=ARLO), pages():
        campaign = running.invite(survey, subject_line="Tell us", body="Two minutes?")
        states.start(campaign)
        send(campaign, links=partial(links_for, survey.key, using="default"))
    return [token_in(message.get_payload(0).get_payload(decode=True)) for _, message in post.taken]


def token_in(text: bytes) -> str:
    found = re.search(rb"/privacy/survey/([\w-]+)/", text)
    assert found is not None
    return found[1].decode()
