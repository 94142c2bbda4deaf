"""What governs the site now: policy, notice and bound map, swapped only as a whole.

Loaded when Django is ready or on first use. A folder that cannot be used stops the site in
every mode: `active()` raises on each call, and nothing half-loaded is left behind.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.signals import setting_changed

from upheld.conf import conf
from upheld.datamap.bind import bind, concrete_models
from upheld.datamap.bound import BoundColumn, DataMap
from upheld.datamap.engine import with_engine
from upheld.datamap.problems import Problem
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


@dataclass(frozen=True, slots=True)
class Active:
    """The governance in force. `digest` is the SHA-256 of its sources in hex."""

    policy: Policy
    notice: Notice
    datamap: DataMap
    digest: str
    register: Register


_now: Active | None = None
_broken: ConfigurationError | None = None
_lock = threading.RLock()
_met_later: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()


def active() -> Active:
    """Return what governs the site. Raises `ConfigurationError` when the folder is broken."""
    if _now is not None:
        return _now
    return _load_once()


def reload() -> Active:
    """Read the folder again and swap it in. When it is broken the old one stays in force.

    Call it where no other thread is in the middle of a statement: a statement is decided by
    one governance, but the fields it meets are swapped one after another.
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
    new = make(load_privacy_dir(folder))
    with _lock:
        _swap(new)
    return new


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
        yield new
    finally:
        with _lock:
            _swap(old)


def column_of(field: Any) -> BoundColumn | None:
    """Return the column of a field that carries no `_upheld` yet, and let it carry it.

    For fields the project's models do not have: historical models, clones.
    """
    found = active().datamap.column(field)
    field._upheld = found
    _met_later[id(field)] = field
    return found


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
    """Put `new` in force: the variable and every field's `_upheld` together.

    Without a map fields carry nothing, so whoever meets one asks `active()`, which raises.
    """
    global _now, _broken
    for field in list(_met_later.values()):
        field.__dict__.pop("_upheld", None)
    _met_later.clear()
    for model in concrete_models():
        for field in model._meta.local_concrete_fields:
            if new is None:
                field.__dict__.pop("_upheld", None)
            else:
                field._upheld = new.datamap.column(field)  # type: ignore[attr-defined] # ours
    _now, _broken = new, None


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "UPHELD":
        with _lock:
            _swap(None)


setting_changed.connect(_forget)

__all__ = ["Active", "MapError", "active", "column_of", "make", "override", "reload"]
