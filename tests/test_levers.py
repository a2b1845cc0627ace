"""Every lever beyond licences, lists, quotas and outages, on chains whose weeks are worked out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import flow, site, six_sites
from spreads import ALL_HEAVY, BARE, STEADY, activity, run, sale, two_buyers

from graph.errors import ScenarioError
from graph.model import Stage
from graph.network import Network
from graph.scenario import (
    Agreement,
    Blacklist,
    ContentRule,
    ExportLicence,
    Lever,
    NewCapacity,
    Outage,
    PriceFall,
    PriceFloor,
    PriceRule,
    PriorityRule,
    ProcurementRule,
    Quota,
    Recycling,
    Scenario,
    Stockpile,
    Substitution,
    Tariff,
    TechnologyBan,
    UnitCost,
)
from graph.spread import simulate, trajectory_of
from graph.targets import targets_of
from graph.who import Who, members

EMBARGO = Quota(name="embargo", scope="export", kept=0.0, materials=("ndfeb",))


def scenario(*levers: Lever) -> Scenario:
    return Scenario("test", "", "", levers)


def made(network: Network, *levers: Lever, site: str, weeks: int = 6) -> list[float]:
    return activity(run(network, *levers, weeks=weeks, p=ALL_HEAVY), site)


def test_who_combines_its_fields_and_knows_blocs() -> None:
    network = six_sites()
    assert members(network, "x", Who(countries=("QUAD",), stages=("magnet",))) == {"magnet_jp"}
    assert members(network, "x", Who(controlled_from=("CHN",))) == {"mine_cn", "metal_vn"}
    assert members(network, "x", Who(end_uses=("ev_us",))) == {"ev_us", "motor_us"}
    with pytest.raises(ScenarioError, match=r"no country called 'JPM'.* Did you mean JPN"):
        members(network, "x", Who(countries=("JPM",)))
    with pytest.raises(ScenarioError, match=r"no stage called 'magnets'.* Did you mean magnet"):
        members(network, "x", Who(stages=("magnets",)))


def test_a_customs_code_stands_for_its_goods() -> None:
    network = two_buyers()
    by_code = Tariff(name="t", rate=0.25, hs_codes=("85051110",), buyers=Who(countries=("USA",)))
    assert targets_of(network, by_code).flows == ("maker->us:ndfeb",)
    with pytest.raises(ScenarioError, match="no goods of the chain fall under customs code '9999'"):
        Tariff(name="t", rate=0.25, hs_codes=("9999",))


def test_a_watch_list_is_a_slow_licence_for_some() -> None:
    slow = ExportLicence(
        name="watch",
        approval=((0.0, 0.0), (21.0, 1.0)),
        shipping_lag_weeks=0.0,
        buyers=Who(countries=("JPN",)),
    )
    network = two_buyers()
    assert made(network, slow, site="us")[:3] == [1, 1, 1]
    assert made(network, slow, site="jp")[1] == 0


def test_a_stock_handed_out_bridges_an_embargo() -> None:
    """Two tonnes over two weeks: a week's use each week, from the week in which they come."""
    release = Stockpile(
        name="release",
        action="release",
        material="ndfeb",
        tonnes=2.0,
        buyers=Who(countries=("USA",)),
        start_week=2,
        end_week=4,
    )
    network = two_buyers()
    assert made(network, EMBARGO, site="us") == [1, 0, 0, 0, 0, 0]
    assert made(network, EMBARGO, release, site="us") == [1, 0, 1, 1, 0, 0]
    assert made(network, EMBARGO, release, site="jp") == [1, 0, 0, 0, 0, 0]


def test_days_of_use_are_another_size() -> None:
    release = Stockpile(
        name="r", action="release", material="ndfeb", days=7.0, start_week=2, end_week=4
    )
    assert made(two_buyers(), EMBARGO, release, site="us") == [1, 0, 0.5, 0.5, 0, 0]


def test_a_stock_laid_in_is_ordered_on_top_and_stays() -> None:
    """Four weeks of half a week's use each, from a maker with capacity to spare."""
    build = Stockpile(name="b", action="build", material="ndfeb", days=14.0, end_week=4)
    spare = replace(BARE, controlled_tonnage=1.0, surge_magnets_china=2.0, backlog_weeks=1.0)
    network = sale({"us": ("USA", 52.0)})
    plan, trajectory = trajectory_of(network, scenario(build), weeks=30, parameters=spare)
    group = [
        i for i, node in enumerate(plan.group_node) if plan.sites[plan.node_site[node]].id == "us"
    ]
    assert trajectory.stock[-1, group] == pytest.approx([2.0])
    assert trajectory.made.min() == pytest.approx(1.0)


def test_a_new_plant_ramps_up_in_equal_steps() -> None:
    plant = NewCapacity(
        name="plant", material="ndfeb", tonnes_per_year=52.0, ramp_weeks=4,
        buyers=Who(countries=("USA",)), start_week=1,
    )  # fmt: skip
    assert made(two_buyers(), EMBARGO, plant, site="us", weeks=7) == [
        *(1, 0.25, 0.5, 0.75, 1, 1, 1),
    ]
    assert made(two_buyers(), EMBARGO, plant, site="jp") == [1, 0, 0, 0, 0, 0]


def test_a_ban_on_technology_delays_a_plant_and_wears_others_down() -> None:
    plant = NewCapacity(name="plant", material="ndfeb", tonnes_per_year=104.0, ramp_weeks=0)
    ban = TechnologyBan(name="ban", hosts=Who(countries=("USA",)), stretch_weeks=3)
    assert made(two_buyers(), EMBARGO, plant, site="us") == [1, 1, 1, 1, 1, 1]
    assert made(two_buyers(), EMBARGO, plant, ban, site="us") == [1, 0, 0, 1, 1, 1]
    wear = TechnologyBan(name="ban", hosts=Who(countries=("USA",)), decay_per_year=0.52)
    worn = activity(run(two_buyers(), wear, weeks=3, p=ALL_HEAVY), "us")
    assert worn == pytest.approx([0.99, 0.98, 0.97])


def test_recycling_covers_a_share_of_use() -> None:
    """The first week's part comes beside the last magnets at sea and is used a week later."""
    again = Recycling(name="r", material="ndfeb", share=0.3, ramp_weeks=2)
    assert made(two_buyers(), EMBARGO, again, site="us") == [1, 0.45, 0.3, 0.3, 0.3, 0.3]


def test_doing_with_less_stretches_what_arrives() -> None:
    """Half of the magnets come; from week 3 on half as many are needed."""
    half = Quota(name="half", scope="export", kept=0.5, materials=("ndfeb",))
    less = Substitution(name="less", share=0.5, materials=("ndfeb",), delay_weeks=3, ramp_weeks=0)
    assert made(two_buyers(), half, site="us") == [1, 0.5, 0.5, 0.5, 0.5, 0.5]
    assert made(two_buyers(), half, less, site="us")[:5] == [1, 0.5, 0.5, 1, 1]


def magnets_with_dy() -> Network:
    """A Japanese magnet maker on Japanese NdPr and Chinese Dy, all of it sold at home."""
    return Network.of(
        (
            site("ndpr", Stage.METAL, "JPN"),
            site("dy", Stage.METAL, "CHN"),
            site("maker", Stage.MAGNET, "JPN"),
            site("motor", Stage.COMPONENT, "JPN", sector="EV"),
            site("car", Stage.END_USE, "JPN", sector="EV", units=5200.0, unit="vehicles"),
        ),
        (
            flow("ndpr", "maker", "ndpr_metal", 26.0, 30.0),
            flow("dy", "maker", "dy_metal", 0.9, 0, 1.0),
            flow("maker", "motor", "ndfeb", 52.0, 30.0, 1.0),
            flow("motor", "car", "ndfeb", 52.0, 30.0, 1.0),
        ),
        snapshot="test",
        year=2025,
    )


def test_magnet_makers_save_an_element() -> None:
    half = Quota(name="half", scope="export", kept=0.5, materials=("dy_metal",))
    diffusion = Substitution(name="gbd", share=0.5, elements=("Dy",), delay_weeks=0, ramp_weeks=0)
    network = magnets_with_dy()
    assert made(network, half, site="maker") == [1, 0.5, 0.5, 0.5, 0.5, 0.5]
    assert made(network, half, diffusion, site="maker") == [1, 1, 1, 1, 1, 1]


def test_a_tariff_makes_buyers_save_and_nobody_stops() -> None:
    """At an elasticity of -1 a rate of a quarter saves a fifth; the maker sells that much less."""
    tariff = Tariff(
        name="t", rate=0.25, buyers=Who(countries=("USA",)), elasticity=-1.0, adjust_weeks=1
    )
    network = two_buyers()
    assert made(network, tariff, site="us") == [1, 1, 1, 1, 1, 1]
    assert made(network, tariff, site="maker") == pytest.approx([1, 0.9, 0.9, 0.9, 0.9, 0.9])


def test_price_rules_by_mode() -> None:
    assert PriceRule(name="p", mode="surcharge", size=0.2).rate == 0.2
    assert PriceRule(name="p", mode="floor", size=60.0, price=50.0).rate == pytest.approx(0.2)
    assert PriceRule(name="p", mode="floor", size=40.0, price=50.0).rate == 0.0
    low = PriceRule(name="p", mode="ceiling", size=25.0, price=50.0, supply_elasticity=1.0)
    assert low.rate == -0.5
    assert made(two_buyers(), low, site="us") == [1, 0.5, 0.5, 0.5, 0.5, 0.5]


def test_a_price_that_falls_shuts_dear_plants_unless_a_floor_holds() -> None:
    fall = PriceFall(
        name="fall",
        price=50.0,
        costs=(UnitCost("sep_my", 60.0), UnitCost("metal_vn", 40.0)),
        patience_weeks=2,
    )
    floor = PriceFloor(name="floor", usd_per_kg=110.0, sites=("sep_my",))
    network = six_sites()
    assert activity(run(network, fall, weeks=4), "sep_my") == [1, 1, 0, 0]
    assert activity(run(network, fall, weeks=3), "metal_vn") == [1, 1, 1]
    assert activity(run(network, fall, floor, weeks=4), "sep_my") == [1, 1, 1, 1]
    said = "At 50 USD/kg Sep My earns less than its cost of 60: "
    assert run(network, fall, weeks=4).notes[0] == f"{said}stops after 2 weeks."
    held = run(network, fall, floor, weeks=4).notes[0]
    assert held == f"{said}a price floor keeps it running."


def test_a_content_rule_holds_goods_of_third_countries() -> None:
    """Sixty percent of what the Malaysian separator sells has been in a Chinese mine."""
    network = six_sites()
    rule = ContentRule(name="r", threshold=0.5, elements=("NdPr",), refused=())
    assert set(targets_of(network, rule).flows) == {
        "sep_my->metal_vn:ndpr_oxide",
        "metal_vn->magnet_jp:ndpr_metal",
        "magnet_jp->motor_us:ndfeb",
    }
    with pytest.raises(ScenarioError, match="Lower the threshold"):
        targets_of(network, replace(rule, threshold=0.7))
    refused = replace(rule, refused=("EV",), approval=((0.0, 1.0), (1.0, 1.0)))
    result = run(network, refused, weeks=6)
    assert activity(result, "motor_us")[-1] == 0


def test_a_procurement_rule_turns_away_what_touched_china() -> None:
    network = six_sites()
    rule = ProcurementRule(name="dfars", buyers=Who(sectors=("EV",)))
    assert targets_of(network, rule).flows == ("magnet_jp->motor_us:ndfeb",)
    assert targets_of(network, replace(rule, threshold=0.59)).flows
    with pytest.raises(ScenarioError, match="nothing the buyers take has been in CHN"):
        targets_of(network, replace(rule, threshold=0.61))


def test_a_rule_on_content_asks_of_any_country_or_bloc() -> None:
    """Forty percent of what the separator sells is Australian; it belongs to an Australian firm."""
    network = six_sites()
    rule = ContentRule(name="r", country="AUS", threshold=0.4, elements=("NdPr",), refused=())
    assert set(targets_of(network, rule).flows) == {
        "sep_my->metal_vn:ndpr_oxide",
        "metal_vn->magnet_jp:ndpr_metal",
        "magnet_jp->motor_us:ndfeb",
    }
    assert set(targets_of(network, replace(rule, country="QUAD")).flows) == {
        "sep_my->metal_vn:ndpr_oxide",
        "metal_vn->magnet_jp:ndpr_metal",
    }  # of its members, Australia mined it and Japan is no third country
    with pytest.raises(ScenarioError, match="Lower the threshold"):
        targets_of(network, replace(rule, threshold=0.41))
    with pytest.raises(ScenarioError, match="no country called 'AUT'"):
        targets_of(network, replace(rule, country="AUT"))
    buys = ProcurementRule(name="own", country="AUS", buyers=Who(sectors=("EV",)), threshold=0.5)
    with pytest.raises(ScenarioError, match="nothing the buyers take has been in AUS"):
        targets_of(network, buys)
    assert targets_of(network, replace(buys, controlled=True)).flows
    listed = Blacklist(
        name="l", country="AUS", buyers=("magnet_jp",), re_export=True, reexport_threshold=0.4
    )
    assert targets_of(network, listed).flows == ("metal_vn->magnet_jp:ndpr_metal",)


def test_quotas_by_group() -> None:
    network = two_buyers()
    group = Quota(name="g", scope="export", kept=0.5, materials=("ndfeb",), owners=("Nobody",))
    with pytest.raises(ScenarioError, match="no owner called 'Nobody'"):
        targets_of(network, group)


def test_an_agreement_lifts_a_tariff() -> None:
    tariff = Tariff(name="t", rate=1.0, elasticity=-1.0, adjust_weeks=0)
    truce = Agreement(name="truce", lifts=("t",), start_week=3)
    maker = made(two_buyers(), tariff, truce, site="maker")
    assert maker[1:4] == pytest.approx([0.5, 0.5, 0.5])
    assert maker[4:] == pytest.approx([1, 1])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Tariff(name="t", rate=-0.1), "rate must be a number of at least 0"),
        (lambda: Tariff(name="t", rate=0.1, elasticity=0.5), "lies from -5 to 0, got 0.5"),
        (lambda: PriceRule(name="p", mode="high", size=1), "surcharge, floor or ceiling"),
        (lambda: PriceRule(name="p", mode="floor", size=1), "need the market price"),
        (lambda: PriceFall(name="p", price=5, costs=()), "name plants and their costs"),
        (lambda: TechnologyBan(name="b", hosts=Who()), "name the plants"),
        (lambda: ProcurementRule(name="r"), "must name buyers"),
        (
            lambda: Stockpile(name="s", action="build", material="ndfeb", end_week=3),
            "either tonnes or days",
        ),
        (
            lambda: Stockpile(name="s", action="hoard", material="ndfeb", days=3, end_week=3),
            "build or release, got 'hoard'",
        ),
        (
            lambda: Stockpile(name="s", action="build", material="ndfeb", days=3),
            "needs an end_week",
        ),
        (lambda: Substitution(name="s", share=0.5), "either elements or materials"),
        (
            lambda: Substitution(name="s", share=0.5, materials=("ndpr_oxide",)),
            "only ndfeb and smco can be saved",
        ),
        (lambda: PriceFloor(name="f", usd_per_kg=110, sites=()), "name the plants"),
        (
            lambda: NewCapacity(name="n", material="gold", tonnes_per_year=1),
            "unknown material 'gold'",
        ),
    ],
)
def test_levers_are_checked_when_they_are_made(make: object, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    "answer",
    [
        NewCapacity(name="n", material="ndfeb", tonnes_per_year=20.0, ramp_weeks=5),
        Recycling(name="r", material="ndfeb", share=0.2, ramp_weeks=5),
        Substitution(name="s", share=0.2, materials=("ndfeb",), delay_weeks=0),
    ],
)
def test_answers_alone_change_no_output(answer: Lever) -> None:
    """Without a shock a new source or a smaller need leaves every end use whole."""
    result = simulate(two_buyers(), scenario(answer), weeks=40, parameters=ALL_HEAVY)
    assert [loss.lost_units for loss in result.end_uses] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_a_rule_says_who_is_served_first() -> None:
    """One tonne a week for two buyers of one each; without a rule each gets half."""
    half = Outage(name="half", sites=("maker",), remaining=0.5)
    first = PriorityRule(name="first", buyers=Who(countries=("USA",)), start_week=2)
    assert made(two_buyers(), half, site="us")[1:] == [0.5] * 5
    assert made(two_buyers(), half, first, site="us")[1:] == [0.5, 0.5, 1, 1, 1]
    assert made(two_buyers(), half, first, site="jp")[1:] == [0.5, 0.5, 0, 0, 0]


def test_first_buyers_share_and_others_get_the_rest() -> None:
    """1.5 t: a and b are first and want one each, so three quarters each and nothing for c; with
    2.25 t they have all they want and c a quarter."""
    network = sale({"a": ("USA", 52.0), "b": ("USA", 52.0), "c": ("JPN", 52.0)})
    first = PriorityRule(name="first", buyers=Who(countries=("USA",)))
    short = Outage(name="short", sites=("maker",), remaining=0.5)
    for buyer, share in (("a", 0.75), ("b", 0.75), ("c", 0.0)):
        assert made(network, short, first, site=buyer)[1] == pytest.approx(share)
    shorter = replace(short, remaining=0.75)
    for buyer, share in (("a", 1.0), ("b", 1.0), ("c", 0.25)):
        assert made(network, shorter, first, site=buyer)[1] == pytest.approx(share)


def test_a_rule_without_a_sale_is_an_error() -> None:
    nobody = PriorityRule(name="p", buyers=Who(countries=("USA",)), sellers=Who(countries=("JPN",)))
    with pytest.raises(ScenarioError, match="none of the sellers supplies one of the buyers"):
        targets_of(two_buyers(), nobody)
    with pytest.raises(ScenarioError, match="name the buyers that come first"):
        PriorityRule(name="p", buyers=Who())


def test_the_order_of_levers_changes_nothing() -> None:
    levers: tuple[Lever, ...] = (
        EMBARGO,
        NewCapacity(name="n", material="ndfeb", tonnes_per_year=20.0, ramp_weeks=5),
        Substitution(name="s", share=0.2, materials=("ndfeb",), delay_weeks=0),
        Recycling(name="r", material="ndfeb", share=0.2, ramp_weeks=5),
        Outage(name="o", sites=("maker",), start_week=2, end_week=4),
    )
    there = run(two_buyers(), *levers, p=STEADY)
    back = run(two_buyers(), *reversed(levers), p=STEADY)
    assert there.end_uses == back.end_uses
