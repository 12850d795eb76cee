"""A Merkle tree in the form of RFC 6962, fed leaf by leaf in bounded memory.

A leaf is SHA-256 over 0x00 and its bytes, a node over 0x01 and both children; a tree splits at the
largest power of two below its size; the empty tree is the hash of nothing. The prefixes keep a node
from being shown as a leaf. Called by ``rules.audit_days`` and the store's walk over the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

EMPTY: Final = hashlib.sha256(b"").digest()
LEAF: Final = b"\x00"
NODE: Final = b"\x01"
BLOCK: Final = 256
"""Leaves are combined so many at a time: a whole block is a subtree of its own."""

_sha256 = hashlib.sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf, 32 bytes."""
    return _sha256(LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others, 32 bytes."""
    return _sha256(NODE + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes, in their order."""
    tree = Tree()
    for one in leaves:
        tree.add(one)
    return tree.root()


class Tree:
    """The root of what was added so far; holds one hash a level and less than a block of leaves."""

    __slots__ = ("_blocks", "_peaks", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._peaks: list[bytes] = []
        self._blocks = 0

    @property
    def count(self) -> int:
        """How many leaves were added."""
        return self._blocks * BLOCK + len(self._waiting)

    def add(self, leaf: bytes) -> None:
        """One more leaf, as its hash."""
        self._waiting.append(leaf)
        if len(self._waiting) == BLOCK:
            self._close_block()

    def root(self) -> bytes:
        """The root now; more may be added afterwards."""
        peaks = [*self._peaks, _combined(self._waiting)] if self._waiting else list(self._peaks)
        if not peaks:
            return EMPTY
        found = peaks.pop()
        while peaks:
            found = node_hash(peaks.pop(), found)
        return found

    def _close_block(self) -> None:
        """Two equal subtrees become one, like carrying in a binary sum."""
        top = _combined(self._waiting)
        self._waiting = []
        self._blocks += 1
        carry = self._blocks
        while carry % 2 == 0:
            top = node_hash(self._peaks.pop(), top)
            carry //= 2
        self._peaks.append(top)


def _combined(leaves: list[bytes]) -> bytes:
    """Level by level; the odd one at the end goes up as it is, which is the form of the RFC."""
    level = leaves
    while len(level) > 1:
        pairs = iter(level)
        above = [
            _sha256(NODE + left + right).digest()
            for left, right in zip(pairs, pairs, strict=False)
        ]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]
