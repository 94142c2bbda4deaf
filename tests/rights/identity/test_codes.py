from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.rights.conftest import ENGINE, Person
from tests.rights.requests.conftest import ask, code_in, letters
from upheld.context import purpose
from upheld.rights.identity import codes
from upheld.rights.identity.models import IdentityCode
from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.tallies import TooOften

WRONG = "This code is not right, or no longer valid."
ASK_AGAIN = f"{WRONG} Please ask for a new one."


@pytest.fixture
def row(ben: Person) -> RightsRequest:
    return ask("portability", ben.subject, channel="mail", signed_in=False)


def sent(row: RightsRequest) -> str:
    codes.send(row, "verify")
    return code_in(letters())


def test_a_code_goes_to_the_address_on_file_and_works_once(row: RightsRequest) -> None:
    code = sent(row)
    codes.check(row, "verify", code)
    with pytest.raises(ProofRefused) as caught:
        codes.check(row, "verify", code)
    assert caught.value.words == ASK_AGAIN


def test_only_its_digest_is_kept(row: RightsRequest) -> None:
    code = sent(row).replace(" ", "")
    kept = IdentityCode.objects.get()
    assert code not in f"{kept.digest} {kept.__dict__}"
    assert len(kept.digest) == 64


def test_a_wrong_code_and_five_tries(row: RightsRequest) -> None:
    right = sent(row)
    wrong = "0" * 8 if right != "0000 0000" else "1" * 8
    for _ in range(5):
        with pytest.raises(ProofRefused) as caught:
            codes.check(row, "verify", wrong)
        assert caught.value.words == WRONG
    with pytest.raises(ProofRefused) as caught:
        codes.check(row, "verify", right)
    assert caught.value.words == ASK_AGAIN


def test_a_new_code_ends_the_old_one(row: RightsRequest) -> None:
    old, new = sent(row), sent(row)
    if old != new:
        with pytest.raises(ProofRefused):
            codes.check(row, "verify", old)
    codes.check(row, "verify", new)


def test_a_code_ends_after_a_quarter_of_an_hour(row: RightsRequest) -> None:
    code = sent(row)
    IdentityCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ProofRefused):
        codes.check(row, "verify", code)


def test_a_code_is_for_its_own_request_and_aim(row: RightsRequest, ann: Person) -> None:
    code = sent(row)
    other = ask("portability", ann.subject, channel="mail", key="other", signed_in=False)
    for target, aim in ((other, "verify"), (row, "collect")):
        with pytest.raises(ProofRefused):
            codes.check(target, aim, code)  # type: ignore[arg-type]


def test_three_codes_an_hour(row: RightsRequest) -> None:
    for _ in range(3):
        codes.send(row, "verify")
    with pytest.raises(TooOften) as caught:
        codes.send(row, "verify")
    assert caught.value.message == "this was tried too often"
    assert 0 < caught.value.data["seconds"] <= 3600


def test_an_address_that_changed_hands_proves_nothing(row: RightsRequest, ben: Person) -> None:
    with purpose("rights", actor=ENGINE, subject=ben.subject):
        User.objects.filter(pk=ben.user.pk).update(email="new@post.example")
    with pytest.raises(ProofRefused) as caught:
        codes.send(row, "verify")
    assert caught.value.words == (
        "The address on file has changed since you asked, so a code would prove nothing. "
        "Please show a document."
    )
    assert [to for to, _ in letters()] == ["ben@post.example"]  # the acknowledgement alone


def test_nobody_on_file_gets_no_code() -> None:
    row = ask("portability", None, channel="mail", contact="who@post.example", signed_in=False)
    with pytest.raises(ProofRefused) as caught:
        codes.send(row, "verify")
    assert caught.value.words == "We hold no address that a code could go to."
