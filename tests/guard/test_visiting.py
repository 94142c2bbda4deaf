"""A visitor without an account sees what this visit made, and no more of the address given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Invoice
from upheld.errors import PurposeError
from upheld.guard.middleware import UpheldMiddleware
from upheld.guard.sessions import SessionStore
from upheld.guard.visiting import KEY, MOST

GUEST = "guest@mail.example"
View = Callable[[Any], Any]


class Visitor:
    """A browser: requests for the purpose `own` that share a session."""

    def __init__(self) -> None:
        self.session = SessionStore()

    def does(self, view: View, user: Any = None) -> Any:
        seen: list[Any] = []

        def answer(request: Any) -> HttpResponse:
            seen.append(view(request))
            return HttpResponse("ok")

        request: Any = RequestFactory().get("/me/")
        request.user, request.session = user or AnonymousUser(), self.session
        if user is not None:
            with as_("authentication"):
                self.session[SESSION_KEY] = str(user.pk)
                self.session.save()
        UpheldMiddleware(answer)(request)
        if self.session.modified:
            self.session.save()
        self.session = SessionStore(self.session.session_key)
        return seen[0]


def orders(number: str, email: str = GUEST) -> View:
    return lambda _: Invoice.objects.create(number=number, guest_email=email, content="pan").pk


def numbers(_: Any) -> set[str]:
    return set(Invoice.objects.values_list("number", flat=True))


def test_the_fresh_order_is_there_and_earlier_ones_are_not(clinic: Clinic) -> None:
    visitor = Visitor()
    assert visitor.does(numbers) == set()

    def place(request: Any) -> set[str]:
        orders("N-new")(request)
        return numbers(request)

    assert visitor.does(place) == {"N-new"}
    assert visitor.does(numbers) == {"N-new"}
    assert visitor.does(lambda _: Invoice.objects.get().guest_email) == GUEST
    assert Visitor().does(numbers) == set()
    assert visitor.does(orders("N-two")) and visitor.does(numbers) == {"N-new", "N-two"}


def test_the_fresh_order_can_be_changed_and_earlier_ones_cannot(clinic: Clinic) -> None:
    visitor = Visitor()
    visitor.does(orders("N-new"))
    assert visitor.does(lambda _: Invoice.objects.update(content="pot")) == 1
    assert visitor.does(lambda _: Invoice.objects.filter(number="N-guest").delete()[0]) == 0
    with as_("upkeep"):
        assert Invoice.objects.get(number="N-guest").content == ""
        assert Invoice.objects.get(number="N-new").content == "pot"


def test_the_address_may_be_corrected_with_its_own_key(clinic: Clinic) -> None:
    visitor = Visitor()
    pk = visitor.does(orders("N-new"))
    visitor.does(lambda _: Invoice.objects.filter(pk=pk).update(guest_email=GUEST.upper()))
    assert visitor.does(numbers) == {"N-new"}


def test_another_address_is_another_person(clinic: Clinic) -> None:
    visitor = Visitor()
    visitor.does(orders("N-one", "one@mail.example"))
    visitor.does(orders("N-two", "two@mail.example"))
    assert visitor.does(numbers) == {"N-two"}


def test_a_rolled_back_order_leaves_no_key_behind(clinic: Clinic) -> None:
    visitor = Visitor()

    def fail(request: Any) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            orders("N-gone")(request)
            _ = 1 / 0

    visitor.does(fail)
    with as_("upkeep"):
        Invoice.objects.create(number="N-next", guest_email=GUEST)
    assert visitor.does(numbers) == set()
    with as_("authentication"):
        assert visitor.session[KEY] == [visitor.session[KEY][0], {}]


def test_a_key_without_the_address_opens_nothing(clinic: Clinic) -> None:
    visitor = Visitor()
    pk = visitor.does(orders("N-new"))
    with as_("upkeep"):
        Invoice.objects.filter(pk=pk).update(guest_email="other@mail.example")
    assert visitor.does(numbers) == set()


def test_members_and_their_rows_are_out_of_reach(clinic: Clinic) -> None:
    def steal(_: Any) -> None:
        Invoice.objects.create(number="N-steal", guest_email=GUEST, user=clinic.ann)

    visitor = Visitor()
    with pytest.raises(PurposeError):
        visitor.does(steal)


def test_rows_that_others_make_are_not_the_visits(clinic: Clinic) -> None:
    def made_by_the_house(_: Any) -> None:
        with as_("upkeep"):
            Invoice.objects.create(number="N-house", guest_email=GUEST)

    visitor = Visitor()
    visitor.does(orders("N-new"))
    visitor.does(made_by_the_house)
    assert visitor.does(numbers) == {"N-new"}


def test_a_visit_keeps_the_last_rows(clinic: Clinic) -> None:
    visitor = Visitor()
    visitor.does(lambda request: [orders(f"N-{n}")(request) for n in range(MOST + 2)])
    assert visitor.does(numbers) == {f"N-{n}" for n in range(2, MOST + 2)}


def test_in_bulk(clinic: Clinic) -> None:
    visitor = Visitor()
    made = [Invoice(number=f"N-{n}", guest_email=GUEST) for n in range(3)]
    visitor.does(lambda _: Invoice.objects.bulk_create(made))
    assert visitor.does(numbers) == {"N-0", "N-1", "N-2"}


def test_who_signs_in_leaves_the_visit_behind(clinic: Clinic) -> None:
    visitor = Visitor()
    visitor.does(orders("N-new"))
    assert visitor.does(numbers, clinic.ann) == {"N-ann"}
