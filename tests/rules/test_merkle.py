"""The Merkle tree of RFC 6962: published vectors, its recursive definition, and its bounds."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rules.merkle import BLOCK, EMPTY, Tree, leaf_hash, node_hash, root_of

# The test leaves and roots of the reference implementation of Certificate Transparency.
LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


@pytest.mark.parametrize("count", sorted(ROOTS))
def test_the_published_vectors(count: int) -> None:
    assert root_of(leaf_hash(one) for one in LEAVES[:count]).hex() == ROOTS[count]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY == by_definition([])


@given(st.integers(0, 5 * BLOCK))
def test_fed_leaf_by_leaf_it_is_the_tree_of_the_definition(count: int) -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(count)]
    assert root_of(leaves) == by_definition(leaves)


@pytest.mark.parametrize("count", [BLOCK - 1, BLOCK, BLOCK + 1, 4 * BLOCK, 7 * BLOCK, 9 * BLOCK])
def test_asking_on_the_way_changes_nothing(count: int) -> None:
    tree = Tree()
    leaves = [leaf_hash(b"%d" % number) for number in range(count)]
    for place, leaf in enumerate(leaves, start=1):
        tree.add(leaf)
        if place % 97 == 0:
            assert tree.root() == by_definition(leaves[:place])
    assert (tree.root(), tree.count) == (by_definition(leaves), count)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=12, unique=True))
def test_every_order_and_every_change_has_another_root(items: list[bytes]) -> None:
    leaves = [leaf_hash(one) for one in items]
    assert root_of(leaves) != root_of(leaves[::-1])
    assert root_of(leaves) != root_of(leaves[:-1])
    assert root_of(leaves) != root_of([*leaves, leaves[-1]])


def test_a_node_is_not_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)
    assert root_of([left, right]) != root_of([node_hash(left, right), left])
