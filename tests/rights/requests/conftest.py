"""The practice of the test project with rights, limits and a privacy post of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core import mail
from django.test import override_settings

from upheld.datamap.active import Active, active
from upheld.datamap.active import override as governed_by
from upheld.guard.restriction import look_again
from upheld.policy.types import Category, Grant, Policy, Post, Proof, Purpose, Right
from upheld.rights.requests.letters import send_waiting
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import Asked, open_request

collect_ignore: list[str] = []
if os.environ.get("UPHELD_TEST_DB", "sqlite") != "postgresql":
    # Two connections at once: SQLite's lies in the memory of one.
    collect_ignore.append("test_races.py")


def richer(policy: Policy) -> Policy:
    """The practice's policy with the appliance shop's promise: 5 days to check, 7 to finish."""
    formal = {
        "proof": "document",
        "within": "7 working days",
        "counted_from": "verified",
        "verify_within": "5 working days",
    }
    return replace(
        policy,
        data=policy.data
        | {"identity.document": Category("identity.document", "document")}
        | {"case.contact": Category("case.contact", "contact")},
        purposes=policy.purposes
        | {
            "privacy_requests": Purpose(
                "privacy_requests",
                basis="legal_obligation",
                may=Grant(
                    read=("identity.document", "name.legal", "contact.email"),
                    rows="all",
                ),
                posts=("privacy",),
            ),
            "recommending": Purpose(
                "recommending",
                basis="legitimate_interest",
                may=Grant(read=("name.legal", "taste.colour"), rows="all"),
            ),
        },
        posts=policy.posts | {"privacy": Post("privacy", second_factor=True)},
        rights={
            "copy": Right("copy", by=("member-centre",), proof="account"),
            "copy_by_mail": Right("copy_by_mail", by=("mail",), **formal),  # type: ignore[arg-type]
            "erasure": Right("erasure", by=("member-centre", "mail"), **formal),  # type: ignore[arg-type]
            "restriction": Right("restriction", by=("member-centre",), proof="account"),
            "portability": Right("portability", by=("mail",), proof="known_mail"),
            "access": Right("access", by=("phone",), proof="known_mail"),
        },
        proofs={"document": Proof("document", takes=("identity.document",), forget="after check")},
    )


@pytest.fixture(autouse=True)
def governance(db: None) -> Iterator[Active]:
    with (
        override_settings(ROOT_URLCONF="tests.pages.site"),
        governed_by(policy=richer(active().policy)) as now,
    ):
        yield now
    look_again("default")  # a restriction of one test is nothing to the next


def ask(kind: str, subject: str | None = None, **given: object) -> RightsRequest:
    """Open a request; the member centre and a fresh sign-in unless said otherwise."""
    asked = Asked(
        **{  # type: ignore[arg-type]
            "kind": kind,
            "channel": "member_centre",
            "key": f"{kind}-1",
            "subject": subject,
            "signed_in": True,
            **given,
        }
    )
    return open_request(asked).request


def letters() -> list[tuple[str, str]]:
    """Send what waits; return (to, text) of everything sent since the last call."""
    send_waiting()
    sent = [(message.to[0], str(message.body)) for message in mail.outbox]
    mail.outbox.clear()
    return sent


def code_in(sent: list[tuple[str, str]]) -> str:
    """The code that the last mail carries."""
    found = re.search(r"\d{4} \d{4}", sent[-1][1])
    assert found is not None
    return found[0]
