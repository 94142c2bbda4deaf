"""Every dropped, changed or reordered leaf is found and named, whoever covers the traces."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal import tampering
from upheld import journal
from upheld.errors import EvidenceError
from upheld.evidence.checkpoint import Checkpoint
from upheld.evidence.hashing import EMPTY_ROOT
from upheld.evidence.note import Signer
from upheld.journal import Finding, signing
from upheld.journal.models import Checkpoint as CheckpointRow
from upheld.journal.models import Head, Leaf, LeafSubject, Tile

pytestmark = pytest.mark.django_db

laws = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
sizes = st.lists(st.integers(1, 14), min_size=2, max_size=4, unique=True).map(sorted)


def findings() -> tuple[Finding, ...]:
    return journal.verify().findings


def test_an_empty_log_holds() -> None:
    assert journal.verify() == journal.Report(0, 0, 0, 0, ())


def test_a_log_holds_and_says_what_is_signed() -> None:
    tampering.make_log([3, 5, 8])
    journal.write_now(journal.Event("export"))
    assert journal.verify() == journal.Report(8, 2, 1, 5, ())


def test_a_log_of_several_tiles_holds() -> None:
    tampering.make_log([300, 513, 520])
    assert journal.verify() == journal.Report(520, 2, 0, 513, ())


@laws
@given(sizes, st.data())
def test_a_changed_leaf_is_named_with_its_field(sizes: list[int], data: st.DataObject) -> None:
    with tampering.undone():
        tampering.make_log(sizes)
        index = data.draw(st.integers(0, sizes[-1] - 1))
        field, old, new = data.draw(
            st.sampled_from(
                [
                    ("rows", f'"rows":{index},', f'"rows":{index + 1},'),
                    ("purpose", '"purpose":"rights"', '"purpose":"own"'),
                    ("kind", '"kind":"export"', '"kind":"access"'),
                ]
            )
        )
        tampering.change_text(index, old, new)
        assert findings() == (
            Finding("changed", index, field, f"leaf {index}: `{field}` was changed"),
        )


@laws
@given(sizes, st.data())
def test_a_change_with_covered_traces_is_named(sizes: list[int], data: st.DataObject) -> None:
    with tampering.undone():
        tampering.make_log(sizes)
        index = data.draw(st.integers(0, sizes[-1] - 1))
        tampering.change_text(index, f'"rows":{index},', f'"rows":{index + 1},', cover=True)
        assert findings() == (
            Finding("changed", index, "text", f"leaf {index}: `text` was changed"),
        )


@laws
@given(sizes, st.data())
def test_a_dropped_leaf_is_named(sizes: list[int], data: st.DataObject) -> None:
    with tampering.undone():
        tampering.make_log(sizes)
        index = data.draw(st.integers(0, sizes[-1] - 1))
        tampering.drop(index)
        assert findings() == (Finding("dropped", index, "", f"leaf {index} is missing"),)


@laws
@given(sizes, st.data())
def test_a_dropped_leaf_is_named_when_the_gap_was_closed(
    sizes: list[int], data: st.DataObject
) -> None:
    with tampering.undone():
        tampering.make_log(sizes)
        size = sizes[-1]
        index = data.draw(st.integers(0, size - 1))
        tampering.drop(index)
        tampering.close_gap(index, size)
        found = findings()
        assert Finding("dropped", index, "", f"leaf {index} is missing") in found
        assert [f.index for f in found if f.problem == "dropped"] == [index]
        assert [f.message for f in found if f.problem == "reordered"] == [
            f"row {place} holds leaf {place + 1}" for place in range(index, size - 1)
        ]


@laws
@given(sizes, st.data())
def test_reordered_leaves_are_named(sizes: list[int], data: st.DataObject) -> None:
    if sizes[-1] < 2:
        return
    with tampering.undone():
        tampering.make_log(sizes)
        one = data.draw(st.integers(0, sizes[-1] - 2))
        two = data.draw(st.integers(one + 1, sizes[-1] - 1))
        tampering.swap(one, two)
        assert findings() == (
            Finding("reordered", one, "", f"row {one} holds leaf {two}"),
            Finding("reordered", two, "", f"row {two} holds leaf {one}"),
        )


@laws
@given(sizes, st.data())
def test_a_signed_leaf_rewritten_with_all_tiles_is_named_by_its_span(
    sizes: list[int], data: st.DataObject
) -> None:
    with tampering.undone():
        tampering.make_log(sizes)
        signed = sizes[:-1]
        index = data.draw(st.integers(0, signed[-1] - 1))
        tampering.change_text(index, f'"rows":{index},', f'"rows":{index + 1},', cover=True)
        tampering.rebuild_tiles()
        first = max([0, *(size for size in signed if size <= index)])
        last = min(size for size in signed if size > index) - 1
        message = f"leaves {first} to {last} are not those that were signed"
        assert findings() == (Finding("rewritten", None, "", message),)


@laws
@given(sizes, st.data())
def test_a_changed_tile_is_told_from_a_changed_leaf(sizes: list[int], data: st.DataObject) -> None:
    with tampering.undone():
        tampering.make_log(sizes)
        index = data.draw(st.integers(0, sizes[-2] - 1))
        tile = Tile.objects.get(level=0)
        hashes = bytearray(bytes(tile.hashes))
        hashes[32 * index] ^= 1
        tile.hashes = bytes(hashes)
        tile.save()
        message = f"leaf {index}: its hash in the tiles is missing or was changed"
        assert findings() == (Finding("tile", index, "", message),)


def test_tampering_across_tiles_is_named() -> None:
    tampering.make_log([300, 520, 530])
    tampering.disable_triggers()
    tampering.swap(10, 290)
    tampering.drop(525)
    tampering.change_text(256, '"rows":256,', '"rows":1,')
    assert [(f.problem, f.index, f.field) for f in findings()] == [
        ("reordered", 10, ""),
        ("changed", 256, "rows"),
        ("reordered", 290, ""),
        ("dropped", 525, ""),
    ]


def test_a_dropped_tile_names_its_leaves() -> None:
    tampering.make_log([256, 258])
    Tile.objects.filter(level=0, index=1).delete()
    assert [(f.problem, f.index) for f in findings()] == [("tile", 256), ("tile", 257)]


def test_a_changed_upper_tile_is_named() -> None:
    tampering.make_log([256, 258])
    Tile.objects.filter(level=1).update(hashes=bytes(32))
    assert findings() == (Finding("tile", None, "", "tile 1/0 does not fit the tiles below it"),)


@pytest.mark.parametrize(
    ("column", "value"),
    [("kind", "read"), ("event", "0" * 32), ("hash", bytes(32))],
)
def test_a_changed_column_is_named(column: str, value: object) -> None:
    tampering.make_log([2, 4])
    tampering.disable_triggers()
    Leaf.objects.filter(index=1).update(**{column: value})
    assert findings() == (
        Finding("changed", 1, f"column {column}", f"leaf 1: column `{column}` was changed"),
    )


def test_a_changed_moment_is_named() -> None:
    tampering.make_log([2, 4])
    tampering.disable_triggers()
    Leaf.objects.filter(index=3).update(at=F("at") - timedelta(days=1))
    assert [(f.index, f.field) for f in findings()] == [(3, "column at")]


def test_a_person_s_way_to_a_leaf_is_part_of_it() -> None:
    tampering.make_log([2, 4])
    tampering.disable_triggers()
    LeafSubject.objects.filter(leaf=1).delete()
    LeafSubject.objects.create(leaf=2, pseudonym="A" * 27)
    assert findings() == (
        Finding(
            "dropped",
            1,
            "subject rows",
            "leaf 1: 1 rows that find it for a subject are missing",
        ),
        Finding(
            "added",
            2,
            "subject rows",
            "leaf 2: 1 rows find it for a subject it is not about",
        ),
    )


def test_a_signed_log_cut_short_is_found() -> None:
    tampering.make_log([3, 5, 5])
    kept = CheckpointRow.objects.get(size=5)
    tampering.disable_triggers()
    tampering.cut(4)
    CheckpointRow.objects.create(size=5, at=kept.at, note=kept.note)
    assert findings() == (
        Finding("size", None, "", "5 leaves were signed, the log counts 4"),
        Finding("rewritten", None, "", "leaves 3 to 4 are not those that were signed"),
        Finding("dropped", 4, "", "leaf 4 is missing"),
    )


def test_a_log_cut_with_its_checkpoints_is_found_by_one_kept_elsewhere() -> None:
    tampering.make_log([3, 5, 6])
    kept = CheckpointRow.objects.get(size=5).note
    tampering.disable_triggers()
    tampering.cut(3)
    assert findings() == ()  # from inside, nothing is left that could tell
    found = journal.verify(against=kept).findings
    assert [(f.problem, f.index) for f in found] == [
        ("size", None),
        ("rewritten", None),
        ("dropped", 3),
        ("dropped", 4),
    ]


def test_a_checkpoint_kept_elsewhere_must_be_ours() -> None:
    stranger = Signer.fresh("stranger.example")
    note = Checkpoint(stranger.name, 0, EMPTY_ROOT).sign(stranger)
    with pytest.raises(EvidenceError) as caught:
        journal.verify(against=note)
    assert caught.value.message == "none of the keys given signed this note"


def test_a_leaf_smuggled_in_is_named() -> None:
    tampering.make_log([2, 3])
    row = Leaf.objects.get(index=2)
    Leaf.objects.create(
        index=3, event="f" * 32, at=row.at, kind=row.kind, text=row.text, hash=row.hash,
        marks=row.marks,
    )  # fmt: skip
    Leaf.objects.create(
        index=-5, event="e" * 32, at=row.at, kind=row.kind, text=row.text, hash=row.hash,
        marks=row.marks,
    )  # fmt: skip
    assert findings() == (
        Finding("added", -5, "", "leaf -5 has no place in the log"),
        Finding("added", 3, "", "leaf 3 lies beyond the 3 leaves of the log"),
    )


def test_a_lowered_size_is_found() -> None:
    tampering.make_log([4, 4])
    Head.objects.update(size=3)
    assert findings() == (Finding("size", None, "", "4 leaves were signed, the log counts 3"),)


def test_a_forged_checkpoint_is_named() -> None:
    tampering.make_log([2, 4])
    tampering.disable_triggers()
    forger = Signer("127.0.0.1:8000/evidence", bytes(32))
    note = Checkpoint(forger.name, 4, bytes(32)).sign(forger)
    CheckpointRow.objects.update(note=note)
    assert findings() == (
        Finding(
            "checkpoint",
            None,
            "",
            "checkpoint of 2 leaves: none of the keys given signed this note",
        ),
    )


def test_two_roots_of_one_size_are_named() -> None:
    tampering.make_log([2, 4])
    key = signing.signer()
    double = Checkpoint(key.name, 2, bytes(32)).sign(key)
    found = journal.verify(against=double).findings
    assert found[0] == Finding(
        "checkpoint",
        None,
        "",
        "checkpoint of 2 leaves: another root was signed for as many leaves",
    )


def test_a_checkpoint_moved_to_another_size_is_named() -> None:
    tampering.make_log([2, 4])
    row = CheckpointRow.objects.get()
    CheckpointRow.objects.create(size=3, at=row.at, note=row.note)
    assert findings() == (
        Finding("checkpoint", None, "", "checkpoint of 3 leaves: its row says 3 leaves"),
    )


def test_text_that_is_no_leaf_any_more_is_named() -> None:
    tampering.make_log([2, 4])
    tampering.disable_triggers()
    Leaf.objects.filter(index=1).update(text="gone")
    assert findings() == (Finding("changed", 1, "text", "leaf 1: `text` was changed"),)
