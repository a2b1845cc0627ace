"""Market rules: the most particular one that fits."""

from __future__ import annotations

import numpy as np
import pytest

import loaders
from graph.model import Site
from loaders.facts import Facts, read_facts
from loaders.market import prior, weight
from loaders.snapshots import find_snapshot


@pytest.fixture(scope="module")
def facts() -> Facts:
    found = loaders.tables()
    return read_facts(found, find_snapshot(found, "2025"))


@pytest.mark.parametrize(
    ("material", "seller", "buyer", "expected"),
    [
        ("ndpr_oxide", "s_creg_ganzhou", "ma_creg_metal", 1.0),  # at home
        ("ndpr_oxide", "s_creg_ganzhou", "ma_jpn_other", 0.025),  # China sells little abroad
        ("ndpr_oxide", "s_kuantan", "ma_jpn_other", 4.0),  # a contract beats the country
        ("ndpr_oxide", "s_kuantan", "ma_creg_metal", 0.15),  # China takes the surplus
        ("ndpr_oxide", "s_mountain_pass", "ma_creg_metal", 0.02),  # barred by contract
        ("ndpr_metal", "ma_vnm_other", "mg_proterial_jp", 5.0),
        ("ndfeb", "mg_jlmag", "co_moog", 0.0),  # US procurement rule
        ("ndfeb", "mg_jlmag", "co_gm_prop", 0.3),
        ("ndfeb", "mg_vac", "co_bosch", 1.0),
    ],
)
def test_weight(facts: Facts, material: str, seller: str, buyer: str, expected: float) -> None:
    assert weight(facts, material, facts.sites[seller], facts.sites[buyer]) == expected


def test_known_links_weigh_more(facts: Facts) -> None:
    sellers: list[Site] = [facts.sites["mg_jlmag"], facts.sites["mg_yunsheng"]]
    buyers = [facts.sites["co_bosch"]]
    table = prior(
        facts,
        "ndfeb",
        sellers,
        buyers,
        np.array([2.0, 2.0]),
        np.array([10.0]),
        {("mg_jlmag", "co_bosch")},
    )
    assert table[:, 0] == pytest.approx([0.3 * 2 * 10 * 30, 0.3 * 2 * 10])
