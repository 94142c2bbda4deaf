"""The studio's own: services, requests and their desk, the settings that a cookie remembers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sites.service_studio.clients.preferences import COOKIE, settings_of, shown_price
from sites.service_studio.services.catalogue import make_services
from sites.service_studio.services.models import Service, ServiceRequest
from tests.sites.every.people import make_clerk, make_member
from upheld.context import purpose

pytestmark = pytest.mark.django_db
WISH = "A sign that is seen from the bridge."


@pytest.fixture
def services(db: None) -> list[Service]:
    with purpose("upkeep"):
        make_services()
        return list(Service.objects.all())


def test_every_service_has_a_page_with_its_price(services: list[Service]) -> None:
    visitor = Client()
    listed = (
        visitor.get("/services/").content.decode() + visitor.get("/care-plans/").content.decode()
    )
    for service in services:
        assert service.title in listed
        page = visitor.get(reverse("services:one", args=[service.slug])).content.decode()
        assert shown_price(service.pence, "GBP") in page
        assert all(part in page for part in service.parts)
    assert visitor.get("/services/no-such-thing/").status_code == 404


def test_a_request_goes_to_the_studio_and_comes_back(services: list[Service]) -> None:
    client, _ = make_member()
    ask = reverse("services:ask", args=[services[0].slug])
    assert client.post(ask, {"wish": WISH}).status_code == 302
    clerk = make_clerk("studio")
    assert WISH in clerk.get(reverse("services:desk")).content.decode()
    with purpose("upkeep"):
        pk = ServiceRequest.objects.get().pk
    one = reverse("services:desk-one", args=[pk])
    assert "Tamsin Underhill" in clerk.get(one).content.decode()
    clerk.post(one, {"state": "done", "note": "It hangs."})
    assert "It hangs." in client.get(reverse("services:requests")).content.decode()
    with purpose("upkeep"):
        assert ServiceRequest.objects.get().closed_at is not None
    assert WISH not in clerk.get(reverse("services:desk")).content.decode()


def test_nobody_sees_anothers_request_and_no_other_post_the_desk(services: list[Service]) -> None:
    client, _ = make_member()
    client.post(reverse("services:ask", args=[services[0].slug]), {"wish": WISH})
    stranger, _ = make_member("stranger@tinpost.example")
    assert WISH not in stranger.get(reverse("services:requests")).content.decode()
    with purpose("upkeep"):
        pk = ServiceRequest.objects.get().pk
    for other in (stranger, make_clerk("support"), make_clerk("marketing")):
        assert other.get(reverse("services:desk")).status_code == 403
        assert other.get(reverse("services:desk-one", args=[pk])).status_code == 403


def test_a_visitor_signs_in_before_asking(services: list[Service]) -> None:
    answer = Client().get(reverse("services:ask", args=[services[0].slug]))
    assert answer.headers["Location"].startswith(reverse("people:sign-in"))


def test_settings_are_one_cookie_set_on_saving_and_forgotten_on_asking(
    services: list[Service],
) -> None:
    visitor = Client()
    visitor.get(reverse("settings"))
    assert COOKIE not in visitor.cookies
    visitor.post(reverse("settings"), {"language": "cy", "currency": "EUR"})
    assert visitor.cookies[COOKIE].value == "cy.EUR"
    page = visitor.get(reverse("services:one", args=[services[0].slug])).content.decode()
    assert "about €" in page
    visitor.post(reverse("settings"), {"forget": "1"})
    assert visitor.cookies[COOKIE].value == ""


@pytest.mark.parametrize("value", ["", "xx.YYY", "cy", "cy.EUR.more", "<b>.<i>"])
def test_a_cookie_that_holds_anything_else_counts_as_not_set(value: str) -> None:
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = value
    kept = settings_of(request)
    assert kept.language in ("en", "cy")
    assert kept.currency == "GBP"
