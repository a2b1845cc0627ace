"""Losing one thing after the other on the six-site network, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites
from spreads import BARE

from graph.contingency import (
    CORRIDOR,
    COUNTRY,
    FIRM,
    SITE,
    bench_of,
    cases_of,
    losses_of,
    weeks_survived,
)
from graph.errors import ScenarioError
from graph.network import Network


def test_cases_are_named_plants_countries_and_goods_between_countries() -> None:
    found = cases_of(six_sites())
    ids = {kind: [case.id for case in found if case.kind == kind] for kind in (SITE, COUNTRY)}
    plants = ["magnet_jp", "metal_vn", "mine_au", "mine_cn", "motor_us", "sep_my"]
    assert ids[SITE] == plants  # neither the end use nor other uses
    assert ids[COUNTRY] == ["AUS", "CHN", "JPN", "MYS", "USA", "VNM"]
    assert [case.id for case in cases_of(six_sites(), (CORRIDOR,))] == [
        "AUS>MYS:concentrate",
        "CHN>MYS:concentrate",
        "JPN>USA:ndfeb",
        "MYS>VNM:ndpr_oxide",
        "VNM>JPN:ndpr_metal",
    ]
    assert cases_of(six_sites(), (FIRM,)) == ()  # nobody owns anything here


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ScenarioError, match="unknown kind 'plant', expected one of site"):
        cases_of(six_sites(), ("plant",))


def test_losses_by_hand_and_equal_members_run_once() -> None:
    """Goods move one stage a week: what sep_my stops reaches the cars in week 4."""
    bench = bench_of(six_sites(), BARE, weeks=20)
    by_id = {(case.kind, case.id): case for case in cases_of(six_sites())}
    plant, country, mine, corridor = (
        (by_id[key],)
        for key in (
            (SITE, "sep_my"),
            (COUNTRY, "MYS"),
            (SITE, "mine_au"),
            (CORRIDOR, "JPN>USA:ndfeb"),
        )
    )
    both = (by_id[SITE, "mine_au"], by_id[SITE, "mine_cn"])
    told: list[tuple[int, int]] = []
    found = losses_of(
        bench,
        [plant, country, mine, corridor, both],
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [site.id for site in bench.end_uses] == ["ev_us"]
    for event, first, missed in (
        (plant, 4, 16.0),  # 20 weeks less the first four
        (country, 4, 16.0),
        (mine, 5, 6.0),  # 40 of 100 t NdPr for 15 weeks
        (both, 5, 15.0),
        (corridor, 2, 18.0),
    ):
        assert found[event].first.tolist() == [first]
        assert found[event].missed == pytest.approx([missed])


def test_nothing_more_begins_once_it_is_cancelled() -> None:
    bench = bench_of(six_sites(), BARE, weeks=4)
    events = [(case,) for case in cases_of(six_sites())]
    assert losses_of(bench, events, is_cancelled=lambda: True) == {}


def test_time_to_survive_is_the_stock_that_is_not_at_sea() -> None:
    """Five weeks of chain, two of them under way from the maker to the cars: three are at hand."""
    stocked = bench_of(six_sites(), replace(BARE, chain_days_cars=35.0), weeks=20)
    (magnet,) = (case for case in cases_of(six_sites(), (SITE,)) if case.id == "magnet_jp")
    assert weeks_survived(stocked, magnet) == 3
    assert weeks_survived(bench_of(six_sites(), BARE, weeks=20), magnet) == 0
    (loss,) = losses_of(stocked, [(magnet,)]).values()
    assert loss.first.tolist() == [5]
    assert loss.missed == pytest.approx([15.0])


def test_a_run_needs_a_week() -> None:
    with pytest.raises(ScenarioError, match="at least one week, got 0"):
        bench_of(six_sites(), weeks=0)


def test_a_firm_is_all_plants_of_the_owner_at_the_top_and_of_nobody_where_none_is_named() -> None:
    """A word for many owners ("private") joins no plants; stakes come before the owner's name."""
    ownership = {
        "mine_au": {"owner": "Lynas"},
        "sep_my": {"owner": "Lynas Malaysia", "controlled_through": ("Lynas Malaysia", "Lynas")},
        "metal_vn": {"owner": "private", "operator": "private"},
        "magnet_jp": {"owner": "private", "operator": "Shin-Etsu"},
        "mine_cn": {"owner": "private", "operator": "private"},
    }
    base = six_sites()
    sites = [replace(site, **ownership.get(site.id, {})) for site in base.sites.values()]  # type: ignore[arg-type]
    network = Network.of(sites, base.flows, snapshot="test", year=2025)
    firms = {case.id: sorted(case.sites) for case in cases_of(network, (FIRM,))}
    assert firms == {"Lynas": ["mine_au", "sep_my"], "Shin-Etsu": ["magnet_jp"]}
