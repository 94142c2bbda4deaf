"""Whom a mail may go to: the class decides, and what it refuses says why."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage, mail_admins, send_mail
from pytest_django.fixtures import Settings

from tests.mail.conftest import LIST, Person, letter
from upheld import consent, mail
from upheld.errors import MailError

pytestmark = pytest.mark.django_db


def refused(message: EmailMessage, **said: Any) -> tuple[str, str]:
    given: dict[str, Any] = {"klass": "service", "subject": None}
    with pytest.raises(MailError) as error:
        mail.send(message, **(given | said))
    assert django_mail.outbox == []
    return error.value.message, error.value.hint


def test_a_mail_by_choice_goes_to_who_agreed_and_to_nobody_else(anna: Person, bert: Person) -> None:
    anna.says(True)
    mail.send(letter(anna), klass="marketing", subject=anna.subject, purpose=LIST)
    [sent] = django_mail.outbox
    assert sent.to == ["anna@post.example"]
    django_mail.outbox.clear()
    assert refused(letter(bert), klass="marketing", subject=bert.subject, purpose=LIST) == (
        f"`{bert.subject}` did not agree to `weekly_bundle_mail`",
        "mail only whom `consent.allowing` names, asked when the mail leaves",
    )


def test_a_withdrawal_counts_for_the_next_mail(anna: Person) -> None:
    anna.says(True)
    anna.says(False)
    assert refused(letter(anna), klass="marketing", subject=anna.subject, purpose=LIST)[0] == (
        f"`{anna.subject}` did not agree to `weekly_bundle_mail`"
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"subject": None}, "a `marketing` mail without a subject was refused"),
        ({"purpose": ""}, "a `marketing` mail without a purpose was refused"),
    ],
)
def test_a_mail_by_choice_says_whose_choice(
    anna: Person, said: dict[str, Any], message: str
) -> None:
    anna.says(True)
    given = {"klass": "marketing", "subject": anna.subject, "purpose": LIST} | said
    assert refused(letter(anna), **given) == (
        message,
        "it goes only to whom it was agreed with: say `subject` and `purpose`",
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"purpose": "order_fulfilment"},
         "purpose `order_fulfilment` rests on `contract`, not on a choice of the person"),
        ({"purpose": "nonsense"}, "no purpose `nonsense` in the policy"),
    ],
)  # fmt: skip
def test_what_nobody_chooses_is_no_ground_for_a_mail_by_choice(
    anna: Person, said: dict[str, Any], message: str
) -> None:
    anna.says(True)
    given = {"klass": "marketing", "subject": anna.subject} | said
    assert refused(letter(anna), **given)[0] == message


def test_a_mail_goes_to_its_person_alone(anna: Person, bert: Person) -> None:
    assert refused(letter(bert), subject=anna.subject) == (
        f"a mail for `{anna.subject}` was addressed to somebody else",
        "write to the address on file",
    )
    assert refused(letter(anna, cc=[bert.address]), subject=anna.subject) == (
        "a mail with a copy to others was refused",
        "send each their own",
    )
    assert refused(letter(anna, bcc=[bert.address]), subject=anna.subject)[0] == (
        "a mail with a copy to others was refused"
    )
    assert refused(letter(anna, to=[anna.address, bert.address])) == (
        "a mail to 2 recipients was refused",
        "send one mail a person, so that nobody sees who else got it",
    )


@pytest.mark.parametrize(
    "spelling", ["ANNA@post.example", "Anna <anna@POST.example>", "anna@post.example."]
)
def test_other_spellings_are_the_same_address(anna: Person, spelling: str) -> None:
    mail.send(letter(anna, to=[spelling]), klass="service", subject=anna.subject)
    assert len(django_mail.outbox) == 1


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("anna", "a mail to something that is no address was refused"),
        ("anna@", "a mail to something that is no address was refused"),
        ("anna@localhost", "a mail to something that is no address was refused"),
        (
            "änna@post.example",
            "an address with letters outside ASCII before its `@` was refused",
        ),
        ("anna@post.example\nBcc: b@post.example", "an address with a line break was refused"),
    ],
)
def test_what_is_no_address_is_refused(to: str, message: str) -> None:
    assert refused(EmailMessage("News", "A kettle.", to=[to]))[0] == message


def test_an_international_domain_leaves_in_ascii(db: None) -> None:
    mail.send(
        EmailMessage("News", "A kettle.", to=["anna@bücher.example"]), klass="service", subject=None
    )
    assert b"To: anna@xn--bcher-kva.example\n" in django_mail.outbox[0].message().as_bytes()


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "News\nBcc: bert@post.example"},
        {"from_email": "Shop <shop@post.example>\r\nBcc: bert@post.example"},
        {"reply_to": ["shop@post.example\nBcc: bert@post.example"]},
        {"headers": {"X-Order": "7\r\n\r\nBuy this"}},
        {"headers": {"X-Order\nBcc": "bert@post.example"}},
    ],
)
def test_what_breaks_out_of_its_header_is_refused(anna: Person, said: dict[str, Any]) -> None:
    message, hint = refused(letter(anna, **said), subject=anna.subject)
    assert message.startswith("a mail with a line break in its `")
    assert hint == "take line breaks out of what people type before it becomes a header"


def test_no_code_sends_without_a_class(anna: Person, settings: Settings) -> None:
    settings.ADMINS = [("Ada", "ada@aldgrove.example"), ("Ben", "ben@aldgrove.example")]
    for sending in (
        lambda: send_mail("News", "A kettle.", None, [anna.address]),
        lambda: mail_admins("News", "A kettle."),
        lambda: letter(anna).send(),
    ):
        with pytest.raises(MailError) as error:
            sending()
        assert str(error.value) == (
            "a mail without a class was refused (send it with `upheld.mail.send(..., klass=...)`, "
            "inside `mail.classed(...)`, or name the module that sends it under `mail:` in "
            "map.yaml)"
        )
    assert django_mail.outbox == []


def test_a_class_given_by_the_block_counts(anna: Person, settings: Settings) -> None:
    settings.ADMINS = [("Ada", "ada@aldgrove.example"), ("Ben", "ben@aldgrove.example")]
    with mail.classed("service"):
        send_mail("News", "A kettle.", None, [anna.address])
        mail_admins("News", "A kettle.")
    assert [sent.to for sent in django_mail.outbox] == [
        [anna.address],
        ["ada@aldgrove.example"],
        ["ben@aldgrove.example"],
    ]
    with pytest.raises(MailError, match="`nonsense` is no class of mail"), mail.classed("nonsense"):
        send_mail("News", "A kettle.", None, [anna.address])


def test_what_is_refused_silently_is_refused_all_the_same(anna: Person) -> None:
    assert send_mail("News", "A kettle.", None, [anna.address], fail_silently=True) == 0
    assert django_mail.outbox == []


def test_an_erased_address_is_not_mailed_until_a_new_yes(anna: Person) -> None:
    anna.says(True)
    consent.suppress(["A.N.N.A@Post.Example"])
    assert refused(letter(anna), klass="marketing", subject=anna.subject, purpose=LIST) == (
        f"the address of `{anna.subject}` was erased and is not mailed again",
        "a yes that the person gives from now on counts again",
    )
    mail.send(letter(anna), klass="contract", subject=anna.subject)
    anna.says(False)
    anna.says(True)
    mail.send(letter(anna), klass="marketing", subject=anna.subject, purpose=LIST)
    assert len(django_mail.outbox) == 2
