"""Maps and policies for tests, made from text."""

from __future__ import annotations

import dataclasses

from upheld.datamap.active import active
from upheld.datamap.bind import bind
from upheld.datamap.bound import DataMap
from upheld.datamap.engine import with_engine
from upheld.policy.extend import loads_map
from upheld.policy.mapfile import MapFile
from upheld.policy.types import Policy, Sealed


def clinic_with(text: str) -> MapFile:
    """The clinic's map with models and kinds of `text` put in place of its own."""
    own = active().datamap.source
    given = loads_map(text)
    return dataclasses.replace(
        own, models=own.models | given.models, subjects=own.subjects | given.subjects
    )


def clinic_without(*labels: str) -> MapFile:
    """The clinic's map with whole models taken out."""
    own = active().datamap.source
    left = {label: entry for label, entry in own.models.items() if label not in labels}
    return dataclasses.replace(own, models=left)


def sealing(**lookups: str | None) -> Policy:
    """The clinic's policy with other look-ups; `contact_phone="exact"`, None = in clear."""
    policy = active().policy
    data = dict(policy.data)
    for word, lookup in lookups.items():
        id = word.replace("_", ".", 1)
        sealed = None if lookup is None else Sealed(lookup)  # type: ignore[arg-type] # a literal
        data[id] = dataclasses.replace(data[id], sealed=sealed)
    return dataclasses.replace(policy, data=data)


def bound(mapfile: MapFile, policy: Policy | None = None) -> DataMap:
    return bind(with_engine(mapfile), policy or active().policy)


def problems(mapfile: MapFile, policy: Policy | None = None) -> list[tuple[str, str, str]]:
    """(id, `about: message`, hint) of what is wrong beyond what is with the clinic's own map."""
    usual = set(active().datamap.problems)
    found = bound(mapfile, policy).problems
    return [(p.id, str(p), p.hint) for p in found if p not in usual]
