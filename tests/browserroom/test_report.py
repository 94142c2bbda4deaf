"""`upheld report` names what the browser's gate held back, with the next step."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from io import StringIO

from django.core.management import call_command

from tests.browserroom.conftest import Send, page
from upheld.datamap.active import Active
from upheld.datamap.active import override as governed_by
from upheld.guard.against import against
from upheld.policy.types import Cookie


def report() -> list[str]:
    out = StringIO()
    with suppress(SystemExit):
        call_command("upheld", "report", stdout=out)
    return out.getvalue().splitlines()


def test_what_was_held_back_and_what_to_do(send: Send) -> None:
    app = page("tracker=1", "taste=1", **{"Content-Security-Policy": "img-src https://cdn.example"})
    send(app, path="/nowhere/")
    first, *rest = report()
    assert first == "outside any route (3x)"
    assert sorted(rest) == sorted(
        [
            "  refused 1x: load `outside:https://cdn.example` without a purpose"
            " (visitor, csp-origin)",
            "  refused 1x: set `cookie:taste` for `taste` (visitor, cookie-consent)",
            "  refused 1x: set `cookie:tracker` without a purpose (visitor, cookie-undeclared)",
            "  to allow it: policy.yaml: `https://cdn.example`: declare it under `embeds:`, or"
            " take it out of the settings",
            "  to allow it: code: `taste`: set it only after `consent.allows(request, purpose)`",
            "  to allow it: policy.yaml: `tracker`: declare it under `cookies:`, or take out"
            " what sets it",
        ]
    )


def test_a_cookie_that_is_declared_since_is_settled(send: Send, rules: Active) -> None:
    send(page("tracker=1"))
    cookies = rules.policy.cookies | {"track*": Cookie("track*", "own")}
    with governed_by(policy=replace(rules.policy, cookies=cookies)) as now:
        assert report() == ["nothing was refused"]
        assert against(rules, now).lost == ()
