"""The same rules and people as the tests of campaigns."""

from __future__ import annotations

from tests.mail.campaigns.conftest import _own_buffer, post, rules

__all__ = ["_own_buffer", "post", "rules"]
