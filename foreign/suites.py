"""The suites that can be run, and where each has its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODES = ("stock", "observe", "sealed", "enforce")
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Suite:
    """One application's own tests.

    `settings` is the module the overlay is put on: the suite's own where it has one.
    `paths` are folders below the source, or packages for `--pyargs` where the tests are
    installed with the application (`source` is False then). `roots` are put on the import
    path before everything else. `modes` are those that a map and a policy exist for.
    """

    name: str
    settings: str
    paths: tuple[str, ...]
    roots: tuple[str, ...] = (".",)
    source: bool = True
    modes: tuple[str, ...] = ("stock", "observe")
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the overlay of this suite lies: policy, notice, map, list of exceptions."""
        return HERE / self.name


SUITES = {
    suite.name: suite
    for suite in (
        Suite(
            "oscar", "tests.settings", ("tests",), roots=("src", "."), modes=MODES,
            options=("--deprecation=none",),
        ),
        Suite("allauth", "tests.projects.regular.settings", ("tests",)),
        Suite("helpdesk", "foreign.helpdesk.settings", ("tests",), roots=("src", ".")),
        # The parts of wagtail's suite in which people are: accounts, forms that visitors fill
        # in, comments, who did what. They come with the package.
        Suite(
            "wagtail", "wagtail.test.settings",
            ("wagtail.users.tests", "wagtail.contrib.forms.tests", "wagtail.tests.test_audit_log",
             "wagtail.tests.test_comments"),
            source=False,
            # They are all methods; functions named `test_*` are parts of their fixtures.
            options=("-o", "python_functions=only_methods"),
        ),
    )
}  # fmt: skip
