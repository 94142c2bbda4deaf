"""What a site's demo needs besides the site itself; each site says it in its `demo.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beside:
    """A process that stands for an outsider: `python -m MODULE *words --port N`.

    It listens on `host` at a free port. The environment variable `told` says to the site where,
    with `path` after it. Among `words`, `{site}` is the site's address and `{state}` the
    process's own folder, `var/<name>`.
    """

    name: str
    module: str
    told: str
    path: str = ""
    words: tuple[str, ...] = ()
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Demo:
    """A site's demo. `after_sample` are commands with their titles, run once when the sample
    data are new; `jobs` are commands that run as long as the site; `letters` starts a mail
    server whose mailboxes the site reads."""

    beside: tuple[Beside, ...] = ()
    after_sample: tuple[tuple[str, tuple[str, ...]], ...] = ()
    jobs: tuple[tuple[str, ...], ...] = ()
    letters: bool = False


JOBS = (
    ("upheld", "requests", "--mind", "--every", "60"),  # the clocks of people's requests
    ("upheld", "deliver", "--every", "10"),  # what recipients are told
)
"""Every site's jobs."""
