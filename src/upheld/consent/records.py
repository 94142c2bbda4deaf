"""Consent records by ISO/IEC TS 27560 in terms of the Data Privacy Vocabulary.

The shape is the profile `record-2` of https://w3id.org/dpv/schema/dpv-27560: one record for each
purpose that a person answered, as JSON-LD. It says what they agreed to as it was then, not as
the policy is now; each answer is a status with its time, place and words. Answers about single
topics are processes within the purpose's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import DEFAULT_DB_ALIAS

from upheld.conf import conf
from upheld.consent.asking import Answer, history
from upheld.consent.ledger import TACIT
from upheld.consent.models import Agreement
from upheld.consent.offered import policy_in_force
from upheld.consent.substance import Substance, substance_of
from upheld.consent.terms import terms_of
from upheld.consent.wording import title_of
from upheld.journal.writing import stamp
from upheld.policy.dpv import BASES, CATEGORIES, CONTEXT, KINDS, ROLES
from upheld.policy.types import Policy, Purpose

PROFILE = "dpv-27560:record-2"
PREFIXES = CONTEXT | {
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "loc": "https://w3id.org/dpv/loc#",
    "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
}
_CONTROLLER = "#controller"
Record = dict[str, Any]


def records(
    subject: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS
) -> list[Record]:
    """Return a record for each purpose that `subject` answered, in the order of the answers."""
    governing = policy_in_force(policy)
    by_purpose: dict[str, list[Answer]] = {}
    for answer in history(subject, using=using):
        by_purpose.setdefault(answer.purpose, []).append(answer)
    agreed = _agreements((one for some in by_purpose.values() for one in some), using)
    return [
        _record(subject, governing, purpose, answers, agreed, using)
        for purpose, answers in by_purpose.items()
    ]


def _record(
    subject: str,
    policy: Policy,
    purpose: str,
    answers: list[Answer],
    agreed: dict[str, Substance],
    using: str,
) -> Record:
    rule = policy.purposes.get(purpose)
    last = [one for one in answers if not one.topic] or answers
    substance = agreed.get(last[-1].agreement)
    if substance is None:
        substance = Substance(purpose) if rule is None else substance_of(policy, rule)
    return {
        "@context": PREFIXES,
        "dct:conformsTo": PROFILE,
        "dpv:hasIdentifier": str(uuid5(NAMESPACE_URL, f"{conf().SITE_URL}/{answers[0].event}")),
        "dpv:hasDataSubject": {"@type": ["dpv:DataSubject"], "dpv:hasIdentifier": subject},
        "dct:created": stamp(answers[0].at),
        "dct:modified": stamp(answers[-1].at),
        "dct:creator": _CONTROLLER,
        "dct:language": "en",
        "dpv:hasNotice": _notices(answers),
        "dpv:hasProcess": [_process(policy, purpose, rule, substance, answers, using)],
        "dpv:hasEntity": _entities(policy, subject, substance),
    }


def _process(
    policy: Policy,
    purpose: str,
    rule: Purpose | None,
    substance: Substance,
    answers: list[Answer],
    using: str,
) -> Record:
    basis = "consent" if rule is None else rule.basis
    handed = [_entity(known) for known in (*substance.recipients, *substance.outside)]
    found: Record = {
        "@type": ["dpv:Process"],
        "dpv:hasPurpose": [_purpose(purpose, rule)],
        "dpv:hasPersonalData": [_data(policy, id) for id in substance.data],
        "dpv:hasProcessing": ["dpv:Use", "dpv:Store", *(["dpv:Share"] if handed else [])],
        "dpv:hasDataController": [_CONTROLLER],
        "dpv:hasDataSource": ["dpv:DataSubjectDataSource"],
        "dpv:hasStorageCondition": [
            {
                "@type": ["dpv:StorageLocation"],
                "dpv:hasLocation": f"loc:{policy.controller.country}",
            },
            {"@type": ["dpv:StorageDuration"], "dpv:hasDuration": _duration(rule)},
        ],
        "dpv:hasRecipient": [_CONTROLLER, *handed],
        "dpv:hasLegalBasis": [BASES[basis]],
    }
    whole = [one for one in answers if not one.topic]
    topics: dict[str, list[Answer]] = {}
    for one in answers:
        if one.topic:
            topics.setdefault(one.topic, []).append(one)
    statuses = _statuses(policy, rule, whole, using)
    if not topics:
        return found | {"dpv:hasConsentStatus": statuses}
    inner = [{"@type": ["dpv:Process"], "dpv:hasConsentStatus": statuses}] if whole else []
    for topic, some in topics.items():
        label = {"@type": ["dpv:Purpose"], "skos:broader": _broader(rule), "skos:prefLabel": topic}
        inner.append(
            {
                "@type": ["dpv:Process"],
                "dpv:hasPurpose": [label],
                "dpv:hasConsentStatus": _statuses(policy, None, some, using),
            }
        )
    return found | {"dpv:hasProcess": inner}


def _statuses(
    policy: Policy, rule: Purpose | None, answers: list[Answer], using: str
) -> list[Record]:
    """Each answer as a status; the last one is followed by its end where it lapsed."""
    found: list[Record] = []
    before = False
    for one in answers:
        refused = "dpv:ConsentWithdrawn" if before else "dpv:ConsentRefused"
        expressed = "dpv:ImpliedConsent" if one.method == TACIT else "dpv:ExpressedConsent"
        found.append(
            {
                "@type": ["dpv:ConsentGiven" if one.granted else refused, expressed],
                "dpv:isIndicatedAtTime": stamp(one.at),
                "dpv:isExercisedAt": f"{one.place} ({one.method})",
                "dpv:isIndicatedBy": "#subject" if one.actor == "self" else "#on-behalf",
                "dpv:hasDuration": {"@type": ["dpv:EndlessDuration"]},
                "dpv:hasNotice": {
                    "@type": ["dpv:ConsentNotice"],
                    "dpv:hasIdentifier": one.version,
                    "dct:description": one.wording,
                },
                "dct:identifier": one.event,
            }
        )
        before = one.granted
    if rule is not None and answers and answers[-1].granted:
        lapsed = terms_of(policy).beyond(rule, answers[-1].agreement, using)
        if lapsed and rule.default != "in":
            found.append(
                {
                    "@type": ["dpv:ConsentInvalidated"],
                    "dpv:isIndicatedAtTime": policy.updated.isoformat(),
                    "dpv:isExercisedAt": "the purpose reaches further than what was agreed to",
                }
            )
    return found


def _purpose(id: str, rule: Purpose | None) -> Record:
    return {
        "@type": ["dpv:Purpose"],
        "@id": f"#purpose.{id}",
        "skos:broader": _broader(rule),
        "skos:prefLabel": id if rule is None else title_of(rule),
    }


def _broader(rule: Purpose | None) -> str:
    if rule is not None and rule.channel in ("mail", "post", "phone"):
        return "dpv:DirectMarketing"
    return "dpv:ServiceProvision"


def _data(policy: Policy, id: str) -> Record:
    known = policy.data.get(id)
    broader = CATEGORIES.get(id, KINDS[known.kind] if known is not None else "dpv:PersonalData")
    special = known is not None and known.kind == "special"
    return {
        "@type": ["dpv:SpecialCategoryPersonalData" if special else "dpv:PersonalData"],
        "skos:broader": [broader],
        "skos:prefLabel": (known.title if known is not None else "") or id,
    }


def _duration(rule: Purpose | None) -> Record:
    if rule is None or rule.keep is None:
        return {"@type": "dpv:UntilEventDuration", "rdf:value": "until the answer is taken back"}
    keep = rule.keep
    return {
        "@type": "dpv:UntilEventDuration",
        "rdf:value": f"until the answer is taken back, or {keep.period} after {keep.after}",
    }


def _notices(answers: list[Answer]) -> list[Record]:
    return [
        {
            "@type": ["dpv:ConsentNotice"],
            "dpv:hasIdentifier": version,
            "dpv:hasLocation": f"{conf().SITE_URL}/privacy/",
        }
        for version in dict.fromkeys(one.version for one in answers)
    ]


def _entity(known: str) -> str:
    """The key of a recipient (`carrier (US)`) or of an outside origin."""
    return f"#recipient.{known.partition(' (')[0]}"


def _entities(policy: Policy, subject: str, substance: Substance) -> Record:
    controller = policy.controller
    found: Record = {
        _CONTROLLER: {
            "@type": ["dpv:DataController"],
            "dpv:hasName": controller.name,
            "dpv:hasContact": controller.contact,
            "dpv:hasAddress": controller.country,
        },
        "#subject": {"@type": ["dpv:DataSubject"], "dpv:hasIdentifier": subject},
        "#on-behalf": {
            "@type": ["dpv:Representative"],
            "dpv:hasName": f"staff of {controller.name}, for the person",
        },
    }
    for known in substance.recipients:
        id = known.partition(" (")[0]
        one = policy.recipients.get(id)
        found[_entity(known)] = {
            "@type": ["dpv:Recipient", ROLES[one.role] if one is not None else "dpv:ThirdParty"],
            "dpv:hasName": (one.name if one is not None else "") or id,
        }
    for origin in substance.outside:
        found[_entity(origin)] = {
            "@type": ["dpv:Recipient", "dpv:ThirdParty"],
            "dpv:hasName": origin,
        }
    return found


def _agreements(answers: Iterable[Answer], using: str) -> dict[str, Substance]:
    wanted = {one.agreement for one in answers if one.agreement}
    rows = Agreement.objects.using(using).filter(pk__in=wanted)
    return {row.digest: Substance.read(row.content) for row in rows}
