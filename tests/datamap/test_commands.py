"""`upheld init`, `upheld map` and the root command that finds them."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from upheld.context import NOWHERE, Actor, Context, current, purpose
from upheld.datamap import snapshot
from upheld.datamap.active import active, override
from upheld.errors import ConfigurationError
from upheld.management.commands import upheld as root
from upheld.management.commands.upheld import Command, rooms, subcommands


def run(*words: str) -> tuple[int, str, str]:
    """Run the root command; return (exit code, stdout, stderr)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("upheld", *words, stdout=out, stderr=err)
    except SystemExit as stopped:
        assert isinstance(stopped.code, int)
        return stopped.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def typed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run it as from a shell."""
    with pytest.raises(SystemExit) as stopped:
        Command().run_from_argv(["manage.py", "upheld", *words])
    said = capsys.readouterr()
    return int(stopped.value.code or 0), said.out, said.err


def test_every_room_with_commands_is_found() -> None:
    folder = Path(root.__file__).parents[2]
    with_commands = {f"upheld.{path.parent.name}" for path in folder.glob("*/commands.py")}
    assert with_commands <= set(rooms())
    assert {"init", "map"} <= set(subcommands())


def test_every_subcommand_has_help_and_takes_json() -> None:
    parser = Command().create_parser("manage.py", "upheld")
    for name, command in subcommands().items():
        assert command.help[0].islower() and not command.help.endswith("."), name
        arguments = ["a"] if name == "receipt" else []
        try:
            options = vars(parser.parse_args([name, *arguments, "--json"]))
        except Exception as error:  # a subcommand with required words of its own
            assert "required" in str(error), name
            continue
        assert options["json"] is True, name


def test_an_unknown_subcommand_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(capsys, "mpa") == (
        2,
        "",
        "error: unknown subcommand `mpa` (did you mean `map`?)\n",
    )


def test_no_subcommand_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = typed(capsys)
    assert (code, out) == (2, "")
    assert err == "error: a subcommand is missing (one of: " + ", ".join(subcommands()) + ")\n"


def test_help_is_not_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = typed(capsys, "--help")
    assert (code, err) == (0, "")
    assert "draft the map of this project" in out


def test_two_rooms_cannot_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root, "rooms", lambda: ["upheld.datamap", "upheld.datamap"])
    with pytest.raises(ConfigurationError) as caught:
        subcommands()
    assert str(caught.value) == "two rooms have a command `init`"


def test_a_broken_folder_is_a_finding_not_a_traceback(privacy_copy: Path) -> None:
    (privacy_copy / "map.yaml").write_text("modles: {}\n", "utf-8")
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        code, out, err = run("map")
    assert (code, out) == (1, "")
    assert "a map has no `modles`" in err


def test_map_shows_what_is_personal_and_whose() -> None:
    code, out, err = run("map", "--model", "clinic.Invoice")
    assert (code, err) == (0, "")
    assert out.startswith(
        "clinic.Invoice  (user | guest_email)\n"
        "  number: order.reference\n"
        "  guest_email: contact.email, sealed for exact look-up\n"
        "  content: order.content\n"
    )
    assert out.endswith("1 models, 3 personal columns, 2 keys, 2 not personal, 0 errors\n")


def test_a_subcommand_acts_as_itself_for_the_purpose_the_map_gives_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Context] = []

    class Look:
        help = "look"

        def arguments(self, parser: Any) -> None:
            pass

        def run(self, options: Any, out: Any) -> int:
            seen.append(current())
            return 0

    monkeypatch.setattr(root, "subcommands", lambda: {"look": Look()})
    actor = Actor("system", "system:look")
    assert run("look")[0] == 0
    with purpose("own"):
        run("look")
    source = active().datamap.source
    given = source.commands | {"upheld look": "upkeep"}
    with override(mapfile=dataclasses.replace(source, commands=given)):
        run("look")
    assert seen == [Context(each, actor, place="upheld look") for each in (None, "own", "upkeep")]
    assert current() == NOWHERE


def test_what_a_subcommand_noted_is_written_even_when_it_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Fail:
        help = "fail"

        def arguments(self, parser: Any) -> None:
            pass

        def run(self, options: Any, out: Any) -> int:
            raise ConfigurationError("no")

    ends: list[str] = []
    monkeypatch.setattr(root, "finish", lambda: ends.append(current().place))
    monkeypatch.setattr(root, "subcommands", lambda: {"fail": Fail()})
    assert run("fail") == (2, "", "error: no\n")
    assert ends == ["upheld fail"]


def test_map_as_data() -> None:
    code, out, _ = run("map", "--json")
    assert code == 0
    data: dict[str, Any] = json.loads(out)
    assert [model["model"] for model in data["models"]] == [
        model.label for model in active().datamap.models
    ]
    notes = next(model for model in data["models"] if model["model"] == "clinic.Note")
    assert notes["subject"] == ["appointment.patient.user"]
    assert {
        "column": "text",
        "role": "category",
        "category": "free_text",
        "sealed": "none",
        "copy_of": [],
    } in notes["columns"]


def test_map_of_an_unknown_model_is_wrong_use() -> None:
    assert run("map", "--model", "clinic.Nothing") == (
        2,
        "",
        "error: `clinic.Nothing` is no declared model\n",
    )


def test_map_fails_on_an_undeclared_column(privacy_copy: Path) -> None:
    path = privacy_copy / "map.yaml"
    path.write_text(path.read_text("utf-8").replace("clinic.Topic:", "clinic.topik:"), "utf-8")
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        code, out, _ = run("map")
    assert code == 1
    assert "upheld.E001 clinic.Topic: this model is not declared\n" in out
    assert "upheld.E003 clinic.topik: the map names a model that is not installed\n" in out


def test_write_then_check_then_drift(privacy_copy: Path) -> None:
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        path = privacy_copy / snapshot.FILE
        path.unlink(missing_ok=True)
        assert run("map", "--check")[0] == 2
        assert run("map", "--write") == (0, f"wrote {path}\n", "")
        assert run("map", "--check") == (0, "no drift\n", "")
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "Topic.title" not in line))
        drifted = "+ clinic.Topic.title | none | clear | nobody"
        assert run("map", "--check") == (1, f"{drifted}\n", "")
        code, out, _ = run("map", "--check", "--json")
        assert (code, json.loads(out)) == (1, {"drift": [drifted]})


def test_init_drafts_a_project_without_a_map(tmp_path: Path) -> None:
    folder = tmp_path / "privacy"
    code, out, err = run("init", "--privacy-dir", str(folder), "--samples", "0")
    assert (code, err) == (1, "")
    text = (folder / "map.yaml").read_text("utf-8")
    assert "extends: [upheld.contrib.django]" in text
    assert "  clinic.Patient:\n    subject: user\n" in text
    assert out.startswith(f"wrote {folder / 'map.yaml'}: 9 models, ")
    assert "  clinic.Remark: `author` may be who acted (`author`)" in out


def test_init_starts_a_policy_and_a_notice(tmp_path: Path) -> None:
    folder = tmp_path / "privacy"
    words = ("init", "--privacy-dir", str(folder), "--samples", "0")
    _, out, _ = run(*words)
    policy, notice = folder / "policy.yaml", folder / "notice.md"
    assert f"wrote {policy}: to be completed\nwrote {notice}: to be completed\n" in out
    assert f"complete what `upheld lint {folder}` names" in out.splitlines()[-1]
    for category in ("contact.phone", "name.legal", "session.content"):
        assert f"\n  {category}: {{kind: " in policy.read_text("utf-8")
    assert "your phone number" in notice.read_text("utf-8")

    policy.write_text("# mine now\n", "utf-8")
    notice.unlink()
    (folder / "map.yaml").rename(folder / "old.yaml")
    assert json.loads(run(*words, "--json")[1])["started"] == [str(notice)]
    assert policy.read_text("utf-8") == "# mine now\n"


def test_init_never_touches_a_map_that_is_there(privacy_copy: Path) -> None:
    path = privacy_copy / "map.yaml"
    shorter = path.read_text("utf-8").replace(
        '  clinic.Topic: {nobody: "subjects of talks, no people", rest: none}\n', ""
    )
    path.write_text(shorter, "utf-8")
    words = ("init", "--privacy-dir", str(privacy_copy), "--samples", "0", "--json")
    code, out, _ = run(*words)
    draft = privacy_copy / "map.draft.yaml"
    found = json.loads(out)
    assert (code, found["written"]) == (1, str(draft))
    assert path.read_text("utf-8") == shorter
    assert "  clinic.Topic:\n" in draft.read_text("utf-8")
    assert "  clinic.Patient:\n" not in draft.read_text("utf-8")

    draft.write_text("# mine now\n", "utf-8")
    assert run(*words) == (
        2,
        "",
        f"error: `{draft}` exists (move its entries into map.yaml, or use `--force`)\n",
    )
    assert draft.read_text("utf-8") == "# mine now\n"
    assert run(*words, "--force")[0] == 1
    assert "  clinic.Topic:\n" in draft.read_text("utf-8")
    assert path.read_text("utf-8") == shorter


def test_init_has_nothing_to_do_with_a_whole_map(privacy_copy: Path) -> None:
    path = privacy_copy / "map.yaml"
    path.write_text("extends: [upheld.contrib.django]\n" + path.read_text("utf-8"), "utf-8")
    code, out, _ = run("init", "--privacy-dir", str(privacy_copy), "--samples", "0")
    assert (code, out) == (0, f"{path} declares everything\n")
    assert not (privacy_copy / "map.draft.yaml").exists()


def test_init_names_what_still_waits_for_a_decision(tmp_path: Path) -> None:
    words = ("init", "--privacy-dir", str(tmp_path), "--samples", "0")
    first = json.loads(run(*words, "--json")[1])["unsure"]
    code, out, err = run(*words)
    assert (code, err) == (1, "")
    assert out == "".join(
        [
            f"{tmp_path / 'map.yaml'} declares everything, {len(first)} entries are unsure\n",
            *(f"  {each}\n" for each in sorted(first, key=lambda e: "." in e.split(":")[0][8:])),
        ]
    )


def test_init_refuses_a_map_it_cannot_read(privacy_copy: Path) -> None:
    (privacy_copy / "map.yaml").write_text("models: [", "utf-8")
    code, out, err = run("init", "--privacy-dir", str(privacy_copy), "--samples", "0")
    assert (code, out) == (1, "")
    assert "not readable as YAML" in err


def test_init_without_a_folder_says_so() -> None:
    with override_settings(UPHELD={}):
        assert run("init") == (
            2,
            "",
            "error: there is no privacy folder (set `PRIVACY_DIR` or use `--privacy-dir`)\n",
        )
