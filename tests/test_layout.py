"""Positions: the same input gives the same picture, and the sweeps untangle it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ui.viewmodels.layout import COLUMN, ROW, SITE_ROWS, crossings, grid, layered


def test_boxes_stand_in_their_column_and_row() -> None:
    layout = grid({"a": (0, 0), "b": (2, 3)}, ("One", "Two", "Three"))
    assert layout.points == {"a": (0.0, 0.0), "b": (2 * COLUMN, 3 * ROW)}
    assert layout.heads == (("One", 0.0), ("Two", COLUMN), ("Three", 2 * COLUMN))


def test_an_empty_picture_still_has_its_heads() -> None:
    layout = grid({}, ("One",))
    assert layout.points == {}
    assert layout.heads == (("One", 0.0),)


def test_crossings_are_counted() -> None:
    columns = [["a", "b"], ["x", "y"]]
    assert crossings(columns, [("a", "x"), ("b", "y")]) == 0
    assert crossings(columns, [("a", "y"), ("b", "x")]) == 1
    assert crossings(columns, [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]) == 1
    assert crossings(columns, [("x", "b"), ("b", "y")]) == 0


def test_the_sweeps_untangle_a_twisted_ladder() -> None:
    left, right = [f"l{i}" for i in range(8)], [f"r{i}" for i in range(8)]
    edges = [(f"l{i}", f"r{7 - i}") for i in range(8)]
    layout = layered([("Left", left), ("Right", right)], edges)
    order = [sorted(ids, key=lambda id: layout.points[id][1]) for ids in (left, right)]
    assert crossings([left, right], edges) == 28
    assert crossings(order, edges) == 0


def test_same_input_same_picture_fewer_crossings() -> None:
    columns = [(name, [f"{name}{i}" for i in range(12)]) for name in ("A", "B", "C")]
    edges = [
        (columns[c][1][(7 * i) % 12], columns[c + 1][1][(5 * i + i // 12) % 12])
        for c in (0, 1)
        for i in range(24)
    ]
    first, second = layered(columns, edges), layered(columns, edges)
    assert first == second
    ids = [list(found) for _, found in columns]
    order = [sorted(found, key=lambda id: first.points[id][1]) for found in ids]
    assert crossings(order, edges) < crossings(ids, edges)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_no_two_sites_share_a_place_and_long_columns_wrap(sizes: list[int]) -> None:
    columns = [(str(c), [f"{c}-{i}" for i in range(n)]) for c, n in enumerate(sizes)]
    layout = layered(columns, [])
    assert len(layout.points) == sum(sizes)
    assert len(set(layout.points.values())) == sum(sizes)
    for _, ids in columns:
        assert len({layout.points[id][1] for id in ids}) <= SITE_ROWS
    edges = [[layout.points[id][0] for id in ids] for _, ids in columns if ids]
    for left, right in pairwise(edges):
        assert max(left) < min(right)
