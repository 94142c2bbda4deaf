from __future__ import annotations

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.store import Store, some_leaves
from upheld.errors import EvidenceError
from upheld.evidence.hashing import leaf_hash
from upheld.evidence.proof import (
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
)

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 31, 33]


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_of_small_trees_is_proven(size: int) -> None:
    leaves = some_leaves(size)
    store = Store(leaves)
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        oracle.append_entry(leaf)
    for index, leaf in enumerate(leaves):
        proof = prove_inclusion(index, size, store.read)
        check_inclusion(leaf_hash(leaf), index, size, proof, store.root())
        theirs = oracle.prove_inclusion(index + 1, size).path  # they count from one
        assert proof == theirs[1:]  # and put the leaf itself first


@pytest.mark.parametrize("new", SIZES)
def test_every_earlier_tree_is_shown_to_be_a_part(new: int) -> None:
    store = Store(some_leaves(new))
    for old in range(new + 1):
        proof = prove_consistency(old, new, store.read)
        check_consistency(old, new, proof, store.root(old), store.root(new))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_proofs_in_larger_trees(data: st.DataObject) -> None:
    size = data.draw(st.integers(250, 3000))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    leaves = some_leaves(size)
    store = Store(leaves)
    root = store.root()
    check_inclusion(
        leaf_hash(leaves[index]), index, size, prove_inclusion(index, size, store.read), root
    )
    check_consistency(old, size, prove_consistency(old, size, store.read), store.root(old), root)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_false_inclusion_is_never_accepted(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 40))
    index = data.draw(st.integers(0, size - 1))
    leaves = some_leaves(size)
    store = Store(leaves)
    proof = prove_inclusion(index, size, store.read)
    root = store.root()
    leaf = leaf_hash(leaves[index])
    lie = data.draw(st.sampled_from(["leaf", "index", "root", "drop", "add", "swap", "bit"]))
    if lie == "leaf":
        leaf = leaf_hash(b"another")
    elif lie == "index":
        index = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    elif lie == "root":
        root = leaf_hash(b"another")
    elif lie == "drop":
        del proof[data.draw(st.integers(0, len(proof) - 1))]
    elif lie == "add":
        proof.insert(data.draw(st.integers(0, len(proof))), leaf_hash(b"more"))
    elif lie == "swap":
        proof = [leaf_hash(b"more"), *proof[1:]]
    else:
        at = data.draw(st.integers(0, len(proof) - 1))
        proof[at] = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    with pytest.raises(EvidenceError):
        check_inclusion(leaf, index, size, proof, root)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_rewritten_past_is_never_consistent(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 60))
    old = data.draw(st.integers(1, new))
    place = data.draw(st.integers(0, old - 1))
    leaves = some_leaves(new)
    before = Store(leaves).root(old)
    leaves[place] = b"rewritten"
    after = Store(leaves)
    with pytest.raises(EvidenceError):
        check_consistency(old, new, prove_consistency(old, new, after.read), before, after.root())


def test_messages() -> None:
    store = Store(some_leaves(5))
    leaf = leaf_hash(b"leaf 0")
    proof = prove_inclusion(0, 5, store.read)
    for given_proof, size, root, message in (
        (proof, 0, store.root(), "leaf 0 is not in a tree of 0 leaves"),
        (proof[:-1], 5, store.root(), "the inclusion proof is too short"),
        ([*proof, leaf], 5, store.root(), "the inclusion proof is too long"),
        (proof, 5, leaf, "leaf 0 is not under this root"),
    ):
        with pytest.raises(EvidenceError) as caught:
            check_inclusion(leaf, 0, size, given_proof, root)
        assert str(caught.value) == message
    proof = prove_consistency(3, 5, store.read)
    old, new = store.root(3), store.root(5)
    for sizes, given_proof, roots, message in (
        ((5, 3), proof, (old, new), "a tree of 3 leaves cannot extend one of 5"),
        ((5, 5), proof, (old, new), "the consistency proof is too long"),
        ((5, 5), [], (old, new), "two different trees of 5 leaves"),
        ((3, 5), [], (old, new), "the consistency proof is too short"),
        ((3, 5), proof[:-1], (old, new), "the consistency proof is too short"),
        ((3, 5), [*proof, leaf], (old, new), "the consistency proof is too long"),
        ((3, 5), proof, (leaf, new), "the first 3 leaves are not those signed before"),
        ((3, 5), proof, (old, leaf), "the tree of 5 leaves does not extend the one of 3"),
    ):
        with pytest.raises(EvidenceError) as caught:
            check_consistency(*sizes, given_proof, *roots)
        assert str(caught.value) == message
    with pytest.raises(EvidenceError):
        prove_inclusion(5, 5, store.read)
    with pytest.raises(EvidenceError):
        prove_consistency(6, 5, store.read)


def test_a_proof_in_a_million_leaves_is_small_and_takes_one_read() -> None:
    size = 1_000_000
    store = Store()
    hashes = [number.to_bytes(32, "big") for number in range(size)]  # any 32 bytes will do
    for at in range(0, size, 50_000):
        store.append(hashes[at : at + 50_000])
    root = store.root()
    for index in (0, 123_456, 655_359, size - 1):
        store.reads.clear()
        proof = prove_inclusion(index, size, store.read)
        assert len(store.reads) == 1 and store.reads[0] <= 6
        assert sum(map(len, proof)) <= 1024
        check_inclusion(hashes[index], index, size, proof, root)
