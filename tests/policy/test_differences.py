"""The language says everything in which the five sites differ, row by row of their table."""

from __future__ import annotations

from pathlib import Path

from upheld.policy.load import load_policy
from upheld.policy.types import Policy

ROOT = Path(__file__).parents[2]
SITES = ROOT / "sites"
HW, SW, ST, BC = (
    load_policy(SITES / site / "privacy/policy.yaml")
    for site in ("hardware_shop", "software_shop", "service_studio", "business_community")
)
AP = load_policy(ROOT / "sites/appliance_shop/privacy/policy.yaml")


def marketing(policy: Policy) -> set[tuple[str, str]]:
    """Ground and default of what people are written to about."""
    chosen = (each for each in policy.purposes.values() if each.channel == "mail" and each.default)
    return {(each.basis, each.default) for each in chosen}


def test_marketing_defaults() -> None:
    assert marketing(HW) == marketing(ST) == marketing(AP) == {("consent", "out")}
    assert ("legitimate_interest", "in") in marketing(SW) & marketing(BC)
    assert "choice.newsletter" in SW.collect["registration"].required
    assert not any("choice.newsletter" in each.required for each in BC.collect.values())


def test_unsubscribe_links() -> None:
    assert {id: (rule.unsubscribe, rule.per_list) for id, rule in SW.mail.items()} == {
        "marketing": ("link", True),
        "partner": ("link", True),
        "service": ("link", True),
    }
    assert AP.mail["marketing"].unsubscribe == "one_click"
    assert AP.mail["service"].unsubscribe == "none"


def test_mandatory_data() -> None:
    asked = {"name.legal", "address.delivery", "contact.email", "contact.phone"}
    assert {*asked, "payment.reference"} <= set(AP.collect["checkout"].required)
    assert SW.collect["provider_checkout"].by == "provider"
    assert {"name.legal", "address.delivery"} <= set(SW.collect["provider_checkout"].required)


def test_refused_data() -> None:
    assert {"national.id", "birth.date"} <= HW.refuse.keys()
    assert "card.number" in SW.refuse.keys() & AP.refuse.keys()
    assert {each.unless for each in BC.refuse.values()} == {"explicit_consent"}
    assert ST.refuse == {}


def test_proofs_of_identity() -> None:
    assert HW.proofs["known_mail"].never == ("national.id", "birth.date")
    assert "card.number" in SW.proofs["payer"].mask
    assert ST.rights["access"].proof == "own_choice"
    assert (AP.proofs["document"].takes, AP.proofs["document"].forget) == (
        ("identity.document",),
        "after check",
    )


def test_rights_and_deadlines() -> None:
    assert {"access", "rectification", "erasure", "portability"} <= ST.rights.keys()
    assert ST.rights["erasure"].unless == ("invoice", "dispute")
    assert ST.rights["access"].within == ""
    assert {"objection", "complaint"} <= SW.rights.keys()
    assert BC.rights["complaint"].within == "prompt"
    by_mail = AP.rights["copy_by_mail"]
    assert (by_mail.within, by_mail.counted_from, by_mail.verify_within) == (
        "7 working days",
        "verified",
        "5 working days",
    )


def test_retention() -> None:
    kept = [each.keep for each in ST.purposes.values() if each.keep]
    assert {each.then for each in kept} == {"erase", "anonymise"}
    assert any("dispute" in each.hold for each in kept)
    cases = AP.purposes["after_sales"].keep
    assert cases is not None
    assert (cases.after, cases.period) == ("case.closed", "30 days")


def test_recipients() -> None:
    assert HW.recipients["affiliates"].same_notice
    assert (HW.recipients["acquirer"].only_if, HW.recipients["acquirer"].approvals) == (
        "acquisition",
        2,
    )
    assert SW.recipients["bank"].only_if == "own_application"
    assert all(each.contract for each in SW.recipients.values() if each.role == "processor")
    assert ST.recipients["court"].only_if == "legal_ground"
    assert BC.recipients["statistics_partner"].minimum_group == 10
    assert [BC.recipients[id].tells_person for id in ("law", "own_rights", "emergency")] == [
        False,
        False,
        False,
    ]
    assert AP.recipients["named_by_you"].only_if == "explicit_consent"


def test_change_notices() -> None:
    assert (HW.change.tell, HW.change.on) == (("mail", "banner"), "material")
    assert (ST.change.dated, ST.change.on) == (True, "never")


def test_places() -> None:
    assert HW.places["hosting"].country == "BN"
    assert SW.controller.country == "MY"
    into_the_uk = ST.places["handling"]
    assert (into_the_uk.country, into_the_uk.from_abroad) == ("GB", True)
    assert into_the_uk.safeguard


def test_walls() -> None:
    assert AP.walls.keys() == {"consumer", "wholesale", "press"}
    assert BC.walls["demographics"].holds == ("demographic",)
    sealed = BC.data["message.private"].sealed
    assert sealed is not None
    assert sealed.by == "member"
    assert SW.walls["payer_papers"].holds
    assert any(post.second_factor for post in ST.posts.values())
