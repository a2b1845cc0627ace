"""Minimum cuts of plain arrays: by hand, at the edge of 32 bits, and against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.max_flow import KILOGRAM, minimum_cut

CHAIN = ([0, 1], [1, 2])


def test_the_smallest_limit_of_a_chain_is_its_cut() -> None:
    cut = minimum_cut(*CHAIN, [5.0, 2.5, 0.0], sources=[0], sinks=[2])
    assert (cut.tonnes, cut.sites.tolist(), cut.unit) == (2.5, [1], KILOGRAM)


def test_of_two_equal_cuts_it_is_the_one_near_the_sources() -> None:
    assert minimum_cut(*CHAIN, [5.0, 5.0, 0.0], [0], [2]).sites.tolist() == [0]


def test_limits_are_rounded_down_to_a_kilogram_but_not_by_floating_point() -> None:
    assert minimum_cut(*CHAIN, [1.0, 0.3, 0.0], [0], [2]).tonnes == pytest.approx(0.3, abs=1e-12)
    assert minimum_cut(*CHAIN, [1.0, 0.0019, 0.0], [0], [2]).tonnes == 0.001


def test_what_32_bits_cannot_hold_is_counted_in_a_coarser_unit() -> None:
    """3 million t are 3e9 kg, beyond 2^31: scipy would wrap them without a word."""
    cut = minimum_cut(*CHAIN, [4e6, 3e6, 0.0], [0], [2])
    assert (cut.tonnes, cut.sites.tolist(), cut.unit) == (3e6, [1], 0.01)
    for each, unit in ((1_073_741.8, KILOGRAM), (1_073_741.9, 0.01)):
        both = minimum_cut([0, 1], [2, 2], [each, each, 0.0], [0, 1], [2])
        assert (both.tonnes, both.unit) == (pytest.approx(2 * each, rel=1e-12), unit)


def test_links_that_stand_twice_or_lead_to_themselves_change_nothing() -> None:
    cut = minimum_cut([0, 0, 0, 1, 1, 1] * 50, [1, 1, 1, 2, 2, 1] * 50, [5.0, 4.0, 0.0], [0], [2])
    assert (cut.tonnes, cut.sites.tolist()) == (4.0, [1])


def test_no_way_is_no_flow() -> None:
    cut = minimum_cut([0], [1], [5.0, 4.0, 0.0], [0], [2])
    assert (cut.tonnes, cut.sites.tolist()) == (0.0, [])


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_a_limit_is_a_number_of_at_least_nothing(wrong: float) -> None:
    with pytest.raises(ValueError, match="limit of site 1: expected 0 t or more"):
        minimum_cut(*CHAIN, [5.0, wrong, 0.0], [0], [2])


def test_a_source_is_no_sink() -> None:
    with pytest.raises(ValueError, match="site 2 is both a source and a sink"):
        minimum_cut(*CHAIN, [5.0, 5.0, 5.0], [0, 2], [2])


PLACES = st.integers(0, 7)


@settings(deadline=None)
@given(
    links=st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=40),
    limits=st.lists(st.integers(0, 20), min_size=8, max_size=8),
)
def test_it_is_the_cut_of_networkx_and_its_sites_add_up_to_it(
    links: list[tuple[int, int]], limits: list[int]
) -> None:
    cut = minimum_cut(*np.array(links).T, limits, sources=[0, 1], sinks=[6, 7])
    split = nx.DiGraph()
    split.add_nodes_from(["from", "to"])
    for place, limit in enumerate(limits):
        split.add_edge(("in", place), ("out", place), capacity=limit)
    for start, stop in links:
        if start not in (6, 7):
            split.add_edge(("out", start), ("in", stop))
    split.add_edges_from([("from", ("in", 0)), ("from", ("in", 1))])
    split.add_edges_from([(("in", 6), "to"), (("in", 7), "to")])
    assert cut.tonnes == pytest.approx(nx.maximum_flow_value(split, "from", "to"))
    assert cut.tonnes == pytest.approx(sum(limits[place] for place in cut.sites.tolist()))
