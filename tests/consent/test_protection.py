"""The database itself refuses to change the ledger, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from tests.consent.answers import answer
from upheld import consent
from upheld.consent.models import Consent, ConsentErasure, Wording
from upheld.consent.protection import protect_ledger
from upheld.journal.protection import install, statements
from upheld.policy.types import Policy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _triggers() -> Iterator[None]:
    install("upheld.consent", table="upheld_consent", using="default", in_memory=True)
    yield
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            for statement in statements("upheld.consent", "sqlite"):
                name = statement.split()[5]
                editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)


def test_an_answer_is_never_changed(policy: Policy) -> None:
    answer(policy, False)
    with pytest.raises(IntegrityError, match="append-only: update on upheld_consent is refused"):
        Consent.objects.update(granted=True)
    assert Consent.objects.get().granted is False


def test_an_answer_is_never_deleted_alone(policy: Policy) -> None:
    answer(policy, False)
    with pytest.raises(IntegrityError, match="append-only: delete on upheld_consent is refused"):
        Consent.objects.all().delete()
    assert Consent.objects.count() == 1


def test_words_that_were_shown_are_never_changed_or_deleted(policy: Policy) -> None:
    answer(policy, False)
    with pytest.raises(IntegrityError, match="append-only: update on upheld_wording is refused"):
        Wording.objects.update(text="Other words.")
    with pytest.raises(IntegrityError, match="append-only: delete on upheld_wording is refused"):
        Wording.objects.all().delete()


def test_an_erasure_lets_one_person_go_and_no_other(policy: Policy) -> None:
    answer(policy, True)
    answer(policy, True, subject="member:43")
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentErasure.objects.create(subject="member:42")
        Consent.objects.all().delete()
    assert Consent.objects.count() == 2
    assert consent.forget("member:42") == 1
    assert list(Consent.objects.values_list("subject", flat=True)) == ["member:43"]


def test_the_ledger_still_grows(policy: Policy) -> None:
    answer(policy, True)
    answer(policy, False)
    assert [kept.granted for kept in consent.history("member:42")] == [True, False]


def test_installing_again_changes_nothing() -> None:
    protect_ledger(using="default")
    install("upheld.consent", table="upheld_consent", using="default", in_memory=True)
