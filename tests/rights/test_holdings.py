from __future__ import annotations

from tests.rights.conftest import Person, furnish
from upheld import rights
from upheld.rights.holdings import SECRET


def test_every_row_of_a_person_is_found_by_category(ann: Person) -> None:
    held = rights.by_category(ann.subject)
    found = {name: sorted({row.model.label for row in rows}) for name, rows in held.items()}
    assert found == {
        "name.legal": ["auth.User", "clinic.Patient"],
        "contact.email": ["auth.User", "clinic.Patient"],
        "contact.phone": ["clinic.Patient"],
        "address.delivery": ["clinic.Address"],
        "account.login": ["auth.User"],
        "account.secret": ["auth.User"],
        "account.activity": ["auth.User"],
        "order.reference": ["clinic.Invoice"],
        "order.content": ["clinic.Invoice"],
        "free_text": ["clinic.Note", "clinic.Remark", "clinic.Scan"],
        "case.content": ["clinic.Appointment", "clinic.Document"],
        "taste.kitchen": ["clinic.Patient"],
    }


def test_values_are_shown_in_clear(ann: Person) -> None:
    (address,) = rights.by_category(ann.subject)["address.delivery"]
    assert {value.column.field.name: value.shown for value in address.values} == {
        "line1": "7 Mill Lane",
        "postcode": "10001",
    }


def test_nothing_of_another_person_is_found(ann: Person, ben: Person) -> None:
    furnish(ben)
    shown = str([value.shown for row in rights.rows(ann.subject) for value in row.values])
    assert "ben" not in shown.lower()
    assert "ann" in shown.lower()


def test_an_unknown_person_has_nothing(db: None) -> None:
    assert list(rights.rows("member:999999")) == []


def test_a_secret_never_leaves_the_engine(ann: Person) -> None:
    (held,) = rights.by_category(ann.subject)["account.secret"]
    (password,) = held.values
    assert (password.value, password.shown) == (SECRET, SECRET)
