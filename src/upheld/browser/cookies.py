"""The cookie gate: what leaves in `Set-Cookie`, and what is ended because it may stay no more.

Django writes cookies from `response.cookies`; an app may also set the header by hand, which
holds one line. Both are held to the policy here. Deletions always leave.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from upheld.browser.names import Declared
from upheld.browser.setcookie import Line, deletion, fitted, of_morsel, read, to_morsel
from upheld.browser.tally import Kept, tally

RAW = "Set-Cookie"
MOST_ENDED = 50
"""Cookies that one answer ends; a browser that sends more is answered again."""
Chosen = Callable[[str], bool]

_HINTS = {
    "cookie-name": "give it a name of letters, digits, `_`, `.` and `-`",
    "cookie-size": "keep the content in the session; browsers drop what is over 4096 bytes",
    "cookie-undeclared": "declare it under `cookies:` in policy.yaml, or take out what sets it",
    "cookie-consent": "set it only after `consent.allows(request, purpose)`",
    "cookie-domain": "take out its `Domain`: other hosts have no business with it",
    "cookie-days": "set it for no longer, or declare more `days` in policy.yaml",
}


class Gate:
    """Holds one answer to what is declared and chosen."""

    def __init__(
        self,
        request: HttpRequest,
        declared: Declared,
        chosen: Chosen,
        *,
        place: str,
        enforced: bool,
    ) -> None:
        self._request = request
        self._declared = declared
        self._chosen = chosen
        self._place = place
        self._enforced = enforced
        self._secure = request.is_secure()
        self._now = datetime.now(UTC)

    def settle(self, response: HttpResponseBase) -> None:
        """Take out, narrow and add; in observe mode only count what would be."""
        for name in list(response.cookies):
            morsel = response.cookies[name]
            line = self._passed(of_morsel(morsel))
            if not self._enforced:
                continue
            if line is None:
                del response.cookies[name]
            else:
                to_morsel(line, morsel)
        raw = response.headers.get(RAW)
        if raw is not None:
            line = self._passed(read(raw))
            if self._enforced and line is None:
                del response.headers[RAW]
            elif self._enforced:
                response.headers[RAW] = str(line)

    def end_refused(self, response: HttpResponseBase) -> None:
        """End cookies that came with the request though their purpose is refused, or though
        the policy declares them no more."""
        if not self._enforced:
            return
        ended = 0
        for name in self._request.COOKIES:
            rule = self._declared.cookies.of(name)
            gone = self._declared.former.of(name) if rule is None else None
            if gone is None and (rule is None or self._chosen(rule.purpose)):
                continue
            if name in response.cookies or not Line(name, "", {}).is_nameable:
                continue
            response.cookies[name] = ""
            to_morsel(read(deletion(name, secure=self._secure)), response.cookies[name])
            ended += 1
            if ended == MOST_ENDED:
                return

    def _passed(self, line: Line) -> Line | None:
        """Return the line that may leave, None when none may."""
        reason, message, purpose = "", "", ""
        name = line.name
        rule = self._declared.cookies.of(name)
        if not line.is_nameable:
            shown = ascii(name[:40])[1:-1]
            reason, message = "cookie-name", f"the cookie `{shown}` was not set"
            name = "?"
        elif line.is_deletion(self._now):
            kept = {key: value for key, value in line.attributes.items() if key != "domain"}
            return Line(name, line.value, kept)
        elif rule is None:
            reason = "cookie-undeclared"
            message = f"the cookie `{name}` was not set: no rule of the policy names it"
        elif not self._chosen(rule.purpose):
            reason, purpose = "cookie-consent", rule.purpose
            message = f"the cookie `{name}` was not set: `{purpose}` is not agreed to"
        elif line.is_too_large:
            reason, purpose = "cookie-size", rule.purpose
            message = f"the cookie `{name}` was not set: it is larger than browsers keep"
        else:
            return fitted(
                line,
                rule,
                secure=self._secure,
                own_path=rule.purpose not in self._declared.governed,
                now=self._now,
                changed=partial(self._note, name, rule.purpose),
            )
        self._note(name, purpose, reason, message)
        return None

    def _note(self, name: str, purpose: str, reason: str, message: str) -> None:
        kept = Kept(self._place, purpose, f"cookie:{name}", "set", reason, self._enforced)
        tally().note(kept, message, _HINTS[reason])
