"""From the map file, the policy and the running project to a bound map.

Nothing is guessed: what the file does not declare stays unbound and becomes a problem.
The one thing derived are the link tables that Django makes for many-to-many fields: they
hold keys only, and their rows belong to whom the side with a subject belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, Model

from upheld.datamap.bind_columns import ColumnBinding, blind_scope, lookup_of
from upheld.datamap.bound import BoundColumn, BoundKind, BoundModel, BoundPath, DataMap
from upheld.datamap.problems import Problem
from upheld.datamap.steps import PathError, bind_path
from upheld.policy import mapfile
from upheld.policy.findings import did_you_mean
from upheld.policy.types import Policy

UNRESOLVED = "unresolved"
"""As the last alternative of a subject: rows with no path left are shown to no one acting
for themselves. Says on purpose what would happen anyway."""

Column = tuple[str, str]
"""(table, column)."""


def bind(source: mapfile.MapFile, policy: Policy | None) -> DataMap:
    """Bind `source` to the installed apps. Without a policy categories are not checked.

    Never raises for what the map says: everything wrong is in `DataMap.problems`.
    """
    return _Binding(source, policy).run()


def concrete_models() -> Iterator[type[Model]]:
    """Every model with a table of its own, the link tables of many-to-many fields too."""
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy:
            yield model


class _Binding:
    def __init__(self, source: mapfile.MapFile, policy: Policy | None) -> None:
        self.source = source
        self.policy = policy
        self.problems: list[Problem] = []
        self.installed = {model._meta.label: model for model in concrete_models()}
        self.app_labels = {config.label for config in apps.get_app_configs()}
        self.declared: dict[str, mapfile.Model] = {}
        self.category_of: dict[Column, str] = {}
        self.kinds: dict[str, BoundKind] = {}

    def run(self) -> DataMap:
        self._match_models()
        self._read_categories()
        self._bind_kinds()
        binding = ColumnBinding(self.policy, self._report)
        models: list[BoundModel] = []
        columns: list[BoundColumn] = []
        for label, model in self.installed.items():
            entry = self.declared.get(label)
            if entry is None:
                entry = self._link_table(model)
            if entry is None:
                self._report(
                    "E001", "this model is not declared", label,
                    hint="add it to map.yaml with its subject, or with `nobody:` and the reason",
                )  # fmt: skip
                continue
            paths = tuple(self._paths(model, entry))
            wall = self._wall(entry, paths)
            own = tuple(binding.bind(model, entry, wall, len(columns)))
            columns.extend(own)
            self._check_dates(model, entry)
            models.append(
                BoundModel(
                    model=model,
                    label=label,
                    table=model._meta.db_table,
                    paths=paths,
                    nobody=entry.nobody,
                    fallback_nobody=entry.fallback_nobody,
                    columns=own,
                    wall=wall,
                    event_dates=entry.event_dates,
                    formerly=entry.formerly,
                )
            )
        return DataMap(self.source, self.kinds, tuple(models), tuple(columns), tuple(self.problems))

    def _report(self, id: str, message: str, about: str, *, hint: str = "") -> None:
        self.problems.append(Problem(id, message, hint, about, fatal=id in FATAL))

    def _match_models(self) -> None:
        """Pair the file's labels with models; labels of apps not installed may rest."""
        by_fold = {label.lower(): label for label in self.installed}
        for label, entry in self.source.models.items():
            app_label = label.partition(".")[0]
            known = by_fold.get(label.lower())
            if known is None:
                if app_label in self.app_labels or not entry.origin:
                    self._report_orphan(label, entry)
                continue
            if known in self.declared:
                self._report("E002", f"this model is declared twice, as `{label}` too", known,
                             hint="keep one of the two")  # fmt: skip
                continue
            self.declared[known] = entry

    def _report_orphan(self, label: str, entry: mapfile.Model) -> None:
        try:
            proxy = apps.get_model(label)
        except (LookupError, ValueError):
            hint = did_you_mean(label, self.installed)
            self._report(
                "E003", "the map names a model that is not installed", label,
                hint=hint or "remove the entry",
            )  # fmt: skip
            return
        if proxy._meta.swapped:
            if not entry.origin:
                self._report("E003", "the map names a model that another one replaces", label,
                             hint=f"map `{proxy._meta.swapped}` instead")  # fmt: skip
            return
        concrete = proxy._meta.concrete_model
        self._report(
            "E003", "the map names a model without a table of its own", label,
            hint=f"its rows are those of `{concrete._meta.label}`" if concrete else "",
        )  # fmt: skip

    def _read_categories(self) -> None:
        for label, entry in self.declared.items():
            for field in self.installed[label]._meta.local_concrete_fields:
                named = entry.columns.get(field.name) or entry.columns.get(field.attname)
                if named is not None and named.role == "category":
                    self.category_of[(self._table(label), field.column or "")] = named.category

    def _table(self, label: str) -> str:
        return self.installed[label]._meta.db_table

    def _bind_kinds(self) -> None:
        for kind in self.source.subjects.values():
            about = f"subjects.{kind.id}"
            label, column = kind.root, ""
            if label not in self.installed and label.count(".") == 2:
                label, _, column = kind.root.rpartition(".")
            model = self.installed.get(label)
            if model is None and label.partition(".")[0] not in self.app_labels:
                # Shipped maps name kinds of apps that a site may lack; a path that needs
                # the kind says so itself.
                continue
            if model is None:
                self._report(
                    "E010", f"`{kind.root}` is not an installed model", about,
                    hint=did_you_mean(label, self.installed),
                )  # fmt: skip
                continue
            names = {f.name: f for f in model._meta.local_concrete_fields}
            if not column:
                pk: Any = model._meta.pk
                self.kinds[kind.id] = BoundKind(kind.id, model, pk, "key", wall=kind.wall)
                continue
            if column not in names:
                self._report(
                    "E010", f"`{label}` has no column `{column}`", about,
                    hint=did_you_mean(column, names),
                )  # fmt: skip
                continue
            field: Any = names[column]
            category = self.category_of.get((model._meta.db_table, field.column), "")
            self.kinds[kind.id] = BoundKind(
                kind.id, model, field, "value", category,
                self._value_scope(about, category, kind.wall), kind.wall,
            )  # fmt: skip

    def _value_scope(self, about: str, category: str, wall: str) -> str | None:
        lookup = lookup_of(self.policy, category)
        if lookup == "none":
            self._report(
                "E011", f"people are known by `{category}`, which is sealed without look-up",
                about, hint=f"write `sealed: {{lookup: exact}}` for `{category}` in policy.yaml",
            )  # fmt: skip
        return blind_scope(wall, category) if lookup in ("exact", "words") else None

    def _wall(self, entry: mapfile.Model, paths: tuple[BoundPath, ...]) -> str:
        """The wall a model stands behind: its own, else that of the kinds its paths lead to."""
        walls = {path.kind.wall for path in paths if path.kind is not None}
        if len(walls) > 1 or (entry.wall and walls - {entry.wall, ""}):
            self._report(
                "E013",
                "its subjects stand behind different walls: " + ", ".join(sorted(walls)),
                entry.label,
                hint="people of two walls never share a table",
            )
        return entry.wall or next(iter(walls), "")

    def _link_table(self, model: type[Model]) -> mapfile.Model | None:
        """Declare the table behind a many-to-many field by what its ends declare."""
        owner = model._meta.auto_created
        if not owner or isinstance(owner, bool):
            return None
        ends = [f for f in model._meta.local_concrete_fields if f.is_relation]
        ends.sort(key=lambda f: f.related_model is not owner)
        reasons = []
        for end in ends:
            related: Any = end.related_model
            entry = self.declared.get(related._meta.label)
            if entry is None:
                return None
            if entry.paths:
                paths = tuple(_through(end.name, path) for path in entry.paths)
                return mapfile.Model(
                    model._meta.label, paths, fallback_nobody=entry.fallback_nobody,
                    rest="none", wall=entry.wall, origin=entry.origin,
                )  # fmt: skip
            reasons.append(entry.nobody)
        if not all(reasons):
            return None
        return mapfile.Model(model._meta.label, nobody="links " + " to ".join(reasons), rest="none")

    def _check_dates(self, model: type[Model], entry: mapfile.Model) -> None:
        for event, path in entry.event_dates.items():
            opts: Any = model._meta
            try:
                for step in path.split(".")[:-1]:
                    opts = opts.get_field(step).path_infos[-1].to_opts
                dated = isinstance(opts.get_field(path.rpartition(".")[2]), DateField)
            except (FieldDoesNotExist, AttributeError):
                dated = False
            if not dated:
                self._report(
                    "E009", f"`{event}` is dated by `{path}`, which leads to no date",
                    model._meta.label, hint="name a date column, or relations that end on one",
                )  # fmt: skip

    def _paths(self, model: type[Model], entry: mapfile.Model) -> Iterator[BoundPath]:
        label = model._meta.label
        if entry.paths and entry.nobody:
            self._report("E004", "a subject and `nobody` exclude each other", label,
                         hint="for rows without any, write `| nobody` after the paths")  # fmt: skip
        if not entry.paths and not entry.nobody:
            self._report("E004", "neither a subject nor `nobody` is declared", label,
                         hint="write `subject:`, or `nobody:` with the reason")  # fmt: skip
        if entry.unsure:
            self._report("E006", f"the drafted entry is unsure: {entry.unsure}", label,
                         hint="decide, then remove `unsure`")  # fmt: skip
        bound = []
        for path in entry.paths:
            if path.steps == (UNRESOLVED,):
                continue
            try:
                bound.append(bind_path(model, path, self.kinds, self.category_of, entry.wall))
            except PathError as error:
                self._report("E005", error.message, label, hint=error.hint)
                return
        stated = entry.fallback_nobody or any(p.steps == (UNRESOLVED,) for p in entry.paths)
        if bound and not stated and all(path.nullable for path in bound):
            self._report(
                "W001", "a row may have no subject: every path can be empty", label,
                hint="end with `| nobody` (about no person) or `| unresolved` (hidden)",
            )  # fmt: skip
        yield from bound


FATAL = frozenset({"E002", "E004", "E005", "E007", "E010", "E011", "E013"})
"""With these no decision can be trusted, so the site does not start."""


def _through(step: str, path: mapfile.SubjectPath) -> mapfile.SubjectPath:
    """The same path from a table one step away."""
    if path.steps == (UNRESOLVED,):
        return path
    text = f"{step}.{path.text}" if path.steps else step
    return mapfile.SubjectPath(text, (step, *path.steps))
