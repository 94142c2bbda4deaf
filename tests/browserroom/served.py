"""The practice served to a real browser, with two outside origins that keep a book."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.servers.basehttp import ThreadedWSGIServer
from pytest_django.live_server_helper import LiveServer


class _Waiting(ThreadedWSGIServer):
    """Ends when its last request has ended: they share the test's connection."""

    daemon_threads = False


@contextmanager
def serving() -> Iterator[str]:
    """Serve the project with the settings in force. pytest-django's own server lives as long
    as the run, with the middleware of its start."""
    server = LiveServer("127.0.0.1", start=False)
    server.thread.server_class = _Waiting
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def asking_beside_a_loop() -> Iterator[None]:
    """Let this thread, where Playwright's loop lives, ask the database: Django refuses else."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        yield
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before
