"""Where the purpose goes: threads, tasks, pools, signals, hooks, other databases."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.signals import request_finished
from django.db import connection, connections, transaction
from django.db.backends.signals import connection_created
from django.db.models import signals

from tests.guard.conftest import Clinic, as_
from tests.guard.ways.test_querysets import wait
from tests.project.clinic.models import Invoice, Patient, Topic
from upheld.context import current
from upheld.errors import PurposeError


def purpose_here() -> str | None:
    return current().purpose


def in_thread() -> Any:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(purpose_here()))
    thread.start()
    thread.join()
    return found[0]


def in_pool() -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(purpose_here).result()


def in_old_pool() -> Any:
    with ThreadPool(1) as pool:
        return pool.apply(purpose_here)


def in_timer() -> Any:
    found: list[Any] = []
    timer = threading.Timer(0, lambda: found.append(purpose_here()))
    timer.start()
    timer.join()
    return found[0]


async def _executor() -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, purpose_here)


async def _task() -> Any:
    async def inner() -> Any:
        return purpose_here()

    return await asyncio.create_task(inner())


async def _to_thread() -> Any:
    return await asyncio.to_thread(purpose_here)


async def _called_soon() -> Any:
    found: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(lambda: found.set_result(purpose_here()))
    return await found


async def _sync_to_async() -> Any:
    return await sync_to_async(purpose_here)()


LOST: dict[str, Callable[[], Any]] = {
    "threading.Thread": in_thread,
    "threading.Timer": in_timer,
    "ThreadPoolExecutor": in_pool,
    "multiprocessing.pool.ThreadPool": in_old_pool,
    "loop.run_in_executor": lambda: wait(_executor()),
    "empty context": lambda: contextvars.Context().run(purpose_here),
}
"""Without a purpose, so without personal data: what runs there names one itself."""
KEPT: dict[str, Callable[[], Any]] = {
    "asyncio.create_task": lambda: wait(_task()),
    "asyncio.to_thread": lambda: wait(_to_thread()),
    "loop.call_soon": lambda: wait(_called_soon()),
    "sync_to_async": lambda: wait(_sync_to_async()),
    "async_to_sync": lambda: async_to_sync(_sync_to_async)(),
    "copied context": lambda: contextvars.copy_context().run(purpose_here),
}


@pytest.mark.parametrize("name", sorted(LOST))
def test_purpose_does_not_follow(name: str) -> None:
    with as_("upkeep"):
        assert LOST[name]() is None


@pytest.mark.parametrize("name", sorted(KEPT))
def test_purpose_follows(name: str) -> None:
    with as_("statistics"):
        assert KEPT[name]() == "statistics"
    assert KEPT[name]() is None


def test_two_tasks_do_not_share_a_purpose(clinic: Clinic) -> None:
    async def ask(name: str, begun: asyncio.Event, go: asyncio.Event) -> Any:
        with as_(name):
            begun.set()
            await go.wait()
            try:
                return [v async for v in Patient.objects.values_list("phone", flat=True)]
            except PurposeError:
                return purpose_here()

    async def both() -> Any:
        first, second = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(ask("upkeep", first, second), ask("statistics", second, first))

    assert async_to_sync(both)() == [["12345", "12345"], "statistics"]


def test_a_generator_is_decided_at_each_query(clinic: Clinic) -> None:
    def each() -> Any:
        yield Patient.objects.values_list("phone", flat=True)[0]
        yield Patient.objects.values_list("phone", flat=True)[1]

    with as_("upkeep"):
        drawn = each()
        assert next(drawn) == "12345"
    with as_("statistics"), pytest.raises(PurposeError):
        next(drawn)


OF_MODELS = ("pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed")


@pytest.mark.parametrize("name", OF_MODELS)
def test_signals_run_for_the_purpose_of_the_write(clinic: Clinic, name: str) -> None:
    """A receiver reads what the writer may read, not more."""
    seen: list[Any] = []

    def receiver(**_: Any) -> None:
        if seen:
            return  # asking again within the answer
        seen.append(None)
        try:
            seen[0] = sorted(p.pk for p in Patient.objects.all())
        except PurposeError:
            seen[0] = "refused"

    signal = getattr(signals, name)
    signal.connect(receiver)
    try:
        with clinic.own(clinic.ann):
            if name == "m2m_changed":
                clinic.ann_patient.topics.clear()
            elif name.endswith("save"):
                Invoice.objects.create(number="N-new", user=clinic.ann)
            else:
                Invoice.objects.filter(number="N-ann").delete()
    finally:
        signal.disconnect(receiver)
    assert seen == [[clinic.ann_patient.pk]]


def test_no_signal_of_models_is_forgotten() -> None:
    no_rows = {"class_prepared", "pre_init", "post_init", "pre_migrate", "post_migrate"}
    sent = {name for name, one in vars(signals).items() if isinstance(one, signals.ModelSignal)}
    sent |= {"class_prepared"}
    assert sent - set(OF_MODELS) - no_rows == set()


def test_signals_of_requests_have_no_purpose(clinic: Clinic) -> None:
    seen: list[Any] = []

    def receiver(**_: Any) -> None:
        seen.append(purpose_here())

    request_finished.connect(receiver)
    connection_created.connect(receiver)
    try:
        request_finished.send(sender=None)
    finally:
        request_finished.disconnect(receiver)
        connection_created.disconnect(receiver)
    assert seen == [None]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("robust", [False, True])
def test_on_commit_has_the_purpose_of_the_commit(clinic: Clinic, robust: bool) -> None:
    seen: list[Any] = []
    with transaction.atomic(), as_("upkeep"):
        transaction.on_commit(lambda: seen.append(purpose_here()), robust=robust)
    assert seen == [None]


def test_another_alias_is_another_connection_of_the_guard() -> None:
    """A second alias to the same data is guarded, or the checks name it."""
    from upheld.datamap.active import active
    from upheld.datamap.checks import databases

    assert list(databases(active())) == []
    alias = connections["default"].copy() if connection.vendor == "postgresql" else connection
    assert alias.gate is not None
    plain = {**connections.settings["default"], "ENGINE": "django.db.backends.sqlite3"}
    connections.settings["unguarded"] = plain
    try:
        (problem,) = databases(active())
        assert problem.message == "the database `unguarded` is reached without the guard"
    finally:
        del connections["unguarded"], connections.settings["unguarded"]


def test_router_hints_and_using_do_not_matter(clinic: Clinic) -> None:
    with as_("statistics"):
        for ask in (
            lambda: list(Patient.objects.using("default").values("phone")),
            lambda: list(Patient.objects.db_manager("default").values("phone")),
            lambda: Patient(pk=1).refresh_from_db(using="default", fields=["phone"]),
        ):
            with pytest.raises(PurposeError):
                ask()


def test_pickled_queries_are_decided_where_they_are_read(clinic: Clinic) -> None:
    import pickle

    with as_("upkeep"):
        query = pickle.dumps(Patient.objects.filter(phone="12345").query)
    rows = Topic.objects.all()
    rows.query = pickle.loads(query)
    with as_("statistics"), pytest.raises(PurposeError):
        list(rows)
