"""The middleware: a request runs for the purpose of its route until its response closes.

The purpose is put in force for the whole chain below; a response that reads later (a
template response rendered above, a stream) is rendered and read under the same context.

All of it is decided by one governance, the one in force when the request came in.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.contrib.auth import SESSION_KEY
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import SimpleLazyObject, empty

from upheld.context import Context, entered, purpose
from upheld.datamap import watching
from upheld.datamap.active import Active, active, pinned, unit_of_work
from upheld.errors import PurposeError
from upheld.guard.finishing import finish
from upheld.guard.forbidden import forbidden
from upheld.guard.routing import context_of
from upheld.guard.sessions import SessionStore
from upheld.guard.visiting import Visit, begun, keep, visited
from upheld.policy.types import AUTHENTICATION

Handler = Callable[[HttpRequest], Any]


class UpheldMiddleware:
    """Put it right after `AuthenticationMiddleware`."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Handler) -> None:
        active()  # a site whose rules cannot be read must not start to serve
        self.get_response = get_response
        self._async = iscoroutinefunction(get_response)
        if self._async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self._async:
            return self._acall(request)
        watching.look()
        with unit_of_work() as governance:
            context = _begin(request)
            visit = begun(request, context)
            with entered(context), visited(visit):
                response = self._answer(request)
                keep(request, visit)
        return _until_closed(response, _Again(context, governance, visit))

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = _or_forbidden(request, self.get_response(request))
        if not response.streaming:
            finish()
        return response

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        await sync_to_async(watching.look)()
        with unit_of_work() as governance:
            context = await sync_to_async(_begin)(request)
            visit = begun(request, context)
            with entered(context), visited(visit):
                handler: Callable[[HttpRequest], Awaitable[HttpResponseBase]] = self.get_response
                response = await handler(request)
                if response.status_code == 500:
                    response = await sync_to_async(_or_forbidden)(request, response)
                if not response.streaming:
                    await sync_to_async(finish)()
                await sync_to_async(keep)(request, visit)
        return _until_closed(response, _Again(context, governance, visit))

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Show the 403 page for a refusal that a view let through."""
        if isinstance(exception, PurposeError):
            return forbidden(request, exception)
        return None

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """Render in here, so that a refusal in a template becomes the 403 page too."""
        response.render = _Rendering(request, response)
        return response


def _remember(*, request: HttpRequest | None = None, **_: Any) -> None:
    error = sys.exc_info()[1]
    if request is not None and isinstance(error, PurposeError):
        request.upheld_refusal = error  # type: ignore[attr-defined]  # ours


got_request_exception.connect(_remember, dispatch_uid="upheld.guard")


def _or_forbidden(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Turn Django's 500 for a refusal met outside a view (in a middleware) into the 403 page."""
    error = getattr(request, "upheld_refusal", None)
    if response.status_code == 500 and error is not None:
        return forbidden(request, error)
    return response


class _Rendering:
    """`TemplateResponse.render`, with refusals answered."""

    def __init__(self, request: HttpRequest, response: Any) -> None:
        self.request = request
        self.response = response
        self.render = response.render

    def __call__(self) -> Any:
        try:
            return self.render()
        except PurposeError as error:
            return forbidden(self.request, error)


def _begin(request: HttpRequest) -> Context:
    """Read who is signed in, under `authentication`, and make the context."""
    session = getattr(request, "session", None)
    if isinstance(session, SessionStore):
        session.governance = active()  # it is saved after the request has left this middleware
    account = None
    with purpose(AUTHENTICATION):
        # A session that was never saved holds nobody; looking into it costs no query.
        if session is not None and session.session_key and SESSION_KEY in session:
            account = account_of(getattr(request, "user", None))
    _load_account_for_authentication(request)
    return context_of(request, account)


def _load_account_for_authentication(request: HttpRequest) -> None:
    """Loading the account is its own purpose, whenever and wherever it happens."""
    user = getattr(request, "user", None)
    if user is None:
        return

    def load() -> Any:
        with purpose(AUTHENTICATION):
            return account_of(user)

    request.user = SimpleLazyObject(load)  # type: ignore[assignment]  # as Django's own does
    auser = getattr(request, "auser", None)
    if auser is None:
        return

    async def load_async() -> Any:
        with purpose(AUTHENTICATION):
            return await auser()

    request.auser = load_async


def account_of(user: Any) -> Any:
    """The account behind Django's lazy object, asked for anew each time.

    The lazy object stays unopened: what it asks keeps the answer on the request, and whoever
    signs somebody out or in within a request (allauth's tokens) takes that answer away.
    """
    if not isinstance(user, SimpleLazyObject):
        return user
    if user._wrapped is not empty:
        return user._wrapped
    return user._setupfunc()


def _until_closed(response: HttpResponseBase, again: _Again) -> HttpResponseBase:
    """Keep the purpose for what is read while the response is sent."""
    if isinstance(response, StreamingHttpResponse):
        parts: Any = response.streaming_content
        stream = _async_stream if response.is_async else _stream
        parts = parts if response.is_async else iter(parts)
        response.streaming_content = stream(parts, again)
    return response


@dataclass(frozen=True, slots=True)
class _Again:
    """Takes up a request where it was left, as often as it is called."""

    context: Context
    governance: Active
    visit: Visit | None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with pinned(self.governance), entered(self.context), visited(self.visit):
            yield


def _stream(parts: Iterator[bytes], again: _Again) -> Iterator[bytes]:
    # Entered for each part: between two, the server's thread may run something else.
    try:
        while True:
            with again():
                try:
                    part = next(parts)
                except StopIteration:
                    return
            yield part
    finally:  # the visitor may go before the end: what was read was read
        with again():
            finish()


async def _async_stream(parts: AsyncIterator[bytes], again: _Again) -> AsyncIterator[bytes]:
    try:
        while True:
            with again():
                try:
                    part = await anext(parts)
                except StopAsyncIteration:
                    return
            yield part
    finally:
        with again():
            await sync_to_async(finish)()
