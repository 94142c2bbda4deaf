"""Django's database sessions, loaded and saved under the purpose `authentication`.

`SESSION_ENGINE = "upheld.guard.sessions"`. A session belongs to signing in, whatever the
page is for: the route's purpose says nothing about it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from upheld.context import Actor, purpose
from upheld.policy.types import AUTHENTICATION

_SYSTEM = Actor("system", "system:sessions")


def _authentication() -> Any:
    return purpose(AUTHENTICATION, actor=_SYSTEM)


class SessionStore(DatabaseStore):
    """Each method that reaches the database runs under `authentication`."""

    def load(self) -> dict[str, Any]:
        with _authentication():
            return super().load()

    def exists(self, session_key: str) -> bool:
        with _authentication():
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        with _authentication():
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        with _authentication():
            super().delete(session_key)

    async def aload(self) -> dict[str, Any]:
        with _authentication():
            return await super().aload()

    async def aexists(self, session_key: str) -> bool:
        with _authentication():
            return await super().aexists(session_key)

    async def asave(self, must_create: bool = False) -> None:
        with _authentication():
            await super().asave(must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        with _authentication():
            await super().adelete(session_key)

    @classmethod
    def clear_expired(cls) -> None:
        with _authentication():
            super().clear_expired()

    @classmethod
    async def aclear_expired(cls) -> None:
        with _authentication():
            await super().aclear_expired()
