"""Requests run for the purpose of their route, until the response is closed."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from tests.project.clinic.models import Address, Appointment, Patient, Topic
from upheld.context import purpose

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    with purpose("upkeep"):
        made = {}
        for name in ("ann", "bob", "dan"):
            user = User.objects.create_user(name, f"{name}@mail.example", "secret")
            Patient.objects.create(user=user, name=f"{name.title()} Lee", phone="1")
            made[name] = user
        made["dan"].is_staff = True
        made["dan"].save()
        made["dan"].groups.add(Group.objects.create(name="post:dispatch"))
        address = Address.objects.create(line1="1 Hill Road")
        Appointment.objects.create(patient=Patient.objects.get(user=made["ann"]), address=address)
        Topic.objects.create(title="Teeth")
    return made


def signed_in(user: User) -> Client:
    client = Client()
    with purpose("authentication"):
        client.force_login(user)
    return client


def test_own_page_shows_own_row(people: dict[str, User]) -> None:
    assert signed_in(people["bob"]).get("/me/").content == b"bob|Bob Lee"


def test_visitor_sees_no_row(people: dict[str, User]) -> None:
    assert Client().get("/me/").content == b"AnonymousUser|-"


def test_forgotten_ownership_check_shows_nobody_else(people: dict[str, User]) -> None:
    client = signed_in(people["ann"])
    with purpose("upkeep"):
        own, other = (Patient.objects.get(user=people[name]).pk for name in ("ann", "bob"))
    assert client.get(f"/patients/{own}/").content == b"Ann Lee"
    assert client.get(f"/patients/{other}/").status_code == 404


def test_stream_reads_under_the_purpose_of_its_route(people: dict[str, User]) -> None:
    response = signed_in(people["ann"]).get("/stream/")
    assert b"".join(response.streaming_content) == b"Ann Lee\n"


def test_template_response_reads_under_the_purpose_of_its_route(people: dict[str, User]) -> None:
    assert signed_in(people["ann"]).get("/template/").content == b"Ann Lee;"


def test_route_without_purpose_is_refused(people: dict[str, User]) -> None:
    response = signed_in(people["ann"]).get("/unmapped/")
    assert response.status_code == 403
    assert b"Lee" not in response.content
    assert b"clinic" not in response.content


def test_staff_are_told_what_was_refused(people: dict[str, User]) -> None:
    response = signed_in(people["dan"]).get("/unmapped/")
    assert response.status_code == 403
    assert b"clinic.Patient" in response.content
    assert b"Give `unmapped` a purpose in map.yaml." in response.content


def test_post_decides(people: dict[str, User]) -> None:
    with purpose("upkeep"):
        pk = Address.objects.get().pk
    assert signed_in(people["dan"]).get(f"/dispatch/{pk}/").content == b"1 Hill Road"
    refused = signed_in(people["ann"]).get(f"/dispatch/{pk}/")
    assert refused.status_code == 403
    assert b"Hill" not in refused.content


def test_refusal_names_the_promise_to_staff(people: dict[str, User]) -> None:
    with purpose("upkeep"):
        people["bob"].is_staff = True
        people["bob"].save()
        pk = Address.objects.get().pk
    refused = signed_in(people["bob"]).get(f"/dispatch/{pk}/")
    assert b"Dispatch sees your address to send you what you ordered." in refused.content


def test_page_without_people_needs_no_purpose_for_people(people: dict[str, User]) -> None:
    assert signed_in(people["ann"]).get("/topics/").content == b"Teeth"


def test_signing_in(people: dict[str, User]) -> None:
    client = Client()
    assert client.post("/sign-in/", {"username": "ann", "password": "no"}).status_code == 401
    response = client.post("/sign-in/", {"username": "ann", "password": "secret"})
    assert response.content == b"yes"
    assert client.get("/me/").content == b"ann|Ann Lee"
