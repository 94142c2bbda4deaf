"""What docs/second-line.md shows is what the code takes."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path

from upheld.conf import Conf
from upheld.guard.secondline import checks, names
from upheld.guard.secondline.commands import SecondLine

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "second-line.md").read_text("utf-8")


def test_the_settings_shown_are_settings() -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    found: dict[str, object] = {}
    exec(shown, found)
    upheld, databases = found["UPHELD"], found["DATABASES"]
    assert isinstance(upheld, dict)
    assert isinstance(databases, dict)
    conf = Conf(**upheld)
    ((site, owner),) = conf.SECOND_LINE.items()
    assert databases[site]["USER"] == names.app_login(conf.SECOND_LINE_ROLES)
    assert databases[owner]["NAME"] == databases[site]["NAME"]


def test_the_commands_shown_are_commands() -> None:
    parser = ArgumentParser()
    SecondLine().arguments(parser)
    shown = re.findall(r"\$ manage\.py upheld second-line *([^#\n]*)", PAGE)
    assert len(shown) == 6
    for words in shown:
        parser.parse_args(words.split())


def test_names_are_those_of_the_code() -> None:
    for name in (
        names.app_login("upheld"), names.floor_role("upheld"), names.keeper_role("upheld"),
        names.SUBJECT, names.SUBJECTS, names.MASK,
    ):  # fmt: skip
        assert f"`{name}`" in PAGE
    assert "E030" in PAGE
    assert set(re.findall(r"E\d{3}", checks.__doc__ or "")) == {"E030", "E031"}
    for link in re.findall(r"\]\(([\w./-]+)\)", PAGE):
        assert (DOCS / link).exists()
