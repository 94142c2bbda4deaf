"""Discovery proposes and doubts; it never decides what a human must."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models

from tests.datamap.words import clinic_without
from tests.project.clinic.models import (
    Address,
    Appointment,
    Document,
    Invoice,
    Note,
    Patient,
    Remark,
    Scan,
    Topic,
)
from upheld.context import Actor, purpose
from upheld.datamap.active import active, override
from upheld.datamap.bind import bind
from upheld.datamap.discover import discover
from upheld.datamap.draft import render
from upheld.datamap.guess import Guess, guess
from upheld.datamap.kin import NO_WAY, Kin, find
from upheld.datamap.samples import likeness, looks_like
from upheld.policy.extend import loads_map
from upheld.policy.mapfile import MapFile
from upheld.policy.types import UPKEEP

ROOTS: set[type[models.Model]] = {User}
WHOSE_NAME = "the name of the person, or of a thing?"
LONG = "long text: people write anything into it"
DATE = "a date in a person's row: does it tell what they did, and when?"
ODD = "it stands in a person's row: does it tell something about them?"


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (User, Kin("self", ("self",))),
        (Patient, Kin("user", ("user",))),
        (Appointment, Kin("patient.user", ("patient.user",))),
        (Note, Kin("appointment.patient.user", ("appointment.patient.user",))),
        (Scan, Kin("patient.user", ("patient.user",))),
        (Document, Kin("patient.user", ("patient.user",))),
        (
            Address,
            Kin(
                "", ("appointments.patient.user",),
                "people only point at these rows: are they about them? "
                "`appointments.patient.user`",
                forward=False,
            ),
        ),
        (
            Remark,
            Kin(
                "", ("author",),
                "`author` may be who acted (`author`), not whom the row is about",
            ),
        ),
    ],
)  # fmt: skip
def test_a_path_is_taken_only_where_one_alone_leads_to_a_person(
    model: type[models.Model], expected: Kin
) -> None:
    assert find(model, ROOTS) == expected


def test_several_shortest_paths_are_listed_and_none_is_taken() -> None:
    found = find(Invoice, {User, Patient})
    assert found == Kin("user", ("user",))
    through = Patient.topics.through
    assert find(through, {Patient, Topic}) == Kin(
        "", ("patient", "topic"), "several ways lead to a person: `patient`, `topic`"
    )


def test_a_longer_way_beside_an_empty_one_is_doubt() -> None:
    assert find(Appointment, {Patient, Topic}) == Kin("patient", ("patient",))
    found = find(Patient, {Patient._meta.get_field("user").related_model})
    assert found.path == "user"
    slot = find(Appointment, {Address, User})
    assert slot == Kin(
        "", ("address", "patient.user"),
        "`address` can be empty, and there is a longer way: `patient.user`",
    )  # fmt: skip


def test_no_way_at_all_is_doubt() -> None:
    assert find(Topic, {Invoice}) == Kin("", (), NO_WAY, forward=False)


def column(name: str, kind: models.Field | None = None) -> models.Field:  # type: ignore[type-arg] # any
    field = kind or models.CharField(max_length=50)
    field.set_attributes_from_name(name)
    return field


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("email", "contact.email"),
        ("contact_email", "contact.email"),
        ("mobile", "contact.phone"),
        ("phone_number", "contact.phone"),
        ("first_name", "name.legal"),
        ("surname", "name.legal"),
        ("sur_name", "name.legal"),
        ("recipient_name", "name.legal"),
        ("line1", "address.delivery"),
        ("street_name", "address.delivery"),
        ("zip_code", "address.delivery"),
        ("billing_street", "address.billing"),
        ("billing_postcode", "address.billing"),
        ("password", "account.secret"),
        ("api_key", "account.secret"),
        ("reset_token", "account.secret"),
        ("user_name", "account.login"),
        ("ip_address", "technical.visit"),
        ("user_agent", "technical.visit"),
        ("device_id", "technical.visit"),
        ("query", "browsing.history"),
        ("notes", "free_text"),
        ("delivery_instructions", "free_text"),
    ],
)
def test_a_telling_name_gets_its_category(name: str, what: str) -> None:
    assert guess(column(name), about_people=False) == Guess(what)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("passport_number", "an official number: does the policy allow it at all?"),
        ("ssn", "an official number: does the policy allow it at all?"),
        ("card_number", "card data: most policies refuse them"),
        ("iban", "bank details: has the policy a category for them?"),
        ("date_of_birth", "an age or birth date: has the policy a category for it?"),
        (
            "religion",
            "this sounds like a special category, which needs explicit consent or must go",
        ),
        (
            "ethnicity",
            "this sounds like a special category, which needs explicit consent or must go",
        ),
        (
            "diagnosis",
            "this sounds like a special category, which needs explicit consent or must go",
        ),
        ("search_text", "does it repeat other columns? then name them: `copy_of`"),
        ("latitude", "a place: whose is it, how exact need it be?"),
    ],
)
def test_a_delicate_name_is_for_a_human(name: str, reason: str) -> None:
    assert guess(column(name), about_people=False).unsure == reason


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (models.EmailField(), Guess("contact.email")),
        (models.GenericIPAddressField(), Guess("technical.visit")),
        (models.FileField(), Guess("free_text", "a file can hold anything: who uploads it?")),
        (models.JSONField(), Guess("free_text", "JSON can hold anything; what is written here?")),
        (
            models.BinaryField(),
            Guess("free_text", "bytes can hold anything; what is written here?"),
        ),
        (models.BigAutoField(primary_key=True), Guess("key")),
        (models.ForeignKey(User, on_delete=models.CASCADE), Guess("key")),
    ],
)
def test_a_telling_type_needs_no_name(field: models.Field, expected: Guess) -> None:  # type: ignore[type-arg] # any
    assert guess(column("x", field), about_people=False) == expected


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("colour", models.CharField(), Guess("none", ODD)),
        ("total", models.DecimalField(), Guess("none", ODD)),
        ("name", models.CharField(), Guess("name.legal", WHOSE_NAME)),
        ("story", models.TextField(), Guess("free_text", LONG)),
        ("made", models.DateTimeField(), Guess("account.activity")),
        ("deadline", models.DateField(), Guess("none", DATE)),
        ("cut", models.CharField(choices=[("s", "S")]),
         Guess("none", "a choice in a person's row: does it tell something about them?")),
        ("is_open", models.BooleanField(), Guess("none")),
        ("sort_order", models.IntegerField(), Guess("none")),
    ],
)  # fmt: skip
def test_in_a_persons_row_what_is_not_known_is_doubt(
    name: str,
    field: models.Field,
    expected: Guess,  # type: ignore[type-arg] # any
) -> None:
    assert guess(column(name, field), about_people=True) == expected


def test_a_personal_name_on_a_number_is_doubt() -> None:
    assert guess(column("phone", models.IntegerField()), about_people=False) == Guess(
        "contact.phone", "the name sounds personal, the type is no text"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a@x.example", "b@x.example", "none"],
         ("contact.email", "2 of 3 values look like e-mail addresses")),
        (["+44 20 7946 0018", "(673) 222 1234"],
         ("contact.phone", "2 of 2 values look like phone numbers")),
        (["192.0.2.7", "2001:db8::1"], ("technical.visit", "2 of 2 values look like IP addresses")),
        (["12 Mill Lane", "7 High Street"],
         ("address.delivery", "2 of 2 values look like street addresses")),
        (["Ann Aldgrove", "Dr. Ben Birch"],
         ("name.legal", "2 of 2 values look like names of people")),
        (["fine", "paid with 4111 1111 1111 1111"],
         ("payment.reference", "1 of 2 values hold a card number")),
        (["12345678", "87654321"], None),
        (["red", "green", "a@x.example"], None),
        ([], None),
    ],
)  # fmt: skip
def test_values_are_counted_never_shown(
    values: list[str], expected: tuple[str, str] | None
) -> None:
    assert likeness(values) == expected


@pytest.mark.django_db
def test_stored_values_speak_where_the_name_does_not() -> None:
    title = Topic._meta.get_field("title")
    with purpose(UPKEEP, actor=Actor("system", "system:test")):
        assert looks_like(Topic, title, 10) is None
        Topic.objects.create(title="ann@members.example")
        assert looks_like(Topic, title, 10) == (
            "contact.email",
            "1 of 1 values look like e-mail addresses",
        )
        assert looks_like(Topic, title, 0) is None
        draft = discover(MapFile(), ("upheld.contrib.django",), 10)
    topic = next(model for model in draft.models if model.label == "clinic.Topic")
    assert topic.columns["title"] == Guess(
        "contact.email", "1 of 1 values look like e-mail addresses"
    )


@pytest.mark.django_db
def test_behind_the_guard_an_undeclared_column_is_not_even_tried(
    django_assert_num_queries: Any,
) -> None:
    title = Topic._meta.get_field("title")
    undeclared = clinic_without("clinic.Topic", "clinic.Patient_topics")
    with override(mapfile=undeclared), django_assert_num_queries(0):
        assert looks_like(Topic, title, 10) is None


def test_a_whole_map_leaves_nothing_to_draft() -> None:
    source = active().datamap.source
    assert discover(source, ("upheld.contrib.django",), 0).empty


def test_only_missing_columns_are_drafted() -> None:
    known = loads_map(
        "extends: [upheld.contrib.django]\n"
        "models: {clinic.Topic: {nobody: talks}, clinic.Patient: {subject: user}}"
    )
    draft = {m.label: m for m in discover(known, ("upheld.contrib.django",), 0).models}
    assert draft["clinic.Topic"].kin is None
    assert draft["clinic.Topic"].columns == {"title": Guess("none")}
    assert "user" not in draft["clinic.Patient"].columns
    assert draft["clinic.Patient"].columns["colour"] == Guess("account.profile")


def test_a_mail_address_in_a_row_that_may_lack_its_user_is_doubt() -> None:
    draft = discover(MapFile(), (), 0)
    invoice = next(model for model in draft.models if model.label == "clinic.Invoice")
    assert invoice.kin is not None
    assert invoice.kin.path == "user"
    assert invoice.kin.unsure == (
        "rows may be about whom `guest_email` names; are people known by it?"
    )


def test_the_draft_is_a_map_that_only_waits_for_decisions() -> None:
    draft = discover(MapFile(), (), 0)
    datamap = bind(loads_map(render(draft)), None)
    about = [p for p in datamap.problems if not p.about.startswith("upheld.")]
    # E004: no subject was found, so none is written. W001: a path that can be empty.
    assert {p.id for p in about} == {"E004", "E006", "W001"}
    doubts = {p.about for p in about if p.id == "E006"}
    assert doubts == {each.partition(": ")[0] for m in draft.models for each in m.unsure}


def test_a_key_that_is_text_is_doubted_by_its_name() -> None:
    drafted = {
        model.label: model for model in discover(MapFile(), ("upheld.contrib.django",), 0).models
    }
    session = drafted["sessions.Session"].columns
    assert session["session_key"] == Guess("key", "the key itself may be personal: account.secret")
    assert session["session_data"] == Guess("session.content", "a bundle of data: what is in it?")


def test_the_draft_reads_aloud() -> None:
    known = loads_map("extends: [upheld.contrib.django]")
    draft = discover(known, ("upheld.contrib.django",), 0)
    text = render(draft)
    assert "extends" not in text and "subjects" not in text
    assert (
        "  clinic.Patient:\n"
        "    subject: user\n"
        "    columns:\n"
        "      created: account.activity\n"
        '      name: {category: name.legal, unsure: "the name of the person, or of a thing?"}\n'
        "      email: contact.email\n"
        "      phone: contact.phone\n"
    ) in text
    with override():
        assert text == render(discover(known, ("upheld.contrib.django",), 0))
