"""Probes: small live tests, each of which tries to break one promise.

A probe gets a `Ground` to stand on and returns a `Finding`, or raises `Broken`. It runs inside
a transaction that is rolled back, on the running site's own code and database; no mail leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from upheld.conf import conf
from upheld.datamap.active import Active

Result = Literal["kept", "broken", "outside"]
"""outside = cannot be proved from inside; `detail` says what an outsider should check."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a probe stands on."""

    active: Active
    using: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found."""

    result: Result
    detail: str


class Broken(Exception):
    """Raised by a probe that found its promise broken; the text is the finding's detail."""


def must(condition: object, otherwise: str) -> None:
    """Raise `Broken` with `otherwise` unless `condition` holds."""
    if not condition:
        raise Broken(otherwise)


Attempt = Callable[[Ground], Finding]


@dataclass(frozen=True, slots=True)
class Probe:
    """One attempt to break a promise. `says` are the sentences that it speaks for."""

    id: str
    rule: str
    title: str
    says: tuple[str, ...]
    attempt: Attempt


Maker = Callable[[Active], Iterator[Probe]]
_makers: list[Maker] = []
_single: list[Probe] = []


def makes_probes(maker: Maker) -> Maker:
    """Register a function that derives probes from the policy and map in force."""
    _makers.append(maker)
    return maker


def probe(id: str, *, rule: str, title: str, says: tuple[str, ...]) -> Callable[[Attempt], Attempt]:
    """Register one probe of a site (see the setting `PROBES`)."""

    def register(attempt: Attempt) -> Attempt:
        _single[:] = [known for known in _single if known.id != id]
        _single.append(Probe(id, rule, title, says, attempt))
        return attempt

    return register


def all_probes(active: Active) -> tuple[Probe, ...]:
    """Every probe for `active`: those derived from its rules, then the site's own."""
    for module in (*_DERIVED, *conf().PROBES):
        import_module(module)
    derived = [found for maker in _makers for found in maker(active)]
    return (*derived, *_single)


_DERIVED = (
    "upheld.proving.probes.grants",
    "upheld.proving.probes.rows",
    "upheld.proving.probes.unresolved",
    "upheld.proving.probes.walls",
    "upheld.proving.probes.sealed",
    "upheld.proving.probes.leaving",
    "upheld.proving.probes.refused",
    "upheld.proving.probes.rights",
    "upheld.proving.probes.requests",
    "upheld.proving.probes.retention",
    "upheld.proving.probes.consent",
    "upheld.proving.probes.mail",
    "upheld.proving.probes.campaigns",
    "upheld.proving.probes.surveys",
    "upheld.proving.probes.choosing",
    "upheld.proving.probes.recipients",
    "upheld.proving.probes.notice",
    "upheld.proving.probes.evidence",
    "upheld.proving.probes.inspections",
    "upheld.proving.probes.second_line",
    "upheld.proving.probes.cookies",
    "upheld.proving.probes.embeds",
    "upheld.proving.probes.browser",
    "upheld.proving.probes.visits",
)
