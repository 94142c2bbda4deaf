"""A Django that the guard was not tested with stops the start, and says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import django
import pytest

from upheld.errors import ConfigurationError
from upheld.guard.versions import TESTED, check_django

ROOT = Path(__file__).parents[2]
NEXT_STEP = (
    "(install Django 5.2, or an Upheld that lists this release in `upheld.guard.versions.TESTED`)"
)


@pytest.mark.parametrize(
    "version", [(5, 2), (5, 2, 0, "final", 0), (5, 2, 19, "final", 0), (5, 2, 99, "final", 0)]
)
def test_every_patch_of_a_tested_release_is_let_in(version: tuple[int, ...]) -> None:
    check_django(version)


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        ((5, 1), "5.1"),
        ((5, 1, 15, "final", 0), "5.1"),
        ((5, 3, 0, "final", 0), "5.3"),
        ((6, 0, 0, "final", 0), "6.0"),
        ((4, 2, 20, "final", 0), "4.2"),
        ((5, 2, 0, "rc", 1), "5.2 rc"),
        ((6, 1, 0, "alpha", 0), "6.1 alpha"),
    ],
)
def test_any_other_is_refused(version: tuple[int, ...], shown: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_django(version)
    assert str(caught.value) == (f"the guard was not tested with Django `{shown}` {NEXT_STEP}")


def test_the_running_one_is_among_those_that_were_tested() -> None:
    assert django.VERSION[:2] in TESTED
    check_django()


@pytest.mark.parametrize("engine", ["upheld.guard.backends.sqlite3", "django.db.backends.sqlite3"])
def test_a_process_under_another_django_does_not_start(engine: str) -> None:
    start = (
        "import django\n"
        "django.VERSION = (6, 0, 0, 'final', 0)\n"
        "from django.conf import settings\n"
        "settings.configure(INSTALLED_APPS=['django.contrib.contenttypes', 'upheld'],\n"
        f"    DATABASES={{'default': {{'ENGINE': {engine!r}, 'NAME': ':memory:'}}}})\n"
        "django.setup()\n"
        "print('started')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", start],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": ""},
    )  # fmt: skip
    assert done.returncode == 1
    assert "started" not in done.stdout
    assert done.stderr.splitlines()[-1] == (
        "upheld.errors.ConfigurationError: the guard was not tested with Django `6.0` " + NEXT_STEP
    )
