"""A cast mail is the mail that the mail room would have composed for that person alone."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.test import override_settings

from tests.mail.campaigns.stage import Post, draft, person
from upheld.datamap.active import Active
from upheld.mail.campaigns.audience import Person
from upheld.mail.campaigns.moulding import Mould


def read(data: bytes) -> dict[str, Any]:
    """A mail as its reader sees it, without what is random."""
    found = message_from_bytes(data, policy=policy.default)
    headers = {
        name: " ".join(str(value).split())
        for name, value in found.items()
        if name not in ("Date", "Content-Type")
    }
    parts = [part.get_content().replace("\r\n", "\n") for part in found.iter_parts()]
    return {"headers": headers, "parts": [re.sub(r"\s+", " ", text) for text in parts]}


@pytest.mark.parametrize("name", ["Ann", "Zoë Ångström", "<b>Ann</b> & Co", "李雷", "", "a" * 200])
@pytest.mark.parametrize("body", ["Hello {name}.", "# Hé {name}\n\n" + "word " * 400 + "{name}"])
def test_the_cast_is_what_would_have_been_composed(
    post: Post, rules: Active, name: str, body: str
) -> None:
    with override_settings(ROOT_URLCONF="tests.pages.site"):
        campaign = draft(subject_line="For {name}: a fair", body=body)
        mould = Mould(campaign, rules.policy)
        somebody = Person(0, "1", person("Ann"), "ann@post.example", name)
        cast, alone = mould.cast(somebody), mould._composed_alone(somebody, "")
    assert read(cast) == read(alone)
    assert (cast.recipient, cast.record.to) == (alone.recipient, alone.record.to)
    assert b"zq7f3k" not in cast
    assert all(len(line) < 998 for line in cast.split(b"\r\n"))
