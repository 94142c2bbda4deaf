"""What docs/mail.md shows is what the code takes."""

from __future__ import annotations

import re
from pathlib import Path

import upheld.mail
from upheld import mail
from upheld.policy.load import loads_policy
from upheld.policy.mailkinds import kind_of
from upheld.policy.read_map import parse_map
from upheld.policy.types import MailKind

RULES = Path(__file__).parents[1] / "project/privacy/policy.yaml"
PAGE = (Path(__file__).parents[2] / "docs" / "mail.md").read_text("utf-8")


def test_the_classes_are_read_as_shown() -> None:
    [shown] = re.findall(r"```yaml\n(mail:.*?)```", PAGE, re.S)
    policy = loads_policy(re.sub(r"(?m)^mail:\n(  .*\n)+", shown, RULES.read_text("utf-8")))
    assert {id: kind_of(rule) for id, rule in policy.mail.items()} == {
        "marketing": "marketing", "partner_offers": "partner", "service": "service"
    }  # fmt: skip


def test_the_map_is_read_as_shown() -> None:
    [shown] = re.findall(r"```yaml map\n(.*?)```", PAGE, re.S)
    read = parse_map(shown)
    assert read.findings == ()
    assert read.map.mail["django.contrib.auth.*"] == "service"


def test_every_kind_and_every_reason_is_told() -> None:
    table = re.findall(r"(?m)^\| `(\w+)` \|", PAGE)
    assert set(table) == set(MailKind.__args__)  # type: ignore[attr-defined]  # a Literal
    folder = Path(upheld.mail.__file__).parent
    code = "".join(file.read_text() for file in folder.glob("*.py"))
    used = set(re.findall(r'reason="(\w+)"', code))
    told = set(re.findall(r"`(\w+)`", PAGE.partition("its `reason` is one of ")[2][:140]))
    assert used == told


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(mail, name) is not None for name in mail.__all__)
