from __future__ import annotations

import argparse
import json
from io import StringIO
from pathlib import Path

import pytest

from tests.journal import tampering
from upheld import journal
from upheld.evidence.checkpoint import Checkpoint
from upheld.evidence.receipt import Receipt
from upheld.journal import Event
from upheld.journal.commands import COMMANDS

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: str) -> tuple[int, str]:
    command = COMMANDS[name]
    parser = argparse.ArgumentParser(prog=name, description=command.help)
    command.arguments(parser)
    out = StringIO()
    return command.run(parser.parse_args(arguments), out), out.getvalue()


def test_a_log_that_holds() -> None:
    tampering.make_log([2, 3])
    assert run("verify-log") == (
        0,
        "the log holds: 3 leaves, 2 of them signed, 1 checkpoints, 0 events waiting\n",
    )


def test_a_log_that_does_not() -> None:
    tampering.make_log([2, 3])
    tampering.disable_triggers()
    tampering.drop(1)
    assert run("verify-log") == (
        1,
        "dropped: leaf 1 is missing\n"
        "1 findings: 3 leaves, 2 of them signed, 1 checkpoints, 0 events waiting\n",
    )
    code, text = run("verify-log", "--json")
    assert code == 1
    assert json.loads(text)["findings"] == [
        {"problem": "dropped", "index": 1, "field": "", "message": "leaf 1 is missing"}
    ]


def test_very_many_findings_are_counted() -> None:
    tampering.make_log([1, 104])
    tampering.disable_triggers()
    for index in range(1, 104):
        tampering.drop(index)
    code, text = run("verify-log")
    assert code == 1
    assert text.splitlines()[-2:] == [
        "and 3 more findings",
        "103 findings: 104 leaves, 1 of them signed, 1 checkpoints, 0 events waiting",
    ]


def test_verifying_against_a_checkpoint_kept_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tampering.make_log([3, 3])
    kept = tmp_path / "kept.checkpoint"
    assert run("checkpoint", "--out", str(kept))[0] == 0
    assert run("verify-log", "--against", str(kept))[0] == 0
    tampering.disable_triggers()
    tampering.cut(2)
    assert run("verify-log")[0] == 0
    assert run("verify-log", "--against", str(kept))[0] == 1
    assert run("verify-log", "--against", str(tmp_path / "missing"))[0] == 2
    kept.write_text("spoilt")
    assert run("verify-log", "--against", str(kept))[0] == 2
    assert "a signed note needs text" in capsys.readouterr().err


def test_signing() -> None:
    tampering.make_log([2])
    key = journal.verifiers()[0]
    code, text = run("checkpoint")
    assert (code, text) == (0, f"{journal.checkpoint()}key: {key.text}\n")
    code, text = run("checkpoint", "--json")
    found = json.loads(text)
    assert (code, found["signed"], found["keys"]) == (0, True, [key.text])
    assert Checkpoint.open(found["checkpoint"], [key]).size == 2
    journal.write_now(Event("export"))
    code, text = run("checkpoint", "--new-key", "--json")
    assert (code, len(json.loads(text)["keys"])) == (0, 2)


def test_a_rewritten_log_is_not_signed() -> None:
    tampering.make_log([2, 3])
    tampering.disable_triggers()
    tampering.change_text(0, '"rows":0,', '"rows":9,', cover=True)
    tampering.rebuild_tiles()
    code, text = run("checkpoint")
    assert code == 1
    assert text == (
        "not signed: the log does not extend its checkpoint of 2 leaves, so it is not signed "
        "(run `verify-log` to see which leaves differ)\n"
    )
    code, text = run("checkpoint", "--json")
    assert (code, json.loads(text)["signed"]) == (1, False)


def test_checkpoint_to_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    assert run("checkpoint", "--out", str(tmp_path / "no" / "folder"))[0] == 2


def test_a_receipt() -> None:
    event = journal.write_now(Event("erasure", "rights", rows=3, subjects=("member:42",)))
    code, text = run("receipt", event)
    assert code == 0
    assert Receipt.parse(text).check(journal.verifiers()).size == 1
    code, found = run("receipt", event, "--json")
    assert json.loads(found) == {"receipt": text, "keys": [journal.verifiers()[0].text]}


def test_the_events_of_a_person() -> None:
    event = journal.write_now(
        Event("read", "after_sales", rows=3, model="order.Order", subjects=("member:42",))
    )
    code, text = run("receipt", "--subject", "member:42")
    assert code == 0
    line = text.split()
    assert (line[0], line[3:]) == (
        event,
        ["read", "after_sales", "visitor", "order.Order", "rows=3"],
    )
    code, text = run("receipt", "--subject", "member:42", "--json")
    assert [entry["event"] for entry in json.loads(text)] == [event]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "error: give an event or `--subject`, one of the two\n"),
        (("x", "--subject", "y:1"), "error: give an event or `--subject`, one of the two\n"),
        (("x",), "error: no event `x` in the log (is its transaction committed?)\n"),
    ],
)
def test_wrong_use(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("receipt", *arguments) == (2, "")
    assert capsys.readouterr().err == message
