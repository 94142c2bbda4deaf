"""Rules are replaced while threads serve requests: each request obeys the old or the new."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory, override_settings

from tests.guard.conftest import Clinic
from tests.project.clinic.models import Patient
from upheld.datamap import watching
from upheld.datamap.active import newest, reload
from upheld.errors import PurposeError
from upheld.guard import middleware
from upheld.guard.middleware import UpheldMiddleware

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {
    "phone": "may: {read: [contact.phone, name.legal], write: [taste.colour], rows: own}",
    "colour": "may: {read: [taste.colour, name.legal], write: [contact.phone], rows: own}",
}
"""Two policies: under each of them a member reads one column and writes the other."""
THREADS, SWAPS, LOOKS = 4, 12, 6


@contextmanager
def governed(folder: Path) -> Iterator[None]:
    given = {**settings.UPHELD, "PRIVACY_DIR": folder, "RELOAD_EVERY": 0.01}
    with override_settings(UPHELD=given):
        watching.look_soon()
        newest()
        yield
    watching.look_soon()


def put(folder: Path, which: str) -> None:
    path = folder / "policy.yaml"
    text = (settings.UPHELD_SOURCE / "policy.yaml").read_text("utf-8")
    path.write_text(text.replace("may: {read: all, write: all, rows: own}", RULES[which]), "utf-8")


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.UPHELD_SOURCE = settings.UPHELD["PRIVACY_DIR"]
    made = Path(shutil.copytree(settings.UPHELD_SOURCE, tmp_path / "privacy"))
    put(made, "phone")
    return made


def allowed(ask: Any) -> bool:
    try:
        ask()
    except PurposeError:
        return False
    return True


def look() -> str:
    """Which of the two policies the statements of this moment obey, or what is wrong."""
    found = Patient.objects.get()
    told = {
        allowed(lambda: found.phone): "phone",
        allowed(lambda: found.colour): "colour",
    }.get(True, "none")
    by_name = [
        name
        for name in RULES
        if allowed(lambda: list(Patient.objects.values_list(name)))  # noqa: B023  # called at once
    ]
    # Decided like any other, but no row is in it: SQLite would let no other thread read on.
    written = [
        name
        for name in RULES
        if allowed(lambda: Patient.objects.filter(pk__in=[]).update(**{name: "x"}))  # noqa: B023  # called at once
    ]
    right = by_name == [told] and written == [name for name in RULES if name != told]
    return told if right else f"a mix: {told}, {by_name}, {written}"


def page(request: HttpRequest) -> HttpResponse:
    seen = []
    for _ in range(LOOKS):
        seen.append(look())
        time.sleep(0.001)
    return HttpResponse(" ".join(seen))


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(f"{look()} " for _ in range(LOOKS))


class SignedIn(dict[str, Any]):
    """As much of a session as says that somebody is signed in."""

    session_key = "one"


def serve(handler: Any, user: User) -> str:
    request = RequestFactory().get("/me/")
    request.session = SignedIn({SESSION_KEY: str(user.pk)})  # type: ignore[assignment]
    request.user = user
    response = UpheldMiddleware(handler)(request)
    parts = []
    for part in response:
        parts.append(part.decode())
        time.sleep(0.001)
    return "".join(parts)


def test_no_request_meets_a_mix(
    clinic: Clinic, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The memory database of SQLite takes no two writers, and the log is not what is asked.
    monkeypatch.setattr(middleware, "finish", lambda: None)
    answers: list[str] = []
    errors: list[BaseException] = []
    stop = threading.Event()

    def hammer(handler: Any) -> None:
        try:
            while not stop.is_set():
                answers.append(serve(handler, clinic.ann))
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    with governed(folder):
        threads = [
            threading.Thread(target=hammer, args=(page if n % 2 else stream,))
            for n in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for n in range(SWAPS):
            put(folder, "phone" if n % 2 else "colour")
            reload()
            time.sleep(0.05)
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    kinds = {frozenset(answer.split()) for answer in answers if answer.split()}
    assert {answer for answer in answers if len(set(answer.split())) != 1} == set()
    assert kinds == {frozenset({"phone"}), frozenset({"colour"})}


def test_requests_take_the_new_rules_by_themselves(clinic: Clinic, folder: Path) -> None:
    with governed(folder):
        assert set(serve(page, clinic.ann).split()) == {"phone"}
        put(folder, "colour")
        for _ in range(3):
            time.sleep(0.02)
            after = set(serve(page, clinic.ann).split())
        assert after == {"colour"}


def test_a_page_goes_on_while_its_rules_are_replaced(clinic: Clinic, folder: Path) -> None:
    def replaced(request: HttpRequest) -> HttpResponse:
        before = look()
        put(folder, "colour")
        reload()
        return HttpResponse(f"{before} {look()}")

    with governed(folder):
        assert serve(replaced, clinic.ann) == "phone phone"
        assert serve(page, clinic.ann).split()[0] == "colour"
