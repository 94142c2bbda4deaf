"""The map as frozen data: what `map.yaml` says about models, routes and jobs.

Names only; `upheld.datamap` binds them to a running project.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["category", "key", "none"]
"""category = personal data of that category; key = joins rows (primary and foreign keys,
never masked, row rules apply); none = declared not personal."""


@dataclass(frozen=True, slots=True)
class Column:
    """One model field. `category` is set when `role` is `category`."""

    name: str
    role: Role
    category: str = ""
    detect: tuple[str, ...] = ()
    """Refused data looked for when this column is written."""
    copy_of: tuple[str, ...] = ()
    """Sibling columns this one repeats (search text, hashes): erased and sealed with them."""
    unsure: str = ""
    """Why a drafted entry needs a human eye; lint refuses a map that still has one."""
    unique: bool = False
    """The application keeps it unique itself, where the database does not: its forms may ask
    whether a value is taken."""
    formerly: tuple[str, ...] = ()
    """Names the field had before: sealed values carry them until `upheld seal` has run."""


@dataclass(frozen=True, slots=True)
class SubjectPath:
    """One way from a row to its subject, tried in the order written.

    `steps` are Django relation names; for a subject
    known by a value (a guest's e-mail) the last step is that column. `self` = no steps:
    the row is the subject.
    """

    text: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its subject and its columns.

    `nobody` is the reason why rows are about no person; with `fallback_nobody` a row
    whose paths are all null (an anonymous basket) is about nobody.
    `rest` covers columns not listed; the committed snapshot still pins each by name.
    """

    label: str
    """`app_label.ModelName`."""
    paths: tuple[SubjectPath, ...] = ()
    nobody: str = ""
    fallback_nobody: bool = False
    columns: dict[str, Column] = field(default_factory=dict)
    rest: Literal["", "none"] = ""
    wall: str = ""
    event_dates: dict[str, str] = field(default_factory=dict)
    """Retention anchors: event name -> column, e.g. `order.placed: date_placed`."""
    unsure: str = ""
    """Why a drafted entry needs a human eye, as on a column."""
    formerly: tuple[str, ...] = ()
    """Labels the model had before, as on a column."""
    origin: str = ""
    """Package whose map named this model; empty = the site's own. A package may map apps
    that a site does not install; a site may not."""


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of person: `root` is a model label, or `label.column` when known by value."""

    id: str
    root: str
    wall: str = ""


@dataclass(frozen=True, slots=True)
class Store:
    """A place with personal data that is no model: a cache, a folder, a mailbox."""

    id: str
    what: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class MapFile:
    """A whole map after `extends` is followed. Routes, tasks and commands are patterns
    (`dashboard:*`) to purposes; the longest matching pattern wins."""

    subjects: dict[str, SubjectKind] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    mail: dict[str, str] = field(default_factory=dict)
    """Modules that send mail of their own (patterns) to classes of mail."""
