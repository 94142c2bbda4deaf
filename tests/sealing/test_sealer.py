"""Opening gives back what was sealed, and nothing else ever does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sealing.keys import MemoryKeys
from upheld.errors import (
    ForeignColumn,
    ForeignRow,
    KeyDestroyed,
    NotSealed,
    SealingError,
    Tampered,
    Truncated,
    UnknownKey,
    UnknownVersion,
    Unsealable,
)
from upheld.sealing import (
    PREFIX_LENGTH,
    Sealer,
    is_sealed,
    key_id_of,
    without_blind,
)

INDEX_KEY = bytes(range(32))
EMAIL = "consumer:contact.email"
COLUMN = "order.Order.guest_email"
texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)))
keys = MemoryKeys()
sealer = Sealer(keys, INDEX_KEY)


def sealed(value: str = "mia@mail.example", **given: str | None) -> str:
    return sealer.seal(
        value,
        **{
            "column": COLUMN,
            "subject": "member:1",
            "row": "order_order:7",
            "scope": EMAIL,
            **given,
        },  # type: ignore[arg-type] # one default set for many tests
    )


@given(texts, st.booleans(), st.booleans())
def test_open_gives_back_any_text(value: str, with_row: bool, with_scope: bool) -> None:
    row = "order_order:7" if with_row else ""
    token = sealed(value, row=row, scope=EMAIL if with_scope else None)
    assert sealer.open(token) == value
    assert sealer.open(token, column=COLUMN, row="order_order:7") == value
    assert is_sealed(token) is bool(value)


def test_nul_and_a_text_that_looks_like_a_token_are_kept() -> None:
    for value in ("\0", "a\0b", sealed(), "u1:", "u2:x"):
        assert sealer.open(sealed(value)) == value


def test_a_lone_surrogate_is_refused() -> None:
    for scope in (EMAIL, None):
        with pytest.raises(Unsealable) as caught:
            sealed("ab\ud800", scope=scope)
        assert caught.value.message == "value has a lone surrogate at position 2"
        assert caught.value.hint == "text from outside must be decoded strictly before it is kept"


@given(texts.filter(bool))
def test_sealing_twice_differs_beyond_the_prefix(value: str) -> None:
    one, other = sealed(value), sealed(value)
    assert one != other
    assert one[:PREFIX_LENGTH] == other[:PREFIX_LENGTH]


def test_the_prefix_is_what_a_lookup_compares() -> None:
    assert PREFIX_LENGTH == 23
    assert sealed()[:23] == "u1:" + sealer.blind(EMAIL, "MIA@mail.example ")
    assert sealed(scope=None)[:24] == "u1:--------------------:"


@given(st.data(), st.text(max_size=40, alphabet="aé漢x").filter(bool))
def test_any_flipped_bit_raises(data: st.DataObject, value: str) -> None:
    token = sealed(value).encode()
    at = data.draw(st.integers(0, len(token) * 8 - 1))
    changed = bytearray(token)
    changed[at // 8] ^= 1 << at % 8
    with pytest.raises(SealingError):
        sealer.open(changed.decode("latin-1"))


@given(st.data(), texts.filter(bool))
def test_any_changed_character_raises(data: st.DataObject, value: str) -> None:
    # Other characters of the same alphabet, so that the text stays well formed.
    token = sealed(value)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("Aaz09-_:=+/ \né").filter(lambda c: c != token[at]))
    with pytest.raises(SealingError):
        sealer.open(token[:at] + other + token[at + 1 :])


@given(st.data())
def test_any_cut_or_added_text_raises(data: st.DataObject) -> None:
    token = sealed("12 Harbour Street")
    cut = data.draw(st.integers(1, len(token) - 1))
    for changed in (token[:cut], token + "A", token + "=", token + "\n", " " + token):
        with pytest.raises(SealingError):
            sealer.open(changed)


@given(st.data(), st.sampled_from("\n !=+/\0").map(lambda c: c * 4))
def test_characters_that_a_lenient_decoder_skips_raise(data: st.DataObject, extra: str) -> None:
    token = sealed("12 Harbour Street")
    at = data.draw(st.integers(24, len(token)))
    with pytest.raises(SealingError):
        sealer.open(token[:at] + extra + token[at:])


def test_each_wrong_token_has_its_own_error() -> None:
    token = sealed()
    cases = [
        ("mia@mail.example", NotSealed, "stored text is not a sealed value"),
        ("user:name", NotSealed, "stored text is not a sealed value"),
        ("u2" + token[2:], UnknownVersion, "sealed value has unknown version `u2`"),
        ("u1:", Truncated, "sealed value is cut short"),
        (token[:60], Truncated, "sealed value is cut short"),
        (token[:-4], Tampered, "sealed value was changed after it was made"),
        (token[:-3] + "é==", Tampered, "sealed value was changed after it was made"),
        (token.replace("u1:", "u1.", 1), NotSealed, "stored text is not a sealed value"),
    ]
    for text, error, message in cases:
        with pytest.raises(SealingError) as caught:
            sealer.open(text)
        assert type(caught.value) is error, text
        assert caught.value.message == message


def test_error_codes_are_stable() -> None:
    codes = {e.__name__: e.code for e in SealingError.__subclasses__()}
    assert codes == {
        "KeyDestroyed": "sealing.destroyed",
        "NotSealed": "sealing.not-a-token",
        "UnknownVersion": "sealing.version",
        "Truncated": "sealing.truncated",
        "Tampered": "sealing.tampered",
        "ForeignColumn": "sealing.foreign-column",
        "ForeignRow": "sealing.foreign-row",
        "UnknownKey": "sealing.unknown-key",
        "KeyOwned": "sealing.owned",
        "Unsealable": "sealing.unsealable",
    }


def test_no_error_shows_the_stored_text() -> None:
    for text in ("4 Secret Lane", sealed()[:-1] + "!"):
        with pytest.raises(SealingError) as caught:
            sealer.open(text)
        assert text not in str(caught.value)
        assert not any(text in str(value) for value in caught.value.data.values())


def test_a_value_moved_to_another_column_is_refused() -> None:
    with pytest.raises(ForeignColumn) as caught:
        sealer.open(sealed(), column="auth.User.email")
    assert caught.value.message == "sealed value in `auth.User.email` was made for another column"


def test_a_value_moved_to_another_row_is_refused() -> None:
    with pytest.raises(ForeignRow) as caught:
        sealer.open(sealed(), column=COLUMN, row="order_order:8")
    assert caught.value.message == "sealed value in row `order_order:8` was made for another row"
    assert sealer.open(sealed(row=""), row="order_order:8") == "mia@mail.example"


def test_a_forged_header_is_tampering_not_a_move() -> None:
    # Someone who writes this column's id into a foreign token gains nothing.
    here, foreign = sealed(), sealed(column="auth.User.email")
    forged = foreign[:24] + here[24:36] + foreign[36:]
    with pytest.raises(Tampered):
        sealer.open(forged, column=COLUMN)


def test_a_blind_index_of_another_value_is_tampering() -> None:
    with pytest.raises(Tampered):
        sealer.open(sealed("mia@mail.example")[:23] + sealed("ben@mail.example")[23:])


def test_a_value_of_another_subject_names_that_subjects_key() -> None:
    mine, other = sealed(), sealed(subject="member:2")
    assert key_id_of(mine) == keys.of_subject["member:1"]
    assert key_id_of(other) == keys.of_subject["member:2"]
    start = 24 + 4 * (33 // 3)  # the header ends on a character
    with pytest.raises(Tampered):
        sealer.open(mine[:start] + other[start:])


def test_a_destroyed_key_is_told_from_an_unknown_one() -> None:
    store = MemoryKeys()
    own = Sealer(store, INDEX_KEY)
    token = own.seal("x", column="a.B.c", subject="member:9", scope="-:name.legal")
    assert own.open(token) == "x"
    key_id = key_id_of(token)
    assert key_id is not None
    store.keys[key_id] = None
    for text in (token, without_blind(token)):
        with pytest.raises(KeyDestroyed):
            own.open(text)
    del store.keys[key_id]
    with pytest.raises(UnknownKey):
        own.open(token)


def test_taking_out_the_blind_index_leaves_nothing_to_match() -> None:
    token = without_blind(sealed())
    assert token[:24] == "u1:--------------------:"
    assert is_sealed(token)
    with pytest.raises(Tampered):
        sealer.open(token)
    assert without_blind("") == ""


def test_the_empty_text_stays() -> None:
    assert sealed("") == ""
    assert sealer.open("", column=COLUMN, row="order_order:7") == ""


def test_prefetch_asks_once_for_each_key_and_passes_over_the_rest() -> None:
    store = MemoryKeys()
    own = Sealer(store, INDEX_KEY)
    tokens = [own.seal(v, column="a.B.c", subject=s) for v, s in
              (("x", "member:1"), ("y", "member:1"), ("z", "member:2"))]  # fmt: skip
    own.prefetch([*tokens, "", "plain", "u1:" + "!" * 200])
    assert store.prefetched == sorted({key_id_of(t) for t in tokens} - {None})


@given(texts)
def test_key_id_of_never_fails(text: str) -> None:
    assert key_id_of(text) is None
    key_id_of("u1:" + "-" * 20 + ":" + text * 90)


def test_a_key_that_changes_under_its_id_is_not_opened_with_the_old_one() -> None:
    store = MemoryKeys()
    own = Sealer(store, INDEX_KEY)
    token = own.seal("x", column="a.B.c", subject="member:1")
    assert own.open(token) == "x"
    key_id = key_id_of(token)
    assert key_id is not None
    store.keys[key_id] = bytes(32)
    with pytest.raises(Tampered):
        own.open(token)


def test_many_keys_do_not_pile_up() -> None:
    from upheld.sealing import sealer as module

    own = Sealer(MemoryKeys(), INDEX_KEY)
    for n in range(module._CIPHERS_KEPT + 10):
        own.seal("x", column="a.B.c", subject=f"member:{n}")
    assert len(own._ciphers) <= module._CIPHERS_KEPT
    own.forget()
    assert not own._ciphers
