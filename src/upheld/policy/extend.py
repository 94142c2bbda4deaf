"""Follow a map's `extends`: what packages ship, then what the site says over it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

from upheld.policy.findings import Finding, Marks, PolicyError
from upheld.policy.mapfile import MapFile, Model
from upheld.policy.read_map import MapSource, parse_map, read_map


@dataclass(slots=True)
class WholeMap:
    """A map with every `extends` followed. `sources` run from the deepest package to the
    site's own file, whose marks are `marks`."""

    map: MapFile
    marks: Marks
    findings: list[Finding] = field(default_factory=list)
    sources: list[MapSource] = field(default_factory=list)

    def marks_of(self, *path: str | int) -> Marks:
        """The marks of the last file that says something at `path`."""
        for source in reversed(self.sources):
            if path in source.marks.places:
                return source.marks
        return self.marks


def whole_map(path: Path) -> WholeMap:
    """Read the map at `path` with all it extends; never raises."""
    return extend(read_map(path))


def extend(own: MapSource) -> WholeMap:
    """Follow `extends` of a map that was read; never raises."""
    whole = WholeMap(MapFile(), own.marks)
    _follow(own, whole, ())
    return whole


def load_map(path: Path | str) -> MapFile:
    """The whole map at `path`; raises `PolicyError` with everything wrong."""
    return _sound(whole_map(Path(path)))


def loads_map(text: str, file: str = "map.yaml") -> MapFile:
    """The whole map in `text`; raises `PolicyError` with everything wrong."""
    return _sound(extend(parse_map(text, file)))


def _sound(whole: WholeMap) -> MapFile:
    if any(finding.severity == "error" for finding in whole.findings):
        raise PolicyError(whole.findings)
    return whole.map


def _follow(source: MapSource, whole: WholeMap, above: tuple[str, ...]) -> None:
    for index, package in enumerate(source.extends):
        place = ("extends", index)
        if package in above:
            message = f"`{package}` extends itself"
            whole.findings.append(
                source.marks.finding("map.extends", place, message, hint="remove the line")
            )
            continue
        shipped = _shipped(package)
        if isinstance(shipped, str):
            hint = "install the package or remove the line"
            message = f"`{package}` {shipped}"
            whole.findings.append(source.marks.finding("map.extends", place, message, hint=hint))
            continue
        _follow(shipped, whole, (*above, package))
    whole.findings.extend(source.findings)
    whole.sources.append(source)
    whole.map = merge(whole.map, source)


def _shipped(package: str) -> MapSource | str:
    """The map that a package ships, or why there is none."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return "is not installed"
    if spec.submodule_search_locations is None:
        return "is not a package"
    resource = files(package) / "map.yaml"
    if not resource.is_file():
        return "ships no map.yaml"
    with as_file(resource) as path:
        return read_map(path, origin=package, name=f"{package}/map.yaml")


def merge(under: MapFile, over: MapSource) -> MapFile:
    """`under` with what `over` says put on top: entry by entry, columns one by one."""
    models = dict(under.models)
    for label, model in over.map.models.items():
        models[label] = _model(models.get(label), model, over.given.get(label, frozenset()))
    return MapFile(
        subjects=under.subjects | over.map.subjects,
        models=models,
        routes=under.routes | over.map.routes,
        tasks=under.tasks | over.map.tasks,
        commands=under.commands | over.map.commands,
        stores=under.stores | over.map.stores,
        mail=under.mail | over.map.mail,
    )


def _model(under: Model | None, over: Model, given: frozenset[str]) -> Model:
    if under is None:
        return over
    merged = replace(
        under,
        columns=under.columns | over.columns,
        event_dates=under.event_dates | over.event_dates,
    )
    if "subject" in given:
        merged = replace(merged, paths=over.paths, fallback_nobody=over.fallback_nobody, nobody="")
    if "nobody" in given:
        merged = replace(merged, paths=(), fallback_nobody=False, nobody=over.nobody)
    if "rest" in given:
        merged = replace(merged, rest=over.rest)
    if "wall" in given:
        merged = replace(merged, wall=over.wall)
    if "formerly" in given:
        merged = replace(merged, formerly=over.formerly)
    return merged
