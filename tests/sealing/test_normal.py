"""Two values are found alike exactly when their normal forms are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sealing.keys import MemoryKeys
from upheld.sealing import Sealer, kind_of, normal_form, scope_of, words_of

texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)))
kinds = st.sampled_from(["email", "phone", "text"])
sealer = Sealer(MemoryKeys(), bytes(range(32)))
SCOPES = {"email": "-:contact.email", "phone": "-:contact.phone", "text": "-:name.legal"}
near = st.sampled_from(
    ["Ana", "ana ", "ANA", "a.na@x.example", "A.NA@x.example", "+1 555 0100", "+15550100",
     "0015550100", "ß", "ss", "ＡＮＡ", "Å", "Å", "a\u030a", "", " "]
)  # fmt: skip


def test_a_scope_names_its_kind() -> None:
    assert scope_of("consumer", "contact.email") == "consumer:contact.email"
    assert scope_of("", "name.legal") == "-:name.legal"
    kinds = {s: kind_of(s) for s in ("w:contact.email", "-:contact.phone", "w:name.legal", "email")}
    assert kinds == {
        "w:contact.email": "email",
        "-:contact.phone": "phone",
        "w:name.legal": "text",
        "email": "email",
    }


@given(kinds, texts)
def test_a_normal_form_is_its_own_normal_form(kind: str, value: str) -> None:
    once = normal_form(kind, value)  # type: ignore[arg-type] # drawn from the literals
    assert normal_form(kind, once) == once  # type: ignore[arg-type] # as above


@given(kinds, texts | near, texts | near)
def test_blind_indexes_are_equal_exactly_for_equal_normal_forms(
    kind: str, one: str, other: str
) -> None:
    same = normal_form(kind, one) == normal_form(kind, other)  # type: ignore[arg-type] # as above
    scope = SCOPES[kind]
    assert (sealer.blind(scope, one) == sealer.blind(scope, other)) is same


@given(texts)
def test_a_blind_index_is_twenty_safe_characters(value: str) -> None:
    blind = sealer.blind("-:name.legal", value)
    assert len(blind) == 20
    assert set(blind) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_scopes_and_index_keys_do_not_meet() -> None:
    other = Sealer(MemoryKeys(), bytes(32))
    found = {
        sealer.blind("consumer:contact.email", "mia@mail.example"),
        sealer.blind("wholesale:contact.email", "mia@mail.example"),
        other.blind("consumer:contact.email", "mia@mail.example"),
        *sealer.tokens("consumer:name.legal", "mia"),
        sealer.blind("consumer:name.legal", "mia"),
    }
    assert len(found) == 5


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", " Mia.Stone@Mail.Example", "mia.stone@mail.example"),
        ("email", "Jose\u0301@mail.example", "josé@mail.example"),
        ("phone", "+44 (0)20 7946 0000", "0044 20 7946 0000"),
        ("phone", "(555) 010-0123", "555.010.0123"),
        ("phone", "+1 555 010 0123 ext. 7", "+15550100123x7"),
        ("phone", "٠١٢٣", "0123"),
        ("phone", "None  given", "none given"),
        ("text", "Straße  12", "STRASSE 12"),
        ("text", "ﬁne", "fine"),
    ],
)
def test_alike(kind: str, one: str, other: str) -> None:
    assert normal_form(kind, one) == normal_form(kind, other)  # type: ignore[arg-type] # as above


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "mia@mail.example", "mia+shop@mail.example"),
        ("phone", "020 7946 0000", "+44 20 7946 0000"),
        ("phone", "+15550100123", "+15550100123 x7"),
        ("text", "José", "Jose"),
        ("text", "Anne Marie", "AnneMarie"),
    ],
)
def test_not_alike(kind: str, one: str, other: str) -> None:
    assert normal_form(kind, one) != normal_form(kind, other)  # type: ignore[arg-type] # as above


def test_words() -> None:
    assert words_of("José  O'Brien-Ley, 3rd") == {"jose", "obrien", "ley", "3rd"}
    assert words_of("mia.stone@mail.example") == {"mia", "stone", "mail", "example"}
    assert words_of("हिन्दी") == words_of("हिन्दी ")
    assert len(words_of("हिन्दी")) == 1
    assert words_of(" -- ") == frozenset()


@given(texts)
def test_words_of_words_are_the_same_words(value: str) -> None:
    words = words_of(value)
    assert words_of(" ".join(words)) == words


def test_tokens_are_one_a_word() -> None:
    tokens = sealer.tokens("-:name.legal", "Mia Stone mia")
    assert tokens == sealer.tokens("-:name.legal", "stone MIA")
    assert len(tokens) == 2
    assert sealer.tokens("-:name.legal", "Mia") < tokens


def test_an_index_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="index key must have 32 bytes, not 31"):
        Sealer(MemoryKeys(), bytes(31))
