"""The evidence log beside the hashing that no such tree can do without, keys and rows left
out. The notes say leaves a second and the size of a proof, which have budgets of their own."""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from hashlib import sha256

from benchmarks.pairing import quick, ratio, report
from upheld.evidence import tiles
from upheld.evidence.hashing import leaf_hash, node_hash
from upheld.evidence.leaf import Leaf, encode
from upheld.evidence.proof import check_inclusion, prove_inclusion
from upheld.evidence.tiles import TileId
from upheld.evidence.tree import Frontier

BATCH = 1_000
COUNT = 1_000 if quick() else 20_000
MILLION = 10_000 if quick() else 1_000_000
RATE = 50_000
"""Leaves a second on one core that a batched append must reach."""
PROOF = 1_024
"""Bytes that a proof in a million leaves may have."""


class Store:
    """Tiles in memory; counts what is read."""

    def __init__(self) -> None:
        self.tiles: dict[TileId, bytes] = {}
        self.size = self.reads = self.tiles_read = 0

    def read(self, wanted: Collection[TileId]) -> dict[TileId, bytes]:
        self.reads += 1
        self.tiles_read += len(wanted)
        return {tile: self.tiles[tile] for tile in wanted if tile in self.tiles}

    def append(self, hashes: list[bytes]) -> None:
        self.tiles |= tiles.append(self.size, hashes, self.read)
        self.size += len(hashes)


def sample(number: int) -> Leaf:
    return Leaf(
        id=f"{number:032x}",
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
        subjects=("B" * 27,),
        decision="allow",
    )


def append_in_batches() -> None:
    leaves = [encode(sample(number)) for number in range(COUNT)]

    def bare() -> None:
        for leaf in leaves:
            sha256(b"\x00" + leaf).digest()
        left = right = bytes(32)
        for _ in range(COUNT - 1):
            sha256(b"\x01" + left + right).digest()

    def ours() -> None:
        store = Store()
        for at in range(0, COUNT, BATCH):
            store.append([leaf_hash(leaf) for leaf in leaves[at : at + BATCH]])

    began = time.process_time()
    ours()
    rate = COUNT / (time.process_time() - began)
    met = "met" if rate >= RATE else "missed"
    note = f"{rate:,.0f} leaves a second on one core, {RATE:,} asked: {met}"
    report("evidence: append in batches of 1,000", ratio(bare, ours), note=note)


def append_singly() -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(COUNT // 10)]

    def in_memory() -> None:
        Frontier().extend(hashes)

    def ours() -> None:
        store = Store()
        for digest in hashes:
            store.append([digest])

    note = "stored tiles beside a tree that is kept in memory and lost with it"
    report("evidence: append one at a time", ratio(in_memory, ours), note=note)


def canonical_bytes() -> None:
    leaf = sample(1)
    record = json.loads(encode(leaf))
    value = ratio(
        lambda: json.dumps(record, sort_keys=True, separators=(",", ":")).encode(),
        lambda: encode(leaf),
        inner=500,
    )
    report("evidence: encode a leaf, beside plain JSON", value)


def proofs_in_a_million() -> None:
    store = Store()
    hashes = [number.to_bytes(32, "big") for number in range(MILLION)]  # any 32 bytes will do
    for at in range(0, MILLION, BATCH * 50):
        store.append(hashes[at : at + BATCH * 50])
    root = Frontier(MILLION, tiles.peaks(MILLION, store.read)).root()
    indices = [number * 7_919 % MILLION for number in range(200)]
    store.reads = store.tiles_read = 0
    proofs = [prove_inclusion(index, MILLION, store.read) for index in indices]
    size = max(sum(map(len, proof)) for proof in proofs)

    def bare() -> None:
        for proof in proofs:
            for sibling in proof:
                node_hash(sibling, sibling)

    def ours() -> None:
        for index, proof in zip(indices, proofs, strict=True):
            check_inclusion(hashes[index], index, MILLION, proof, root)

    met = "met" if size <= PROOF else "missed"
    note = (
        f"{size} bytes, {PROOF:,} allowed: {met}; {store.reads / len(indices):.0f} read of "
        f"{store.tiles_read / len(indices):.1f} tiles to make one"
    )
    report("evidence: check a proof in a million leaves", ratio(bare, ours), note=note)


def main() -> None:
    append_in_batches()
    append_singly()
    canonical_bytes()
    proofs_in_a_million()


if __name__ == "__main__":
    main()
