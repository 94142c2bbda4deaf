"""docs/side-doors.md says what is true."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.test import override_settings

from upheld.datamap.active import active
from upheld.guard import spans
from upheld.guard.checks import side_doors
from upheld.policy.read_map import parse_map

PAGE = Path(__file__).parents[3] / "docs" / "side-doors.md"
TEXT = PAGE.read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)


def test_its_settings_close_every_door() -> None:
    given: dict[str, object] = {}
    exec(blocks("python")[0], given)
    given.pop("__builtins__")
    bare = {"DEFAULT_EXCEPTION_REPORTER": "django.views.debug.ExceptionReporter"}
    with override_settings(**bare, LOGGING={"handlers": {"a": {}}}):
        assert len(side_doors()) == 2
        with override_settings(**given):
            assert side_doors() == []
    assert given["SECURE_REFERRER_POLICY"] == settings.SECURE_REFERRER_POLICY


def test_its_map_is_one() -> None:
    (written,) = blocks("yaml")
    source = parse_map(written)
    assert source.findings == ()
    model = source.map.models["shop.Customer"]
    assert (model.formerly, model.columns["full_name"].formerly) == (("shop.Client",), ("title",))


def test_every_check_is_listed() -> None:
    from upheld.guard import checks

    ids = set(re.findall(r"\bG\d{3}\b", checks.__doc__ or ""))
    assert ids == {f"G00{n}" for n in range(1, 6)}
    assert {f"`upheld.{id}`" for id in ids} == set(re.findall(r"`upheld\.G\d{3}`", TEXT))
    assert hasattr(spans, "RedactingExporter")
    assert active().datamap.models
