"""Recording an answer in one line."""

from __future__ import annotations

from datetime import datetime

from upheld import consent
from upheld.consent import Recorded
from upheld.policy.types import Policy

WORDS = "Send me the weekly bundle."


def answer(
    policy: Policy,
    granted: bool,
    *,
    subject: str = "member:42",
    purpose: str = "weekly_bundle_mail",
    topic: str = "",
    wording: str = WORDS,
    version: str = "1",
    at: datetime | None = None,
) -> Recorded:
    return consent.record(
        subject,
        purpose,
        granted,
        topic=topic,
        wording=wording,
        version=version,
        place="privacy-choices",
        method="form",
        at=at,
        policy=policy,
    )
