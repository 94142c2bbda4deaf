"""What the policy lets a browser keep and load, in the form that every answer is held to.

Worked out once for each governance and kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from upheld.conf import conf
from upheld.consent.offered import offers_choice
from upheld.datamap.active import Active
from upheld.errors import UpheldError
from upheld.policy.load import load_policy
from upheld.policy.types import Cookie, Embed, Policy, StorageKey

_KEY = (__name__, "declared")


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Rule = TypeVar("_Rule", bound=_Named)


class Names(dict[str, _Rule]):
    """Rules by name; an id that ends in `*` stands for every name that begins so."""

    def __init__(self, rules: Iterable[_Rule]) -> None:
        exact, begun = {}, []
        for rule in rules:
            if rule.id.endswith("*"):
                begun.append((rule.id[:-1], rule))
            else:
                exact[rule.id] = rule
        super().__init__(exact)
        # The longest beginning decides: `visit_page_*` before `visit_*`.
        self.begun = tuple(sorted(begun, key=lambda each: -len(each[0])))

    def of(self, name: str) -> _Rule | None:
        """Return the rule that declares `name`, None when none does."""
        found = self.get(name)
        if found is None:
            for start, rule in self.begun:
                if name.startswith(start):
                    return rule
        return found


@dataclass(frozen=True, slots=True)
class Declared:
    """Cookies, storage keys and embeds of one policy."""

    cookies: Names[Cookie]
    former: Names[Cookie]
    """Cookies that a published earlier version declared and this one does not."""
    storage: Names[StorageKey]
    embeds: Mapping[str, Embed]
    """With the origin that this installation loads them from (setting `EMBED_ORIGINS`)."""
    governed: frozenset[str]
    """Purposes that leave a choice and govern something in the browser."""
    hosts: frozenset[str]
    """The site's own hosts, in lower case."""


def declared(governance: Active) -> Declared:
    """Return what `governance` declares for the browser."""
    found: Declared | None = governance.kept.get(_KEY)
    if found is None:
        found = governance.kept[_KEY] = work_out(governance.policy, conf().PRIVACY_DIR)
    return found


def work_out(policy: Policy, folder: Path | None = None) -> Declared:
    """Work it out. `folder` is the privacy folder, for the cookies of earlier versions."""
    cookies = Names(policy.cookies.values())
    rules: tuple[Cookie | StorageKey | Embed, ...] = (
        *policy.cookies.values(),
        *policy.storage.values(),
        *policy.embeds.values(),
    )
    return Declared(
        cookies=cookies,
        former=Names(c for c in _earlier(folder) if cookies.of(c.id.rstrip("*")) is None),
        storage=Names(policy.storage.values()),
        embeds=embeds_here(policy),
        governed=frozenset(
            rule.purpose for rule in rules if offers_choice(policy.purposes[rule.purpose])
        ),
        hosts=frozenset(host.lower() for host in policy.controller.hosts),
    )


def embeds_here(policy: Policy) -> dict[str, Embed]:
    """Return the embeds with the origins of this installation."""
    elsewhere = conf().EMBED_ORIGINS
    return {
        id: replace(embed, origin=elsewhere.get(id, embed.origin))
        for id, embed in policy.embeds.items()
    }


def _earlier(folder: Path | None) -> Iterable[Cookie]:
    """Cookies of the published earlier versions, whichever of them can still be read."""
    if folder is None:
        return
    for path in sorted((folder / "versions").glob("policy.*.yaml")):
        with suppress(UpheldError, OSError):
            yield from load_policy(path).cookies.values()
