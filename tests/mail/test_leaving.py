"""What stands in a mail that leaves: head, footer, HTML; what is kept of it, and for whom."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.conftest import LIST, Person, letter
from upheld import mail
from upheld.errors import MailError
from upheld.mail import links, markup
from upheld.mail.models import SentMail

pytestmark = pytest.mark.django_db


def wire(message: Any = None) -> Parsed:
    sent = message or django_mail.outbox[-1]
    found = message_from_bytes(sent.message().as_bytes(linesep="\r\n"), policy=policy.default)
    assert isinstance(found, Parsed)
    return found


def offer(person: Person, **said: Any) -> Parsed:
    person.says(True)
    mail.send(letter(person, **said), klass="marketing", subject=person.subject, purpose=LIST)
    return wire()


def test_a_mail_by_choice_carries_every_way_to_end_it(anna: Person) -> None:
    got = offer(anna)
    stop = links.unsubscribe_url(anna.subject, LIST)
    assert got["List-Unsubscribe"] == f"<{stop}>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert got["List-Help"] == f"<{links.choices_url(anna.subject)}>"
    assert re.fullmatch(r'".+" <weekly-bundle-mail\.\S+>', str(got["List-Id"]))
    assert got["List-Owner"] == "<mailto:hello@aldgrove.example>"
    assert got["Precedence"] == "bulk"
    assert got["Auto-Submitted"] == "auto-generated"
    text = got.get_content().replace("\r\n", "\n")
    assert (
        f"You get this because you asked for it: Weekly bundle mail.\nOne click ends it: {stop}"
        in text
    )
    assert "Aldgrove Practice" in text


def test_links_in_the_head_stand_in_one_line(anna: Person) -> None:
    offer(anna)
    raw = django_mail.outbox[-1].message().as_bytes(linesep="\r\n")
    line = next(line for line in raw.split(b"\r\n") if line.startswith(b"List-Unsubscribe:"))
    assert line.endswith(b"/>")


def test_a_contract_mail_says_why_it_goes_on_and_offers_no_way_to_end_it(anna: Person) -> None:
    mail.send(letter(anna), klass="contract", subject=anna.subject)
    got = wire()
    assert "it comes even if you ended every other mail" in " ".join(got.get_content().split())
    for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence"):
        assert got[name] is None
    assert got["Auto-Submitted"] == "auto-generated"


def test_nothing_of_the_machine_leaks(anna: Person) -> None:
    import socket

    got = offer(anna)
    assert re.fullmatch(r"<[0-9a-f]{24}@[\w.-]+>", str(got["Message-ID"]))
    assert socket.getfqdn() not in str(got["Message-ID"])
    for name in ("Received", "X-Mailer", "User-Agent", "Bcc", "Cc", "Sender"):
        assert got[name] is None


@pytest.mark.parametrize("name", ["Cc", "Bcc", "Sender", "List-Unsubscribe", "Received"])
def test_code_may_not_set_what_the_class_decides(anna: Person, name: str) -> None:
    with pytest.raises(MailError) as error:
        offer(anna, headers={name: "x"})
    assert str(error.value) == (
        f"a mail that sets `{name}` itself was refused (leave it out: its class decides)"
    )


def test_a_subject_of_any_letters_leaves_as_it_is(anna: Person) -> None:
    subject = "Käse & Kessel – für kalte Abende 🫖 " * 6
    assert offer(anna, subject=subject)["Subject"] == " ".join(subject.split())


@given(st.text(max_size=200))
def test_whatever_people_are_called_no_header_is_added(name: str) -> None:
    message = EmailMultiAlternatives(
        f"For {name}", "x", f"{name} <shop@post.example>", ["a@b.example"]
    )
    from upheld.mail import deciding, heading

    rule = deciding.class_of("service")
    try:
        heading.check(message, rule)
    except MailError as error:
        assert error.reason == "header"
        return
    message.subject = " ".join(str(message.subject).split())
    message.extra_headers = {"Message-ID": "<1@b.example>"}
    try:
        head = message.message().as_bytes().partition(b"\n\n")[0]
    except ValueError:  # Django's own word: no address can be read from that
        return
    names = re.findall(rb"(?m)^([\w-]+):", head)
    assert sorted(names) == sorted({*names})
    assert b"Bcc" not in names


def page(anna: Person, html: str, text: str = "A kettle.") -> EmailMultiAlternatives:
    message = EmailMultiAlternatives("News", text, None, [anna.address])
    message.attach_alternative(html, "text/html")
    return message


def html_of(anna: Person, html: str, **said: Any) -> str:
    anna.says(True)
    mail.send(page(anna, html, **said), klass="marketing", subject=anna.subject, purpose=LIST)
    body = wire().get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_html_loads_nothing_and_runs_nothing(anna: Person) -> None:
    got = html_of(
        anna,
        "<html><head><style>p{color:red}</style><link rel=stylesheet href=https://x.example/a.css>"
        "</head><body background='https://x.example/b'><p onclick='x()'>A kettle</p>"
        "<img src='https://x.example/pixel.gif' width=1 height=1><img src='cid:logo' alt=Logo>"
        "<div style='background:url(https://x.example/c)'>d</div><script>x()</script>"
        "<iframe src='https://x.example'></iframe><form action='https://x.example'><input></form>"
        "<a href='javascript:x()'>j</a><a href='https://hearth.example/kettles'>k</a></body></html>",
    )
    assert "color: red" in got.replace(":red", ": red")
    assert "x.example" not in got
    for word in ("script", "onclick", "iframe", "<form", "<input", "url(", "pixel"):
        assert word not in got
    assert 'src="cid:logo"' in got and 'href="https://hearth.example/kettles"' in got
    assert links.unsubscribe_url(anna.subject, LIST) in got


def test_there_is_always_a_text_part(anna: Person) -> None:
    html_of(anna, "<h1>Kettles</h1><p>See <a href='https://hearth.example/k'>them</a></p>", text="")
    body = wire().get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert text.startswith("Kettles\n")
    assert "See them ( https://hearth.example/k )" in text
    assert "One click ends it" in text


@pytest.mark.parametrize(
    "link",
    [
        "https://x.example/?m=anna@post.example",
        "https://x.example/anna%40post.example/",
        "https://x.example/?m=YW5uYUBwb3N0LmV4YW1wbGU",
        "https://x.example/?h=ba4d4df5a1b5e1ae4b1a8f5d8e2f4a53&email=1",
        "https://x.example/?u={pk}",
        "https://x.example/?ref=member%3A{pk}",
        "https://x.example/?uid=x7",
    ],
)
def test_no_link_knows_who_clicks(anna: Person, link: str) -> None:
    anna.says(True)
    there = link.format(pk=anna.user.pk)
    for message in (
        page(anna, f'<a href="{there}">Kettles</a>'),
        letter(anna, body=f"Kettles: {there}"),
    ):
        with pytest.raises(MailError) as error:
            mail.send(message, klass="marketing", subject=anna.subject, purpose=LIST)
        assert str(error.value) == (
            "a link to `x.example` would tell who clicked it (give everybody the same link: no "
            "address, no number of a person in it)"
        )


def test_digests_of_an_address_are_its_address(anna: Person) -> None:
    from upheld.mail.deciding import class_of

    for form in markup._forms(anna.address) - {anna.address}:
        with pytest.raises(MailError):
            markup.check_links(
                (f"https://x.example/{form}",), class_of("marketing"), "member:77", anna.address
            )


def test_what_is_kept_of_a_mail_is_neither_text_nor_address(anna: Person) -> None:
    offer(anna, body="A secret kettle.")
    [row] = SentMail.objects.values_list()
    assert "kettle" not in str(row) and "anna@" not in str(row)
    [told] = mail.sent_to(anna.subject)
    assert {k: told[k] for k in ("class", "kind", "purpose", "outcome")} == {
        "class": "marketing", "kind": "marketing", "purpose": LIST, "outcome": "sent"
    }  # fmt: skip
    mail.forget([anna.subject])
    assert mail.sent_to(anna.subject) == []


def test_a_mail_that_could_not_be_handed_over_is_noted_as_failed(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr("upheld.mail.carrying.Way.hand", broken)
    with pytest.raises(ConnectionResetError):
        mail.send(letter(anna), klass="service", subject=anna.subject)
    assert [told["outcome"] for told in mail.sent_to(anna.subject)] == ["failed"]


def test_many_are_decided_with_few_statements(
    anna: Person, bert: Person, django_assert_max_num_queries: Any
) -> None:
    anna.says(True)
    people = {
        anna.subject: anna.address,
        bert.subject: bert.address,
        "member:999": "c@post.example",
    }
    with django_assert_max_num_queries(8):
        assert mail.refused(people, klass="marketing", purpose=LIST) == {
            bert.subject: "consent",
            "member:999": "consent",
        }
    with django_assert_max_num_queries(0):
        ready = mail.prepare(
            letter(anna), klass="marketing", subject=anna.subject, purpose=LIST, decided=True
        )
    assert ready.recipient == anna.address
    assert b"List-Unsubscribe-Post" in ready
