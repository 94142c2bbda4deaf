"""The tutorial, step by step as its reader would do it, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tutorial.blocks import Command, File, fits, read

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "README.md"
SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a folder: two hundred migrations wait for a disk long."""
    parent = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="upheld-tutorial-", dir=parent))
    yield made
    shutil.rmtree(made)


def environment() -> dict[str, str]:
    """The reader's: our programs first on the path, no settings of the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("UPHELD_", "DJANGO_", "PYTEST", "COV"))
    }
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}",
        "PYTHONPATH": str(ROOT / "src"),
        "LC_ALL": "C.UTF-8",
    }


def do(step: File | Command, folder: Path, env: dict[str, str]) -> None:
    if isinstance(step, File):
        path = folder / step.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text, "utf-8")
        return
    done = subprocess.run(
        ["bash", "-c", step.line], cwd=folder, env=env, capture_output=True, text=True
    )
    told = f"$ {step.line}\n{done.stdout}{done.stderr}"
    assert done.returncode == step.code, told
    # What goes to the error stream is shown on the page only where it is the point.
    right = fits(step.output, done.stdout) or fits(step.output, done.stdout + done.stderr)
    assert right, "\n".join((told, "the page shows:", *step.output))


def test_the_tutorial_works_as_it_is_written(folder: Path) -> None:
    env = environment()
    for step in read(PAGE).steps:
        do(step, folder, env)
    settings = (folder / "shop" / "governed.py").read_text("utf-8")
    assert '"MODE": "enforce"' in settings
    assert (folder / "privacy" / "map.lock").exists()
    assert list((folder / "privacy" / "versions").iterdir())
    assert not list(folder.rglob("*oscar*/*.py")), "nothing of Oscar was copied or changed"


def test_every_block_is_run() -> None:
    """What is shown is done: the page has no code that nobody tried."""
    page = read(PAGE)
    assert page.other == ()
    assert sum(isinstance(step, Command) for step in page.steps) > 20
