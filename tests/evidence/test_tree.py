"""The tree against published vectors, a plain recursion of RFC 6962 and pymerkle."""

from __future__ import annotations

from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.store import Store, some_leaves
from upheld.errors import EvidenceError
from upheld.evidence import tiles
from upheld.evidence.hashing import EMPTY_ROOT, leaf_hash, node_hash, perfect_root
from upheld.evidence.tree import Frontier, nodes_of, split

# Leaves and roots of the Certificate Transparency test tree.
VECTOR = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    (
        "606162636465666768696a6b6c6d6e6f",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ),
]


def rfc_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + rfc_root(leaves[:k]) + rfc_root(leaves[k:])).digest()


def test_an_empty_tree_has_the_root_of_the_empty_string() -> None:
    assert Frontier().root() == EMPTY_ROOT == rfc_root([])
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_published_vector() -> None:
    frontier = Frontier()
    for data, root in VECTOR:
        frontier.extend([leaf_hash(bytes.fromhex(data))])
        assert frontier.root().hex() == root


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=12), max_size=70), st.integers(1, 9))
def test_frontier_and_tiles_agree_with_the_rfc(leaves: list[bytes], batch: int) -> None:
    store = Store(leaves, batch)
    frontier = Frontier()
    frontier.extend(map(leaf_hash, leaves))
    assert frontier.root() == store.root() == rfc_root(leaves)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_batches_of_any_size_make_the_same_tree(batches: list[int]) -> None:
    leaves = some_leaves(sum(batches))
    store = Store()
    at = 0
    for batch in batches:
        store.append([leaf_hash(leaf) for leaf in leaves[at : at + batch]])
        at += batch
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        oracle.append_entry(leaf)
    assert store.root() == oracle.get_root()
    assert store.root(max(1, at // 2)) == oracle.get_root(max(1, at // 2))


def test_a_tree_may_go_on_from_its_peaks() -> None:
    store = Store(some_leaves(700))
    resumed = Frontier(700, tiles.peaks(700, store.read))
    more = [leaf_hash(b"one"), leaf_hash(b"two")]
    resumed.extend(more)
    store.append(more)
    assert resumed.root() == store.root()
    assert resumed.peaks == tuple(tiles.peaks(702, store.read))


def test_peaks_must_fit_the_size() -> None:
    with pytest.raises(EvidenceError) as caught:
        Frontier(5, [b""])
    assert str(caught.value) == "a tree of 5 leaves has not 1 peaks"


def test_a_full_tile_is_never_changed_again() -> None:
    store = Store(some_leaves(256))
    changed = tiles.append(256, [leaf_hash(b"next")], store.read)
    assert set(changed) == {(0, 1)}
    assert tiles.edge(256) == [(1, 0)]


@pytest.mark.parametrize("damage", [b"", b"x" * 32, b"x" * 32 * 9])
def test_a_damaged_edge_stops_the_append(damage: bytes) -> None:
    store = Store(some_leaves(5))
    store.tiles[0, 0] = damage
    with pytest.raises(EvidenceError) as caught:
        store.append([leaf_hash(b"next")])
    assert str(caught.value) == (
        f"tile 0/0 has {len(damage) // 32} hashes where 5 belong "
        "(run `verify-log` to see which leaves differ)"
    )


def test_splitting() -> None:
    assert [split(size) for size in (2, 3, 4, 5, 8, 9)] == [1, 2, 2, 4, 4, 8]
    assert nodes_of((0, 13)) == [(3, 0), (2, 2), (0, 12)]
    assert nodes_of((8, 11)) == [(1, 4), (0, 10)]


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) == perfect_root(left + right)
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"\x01" + left + right) != node_hash(left, right)
