"""What the sites' tests share: a real provider process, and an inbox for its notifications."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tests.sites.provider_process import Inbox, ProviderProcess

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["tests.sites.passwords.OneRound"]):
        yield


@pytest.fixture(scope="session")
def provider_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProviderProcess]:
    """One provider process for the run; its state folder is the run's own."""
    state = tmp_path_factory.mktemp("provider")
    process = subprocess.Popen(
        [sys.executable, "-m", "sites.provider", "--port", "0", "--state", str(state)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Provider ready: "), line
    try:
        yield ProviderProcess(line.removeprefix("Provider ready: ").strip(), state)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A place that notes what the provider sends and answers 204."""
    with Inbox() as open_inbox:
        yield open_inbox


@pytest.fixture
def provider(provider_session: ProviderProcess, inbox: Inbox) -> ProviderProcess:
    """The provider, telling this test's inbox."""
    provider_session.control("shop", url=inbox.url)
    provider_session.control("hold", on=False)
    provider_session.control("fail-refunds", on=False)
    return provider_session
