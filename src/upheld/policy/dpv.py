"""A policy in the terms of the W3C Data Privacy Vocabulary 2.0, as JSON-LD.

Each purpose becomes a process with its data, its legal basis, its recipients and how long
it keeps; ids of the policy are fragments of the document.
"""

from __future__ import annotations

from typing import Any

from upheld.policy.types import ALL, Category, Policy, Purpose, Recipient

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "schema": "https://schema.org/",
}

BASES = {
    "consent": "dpv:Consent",
    "contract": "dpv:Contract",
    "legal_obligation": "dpv:LegalObligation",
    "legitimate_interest": "dpv:LegitimateInterest",
    "vital_interest": "dpv:VitalInterest",
    "public_task": "dpv:PublicInterest",
}
KINDS = {
    "identity": "pd:Identifying",
    "contact": "pd:Contact",
    "credential": "pd:Authenticating",
    "behaviour": "pd:Behavioral",
    "preference": "pd:Preference",
    "free_text": "pd:Communication",
    "transaction": "pd:Transactional",
    "technical": "pd:DeviceBased",
    "document": "pd:OfficialID",
    "special": "dpv:SpecialCategoryPersonalData",
}
CATEGORIES = {
    "name.legal": "pd:Name",
    "contact.email": "pd:EmailAddress",
    "contact.phone": "pd:TelephoneNumber",
    "address.delivery": "pd:PhysicalAddress",
    "address.billing": "pd:PhysicalAddress",
    "account.login": "pd:Username",
    "account.secret": "pd:Password",
    "account.activity": "pd:AuthenticationHistory",
    "order.content": "pd:Purchase",
    "browsing.history": "pd:BrowsingBehavior",
    "taste.colour": "pd:FavoriteColor",
    "taste.kitchen": "pd:Interest",
    "taste.category": "pd:Interest",
    "choice.newsletter": "pd:PrivacyPreference",
    "review.public": "pd:Opinion",
    "message.sent": "pd:EmailContent",
    "identity.document": "pd:OfficialID",
}
ROLES = {
    "processor": "dpv:DataProcessor",
    "controller": "dpv:ThirdParty",
    "authority": "dpv:Authority",
}


def to_dpv(policy: Policy) -> dict[str, Any]:
    """The policy as a JSON-LD document."""
    controller = policy.controller
    return {
        "@context": CONTEXT,
        "@id": "#policy",
        "@type": "dpv:PrivacyNotice",
        "schema:dateModified": policy.updated.isoformat(),
        "dpv:hasDataController": {
            "@id": "#controller",
            "@type": "dpv:DataController",
            "dpv:hasName": controller.name,
            "dpv:hasContact": controller.contact,
            "dpv:hasAddress": controller.country,
        },
        "dpv:hasPersonalData": [_category(each) for each in policy.data.values()],
        "dpv:hasRecipient": [_recipient(each) for each in policy.recipients.values()],
        "dpv:hasProcess": [_process(policy, each) for each in policy.purposes.values()],
        "dpv:hasRight": [
            {"@id": _id("right", right.id), "@type": "dpv:DataSubjectRight", **_title(right.id)}
            for right in policy.rights.values()
        ],
        "dpv:hasTechnicalOrganisationalMeasure": [
            {
                "@id": _id("measure", measure.id),
                "@type": "dpv:TechnicalOrganisationalMeasure",
                **_title(measure.note or measure.id),
            }
            for measure in policy.measures.values()
        ],
    }


def _id(kind: str, id: str) -> str:
    return f"#{kind}.{id}"


def _title(text: str) -> dict[str, str]:
    return {"schema:name": text}


def _category(category: Category) -> dict[str, Any]:
    broader = CATEGORIES.get(category.id, KINDS[category.kind])
    found: dict[str, Any] = {
        "@id": _id("data", category.id),
        "@type": list(dict.fromkeys(["dpv:PersonalData", broader])),
        **_title(category.title or category.id),
    }
    if category.sealed is not None:
        found["dpv:hasTechnicalMeasure"] = {"@id": "dpv:EncryptionAtRest"}
    return found


def _recipient(recipient: Recipient) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": _id("recipient", recipient.id),
        "@type": ["dpv:Recipient", ROLES[recipient.role]],
        "dpv:hasName": recipient.name or recipient.id,
    }
    if recipient.where:
        found["dpv:hasAddress"] = recipient.where
    return found


def _process(policy: Policy, purpose: Purpose) -> dict[str, Any]:
    grant = purpose.may
    named = dict.fromkeys((*grant.read, *grant.mask, *grant.match, *grant.write))
    ids = list(policy.data) if ALL in named else list(named)
    found: dict[str, Any] = {
        "@id": _id("process", purpose.id),
        "@type": "dpv:PersonalDataProcess" if ids else "dpv:NonPersonalDataProcess",
        "dpv:hasPurpose": {
            "@id": _id("purpose", purpose.id),
            "@type": "dpv:Purpose",
            **_title(purpose.title or purpose.id),
        },
        "dpv:hasLegalBasis": {"@id": BASES[purpose.basis]},
    }
    if ids:
        found["dpv:hasPersonalData"] = [{"@id": _id("data", id)} for id in ids]
    served = [each for each in policy.recipients.values() if purpose.id in each.purposes]
    if served:
        found["dpv:hasRecipient"] = [{"@id": _id("recipient", each.id)} for each in served]
    if purpose.keep is not None:
        keep = purpose.keep
        found["dpv:hasStorageCondition"] = {
            "@type": "dpv:StorageCondition",
            "dpv:hasDuration": {"@type": "dpv:Duration", **_title(keep.period)},
            "schema:description": f"{keep.period} after {keep.after}, then {keep.then}",
        }
    return found
