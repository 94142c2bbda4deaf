"""Embeds, earlier policies and storage: what pages are told, and clear answers to mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.http import HttpRequest
from django.template import engines
from django.test import Client, RequestFactory, override_settings

from tests.browserroom.conftest import FIRST, Send, lines, page
from upheld.browser import declared as kept
from upheld.browser.checks import gate
from upheld.browser.embeds import shown
from upheld.browser.names import Names, work_out
from upheld.datamap.active import Active
from upheld.datamap.active import override as governed_by
from upheld.errors import ConfigurationError
from upheld.policy.print import print_policy
from upheld.policy.types import Cookie

SITES = Path(__file__).resolve().parents[2] / "sites"


def request() -> HttpRequest:
    return RequestFactory().get("/outside/?q=1")


def test_an_unknown_embed_is_named(rules: Active) -> None:
    with pytest.raises(ConfigurationError) as error:
        shown(request(), "word")
    assert str(error.value) == "no embed `word` in the policy (did you mean `words`?)"


def test_an_embed_that_loads_nothing_is_refused(rules: Active) -> None:
    embed = replace(rules.policy.embeds["words"], kinds=("img",))
    silent = replace(rules.policy, embeds={"words": embed})
    with governed_by(policy=silent), pytest.raises(ConfigurationError) as error:
        shown(request(), "words")
    assert str(error.value) == (
        "the embed `words` names nothing that a page could load"
        " (give it one `origin` without `*`, and `script` or `frame` in `kinds`)"
    )


def test_the_tags_need_the_request(rules: Active) -> None:
    for tag in ("banner", 'embed "words"'):
        text = "{% load upheld_browser %}{% " + tag + " %}"
        with pytest.raises(ConfigurationError) as error:
            engines["django"].from_string(text).render({})
        name = tag.split()[0]
        assert str(error.value) == (
            f"`{{% {name} %}}` needs the request"
            " (add `django.template.context_processors.request` to the context processors)"
        )


def test_an_address_cannot_break_the_page(rules: Active) -> None:
    embed = replace(rules.policy.embeds["words"], name='"><script>x</script>')
    with governed_by(policy=replace(rules.policy, embeds={"words": embed})):
        text = Client().get('/outside/?next="><script>').content.decode()
    assert "<script>" not in text


def test_cookies_of_an_earlier_policy_are_ended(
    rules: Active, send: Send, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = replace(
        rules.policy, cookies={"old_*": Cookie("old_*", "own"), "theme": Cookie("theme", "own")}
    )
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions/policy.2025-01-01.yaml").write_text(print_policy(earlier))
    (tmp_path / "versions/policy.2024-01-01.yaml").write_text("not: [a policy")
    given = replace(kept.conf(), PRIVACY_DIR=tmp_path)
    monkeypatch.setattr(kept, "conf", lambda: given)
    ended = lines(send(page(), cookies={"old_id": "1", "theme": "x", "theirs": "1"}))
    assert [line.partition("=")[0] for line in ended] == ["old_id"]


def test_storage_is_cleared_whole_only_when_nothing_may_stay(rules: Active) -> None:
    browser = Client()
    yes = browser.post("/privacy/choices/", {"translation": "yes"})
    no = browser.post("/privacy/choices/", {"translation": "no"})
    assert "Clear-Site-Data" not in yes.headers
    assert no.headers["Clear-Site-Data"] == '"storage"'
    storage = rules.policy.storage | {
        "draft": replace(rules.policy.storage["words.*"], id="draft", purpose="own")
    }
    with governed_by(policy=replace(rules.policy, storage=storage)):
        kept_draft = browser.post("/privacy/choices/", {"translation": "no"})
    assert "Clear-Site-Data" not in kept_draft.headers
    text = browser.get("/outside/").content.decode()
    assert "[[&quot;local&quot;, &quot;words.*&quot;]]" in text


def test_the_longest_beginning_declares() -> None:
    names = Names((Cookie("a_*", "own"), Cookie("a_b_*", "rights"), Cookie("a_b_c", "upkeep")))
    found = [names.of(name) for name in ("a_x", "a_b_x", "a_b_c", "b")]
    assert [rule.purpose if rule else "" for rule in found] == ["own", "rights", "upkeep", ""]


def test_an_installation_may_load_from_elsewhere(rules: Active) -> None:
    found = work_out(rules.policy, {"words": "http://127.0.0.2:8075"})
    assert found.embeds["words"].origin == "http://127.0.0.2:8075"


def test_checks_see_a_gate_that_others_walk_around(rules: Active) -> None:
    assert gate() == []
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE[1:], FIRST]):
        assert [(found.id, found.msg) for found in gate()] == [
            (
                "upheld.B001",
                "middleware before the browser's gate sets cookies and headers that nobody checks",
            )
        ]
    with override_settings(SESSION_COOKIE_NAME="sid"):
        assert [(found.id, found.msg) for found in gate()] == [
            ("upheld.B002", "the cookie `sid` will not leave: the policy does not declare it")
        ]
    assert [found for found in run_checks() if found.id and found.id.startswith("upheld.B")] == []


def test_the_vendored_library_is_what_it_was() -> None:
    import hashlib
    import json

    folder = SITES.parent / "src/upheld/static/upheld/vendor/cookieconsent"
    manifest = json.loads((folder / "manifest.json").read_text())
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }
    assert found == manifest["sha256"]
