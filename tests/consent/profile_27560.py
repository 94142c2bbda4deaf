"""The rules of the profile `dpv-27560:record-2`, written down from its public text as checks.

Our own code is not used: it is what is checked.
"""

from __future__ import annotations

import re
from typing import Any

MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?")
STATUSES = {
    f"dpv:Consent{word}"
    for word in (
        "Given", "Refused", "Withdrawn", "Requested", "Expired", "Invalidated", "Revoked",
        "Unknown", "RequestDeferred", "RenewalRequested",
    )
}  # fmt: skip


def check(record: dict[str, Any]) -> None:
    """Raise `AssertionError` where a record breaks a MUST of the profile."""
    assert record["dct:conformsTo"] == "dpv-27560:record-2"
    assert isinstance(record["dpv:hasIdentifier"], str)
    assert isinstance(record["dpv:hasDataSubject"]["dpv:hasIdentifier"], str)
    assert MOMENT.fullmatch(record["dct:created"])
    assert re.fullmatch(r"[a-z]{2}", record["dct:language"])
    entities = record["dpv:hasEntity"]
    assert record["dct:creator"] in entities
    for entity in entities.values():
        assert entity.get("dpv:hasName") or entity.get("dpv:hasIdentifier")
    for notice in record["dpv:hasNotice"]:
        assert isinstance(notice["dpv:hasIdentifier"], str)
    (process,) = record["dpv:hasProcess"]
    _process(process, entities)


def _process(process: dict[str, Any], entities: dict[str, Any]) -> None:
    for purpose in process["dpv:hasPurpose"]:
        assert purpose["skos:broader"].startswith("dpv:") and purpose["skos:prefLabel"]
    for data in process["dpv:hasPersonalData"]:
        assert set(data["@type"]) & {
            "dpv:PersonalData", "dpv:SensitivePersonalData", "dpv:SpecialCategoryPersonalData",
        }  # fmt: skip
        assert data["skos:broader"]
    assert process["dpv:hasProcessing"]
    for key in ("dpv:hasDataController", "dpv:hasRecipient"):
        assert set(process[key]) <= set(entities)
    assert process["dpv:hasDataSource"] and process["dpv:hasLegalBasis"]
    kinds = {kind for each in process["dpv:hasStorageCondition"] for kind in each["@type"]}
    assert kinds >= {"dpv:StorageLocation", "dpv:StorageDuration"}
    _states(process, entities)


def _states(process: dict[str, Any], entities: dict[str, Any]) -> None:
    inner = process.get("dpv:hasProcess")
    assert ("dpv:hasConsentStatus" in process) is (inner is None)
    if inner is not None:
        for each in inner:
            _states(each, entities)
        return
    assert process["dpv:hasConsentStatus"]
    for status in process["dpv:hasConsentStatus"]:
        assert set(status["@type"]) & STATUSES
        assert MOMENT.fullmatch(status["dpv:isIndicatedAtTime"])
        assert status["dpv:isExercisedAt"]
        assert status.get("dpv:isIndicatedBy", "#subject") in entities
