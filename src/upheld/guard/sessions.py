"""Django's database sessions, loaded and saved under the purpose `authentication`.

`SESSION_ENGINE = "upheld.guard.sessions"`. A session belongs to signing in, whatever the
page is for: the route's purpose says nothing about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from upheld.context import Actor, purpose
from upheld.datamap.active import Active, active, pinned
from upheld.guard.models import SessionLink
from upheld.policy.types import AUTHENTICATION

_SYSTEM = Actor("system", "system:sessions")


@contextmanager
def _authentication(governance: Active | None = None) -> Iterator[None]:
    with ExitStack() as around:
        if governance is not None:
            around.enter_context(pinned(governance))
        around.enter_context(purpose(AUTHENTICATION, actor=_SYSTEM))
        yield


class SessionStore(DatabaseStore):
    """Each method that reaches the database runs under `authentication`."""

    governance: Active | None = None
    """What the request is decided by; the session is saved after the middleware's end."""
    _linked: str | None = None

    def load(self) -> dict[str, Any]:
        with _authentication(self.governance):
            return super().load()

    def exists(self, session_key: str) -> bool:
        with _authentication(self.governance):
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        with _authentication(self.governance):
            super().save(must_create)
            self._link()

    def delete(self, session_key: str | None = None) -> None:
        with _authentication(self.governance):
            super().delete(session_key)
            SessionLink.objects.filter(session=session_key or self.session_key or "").delete()

    async def aload(self) -> dict[str, Any]:
        with _authentication(self.governance):
            return await super().aload()

    async def aexists(self, session_key: str) -> bool:
        with _authentication(self.governance):
            return await super().aexists(session_key)

    async def asave(self, must_create: bool = False) -> None:
        with _authentication(self.governance):
            await super().asave(must_create)
            await sync_to_async(self._link)()

    async def adelete(self, session_key: str | None = None) -> None:
        with _authentication(self.governance):
            await super().adelete(session_key)
            key = session_key or self.session_key or ""
            await SessionLink.objects.filter(session=key).adelete()

    @classmethod
    def clear_expired(cls) -> None:
        with _authentication():
            super().clear_expired()
            _drop_dead_links()

    @classmethod
    async def aclear_expired(cls) -> None:
        with _authentication():
            await super().aclear_expired()
            await sync_to_async(_drop_dead_links)()

    def _link(self) -> None:
        """Remember whose session it is. Once for a key: signing in changes the key."""
        account = self._session.get(SESSION_KEY)  # type: ignore[attr-defined]  # loaded by now
        kind = _kind_of_accounts()
        key = self.session_key
        if account is None or kind is None or key is None or self._linked == key:
            return
        SessionLink.objects.bulk_create(
            [SessionLink(session=key, subject=f"{kind}:{account}")],
            ignore_conflicts=True,
        )
        self._linked = key


def linked_sessions(subject: str, using: str) -> list[str]:
    """Return the sessions of a person as subjects: a session is found by its own key."""
    links = SessionLink.objects.using(using).filter(subject=subject)
    return [f"session:{key}" for key in links.values_list("session", flat=True)]


def sessions_of(subjects: Iterable[str], using: str) -> dict[str, str]:
    """Return the sessions of many people as subjects -> whose each is."""
    links = SessionLink.objects.using(using).filter(subject__in=list(subjects))
    return {f"session:{key}": subject for key, subject in links.values_list("session", "subject")}


def _drop_dead_links() -> None:
    living = DatabaseStore.get_model_class().objects.values("session_key")
    SessionLink.objects.exclude(session__in=living).delete()


def _kind_of_accounts() -> str | None:
    """The kind of subject whose root is the project's user model."""
    user = get_user_model()
    for kind in active().datamap.kinds.values():
        if kind.by == "key" and kind.model is user:
            return kind.id
    return None
