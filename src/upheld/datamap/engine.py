"""The engine's own tables are data too: their map is merged into every site's."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files

from upheld.errors import ConfigurationError
from upheld.policy.findings import PolicyError
from upheld.policy.mapfile import MapFile
from upheld.policy.read_map import read_map

ORIGIN = "upheld.datamap"


@cache
def engine_map() -> MapFile:
    """The map shipped as `engine_map.yaml`. Raises `PolicyError` when it is broken."""
    with as_file(files(ORIGIN) / "engine_map.yaml") as path:
        source = read_map(path, origin=ORIGIN, name=f"{ORIGIN}/engine_map.yaml")
    if source.findings:
        raise PolicyError(source.findings)
    return source.map


def with_engine(site: MapFile) -> MapFile:
    """Return `site` with the engine's declarations.

    A site cannot redeclare the engine's tables, since the guard relies on them: raises
    `ConfigurationError`. It may say for which purpose the engine's routes, tasks and commands
    run.
    """
    engine = engine_map()
    for label, entry in engine.models.items():
        if site.models.get(label, entry) != entry:
            raise ConfigurationError(
                f"the map declares `{label}`, a table of the engine", hint="remove the entry"
            )
    for id, kind in engine.subjects.items():
        if site.subjects.get(id, kind) != kind:
            raise ConfigurationError(
                f"the map declares `{id}`, a kind of subject of the engine",
                hint="give yours another name",
            )
    return replace(
        site,
        subjects=site.subjects | engine.subjects,
        models=site.models | engine.models,
        routes=engine.routes | site.routes,
        tasks=engine.tasks | site.tasks,
        commands=engine.commands | site.commands,
        stores=engine.stores | site.stores,
        mail=engine.mail | site.mail,
    )
