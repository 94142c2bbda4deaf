"""What governs the site now: policy, notice and bound map, swapped only as a whole.

Loaded when Django is ready or on first use. A folder that cannot be used stops the site in
every mode: `active()` raises on each call, and nothing half-loaded is left behind.

A request, command, task or outermost block with a purpose is pinned to the governance it
began with. So two may be in force at the same time, in two threads: nothing that depends
on one is kept outside of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from django.apps import apps
from django.core.signals import setting_changed

from upheld.conf import conf
from upheld.context import Pin, pin
from upheld.datamap.bind import bind
from upheld.datamap.bound import DataMap
from upheld.datamap.engine import with_engine
from upheld.datamap.problems import Problem
from upheld.datamap.stored import stored_otherwise
from upheld.errors import ConfigurationError
from upheld.notice.folder import Privacy, load_privacy_dir
from upheld.notice.register import Register
from upheld.notice.types import Notice
from upheld.policy.mapfile import MapFile
from upheld.policy.types import Policy


class MapError(ConfigurationError):
    """The map does not fit the project or the policy. `problems` holds every fatal one."""

    code = "configuration.map"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        lines = [f"{p}\n  hint: {p.hint}" if p.hint else str(p) for p in problems]
        super().__init__("the map cannot be used\n" + "\n".join(lines))


FILES = ("notice.md", "policy.yaml", "map.yaml", "register.yaml")
Signature = tuple[tuple[str, int, int], ...]
"""Name, time of the last change in nanoseconds and size of each file of a folder."""


def signature_of(folder: Path) -> Signature:
    """Return what tells one state of a privacy folder from another without reading it."""
    found = []
    for name in FILES:
        with suppress(OSError):
            state = (folder / name).stat()
            found.append((name, state.st_mtime_ns, state.st_size))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Active:
    """The governance in force. `digest` is the SHA-256 of its sources in hex."""

    policy: Policy
    notice: Notice
    datamap: DataMap
    digest: str
    register: Register
    signature: Signature = ()
    """Of the files it was read from; empty when it was read from none."""
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What others work out from this governance and keep as long as it lives: the guard's
    decisions. A key begins with the name of the module that keeps it."""


_now: Active | None = None
_broken: ConfigurationError | None = None
_lock = threading.RLock()


def active() -> Active:
    """Return what governs this unit of work: what was in force when it first asked.

    Raises `ConfigurationError` when the folder is broken.
    """
    held = pin.get()
    if held is None:
        return newest()
    if held.governance is None:
        held.governance = newest()
    return cast(Active, held.governance)


def newest() -> Active:
    """Return what governs whatever begins now. Raises `ConfigurationError` as `active` does."""
    found = _now
    return _load_once() if found is None else found


@contextmanager
def pinned(governance: Active | None = None) -> Iterator[Active]:
    """Decide the whole block by one governance: the given one, else the newest."""
    chosen = newest() if governance is None else governance
    token = pin.set(Pin(chosen))
    try:
        yield chosen
    finally:
        pin.reset(token)


@contextmanager
def unit_of_work() -> Iterator[Active]:
    """Decide the whole block by one governance: that of the work around it, else the newest."""
    held = pin.get()
    governance = None if held is None else cast("Active | None", held.governance)
    with pinned(governance) as chosen:
        yield chosen


def reload() -> Active:
    """Read the folder again and put it in force for whatever begins from now on.

    When it cannot be used the old one stays, and the error is raised: `PolicyError` or
    `MapError` for what is written, `ConfigurationError` where columns would be stored
    otherwise than they are (that needs a migration, so a restart).
    """
    if not apps.models_ready:
        raise ConfigurationError(
            "the models are not loaded yet", hint="call `django.setup()` before using data"
        )
    folder = conf().PRIVACY_DIR
    if folder is None:
        raise ConfigurationError(
            "`UPHELD` has no `PRIVACY_DIR`",
            hint="name the folder with notice.md, policy.yaml and map.yaml",
        )
    signature = signature_of(folder)
    new = replace(make(load_privacy_dir(folder)), signature=signature)
    with _lock:
        if _now is not None:
            check_stored(_now, new)
        _swap(new)
    return new


def check_stored(old: Active, new: Active) -> None:
    """Raise `ConfigurationError` when `new` keeps some value in another form than `old`."""
    otherwise = stored_otherwise(old.datamap, new.datamap)
    if otherwise:
        raise ConfigurationError(
            "the new policy stores values in another form: " + "; ".join(otherwise),
            hint="stop the site, run `manage.py migrate`, and start it with the new files",
            columns=otherwise,
        )


def make(privacy: Privacy) -> Active:
    """Bind a privacy folder. Raises `MapError` with every fatal problem."""
    datamap = bind(with_engine(privacy.mapfile), privacy.policy)
    fatal = tuple(problem for problem in datamap.problems if problem.fatal)
    if fatal:
        raise MapError(fatal)
    return Active(privacy.policy, privacy.notice, datamap, privacy.digest, privacy.register)


@contextmanager
def override(
    *,
    policy: Policy | None = None,
    mapfile: MapFile | None = None,
    notice: Notice | None = None,
    register: Register | None = None,
) -> Iterator[Active]:
    """Govern by something else in the block; for tests. What is not given stays."""
    before = active()
    new = make(
        Privacy(
            policy=policy or before.policy,
            notice=notice or before.notice,
            mapfile=mapfile or before.datamap.source,
            register=register or before.register,
            digest="0" * 64,
        )
    )
    with _lock:
        old = _now
        _swap(new)
    try:
        with pinned(new):
            yield new
    finally:
        with _lock:
            _swap(old)


def _load_once() -> Active:
    global _broken
    with _lock:
        if _now is not None:
            return _now
        if _broken is not None:
            raise _broken
        try:
            return reload()
        except ConfigurationError as error:
            # Only a folder that was read is broken for good; too early is not.
            if apps.models_ready:
                _broken = error
            raise


def _swap(new: Active | None) -> None:
    """Put `new` in force: one assignment, so every reader sees the old or the new."""
    global _now, _broken
    _now, _broken = new, None


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "UPHELD":
        with _lock:
            _swap(None)
        held = pin.get()
        if held is not None:
            held.governance = None


setting_changed.connect(_forget)

__all__ = [
    "Active",
    "MapError",
    "active",
    "check_stored",
    "make",
    "newest",
    "override",
    "pinned",
    "reload",
    "signature_of",
    "unit_of_work",
]
