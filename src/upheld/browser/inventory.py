"""Everything that this site keeps in a browser or loads from elsewhere, as the policy says."""

from __future__ import annotations

from dataclasses import dataclass

from upheld.browser.names import leaves_choice, work_out
from upheld.browser.notices import host
from upheld.conf import conf
from upheld.policy.types import Policy
from upheld.rights.reasons import purpose_title

KINDS = {
    "local": "stays until it is deleted",
    "session": "until the tab closes",
    "indexeddb": "a small database, stays until it is deleted",
    "cache": "copies of pages, stay until they are deleted",
    "worker": "a program of this site, stays until it is deleted",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `by` is who reads it: this site alone, or the outside service; `choice` =
    it waits for, or ends with, the person's choice."""

    name: str
    why: str
    stays: str
    by: str
    choice: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    cookies: tuple[Entry, ...]
    storage: tuple[Entry, ...]
    outside: tuple[Entry, ...]


def inventory(policy: Policy) -> Inventory:
    """Return the inventory of `policy`, in its order."""

    def why(purpose: str) -> tuple[str, bool]:
        rule = policy.purposes[purpose]
        return purpose_title(rule), leaves_choice(rule)

    cookies, storage, outside = [], [], []
    for cookie in policy.cookies.values():
        title, choice = why(cookie.purpose)
        stays = "until the browser closes"
        if cookie.days:
            stays = f"{cookie.days} day{'' if cookie.days == 1 else 's'}"
        cookies.append(Entry(cookie.id, title, stays, "this site", choice))
    for key in policy.storage.values():
        title, choice = why(key.purpose)
        storage.append(Entry(key.id, title, KINDS[key.kind], "this site", choice))
    for embed in work_out(policy, conf().EMBED_ORIGINS).embeds.values():
        title, choice = why(embed.purpose)
        where = host(embed.origin)
        name = f"{embed.name} ({where})" if embed.name else where
        outside.append(Entry(name, title, "as it decides", embed.name or where, choice))
    return Inventory(tuple(cookies), tuple(storage), tuple(outside))
