"""Links of mails: short, opaque, for one list each, and gone with the person."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core import signing

from tests.mail.conftest import LIST, Person, make
from upheld.mail import links
from upheld.mail.links import Link

pytestmark = pytest.mark.django_db


def token(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


def test_a_link_is_short_opaque_and_its_own(anna: Person, bert: Person) -> None:
    host = "http://127.0.0.1:8000"
    urls = {
        links.unsubscribe_url(anna.subject, LIST),
        links.unsubscribe_url(anna.subject, LIST, "bundles"),
        links.unsubscribe_url(anna.subject, "other_mail"),
        links.unsubscribe_url(bert.subject, LIST),
    }
    assert len(urls) == 4
    assert {len(url) - len(host) for url in urls} == {42}  # 70 with `https://` and 20 of a host
    for url in urls:
        assert not any(word in url for word in ("member", LIST, "anna", "bundles"))


def test_the_same_list_has_the_same_link_and_it_reads_back(anna: Person) -> None:
    one = links.unsubscribe_url(anna.subject, LIST, "bundles")
    assert one == links.unsubscribe_url(anna.subject, LIST, "bundles")
    assert links.read(token(one)) == Link(anna.subject, LIST, "bundles")
    assert links.read(token(links.choices_url(anna.subject))) == Link(anna.subject)


def test_people_whose_references_differ_in_case_have_different_links(db: None) -> None:
    # The index that tokens come from folds case.
    assert links.unsubscribe_url("guest:aB", LIST) != links.unsubscribe_url("guest:Ab", LIST)


@pytest.mark.parametrize(
    "bad", ["", "A" * 20, "A" * 19, "A" * 21, "ä" * 20, "a:b", "member:1", "x" * 5000, "a:b:c"]
)
def test_what_we_did_not_make_is_nothing(anna: Person, bad: str) -> None:
    links.unsubscribe_url(anna.subject, LIST)
    assert links.read(bad) is None


def test_a_token_that_was_changed_is_nothing(anna: Person) -> None:
    good = token(links.unsubscribe_url(anna.subject, LIST))
    for place in range(len(good)):
        other = "A" if good[place] != "A" else "B"
        assert links.read(good[:place] + other + good[place + 1 :]) is None
    assert links.read(good.swapcase()) is None


def test_links_of_the_earlier_form_work(anna: Person) -> None:
    old = signing.dumps([anna.subject, LIST], salt="upheld.unsubscribe", compress=False)
    assert links.read(old) == Link(anna.subject, LIST)
    assert links.read(old[:-1]) is None
    assert links.read(signing.dumps([anna.subject, LIST], salt="other")) is None
    assert links.read(signing.dumps("member:1", salt="upheld.unsubscribe")) is None
    assert links.read(signing.dumps([1, 2], salt="upheld.unsubscribe")) is None


def test_erasure_takes_the_person_out_of_the_link(anna: Person, bert: Person) -> None:
    hers, his = links.unsubscribe_url(anna.subject, LIST), links.unsubscribe_url(bert.subject, LIST)
    assert links.forget([anna.subject]) == 1
    assert links.read(token(hers)) == Link("")
    assert links.read(token(his)) == Link(bert.subject, LIST)


def test_many_links_take_few_statements(django_assert_num_queries: object) -> None:
    people = [make(f"p{number}").subject for number in range(30)]
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        made = links.ready([Link(who, LIST) for who in people])
    assert len({*made.values()}) == 30
    assert all(links.read(token(url)) == link for link, url in made.items())
