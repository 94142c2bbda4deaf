"""One `Set-Cookie` line: read, judged and rewritten.

A line is kept as text from end to end. What is not touched leaves as it came, so that no
round trip through a parser changes a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import Morsel

from upheld.policy.types import Cookie

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}")
LARGEST = 4096
"""Bytes of name and value that browsers keep; they drop a larger cookie without a word."""
DAY = 86400


@dataclass(frozen=True, slots=True)
class Line:
    """`name=value` and the attributes as they were written, by their name in lower case."""

    name: str
    value: str
    attributes: dict[str, str]

    @property
    def is_nameable(self) -> bool:
        """Whether the name is one that a browser and a log line can bear."""
        return _NAME.fullmatch(self.name) is not None

    @property
    def is_too_large(self) -> bool:
        return len(self.name.encode()) + len(self.value.encode()) > LARGEST

    def lasts(self, now: datetime) -> float | None:
        """Seconds until it ends, 0 or less when it ends at once; None = with the browser.

        `Max-Age` comes before `Expires`, as in browsers. A date that cannot be read counts
        as never: what nobody can judge is judged by its worst.
        """
        age = self.attributes.get("max-age", "")
        if re.fullmatch(r"-?[0-9]{1,15}", age):
            return float(age)
        expires = self.attributes.get("expires", "")
        if not expires:
            return None
        try:
            until = parsedate_to_datetime(expires.replace("-", " "))
        except ValueError:
            return float("inf")
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return (until - now).total_seconds()

    def is_deletion(self, now: datetime) -> bool:
        lasts = self.lasts(now)
        return self.value in ("", '""') and lasts is not None and lasts <= 0

    def __str__(self) -> str:
        parts = [f"{self.name}={self.value}"]
        parts += [f"{key}={value}" if value else key for key, value in self.attributes.items()]
        return "; ".join(parts)


def read(text: str) -> Line:
    """Read a header's text. A line without `=` has an empty name."""
    pair, *rest = text.split(";")
    name, equals, value = pair.partition("=")
    attributes: dict[str, str] = {}
    for part in rest:
        key, _, said = part.partition("=")
        if key.strip():
            attributes[key.strip().lower()] = said.strip()
    return Line(name.strip() if equals else "", value.strip() if equals else name, attributes)


def of_morsel(morsel: Morsel[str]) -> Line:
    """Read a cookie that Django will write."""
    # `Max-Age: 0` is said, an empty text and False are not.
    kept = {key: str(value) for key, value in morsel.items() if value != "" and value is not False}
    flags = {key: "" if value == "True" else value for key, value in kept.items()}
    return Line(morsel.key, morsel.coded_value, flags)


def to_morsel(line: Line, morsel: Morsel[str]) -> None:
    """Write the attributes of `line` back to Django's cookie."""
    for key in morsel:
        if key in line.attributes:
            morsel[key] = line.attributes[key] or True
        else:
            morsel[key] = ""


def fitted(
    line: Line,
    rule: Cookie,
    *,
    secure: bool,
    own_path: bool,
    now: datetime,
    changed: Callable[[str, str], None],
) -> Line:
    """Return the line as the policy lets it leave: for this host alone, `Secure` under https,
    with a `SameSite`, not for longer than declared.

    `own_path` leaves the path; else the cookie is for the whole site, so that a later refusal
    finds it. `changed(reason, message)` hears of what an app wanted wider.
    """
    kept = dict(line.attributes)
    if kept.pop("domain", ""):
        changed("cookie-domain", f"the cookie `{line.name}` was set for this host alone")
    if secure:
        kept["secure"] = ""
    if kept.get("samesite", "").lower() not in ("lax", "strict", "none"):
        kept["samesite"] = "Lax"
    if not own_path:
        kept["path"] = "/"
    limit = rule.days * DAY
    lasts = line.lasts(now)
    if lasts is not None and lasts > limit:
        kept.pop("expires", None)
        kept.pop("max-age", None)
        if limit:
            kept["max-age"] = str(limit)
        stays = f"{rule.days} days" if limit else "until the browser closes"
        changed("cookie-days", f"the cookie `{line.name}` was shortened to {stays}")
    return Line(line.name, line.value, kept)


def deletion(name: str, *, secure: bool) -> str:
    """Return the line that ends `name` in the browser."""
    past = datetime.fromtimestamp(0, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    tail = "; Secure" if secure else ""
    return f"{name}=; Path=/; Max-Age=0; Expires={past}; SameSite=Lax{tail}"
