"""Invitations: a random token in the mail, its digest in a table about nobody.

Who got which token is never written down: it is in the memory of the sending worker while it
sends a slice, and in the person's own mailbox. The digests of a slice are stored shuffled,
under random keys, in a transaction of their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256

from django.db import transaction
from django.urls import reverse

from upheld.conf import conf
from upheld.mail.campaigns.audience import Person
from upheld.mail.surveys.models import SurveyToken

_BYTES = 18
_KEYS = 2**62


def digest(token: str) -> str:
    """What is stored of a token. It has 144 random bits, so no salt is needed."""
    return sha256(token.encode()).hexdigest()


def random_key() -> int:
    """Return a key that says nothing of when it was given."""
    return secrets.randbelow(_KEYS) + 1


def links_for(survey: str, people: Sequence[Person], using: str) -> dict[str, str]:
    """Make one invitation for each of the people; return subject -> address of the page."""
    tokens = [secrets.token_urlsafe(_BYTES) for _ in people]
    rows = [SurveyToken(id=random_key(), survey=survey, digest=digest(token)) for token in tokens]
    secrets.SystemRandom().shuffle(rows)
    with transaction.atomic(using=using):
        SurveyToken.objects.using(using).bulk_create(rows)
    return {
        person.subject: conf().SITE_URL + reverse("upheld:survey", args=[token])
        for person, token in zip(people, tokens, strict=True)
    }
