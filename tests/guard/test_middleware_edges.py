"""Where a request's purpose could get lost: middlewares below, async views, streams, guests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory, override_settings

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Invoice, Patient
from upheld.context import current, purpose
from upheld.datamap.active import active
from upheld.datamap.references import reference_by_value
from upheld.errors import PurposeError
from upheld.guard.middleware import UpheldMiddleware
from upheld.guard.routing import remember_guest
from upheld.guard.sessions import SessionStore


class Below:
    """A middleware below ours that reads what the route may not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/topics/":
            list(Patient.objects.values("name"))
        return self.get_response(request)


def test_refusal_in_a_middleware_below_is_a_403(clinic: Clinic) -> None:
    from django.conf import settings

    with override_settings(
        MIDDLEWARE=[*settings.MIDDLEWARE, "tests.guard.test_middleware_edges.Below"]
    ):
        client = Client(raise_request_exception=False)
        response = client.get("/topics/")
    assert response.status_code == 403
    assert b"Lee" not in response.content


def request_to(path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def test_context_is_left_behind_at_the_end(clinic: Clinic) -> None:
    seen: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current())
        return HttpResponse("ok")

    UpheldMiddleware(view)(request_to("/me/"))
    assert (seen[0].purpose, seen[0].place, seen[0].actor.kind) == ("own", "me", "visitor")
    assert seen[0].request
    assert current().purpose is None


def session_of(user: Any) -> Any:
    session = SessionStore()
    with as_("authentication"):
        if user is not None:
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
    return session


def test_who_is_signed_in_may_change_within_a_request(clinic: Clinic) -> None:
    """Log-ins by token put another session there and drop the account that is remembered."""
    seen: list[Any] = []

    def view(request: Any) -> HttpResponse:
        seen.append(current().subject)
        for user in (None, clinic.bob):
            request.session = session_of(user)
            del request._cached_user
            seen.append(user_of(request))
        return HttpResponse("ok")

    def user_of(request: Any) -> str:
        with as_("own"):
            # What `request.user` is before anybody looks at it.
            return str(request.user._setupfunc())

    request: Any = RequestFactory().get("/me/")
    request.session = session_of(clinic.ann)
    AuthenticationMiddleware(view).process_request(request)
    UpheldMiddleware(view)(request)
    assert seen == [f"member:{clinic.ann.pk}", "AnonymousUser", "bob"]


def test_the_account_is_loaded_once(
    clinic: Clinic,
) -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse(f"{request.user} {request.user.is_active} {bool(request.user)}")

    request: Any = RequestFactory().get("/me/")
    request.session = session_of(clinic.ann)
    AuthenticationMiddleware(view).process_request(request)
    loads = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        loads.append(sql) if 'FROM "auth_user"' in sql else None
        return execute(sql, *rest)

    with connections["default"].execute_wrapper(count):
        assert UpheldMiddleware(view)(request).content == b"ann True True"
    assert len(loads) == 1


def test_between_two_parts_of_a_stream_there_is_no_purpose(clinic: Clinic) -> None:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        def parts() -> Iterator[str]:
            yield str(current().purpose)
            yield str(current().purpose)

        return StreamingHttpResponse(parts())

    response = UpheldMiddleware(view)(request_to("/me/"))
    found = []
    for part in response:
        found.append(part)
        assert current().purpose is None
    assert found == [b"own", b"own"]


@pytest.mark.django_db(transaction=True)
def test_async_view_and_stream() -> None:
    async def view(request: HttpRequest) -> StreamingHttpResponse:
        async def parts() -> AsyncIterator[str]:
            yield str(current().purpose)
            await asyncio.sleep(0)
            yield str(current().purpose)

        assert current().purpose == "own"
        return StreamingHttpResponse(parts())

    async def run() -> list[bytes]:
        response = await UpheldMiddleware(view)(request_to("/me/"))
        found = [part async for part in response]
        await sync_to_async(connections.close_all)()  # that thread's own
        return found

    assert asyncio.run(run()) == [b"own", b"own"]


def test_requests_side_by_side_do_not_share_a_purpose() -> None:
    async def one(name: str) -> str | None:
        with purpose(name):
            await asyncio.sleep(0.01)
            return current().purpose

    async def run() -> list[str | None]:
        return await asyncio.gather(*(one(name) for name in ("own", "rights", "upkeep")))

    assert asyncio.run(run()) == ["own", "rights", "upkeep"]


def test_a_thread_starts_without_a_purpose() -> None:
    seen: list[str | None] = []
    with purpose("upkeep"):
        thread = threading.Thread(target=lambda: seen.append(current().purpose))
        thread.start()
        thread.join()
    assert seen == [None]


def test_guest_is_remembered_in_the_session(clinic: Clinic) -> None:
    guest = reference_by_value(active().datamap, "guest", "guest@mail.example")
    assert guest is not None
    client = Client()
    session = client.session
    with purpose("authentication"):
        session["x"] = 1
        session.save()
    client.cookies["sessionid"] = session.session_key
    request = RequestFactory().get("/me/")
    request.session = session
    remember_guest(request, guest)
    with purpose("authentication"):
        session.save()
    seen: list[str | None] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current().subject)
        seen.extend(i.number for i in Invoice.objects.all())
        return HttpResponse("ok")

    again = RequestFactory().get("/me/")
    again.session, again.user = session, AnonymousUser()
    UpheldMiddleware(view)(again)
    assert seen == [guest, "N-guest"]


def test_unknown_path_has_no_purpose(clinic: Clinic) -> None:
    assert Client().get("/nowhere/").status_code == 404


def test_staff_at_work_act_for_no_one(clinic: Clinic) -> None:
    seen: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current())
        return HttpResponse("ok")

    with as_("upkeep"):
        clinic.ann.is_staff = True
        clinic.ann.save()
        client = Client()
        client.force_login(clinic.ann)
    for path in ("/dispatch/1/", "/me/"):
        request = RequestFactory().get(path)
        request.session, request.user = client.session, clinic.ann
        UpheldMiddleware(view)(request)
    assert [(c.actor.kind, c.subject) for c in seen] == [
        ("staff", None),
        ("staff", f"member:{clinic.ann.pk}"),
    ]


def test_command_and_task_purposes(clinic: Clinic) -> None:
    from upheld.guard.launch import command_context, command_of, running_task

    assert command_of(["manage.py", "migrate", "--plan"]) == "migrate"
    assert command_of(["/usr/bin/django-admin", "clearsessions"]) == "clearsessions"
    assert command_of(["/venv/bin/pytest", "migrate"]) == ""
    assert command_of(["manage.py", "--help"]) == ""
    context = command_context("migrate")
    assert context is not None
    assert (context.purpose, context.actor.ref) == ("upkeep", "system:migrate")
    assert command_context("shell") is None
    with running_task("unmapped"), pytest.raises(PurposeError):
        Patient.objects.count()


def test_a_stream_that_is_left_early_is_noted_too(clinic: Clinic) -> None:
    from upheld.journal.models import Inbox, Leaf

    def written() -> int:
        with as_("upkeep"):
            return Inbox.objects.count() + Leaf.objects.count()

    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(i.number for i in Invoice.objects.all().iterator(1))

    before = written()
    request = request_to("/me/")
    request.user = clinic.ann
    with clinic.own(clinic.ann):
        context = current()
    from upheld.datamap.active import active
    from upheld.guard.middleware import _Again, _until_closed

    with clinic.own(clinic.ann):
        response = _until_closed(view(request), _Again(context, active(), None))
    parts = iter(response)
    assert next(parts) == b"N-ann"
    for close in response._resource_closers:  # `response.close()` would end the connection too
        close()
    assert written() > before
