"""A policy in the taxonomy of fideslang: one system with a declaration for each purpose."""

from __future__ import annotations

import re
from typing import Any

from upheld.policy.types import ALL, AUTHENTICATION, Policy, Purpose

BASES = {
    "consent": "Consent",
    "contract": "Contract",
    "legal_obligation": "Legal obligations",
    "legitimate_interest": "Legitimate interests",
    "vital_interest": "Vital interests",
    "public_task": "Public interest",
}
KINDS = {
    "identity": "user.name",
    "contact": "user.contact",
    "credential": "user.authorization.credentials",
    "behaviour": "user.behavior",
    "preference": "user.account.settings",
    "free_text": "user.content.private",
    "transaction": "user.payment",
    "technical": "user.device",
    "document": "user.government_id",
    "special": "user.demographic",
}
CATEGORIES = {
    "contact.email": "user.contact.email",
    "contact.phone": "user.contact.phone_number",
    "address.delivery": "user.contact.address",
    "address.billing": "user.contact.address",
    "account.login": "user.account.username",
    "account.secret": "user.authorization.password",
    "account.activity": "user.account",
    "order.reference": "user.unique_id",
    "order.content": "user.behavior.purchase_history",
    "basket.content": "user.behavior.purchase_history",
    "browsing.history": "user.behavior.browsing_history",
    "choice.newsletter": "user.privacy_preferences",
    "review.public": "user.content.public",
}
USES = {
    "consent": "marketing.communications",
    "contract": "essential.service",
    "legal_obligation": "essential.legal_obligation",
    "legitimate_interest": "functional.service",
    "vital_interest": "essential.legal_obligation",
    "public_task": "essential.legal_obligation",
}


def to_fides(policy: Policy) -> dict[str, Any]:
    """The policy as a fideslang manifest. Purposes that touch no personal data are left out:
    a declaration there needs a category."""
    declared = [_declaration(policy, each) for each in policy.purposes.values()]
    return {
        "system": [
            {
                "fides_key": _key(policy.controller.name),
                "name": policy.controller.name,
                "description": f"as its policy of {policy.updated.isoformat()} says",
                "system_type": "Service",
                "privacy_declarations": [each for each in declared if each["data_categories"]],
            }
        ]
    }


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "site"


def _category(policy: Policy, id: str) -> str:
    return CATEGORIES.get(id) or KINDS[policy.data[id].kind]


def _declaration(policy: Policy, purpose: Purpose) -> dict[str, Any]:
    grant = purpose.may
    named = (*grant.read, *grant.mask, *grant.match, *grant.write)
    ids = policy.data if ALL in named else [id for id in named if id in policy.data]
    served = [each for each in policy.recipients.values() if purpose.id in each.purposes]
    shared = {_category(policy, id) for each in served for id in each.gets if id in policy.data}
    found: dict[str, Any] = {
        "name": purpose.title or purpose.id,
        "data_categories": sorted({_category(policy, id) for id in ids}),
        "data_use": _use(purpose),
        "data_subjects": ["customer"],
        "legal_basis_for_processing": BASES[purpose.basis],
        "flexible_legal_basis_for_processing": False,
        "processes_special_category_data": any(policy.data[id].kind == "special" for id in ids),
        "data_shared_with_third_parties": bool(served),
    }
    if purpose.keep is not None:
        found["retention_period"] = f"{purpose.keep.period} after {purpose.keep.after}"
    if served:
        found["third_parties"] = ", ".join(each.name or each.id for each in served)
        found["shared_categories"] = sorted(shared)
    return found


def _use(purpose: Purpose) -> str:
    if purpose.id == AUTHENTICATION:
        return "essential.service.authentication"
    if purpose.minimum_group:
        return "analytics.reporting"
    if purpose.channel == "mail" and purpose.default:
        return "marketing.communications.email"
    if purpose.basis == "consent" and not purpose.channel:
        return "personalize"
    return USES[purpose.basis]
