"""Rules with classes of mail, and a mail server in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.campaigns.stage import Post, policy_with, post_office
from upheld.datamap.active import Active, override
from upheld.journal import buffer as journal


@pytest.fixture(autouse=True)
def _own_buffer() -> Iterator[None]:
    with journal.fresh_buffer():
        yield


@pytest.fixture
def rules(db: None) -> Iterator[Active]:
    with override(policy=policy_with()) as now:
        yield now


@pytest.fixture
def post(rules: Active) -> Iterator[Post]:
    with post_office() as found:
        yield found
