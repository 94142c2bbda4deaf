"""Every setting of Upheld: one dict `UPHELD` in the project's settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
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

    PROBES: tuple[str, ...] = ()
    """Modules with a site's own probes, as dotted paths."""

    SITE_URL: str = "http://127.0.0.1:8000"
    """Scheme and host put into mails and `.well-known` files, no slash at the end."""

    SEQUENCE_EVERY: float = 2.0
    """Seconds after which a request that wrote events also gives the waiting ones their
    place in the evidence log. 0 = only `checkpoint` and readers do."""

    BACKUP_DAYS: int | None = None
    """For how many days the site's backups are kept. An erasure's receipt then says by which
    day nobody can bring the data back from a backup; None = it cannot say."""

    REPLAY_FILE: Path | None = None
    """Where erasures and withdrawals are noted outside the database, to be done again after
    a restore. None = `replay.jsonl` in `KEYS_DIR`; without a folder of keys nothing is noted."""

    SWEEP_SLICE: int = 2000
    """Rows that the retention sweep ends in one transaction."""

    SWEEP_PAUSE: float = 0.05
    """Seconds the sweep leaves to the site after each slice."""

    SWEEP_TIMEOUT: float = 5.0
    """Seconds after which PostgreSQL stops a statement of the sweep."""


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
    for key in ("PRIVACY_DIR", "KEYS_DIR", "REPLAY_FILE"):
        if given.get(key) is not None:
            given[key] = Path(given[key])
    if "PROBES" in given:
        given["PROBES"] = tuple(given["PROBES"])
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
