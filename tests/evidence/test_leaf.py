from __future__ import annotations

import json
from dataclasses import fields, replace
from zlib import crc32

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from upheld.errors import EvidenceError
from upheld.evidence.leaf import Leaf, changed_fields, decode, decode_marked, encode, marks
from upheld.evidence.pseudonym import LENGTH, pseudonym

SAMPLE = Leaf(
    id="0f" * 16,
    at="2026-11-22T08:00:00.000000Z",
    kind="read",
    purpose="order_fulfilment",
    actor="staff",
    ref="A" * 27,
    posts=("dispatch",),
    place="dashboard:order-detail",
    request="r1",
    model="order.Order",
    categories=("address.delivery", "name.legal"),
    rows=3,
    count=2,
    subjects=("B" * 27,),
    decision="allow",
    details={"recipient": "carrier"},
)

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.lists(texts, max_size=4).map(tuple)
leaves = st.builds(
    Leaf, id=texts, at=texts, kind=texts, purpose=texts, actor=texts, ref=texts, posts=names,
    place=texts, request=texts, model=texts, categories=names,
    rows=st.integers(0, 2**53 - 1), count=st.integers(0, 2**53 - 1), subjects=names,
    decision=texts, details=st.dictionaries(texts, texts, max_size=3),
    part=st.tuples(st.integers(1, 9), st.integers(1, 9)),
)  # fmt: skip


def test_vector() -> None:
    assert encode(SAMPLE).decode() == (
        '{"actor":"staff","at":"2026-11-22T08:00:00.000000Z",'
        '"categories":["address.delivery","name.legal"],"count":2,"decision":"allow",'
        '"details":{"recipient":"carrier"},"id":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",'
        '"kind":"read","model":"order.Order","part":[1,1],"place":"dashboard:order-detail",'
        '"posts":["dispatch"],"purpose":"order_fulfilment","ref":"AAAAAAAAAAAAAAAAAAAAAAAAAAA",'
        '"request":"r1","rows":3,"subjects":["BBBBBBBBBBBBBBBBBBBBBBBBBBB"],"v":1}'
    )


@given(leaves, st.booleans())
def test_the_bytes_are_those_of_rfc_8785(leaf: Leaf, plain: bool) -> None:
    if plain:  # the way that most leaves are written
        leaf = replace(leaf, details={})
    assert encode(leaf) == rfc8785.dumps(json.loads(encode(leaf)))


@given(leaves)
def test_decode_is_the_inverse_of_encode(leaf: Leaf) -> None:
    assert decode(encode(leaf)) == leaf
    assert encode(decode(encode(leaf))) == encode(leaf)


@given(leaves, st.data())
def test_a_changed_field_is_named(leaf: Leaf, data: st.DataObject) -> None:
    kept = marks(encode(leaf))
    assert changed_fields(encode(leaf), kept) == ()
    name = data.draw(st.sampled_from([f.name for f in fields(Leaf)]))
    other = data.draw(leaves)
    changed = replace(leaf, **{name: getattr(other, name)})
    expected = () if changed == leaf else (name,)
    assert changed_fields(encode(changed), kept) == expected


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
)


@given(values)
def test_a_mark_is_the_checksum_of_canonical_json(value: object) -> None:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    assert marks(json.dumps({"actor": value}))[:8] == f"{crc32(text.encode()):08x}"


@given(leaves)
def test_reading_once_gives_leaf_and_marks(leaf: Leaf) -> None:
    assert decode_marked(encode(leaf)) == (leaf, marks(encode(leaf)))


def test_an_added_field_is_named() -> None:
    record = json.loads(encode(SAMPLE)) | {"extra": 1}
    assert changed_fields(json.dumps(record), marks(encode(SAMPLE))) == ("extra",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", "a leaf is no JSON"),
        ("[]", "leaf version `None` is unknown (this release reads version 1)"),
        ('{"v":2}', "leaf version `2` is unknown (this release reads version 1)"),
        (
            json.dumps(json.loads(encode(SAMPLE)) | {"extra": 1}),
            "a leaf has wrong fields: `extra`",
        ),
        (
            json.dumps({k: v for k, v in json.loads(encode(SAMPLE)).items() if k != "rows"}),
            "a leaf has wrong fields: `rows`",
        ),
    ],
)
def test_what_encode_cannot_have_made_is_refused(data: str, message: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        decode(data)
    assert str(caught.value) == message


@pytest.mark.parametrize("data", ["", "{", "[]"])
def test_what_is_no_leaf_names_no_field(data: str) -> None:
    assert changed_fields(data, marks(encode(SAMPLE))) == ()


def test_pseudonym_vector() -> None:
    name = pseudonym("member:42", bytes(32))
    assert len(name) == LENGTH
    assert name != pseudonym("member:43", bytes(32))
    assert name != pseudonym("member:42", bytes(31) + b"\x01")
    assert name == "wHT51RR3WKmdPt5siLD9j_oQmRg"
