"""RFC 6962 hashing: a leaf and a node can never be mistaken for one another.

The prefixes are what makes the tree safe: without them, the two children of a node,
read as one string, would be a leaf with the node's own hash.
"""

from __future__ import annotations

from hashlib import sha256

HASH_SIZE = 32
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962, 2.1)."""


def leaf_hash(data: bytes) -> bytes:
    """Return the 32-byte hash of one leaf's canonical bytes."""
    return sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node."""
    return sha256(NODE_PREFIX + left + right).digest()


def perfect_root(hashes: bytes) -> bytes:
    """Return the root over 1, 2, 4, 8 ... hashes, given as one string of 32 bytes each."""
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            [
                sha256(NODE_PREFIX + hashes[at : at + 2 * HASH_SIZE]).digest()
                for at in range(0, len(hashes), 2 * HASH_SIZE)
            ]
        )
    return hashes
