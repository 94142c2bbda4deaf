"""The rows that every question is asked about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.generate import governed
from tests.agreement.world import ASKED, World, make_world
from upheld.datamap.active import active, pinned
from upheld.policy.types import Policy


def with_asked(policy: Policy) -> Policy:
    """The policy with the purpose that is filled anew for each batch."""
    rule = replace(policy.purposes["weekly_bundle_mail"], id=ASKED, posts=())
    return replace(policy, purposes={**policy.purposes, ASKED: rule})


@pytest.fixture
def world(db: None) -> World:
    base = active()
    with pinned(governed(base, with_asked(base.policy))):
        return make_world()
