"""The names that a policy declares for the browser: pure data, without a site or a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from upheld.policy.types import Cookie, Embed, Policy, Purpose, StorageKey


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


def leaves_choice(purpose: Purpose) -> bool:
    """True for consent, and for an interest that people may decline."""
    return purpose.basis == "consent" or bool(purpose.default)


def work_out(
    policy: Policy, origins: Mapping[str, str] | None = None, earlier: Iterable[Cookie] = ()
) -> Declared:
    """Work it out. `origins` are those of this installation by the embed's id, `earlier` the
    cookies of published versions."""
    cookies = Names(policy.cookies.values())
    rules: tuple[Cookie | StorageKey | Embed, ...] = (
        *policy.cookies.values(),
        *policy.storage.values(),
        *policy.embeds.values(),
    )
    here = origins or {}
    return Declared(
        cookies=cookies,
        former=Names(c for c in earlier if cookies.of(c.id.rstrip("*")) is None),
        storage=Names(policy.storage.values()),
        embeds={
            id: replace(embed, origin=here.get(id, embed.origin))
            for id, embed in policy.embeds.items()
        },
        governed=frozenset(
            rule.purpose for rule in rules if leaves_choice(policy.purposes[rule.purpose])
        ),
        hosts=frozenset(host.lower() for host in policy.controller.hosts),
    )
