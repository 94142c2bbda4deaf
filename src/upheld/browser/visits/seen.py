"""One thing seen, as it waits in memory to be written: already cut down."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["view", "dwell", "load", "error", "fault", "event", "lost"]


class Seen(NamedTuple):
    """What of a request is left. The columns of `Visit` say what the values are.

    `visitor` and `visit` are keyed digests, made under the site's secret key; the salt of the
    day goes over them when they are written, and `visitor` ends in a sketch.
    """

    day: date
    hour: int
    kind: Kind
    page: str = ""
    previous: str = ""
    referrer: str = ""
    language: str = ""
    country: str = ""
    browser: str = ""
    system: str = ""
    device: str = ""
    detail: str = ""
    number: int = 0
    visitor: bytes = b""
    visit: bytes = b""
