"""Licences, quotas, blacklists and agreements in the weekly spread, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import flow, site
from spreads import ALL_HEAVY, BARE, activity, run, sale

from graph.model import Role, Site, Stage
from graph.network import Network
from graph.scenario import (
    Agreement,
    Blacklist,
    Destination,
    ExportLicence,
    Outage,
    Pair,
    Quota,
    Whitelist,
)


def test_a_licence_is_a_queue() -> None:
    network = sale({"motor": ("USA", 100.0)})
    licence = ExportLicence(
        name="l",
        approval=((0.0, 0.0), (28.0, 1.0)),
        shipping_lag_weeks=0.0,
        release_weeks=1e12,  # no backlog: the bare queue
    )
    four_firms = replace(ALL_HEAVY, firms=4)
    result = run(network, licence, weeks=7, p=four_firms)
    # Mid-week approval 1/8, 3/8, 5/8, 7/8 against places 1/8, 3/8, 5/8, 7/8 in the queue.
    assert activity(result, "maker") == [0, 0.25, 0.5, 0.75, 1, 1, 1]
    assert activity(result, "motor") == [1, 0, 0.25, 0.5, 0.75, 1, 1]
    later = run(network, replace(licence, shipping_lag_weeks=2.0), weeks=7, p=four_firms)
    assert activity(later, "maker") == [0, 0, 0, 0.25, 0.5, 0.75, 1]


def test_orders_are_kept_and_the_backlog_is_shipped() -> None:
    licence = ExportLicence(
        name="l", approval=((0.0, 0.0),), end_week=2, release_weeks=1.0, shipping_lag_weeks=0.0
    )
    network = sale({"motor": ("USA", 100.0)})
    p = replace(ALL_HEAVY, surge_magnets_china=3.0, chain_days_cars=21.0)
    result = run(network, licence, weeks=6, p=p)
    # Three weeks from dock to line, one of them in the motor maker's store: the missing two weeks
    # cost it one, and the maker ships three weeks' worth when the licence ends.
    assert activity(result, "maker") == [0, 0, 3, 1, 1, 1]
    assert activity(result, "motor") == [1, 1, 0, 1, 1, 1]
    result = run(network, replace(licence, release_weeks=2.0), weeks=6, p=p)
    assert activity(result, "maker") == [0, 0, 2, 1.5, 1.25, 1.125]


@pytest.mark.parametrize(
    ("change", "open_share"),
    [
        ({"caught": 0.5}, 0.5),
        ({"caught": 0.0}, 1.0),
        ({"caught": 0.5, "destinations": (Destination("USA", caught=1.0),)}, 0.0),
        ({"caught": 0.5, "caught_after_weeks": 9.0}, 1.0),
        ({"caught": 0.5, "approval": ((0.0, 0.5),)}, 0.75),
    ],
)
def test_uncontrolled_magnets_are_caught_with_the_others(
    change: dict[str, object], open_share: float
) -> None:
    network = Network.of(
        (
            site("maker", Stage.MAGNET, "CHN"),
            site("motor", Stage.COMPONENT, "USA"),
            site("other", Stage.COMPONENT, "JPN"),
        ),
        (
            flow("maker", "motor", "ndfeb", 100.0, 30.0),
            flow("maker", "other", "ndfeb", 1e-9, 0.0, 1e-12),  # what makes the licence apply
        ),
        snapshot="test",
        year=2025,
    )
    licence = ExportLicence(
        **{"name": "l", "approval": ((0.0, 0.0),), "caught_after_weeks": 0.0, "release_weeks": 1e12}
        | change  # type: ignore[arg-type]
    )
    result = run(network, licence, weeks=2, p=replace(BARE, firms=4))
    assert activity(result, "maker") == [open_share, open_share]


def test_destinations_differ_by_delay_and_ceiling() -> None:
    network = sale({"jp": ("JPN", 100.0), "us": ("USA", 100.0)})
    licence = ExportLicence(
        name="l",
        approval=((0.0, 0.0), (28.0, 1.0)),
        shipping_lag_weeks=0.0,
        release_weeks=1e12,
        destinations=(Destination("USA", delay_days=7.0), Destination("JPN", ceiling=0.5)),
    )
    result = run(network, licence, weeks=8, p=replace(ALL_HEAVY, firms=4))
    assert activity(result, "us") == [1, 0, 0, 0.25, 0.5, 0.75, 1, 1]
    assert activity(result, "jp") == [1, 0, 0.25, 0.5, 0.5, 0.5, 0.5, 0.5]


def test_general_licences_and_whitelists_open_the_way_for_pairs() -> None:
    network = sale({"jp": ("JPN", 100.0), "us": ("USA", 100.0)})
    closed = ExportLicence(name="l", approval=((0.0, 0.0),))
    general = replace(closed, general_licences=(Pair("maker", "jp"),))
    result = run(network, general, weeks=4, p=ALL_HEAVY)
    assert activity(result, "jp") == [1, 1, 1, 1]
    assert activity(result, "us") == [1, 0, 0, 0]
    dated = Whitelist(name="w", pairs=(Pair(buyer="us"),), start_week=2)
    result = run(network, closed, dated, weeks=5, p=ALL_HEAVY)
    assert activity(result, "jp") == [1, 0, 0, 0, 0]
    assert activity(result, "us") == [1, 0, 0, 1, 1]
    elsewhere = replace(dated, exempt_from=("other",))
    other = Outage(name="other", sites=("jp",), start_week=9, end_week=10)
    result = run(network, closed, other, elsewhere, weeks=5, p=ALL_HEAVY)
    assert activity(result, "us") == [1, 0, 0, 0, 0]


def test_an_export_quota_is_shared_in_proportion_to_orders() -> None:
    network = sale({"jp": ("JPN", 300.0), "us": ("USA", 100.0), "home": ("CHN", 100.0)})
    quota = Quota(name="q", scope="export", kept=0.25, start_week=1)
    result = run(network, quota, weeks=4, p=replace(BARE, backlog_weeks=1e12))
    assert activity(result, "jp") == [1, 1, 0.25, 0.25]
    assert activity(result, "us") == [1, 1, 0.25, 0.25]
    assert activity(result, "home") == [1, 1, 1, 1]
    assert activity(result, "maker") == [1, 0.4, 0.4, 0.4]  # 100 + 400 / 4 of 500 t


def test_a_mining_quota_is_a_joint_cap() -> None:
    sites: list[Site] = [site(id, Stage.MINE, "CHN") for id in ("big", "small")]
    sites += [site(f"plant_{id}", Stage.SEPARATION, "CHN") for id in ("big", "small")]
    sites.append(site("use", Stage.END_USE, "CHN", role=Role.OTHER_USE))
    flows = [
        flow(id, f"plant_{id}", "concentrate", tonnes, tonnes)
        for id, tonnes in (("big", 90.0), ("small", 10.0))
    ]
    flows += [
        flow(f"plant_{id}", "use", "ndpr_oxide", tonnes, tonnes)
        for id, tonnes in (("big", 90.0), ("small", 10.0))
    ]
    network = Network.of(sites, flows, snapshot="test", year=2025)
    quota = Quota(name="q", scope="mining", kept=0.8)
    result = run(network, quota, weeks=3, p=replace(BARE, backlog_weeks=1e12))
    assert activity(result, "big") == [0.8, 0.8, 0.8]
    assert activity(result, "small") == [0.8, 0.8, 0.8]
    assert result.end_uses == ()  # other uses are no end uses
    assert activity(result, "use") == [1, 1, 0.8]
    closed = Outage(name="o", sites=("big",), remaining=0.7)
    result = run(network, quota, closed, weeks=3, p=replace(BARE, backlog_weeks=1e12))
    # 63 + 10 t wanted, 80 allowed: the cap does not bind.
    assert activity(result, "big") == [0.7, 0.7, 0.7]
    assert activity(result, "small") == [1, 1, 1]


def test_a_blacklist_stops_the_seller_and_with_re_export_the_detour() -> None:
    network = Network.of(
        (
            site("magnet_cn", Stage.MAGNET, "CHN"),
            site("magnet_jp", Stage.MAGNET, "JPN"),
            site("metal_cn", Stage.METAL, "CHN"),
            site("motor_us", Stage.COMPONENT, "USA", sector="defence"),
        ),
        (
            flow("metal_cn", "magnet_jp", "ndpr_metal", 40.0, 40.0),
            flow("magnet_cn", "motor_us", "ndfeb", 30.0, 10.0),
            flow("magnet_jp", "motor_us", "ndfeb", 70.0, 40.0),
        ),
        snapshot="test",
        year=2025,
    )
    listed = Blacklist(name="b", buyer_countries=("USA",), sectors=("defence",))
    assert activity(run(network, listed, weeks=3), "motor_us") == [1, 0.7, 0.7]
    wide = replace(listed, re_export=True)
    assert activity(run(network, wide, weeks=3), "motor_us") == [1, 0, 0]


def test_an_agreement_lifts_what_it_names() -> None:
    network = sale({"jp": ("JPN", 100.0), "us": ("USA", 100.0)})
    licence = ExportLicence(name="l", approval=((0.0, 0.0),), release_weeks=1.0)
    fire = Outage(name="fire", sites=("us",), start_week=4, remaining=0.5)
    truce = Agreement(name="truce", lifts=("l",), start_week=2, release_weeks=1.0)
    result = run(network, licence, fire, truce, weeks=7, p=ALL_HEAVY)
    assert activity(result, "jp") == [1, 0, 0, 1, 1, 1, 1]
    assert activity(result, "us") == [1, 0, 0, 1, 0.5, 0.5, 0.5]
