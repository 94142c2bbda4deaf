"""Every setting of Upheld: one dict `UPHELD` in the project's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.signals import setting_changed

from upheld.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Conf:
    """The settings with their types and defaults."""

    PRIVACY_DIR: Path | None = None
    """Folder with `notice.md`, `policy.yaml`, `map.yaml` and `map.lock`. Required."""

    MODE: Literal["observe", "enforce"] = "enforce"
    """observe = record what would be refused and let it pass; enforce = refuse."""

    KEYS_DIR: Path | None = None
    """Folder of key-encryption keys, outside the database and its backups. None keeps a
    key in memory only: for tests, since nothing sealed survives the process."""

    KEY_CACHE_SECONDS: float = 5.0
    """How long a subject's data key stays usable in memory before the database is asked
    again whether it still exists: the longest time another process can read an erased
    person's values after the erasure."""

    RELOAD_EVERY: float = 5.0
    """Seconds between two looks of a process at its privacy folder. A change is taken when
    two looks find it the same, so that nobody meets half-copied files. 0 = never: new rules
    come with a restart."""

    STATE_DIR: Path | None = None
    """Folder on this machine's own disk by which its workers tell one another at once that an
    answer of consent changed, so that answers are remembered between requests. Name one only
    where all workers of the site are on this machine. None = answers are read once a request."""

    CHOICES_COOKIE: str = "upheld_choices"
    """The cookie that holds a visitor's choices together; the policy declares it and its days.
    It is set when a visitor chooses, never before."""

    ASK_NOT_AT: tuple[str, ...] = ("*logout", "*sign-out")
    """Names of routes (patterns) that an account may use before it answered the questions it
    was made without; see `upheld.pages.first_visit`."""

    PROBES: tuple[str, ...] = ()
    """Modules with a site's own probes, as dotted paths."""

    SITE_URL: str = "http://127.0.0.1:8000"
    """Scheme and host put into mails and `.well-known` files, no slash at the end."""

    ZONE: str = ""
    """IANA name of the time zone that days of a person's request are counted in, e.g.
    `America/New_York`. Empty = Django's `TIME_ZONE`."""

    CLAMD: str = ""
    """Where clamd listens, `host:port` or the path of its socket. Empty = there is no
    scanner: documents stay in quarantine and nobody opens them."""

    SECOND_FACTOR: str = ""
    """Dotted path of what checks a second factor (`upheld.ports.SecondFactor`), for example
    `upheld.contrib.allauth.second_factor.Authenticators`. Empty = there is none, and posts
    that need one cannot work."""

    SEQUENCE_EVERY: float = 2.0
    """Seconds after which a request that wrote events also gives the waiting ones their
    place in the evidence log. 0 = only `checkpoint` and readers do."""

    READS_WAIT_FOR_DISK: bool = False
    """Whether a page on PostgreSQL waits until the disk has the events of what it read. If
    not, a crash of the database server may lose those of its last second. Events of other
    kinds always wait."""

    BACKUP_DAYS: int | None = None
    """For how many days the site's backups are kept. An erasure's receipt then says by which
    day nobody can bring the data back from a backup; None = it cannot say."""

    REPLAY_FILE: Path | None = None
    """Where erasures and withdrawals are noted outside the database, to be done again after
    a restore. None = `replay.jsonl` in `KEYS_DIR`; without a folder of keys nothing is noted."""

    ADVISORIES: Path | None = None
    """Folder of OSV records (`*.json`) by which the inspection knows published weaknesses of
    installed packages. None = it does not look; nothing is ever fetched."""

    SWEEP_SLICE: int = 50000
    """Rows that the retention sweep ends in one transaction, or twice as many in full tables."""

    SWEEP_PAUSE: float = 0.05
    """Seconds the sweep leaves to the site after each slice."""

    SWEEP_TIMEOUT: float = 5.0
    """Seconds after which PostgreSQL stops a statement of the sweep."""

    SECOND_LINE: Mapping[str, str] = field(default_factory=dict)
    """Databases whose statements are sent under the role of their purpose, PostgreSQL only:
    alias -> alias of the same database as the owner of its tables, whom `migrate` and
    `upheld second-line` act as. Empty = there is no second line."""

    SECOND_LINE_ROLES: str = "upheld"
    """How the second line's roles start; another word for each site of one server."""

    SECOND_LINE_LOGINS: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Further logins (a reporting tool's) with the purposes they may act for. One that has
    a single purpose acts for it from the start."""

    FEEDS: tuple[str, ...] = ()
    """Modules that declare what recipients are given, as dotted paths."""

    RECIPIENTS: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Where each recipient of the policy is reached; see `upheld.disclosure.endpoints`."""

    PROXIES: int = 0
    """How many proxies of one's own stand before the site. That many entries at the end of
    `X-Forwarded-For` are believed; 0 = none, the address is that of the connection."""

    VISITS_EVERY: float = 2.0
    """Seconds after which views that were counted are written, off the pages' own way."""

    VISITS_WAITING: int = 50_000
    """How many views may wait to be written in one process; more are not taken."""

    VISITS_RATE: int = 200
    """Beacons and faults a second that one process takes; more are not."""

    MAILBOXES: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The mailboxes whose letters become cases; see `upheld.cases.mailboxes`."""

    MAIL_TRANSPORT: str = "django.core.mail.backends.smtp.EmailBackend"
    """Dotted path of the Django backend that carries what `upheld.mail.backend.Gate` let
    through."""

    MAIL_RETURN: str = ""
    """Address that bounces come back to, e.g. `bounces@shop.example`; its server must deliver
    `bounces+...@` too. Empty = the sender's address, and bounces are not read."""

    MAIL_BOUNCES: Mapping[str, Any] = field(default_factory=dict)
    """The mailbox behind `MAIL_RETURN`: `imap` (`imaps://user@host`) and `password` (a path)."""

    OUTBOUND: Literal["everywhere", "purposes", "off"] = "purposes"
    """Where connections that do not go through the gate are refused: in the whole process,
    or in code that runs for a purpose."""

    OUTSIDE: Mapping[str, str] = field(default_factory=dict)
    """`host:port` -> why it may be reached past the gate, e.g. the mail server."""

    EMBED_ORIGINS: Mapping[str, str] = field(default_factory=dict)
    """Where this installation loads an embed of the policy from instead of its declared
    origin, by the embed's id: a stand-in on a developer's machine."""


def conf() -> Conf:
    """Return the settings, read once. Raises `ConfigurationError` for an unknown key."""
    global _cached
    if _cached is None:
        _cached = _read()
    return _cached


_cached: Conf | None = None


def _read() -> Conf:
    given: dict[str, Any] = dict(getattr(settings, "UPHELD", {}))
    known = {f.name for f in fields(Conf)}
    for key in given:
        if key not in known:
            raise ConfigurationError(
                f"unknown setting `{key}` in `UPHELD`",
                hint="known settings: " + ", ".join(sorted(known)),
            )
    for key in ("PRIVACY_DIR", "KEYS_DIR", "STATE_DIR", "REPLAY_FILE", "ADVISORIES"):
        if given.get(key) is not None:
            given[key] = Path(given[key])
    for key in ("PROBES", "FEEDS", "ASK_NOT_AT"):
        if key in given:
            given[key] = tuple(given[key])
    if "SECOND_LINE_LOGINS" in given:
        logins = given["SECOND_LINE_LOGINS"].items()
        given["SECOND_LINE_LOGINS"] = {name: tuple(purposes) for name, purposes in logins}
    if given.get("MODE", "enforce") not in ("observe", "enforce"):
        raise ConfigurationError(
            f"unknown `MODE` `{given['MODE']}` in `UPHELD`", hint="use `observe` or `enforce`"
        )
    return Conf(**given)


def _forget(*, setting: str, **_: Any) -> None:
    global _cached
    if setting == "UPHELD":
        _cached = None


setting_changed.connect(_forget)
