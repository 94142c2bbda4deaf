"""Binding: what the map says, met by what is installed; every problem with its words."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db.migrations.state import ProjectState
from django.test import override_settings

from tests.datamap.words import bound, clinic_with, clinic_without, problems, sealing
from tests.project.clinic.models import Invoice, Patient, Person, Scan, Topic
from upheld.datamap.active import active
from upheld.datamap.bind_columns import can_hold_ciphertext
from upheld.datamap.bound import Patterns
from upheld.policy.extend import loads_map

UNDECLARED = "give it a category, or `none` when it is not personal"


def test_an_undeclared_model_is_named() -> None:
    assert problems(clinic_without("clinic.Topic")) == [
        (
            "E001",
            "clinic.Topic: this model is not declared",
            "add it to map.yaml with its subject, or with `nobody:` and the reason",
        )
    ]


def test_an_undeclared_column_is_named() -> None:
    found = problems(clinic_with("models: {clinic.Topic: {nobody: goods}}"))
    assert found == [("E001", "clinic.Topic.title: this column is not declared", UNDECLARED)]


def test_an_undeclared_column_stays_unbound() -> None:
    datamap = bound(clinic_with("models: {clinic.Topic: {nobody: goods}}"))
    assert datamap.labelled("clinic.Topic.title") is None
    assert datamap.labelled("clinic.Topic.id") is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "models: {clinic.topic: {nobody: goods, rest: none}}",
            ("E002", "clinic.Topic: this model is declared twice, as `clinic.topic` too",
             "keep one of the two"),
        ),
        (
            "models: {clinic.Patient: {subject: user, rest: none,"
            " columns: {user: key, user_id: key}}}",
            ("E002", "clinic.Patient.user: this column is declared twice, as `user_id` too",
             "keep one of the two"),
        ),
        (
            "models: {clinic.Patent: {nobody: goods}}",
            ("E003", "clinic.Patent: the map names a model that is not installed",
             "did you mean `clinic.Patient`?"),
        ),
        (
            "models: {clinc.Patient: {nobody: goods}}",
            ("E003", "clinc.Patient: the map names a model that is not installed",
             "did you mean `clinic.Patient`?"),
        ),
        (
            "models: {clinic.Person: {subject: self, rest: none}}",
            ("E003", "clinic.Person: the map names a model without a table of its own",
             "its rows are those of `auth.User`"),
        ),
        (
            "models: {clinic.Topic: {nobody: goods, columns: {titel: none}, rest: none}}",
            ("E003", "clinic.Topic.titel: the map names a column that does not exist",
             "did you mean `title`?"),
        ),
        (
            "models: {clinic.Topic: {rest: none}}",
            ("E004", "clinic.Topic: neither a subject nor `nobody` is declared",
             "write `subject:`, or `nobody:` with the reason"),
        ),
        (
            "models: {clinic.Patient: {subject: usr, rest: none}}",
            ("E005", "clinic.Patient: `clinic.Patient` has no field or relation `usr`, a step of"
             " `usr`", "did you mean `user`?"),
        ),
        (
            "models: {clinic.Note: {subject: appointment, rest: none}}",
            ("E005", "clinic.Note: `appointment` ends on `clinic.Appointment`, which is the root"
             " of no kind of subject",
             "go on to one of: auth.User, sessions.Session, upheld.Visitor"),
        ),
        (
            "models: {clinic.Patient: {subject: name, rest: none,"
            " columns: {name: name.legal}}}",
            ("E005", "clinic.Patient: `name` ends on a column by which no kind of subject is"
             " known", "end on a relation to a subject, or name the column under `subjects`"),
        ),
        (
            "models: {clinic.Patient: {subject: name.user, rest: none}}",
            ("E005", "clinic.Patient: step `name` of `name.user` is a plain column, no step can"
             " follow it", ""),
        ),
        (
            "models: {clinic.Topic: {subject: self, rest: none}}",
            ("E005", "clinic.Topic: `self` stands on `clinic.Topic`, which is the root of no kind"
             " of subject",
             "name the model under `subjects`, or write the path to one that is"),
        ),
        (
            "models: {clinic.Remark: {subject: about.user, rest: none}}",
            ("E005", "clinic.Remark: step `about` of `about.user` is a generic relation, it may"
             " lead anywhere", "write a path over foreign keys"),
        ),
        (
            "models: {clinic.Topic: {nobody: goods, unsure: who knows, rest: none}}",
            ("E006", "clinic.Topic: the drafted entry is unsure: who knows",
             "decide, then remove `unsure`"),
        ),
        (
            "models: {clinic.Topic: {nobody: goods, columns: {title: {role: none, unsure: hm}}}}",
            ("E006", "clinic.Topic.title: the drafted entry is unsure: hm",
             "decide, then remove `unsure`"),
        ),
        (
            "models: {clinic.Topic: {nobody: goods, columns: {title: name.legl}}}",
            ("E007", "clinic.Topic.title: category `name.legl` is not in the policy",
             "did you mean `name.legal`?"),
        ),
        (
            "models: {clinic.Note: {subject: appointment.patient.user | unresolved, rest: none,"
            " columns: {created: free_text}}}",
            ("E008", "clinic.Note.created: category `free_text` is sealed, but a DateTimeField"
             " cannot hold ciphertext",
             "give the column a category that is not sealed, or make it a text column"),
        ),
        (
            "subjects: {caller: clinic.Patiant}",
            ("E010", "subjects.caller: `clinic.Patiant` is not an installed model",
             "did you mean `clinic.Patient`?"),
        ),
        (
            "subjects: {caller: clinic.Patient.mail}",
            ("E010", "subjects.caller: `clinic.Patient` has no column `mail`",
             "did you mean `email`?"),
        ),
        (
            "subjects: {caller: clinic.Address.line1}",
            ("E011", "subjects.caller: people are known by `address.delivery`, which is sealed"
             " without look-up",
             "write `sealed: {lookup: exact}` for `address.delivery` in policy.yaml"),
        ),
        (
            "models: {clinic.Appointment: {subject: patient.user, rest: none}}",
            ("W001", "clinic.Appointment: a row may have no subject: every path can be empty",
             "end with `| nobody` (about no person) or `| unresolved` (hidden)"),
        ),
        (
            "models: {clinic.Invoice: {event_dates: {invoice.sent: placd}}}",
            ("E009", "clinic.Invoice: `invoice.sent` is dated by `placd`, which leads to no date",
             "name a date column, or relations that end on one"),
        ),
        (
            "models: {clinic.Patient: {event_dates: {last.seen: appointments.patient.name}}}",
            ("E009", "clinic.Patient: `last.seen` is dated by `appointments.patient.name`, which"
             " leads to no date", "name a date column, or relations that end on one"),
        ),
        (
            "models: {clinic.Patient: {subject: user, rest: none, columns: {user: name.legal}}}",
            ("W006", "clinic.Patient.user: a key joins rows and is never hidden, so its category"
             " only names it",
             "declare it `key`; what it points at is protected by its own table"),
        ),
        (
            "models: {sessions.Session: {subject: self, columns: {session_data: session.content,"
            " expire_date: none}}}",
            ("E001", "sessions.Session.session_key: this column is not declared", UNDECLARED),
        ),
        (
            "models: {clinic.Patient: {subject: user, rest: none,"
            " columns: {search_text: {category: name.legal, copy_of: [nam]}}}}",
            ("E003", "clinic.Patient.search_text: it is a copy of `nam`, which does not exist",
             "did you mean `name`?"),
        ),
    ],
)  # fmt: skip
def test_each_mistake_has_its_words(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in problems(clinic_with(text))


def test_sealing_a_unique_column_without_lookups_warns() -> None:
    text = "models: {clinic.Invoice: {subject: user | guest_email, rest: none,"
    text += " columns: {number: %s, guest_email: contact.email}}}"
    assert problems(clinic_with(text % "contact.email")) == []
    assert problems(clinic_with(text % "address.delivery")) == [
        (
            "W002",
            "clinic.Invoice.number: category `address.delivery` is sealed and the column is unique:"
            " each sealing differs, so the database no longer sees equal values",
            "seal it with `lookup: exact` and make the constraint a plain one, or do not seal the"
            " category",
        )
    ]


def test_people_of_two_walls_never_share_a_table() -> None:
    text = "subjects: {member: {root: auth.User, wall: shop},"
    text += " guest: {root: clinic.Invoice.guest_email, wall: press}}"
    assert (
        "E013",
        "clinic.Invoice: its subjects stand behind different walls: press, shop",
        "people of two walls never share a table",
    ) in problems(clinic_with(text))


def test_a_model_stands_behind_the_wall_of_its_people() -> None:
    text = "subjects: {member: {root: auth.User, wall: shop},"
    text += " guest: {root: clinic.Invoice.guest_email, wall: shop}}"
    datamap = bound(clinic_with(text))
    patient = datamap.model(Patient)
    email = datamap.labelled("clinic.Patient.email")
    assert patient is not None and patient.wall == "shop"
    assert email is not None and email.blind_scope == "shop:contact.email"
    assert datamap.kinds["guest"].blind_scope == "shop:contact.email"


def test_columns_of_one_category_share_a_blind_scope() -> None:
    datamap = active().datamap
    labels = ("auth.User.email", "clinic.Patient.email", "clinic.Invoice.guest_email")
    scopes = {label: getattr(datamap.labelled(label), "blind_scope", "") for label in labels}
    assert set(scopes.values()) == {"-:contact.email"}


def test_apps_of_a_shipped_map_may_be_missing() -> None:
    assert problems(clinic_with("extends: [upheld.contrib.allauth]")) == []


def test_a_kind_of_a_missing_app_is_left_out() -> None:
    datamap = bound(clinic_with("subjects: {buyer: shop.Buyer}"))
    assert "buyer" not in datamap.kinds


def test_a_replaced_user_model_rests_in_shipped_maps_only() -> None:
    replaced = ("E003", "auth.User: the map names a model that another one replaces")
    with override_settings(AUTH_USER_MODEL="clinic.Topic"):
        own = [found[:2] for found in problems(active().datamap.source)]
        shipped = [found[:2] for found in problems(loads_map("extends: [upheld.contrib.django]"))]
    assert replaced in own
    assert replaced not in shipped


def test_primary_and_foreign_keys_are_keys_unless_declared() -> None:
    datamap = active().datamap
    roles = {c.field.name: c.role for c in datamap.columns if c.table == "clinic_appointment"}
    assert roles == {
        "id": "key",
        "created": "none",
        "patient": "key",
        "address": "key",
        "starts": "none",
        "reason": "category",
    }


def test_link_tables_follow_from_their_ends() -> None:
    datamap = bound(clinic_without("auth.User_groups", "clinic.Patient_topics"))
    groups, topics = datamap.model("auth.User_groups"), datamap.model("clinic.Patient_topics")
    assert groups is not None and [p.text for p in groups.paths] == ["user"]
    assert topics is not None and [p.text for p in topics.paths] == ["patient.user"]
    assert {c.role for c in topics.columns} == {"key"}


def test_a_link_table_of_an_undeclared_model_is_undeclared() -> None:
    found = problems(clinic_without("clinic.Topic", "clinic.Patient", "clinic.Patient_topics"))
    assert [about.partition(":")[0] for _, about, _ in found if "model is not" in about] == [
        "clinic.Topic",
        "clinic.Patient_topics",
        "clinic.Patient",
    ]


def test_a_multi_table_child_reaches_its_subject_through_the_parent() -> None:
    scan = active().datamap.model(Scan)
    assert scan is not None
    assert [(h.table, h.many) for h in scan.paths[0].hops] == [
        ("clinic_document", False),
        ("clinic_patient", False),
    ]
    assert [c.field.name for c in scan.columns] == ["document_ptr", "finding"]


def test_a_proxy_is_its_concrete_model() -> None:
    datamap = active().datamap
    assert datamap.model(Person) is datamap.model(User) is datamap.model("auth.User")
    assert datamap.model("auth_user") is datamap.model(User)


def test_fields_carry_their_column() -> None:
    datamap = active().datamap
    for model in (Patient, Invoice, Topic, User):
        for field in model._meta.concrete_fields:
            assert datamap.by_field[id(field)] is datamap.column(field)


def test_a_column_is_found_by_its_place_in_the_map() -> None:
    datamap = active().datamap
    assert [column.index for column in datamap.columns] == list(range(len(datamap.columns)))


def test_historical_models_resolve_by_table_and_column() -> None:
    from upheld.datamap.active import override

    state = ProjectState.from_apps(Patient._meta.apps)  # type: ignore[attr-defined] # internal
    field = state.apps.get_model("clinic", "Patient")._meta.get_field("name")
    assert id(field) not in active().datamap.by_field
    assert active().datamap.column(field) is active().datamap.labelled("clinic.Patient.name")
    with override(mapfile=clinic_without("clinic.Patient", "clinic.Patient_topics")):
        assert active().datamap.column(field) is None


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("clinic.Patient.name", True),
        ("clinic.Patient.email", True),
        ("clinic.Note.text", True),
        ("clinic.Patient.kitchen", False),
        ("clinic.Patient.user", False),
        ("clinic.Invoice.total", False),
        ("clinic.Invoice.placed", False),
        ("sessions.Session.session_key", False),
        ("auth.User.is_staff", False),
    ],
)
def test_only_text_that_joins_nothing_can_hold_ciphertext(label: str, expected: bool) -> None:
    column = active().datamap.labelled(label)
    assert column is not None
    assert can_hold_ciphertext(column.field) is expected


def test_a_category_sealed_by_the_member_is_plain_text_to_the_site() -> None:
    import dataclasses

    from upheld.policy.types import Sealed

    policy = sealing()
    data = dict(policy.data)
    data["free_text"] = dataclasses.replace(data["free_text"], sealed=Sealed(by="member"))
    datamap = bound(clinic_with(""" {models: {}} """), dataclasses.replace(policy, data=data))
    column = datamap.labelled("clinic.Note.text")
    assert column is not None and column.lookup is None


def test_an_exact_name_wins_then_the_longest_pattern() -> None:
    find = Patterns({"*": "a", "shop:*": "b", "shop:order-*": "c", "shop:order-list": "d"})
    assert [find(name) for name in ("x", "shop:x", "shop:order-x", "shop:order-list")] == [
        "a",
        "b",
        "c",
        "d",
    ]
    assert Patterns({"shop:*": "b"})("other") is None
