"""`check --deploy` says what is wrong with the keys before data are sealed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.checks import Error
from django.core.checks.registry import registry

from upheld.keyring import kek
from upheld.keyring.checks import keys_can_be_used


def test_a_key_in_memory_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kek.VARIABLE, raising=False)
    assert keys_can_be_used() == [
        Error(
            "the key-encryption key is only in memory: nothing sealed outlives the process",
            hint="set `KEYS_DIR` in `UPHELD`, or the variable `UPHELD_KEK`",
            obj="UPHELD",
            id="upheld.K001",
        )
    ]


def test_a_key_open_to_others_is_an_error(folder: Path) -> None:
    kek_id = kek.ensure()
    path = folder / f"{kek_id}.key"
    assert keys_can_be_used() == []
    path.chmod(0o644)
    kek._made.pop((None, folder))  # a process that has not read it
    assert keys_can_be_used() == [
        Error(
            f"key file `{path}` is open to other users (mode 0644)",
            hint=f"run `chmod 600 {path}`, then rotate: who read it has the key",
            obj="UPHELD",
            id="upheld.K002",
        )
    ]


def test_the_check_runs_for_deployment_only() -> None:
    assert keys_can_be_used in registry.deployment_checks
    assert keys_can_be_used not in registry.registered_checks
