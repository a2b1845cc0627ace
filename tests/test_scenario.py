"""Levers are checked when they are made, and again against the network they are used on."""

from __future__ import annotations

import pytest
from networks import flow, site, six_sites

from graph.errors import ScenarioError
from graph.model import Stage
from graph.network import Network
from graph.scenario import (
    Agreement,
    Blacklist,
    Destination,
    ExportLicence,
    Outage,
    Pair,
    Quota,
    Scenario,
    Whitelist,
)
from graph.targets import targets_of


def trade() -> Network:
    """A Chinese maker sells heavy and light magnets to Japan and the USA, motors go on."""
    return Network.of(
        (
            site("magnet_cn", Stage.MAGNET, "CHN", owner="Dragon"),
            site("magnet_jp", Stage.MAGNET, "JPN"),
            site("motor_cn", Stage.COMPONENT, "CHN", sector="EV"),
            site("motor_us", Stage.COMPONENT, "USA", sector="defence", owner="Eagle"),
            site("motor_jp", Stage.COMPONENT, "JPN", sector="EV"),
            site("jet_us", Stage.END_USE, "USA", sector="defence"),
            site("ev_jp", Stage.END_USE, "JPN", sector="EV"),
        ),
        (
            flow("magnet_cn", "motor_cn", "ndfeb", 10.0, 3.0, 0.1),
            flow("magnet_cn", "motor_us", "ndfeb", 10.0, 3.0, 0.1),
            flow("magnet_cn", "motor_jp", "ndfeb", 10.0, 3.0),
            flow("magnet_jp", "motor_us", "ndfeb", 10.0, 3.0),
            flow("motor_cn", "ev_jp", "ndfeb", 10.0, 3.0, 0.1),
            flow("motor_jp", "jet_us", "ndfeb", 10.0, 3.0),
            flow("motor_us", "jet_us", "ndfeb", 20.0, 6.0, 0.1),
        ),
        snapshot="test",
        year=2025,
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Outage(name="", sites=("a",)), "needs a name"),
        (lambda: Outage(name="o", sites=("a",), start_week=-1), "at least 0, got -1"),
        (lambda: Outage(name="o", sites=("a",), start_week=3, end_week=3), "later than start_week"),
        (lambda: Outage(name="o", sites=("a",), start_week=1.5), "whole numbers"),  # type: ignore[arg-type]
        (lambda: Outage(name="o"), "name sites or countries"),
        (lambda: Outage(name="o", sites=("a",), remaining=1.2), "share from 0 to 1, got 1.2"),
        (lambda: Quota(name="q", scope="export", kept=-0.1), "share from 0 to 1, got -0.1"),
        (lambda: Quota(name="q", scope="price", kept=0.5), "mining, separation or export"),
        (
            lambda: Quota(name="q", scope="mining", kept=0.5, destinations=("USA",)),
            "export quota only",
        ),
        (lambda: ExportLicence(name="l", materials=("gold",)), "unknown material 'gold'"),
        (lambda: ExportLicence(name="l", elements=("Nd",)), "unknown element 'Nd'"),
        (lambda: ExportLicence(name="l", approval=()), "at least one point"),
        (lambda: ExportLicence(name="l", approval=((9.0, 0.5), (20.0, 0.4))), "must rise"),
        (lambda: ExportLicence(name="l", release_weeks=0.5), "at least 1, got 0.5"),
        (lambda: ExportLicence(name="l", caught=float("nan")), "share from 0 to 1"),
        (lambda: Destination("USA", ceiling=2.0), "ceiling is a share"),
        (lambda: Destination("USA", delay_days=float("inf")), "delay_days must be a number"),
        (lambda: Pair(), "must name a seller, a buyer or both"),
        (lambda: Blacklist(name="b"), "name buyers, owners"),
        (lambda: Whitelist(name="w", pairs=()), "at least one pair"),
        (lambda: Agreement(name="a", lifts=()), "must name the levers it lifts"),
        (lambda: Agreement(name="a", lifts=("x",), end_week=9), "has no end_week"),
    ],
)
def test_values_out_of_bounds_are_refused(make: object, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        make()  # type: ignore[operator]


def test_names_within_a_scenario_must_be_unique_and_known() -> None:
    outage = Outage(name="fire", sites=("magnet_jp",))
    with pytest.raises(ScenarioError, match="two levers are called 'fire'"):
        Scenario("s", "", "", (outage, outage))
    with pytest.raises(ScenarioError, match=r"refers to 'flood', which is no other lever .*fire"):
        Scenario("s", "", "", (outage, Agreement(name="peace", lifts=("flood",))))
    with pytest.raises(ScenarioError, match="they are none"):
        Scenario("s", "", "", (Agreement(name="peace", lifts=("peace",)),))


def test_a_licence_covers_listed_goods_and_what_shares_their_customs_code() -> None:
    licence = ExportLicence(name="l")
    assert targets_of(trade(), licence).flows == (
        "magnet_cn->motor_us:ndfeb",
        "magnet_cn->motor_jp:ndfeb",  # no Dy in it, but a magnet: it may be caught
    )
    spared = ExportLicence(name="l", general_licences=(Pair("magnet_cn", "motor_jp"),))
    assert targets_of(trade(), spared).flows == ("magnet_cn->motor_us:ndfeb",)


def test_an_export_quota_covers_goods_not_motors() -> None:
    assert targets_of(trade(), Quota(name="q", scope="export", kept=0.5)).flows == (
        "magnet_cn->motor_us:ndfeb",
        "magnet_cn->motor_jp:ndfeb",
    )
    to_japan = Quota(name="q", scope="export", kept=0.5, destinations=("JPN",))
    assert targets_of(trade(), to_japan).flows == ("magnet_cn->motor_jp:ndfeb",)
    heavy = Quota(name="q", scope="export", kept=0.5, elements=("Dy",))
    assert targets_of(trade(), heavy).flows == ("magnet_cn->motor_us:ndfeb",)


def test_a_blacklist_reaches_through_third_countries_only_with_a_re_export_ban() -> None:
    direct = Blacklist(name="b", buyer_countries=("USA",), sectors=("defence",))
    assert targets_of(trade(), direct).flows == ("magnet_cn->motor_us:ndfeb",)
    wide = Blacklist(name="b", buyer_countries=("USA",), sectors=("defence",), re_export=True)
    assert targets_of(trade(), wide).flows == (
        "magnet_cn->motor_us:ndfeb",
        "motor_jp->jet_us:ndfeb",  # Chinese magnets in Japanese motors
    )  # magnet_jp has no Chinese content; motor_us -> jet_us stays at home
    by_owner = Blacklist(name="b", owners=("Eagle",))
    assert targets_of(trade(), by_owner).flows == ("magnet_cn->motor_us:ndfeb",)


def test_an_outage_names_sites_or_country_and_stage() -> None:
    assert targets_of(trade(), Outage(name="o", sites=("magnet_jp",))).sites == ("magnet_jp",)
    by_stage = Outage(name="o", countries=("JPN",), stage=Stage.COMPONENT)
    assert targets_of(trade(), by_stage).sites == ("motor_jp",)


def test_a_mining_quota_covers_mines_of_the_country() -> None:
    assert targets_of(six_sites(), Quota(name="q", scope="mining", kept=0.8)).sites == ("mine_cn",)


@pytest.mark.parametrize(
    ("lever", "says"),
    [
        (Outage(name="o", sites=("magnet_us",)), "no site called 'magnet_us'.*Did you mean"),
        (Outage(name="o", countries=("CHE",)), "no country called 'CHE'.*Did you mean CHN"),
        (Outage(name="o", countries=("JPN",), stage=Stage.MINE), "no site that runs matches"),
        (ExportLicence(name="l", country="USA"), "touches nothing .* leaves USA"),
        (ExportLicence(name="l", elements=("Sm",)), "Widen materials or elements"),
        (Quota(name="q", scope="mining", kept=0.5), "no mining site in CHN runs"),
        (Quota(name="q", scope="export", kept=0.5, materials=("smco",)), "no such goods leave CHN"),
        (Blacklist(name="b", buyers=("ev_jp",)), "set re_export to reach them"),
        (Blacklist(name="b", owners=("Eagel",)), "no owner called 'Eagel'.*Did you mean Eagle"),
        (Blacklist(name="b", sectors=("defense",)), "Did you mean defence"),
        (Whitelist(name="w", pairs=(Pair("magnet_jp", "ev_jp"),)), "no flow joins the listed"),
        (Whitelist(name="w", pairs=(Pair("magnetcn"),)), "Did you mean magnet_cn"),
    ],
)
def test_a_lever_that_touches_nothing_says_what_to_do(lever: object, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        targets_of(trade(), lever)  # type: ignore[arg-type]
