"""The weekly spread on networks of two to six sites, every weekly value worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import flow, site, six_sites
from spreads import ALL_HEAVY, BARE, STEADY, activity, run, sale

from graph.errors import ScenarioError
from graph.model import Role, Stage
from graph.network import Network
from graph.parameters import SpreadParameters, transit_weeks
from graph.scenario import NOTHING, Outage
from graph.spread import simulate


def test_nothing_happens_and_nothing_changes() -> None:
    result = simulate(six_sites(), NOTHING, weeks=30)
    assert {value for item in result.sites for value in item.activity} == {1.0}
    (ev,) = result.end_uses
    assert (ev.lost_units, ev.deferred_units, ev.lost_usd) == (0.0, 0.0, 0.0)
    assert ev.first_loss_week is ev.worst_week is ev.recovered_week is None
    assert result.because == ()


def test_an_outage_travels_one_site_a_week() -> None:
    result = run(
        six_sites(),
        Outage(name="strike", sites=("sep_my",), start_week=1, end_week=3),
    )
    assert activity(result, "sep_my") == [1, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    assert activity(result, "metal_vn") == [1, 1, 0, 0, 1, 1, 1, 1, 1, 1]
    assert activity(result, "magnet_jp") == [1, 1, 1, 0, 0, 1, 1, 1, 1, 1]
    assert activity(result, "motor_us") == [1, 1, 1, 1, 0, 0, 1, 1, 1, 1]
    assert activity(result, "ev_us") == [1, 1, 1, 1, 1, 0, 0, 1, 1, 1]
    (ev,) = result.end_uses
    assert ev.baseline_per_week == pytest.approx(100_000 / 52)
    assert ev.lost_units == pytest.approx(2 * 100_000 / 52)
    assert ev.lost_share == pytest.approx(0.2)
    assert ev.lost_usd == pytest.approx(2 * 100_000 / 52 * 50_000)
    assert (ev.first_loss_week, ev.worst_week, ev.worst_share) == (5, 5, 1.0)
    assert ev.recovered_week == 7
    (cause,) = result.because
    assert (cause.end_use, cause.lever, cause.site) == ("ev_us", "strike", "sep_my")
    assert cause.share == pytest.approx(1.0)
    assert cause.lost_units == pytest.approx(ev.lost_units)


def test_a_stock_bridges_as_many_weeks_as_it_holds() -> None:
    two_weeks = replace(BARE, metal_days_outside=14.0, metal_days_japan=14.0)
    strike = Outage(name="strike", sites=("metal_vn",), end_week=3)
    result = run(six_sites(), strike, p=two_weeks)
    assert activity(result, "magnet_jp") == [1, 1, 1, 0, 1, 1, 1, 1, 1, 1]


def test_an_outage_can_leave_a_share_and_ramp_back() -> None:
    strike = Outage(name="strike", sites=("motor_us",), end_week=2, remaining=0.4, ramp_weeks=2)
    result = run(six_sites(), strike, weeks=6, p=STEADY)
    assert activity(result, "motor_us") == [0.4, 0.4, 0.6, 0.8, 1, 1]


def test_overtime_makes_up_for_what_was_missed() -> None:
    network = Network.of(
        (
            site("motor", Stage.COMPONENT, "CHN"),
            site("ev", Stage.END_USE, "CHN", units=5200.0, unit="vehicles"),
        ),
        (flow("motor", "ev", "ndfeb", 10.0, 3.0),),
        snapshot="test",
        year=2025,
    )
    overtime = replace(STEADY, surge_end_use=1.5)
    result = run(network, Outage(name="fire", sites=("ev",), end_week=1), p=overtime)
    # A plant that burns orders nothing: it lives on one week of motors, then waits for more.
    assert activity(result, "ev") == [0, 1.5, 0.5, 1.5, 1.5, 1, 1, 1, 1, 1]
    assert activity(result, "motor") == [1, 0, 1.5, 1.5, 1.5, 1.5, 1, 1, 1, 1]
    (ev,) = result.end_uses
    assert ev.lost_units == pytest.approx(0.0)
    assert ev.deferred_units == pytest.approx(150.0)  # 1 and 0.5 weeks of 100 vehicles
    assert ev.recovered_week == 3


def test_a_plant_needs_all_its_inputs_and_any_supplier_of_each() -> None:
    network = Network.of(
        (
            site("nd_a", Stage.METAL, "CHN"),
            site("nd_b", Stage.METAL, "CHN"),
            site("dy", Stage.METAL, "CHN"),
            site("magnet", Stage.MAGNET, "CHN"),
            site("motor", Stage.COMPONENT, "CHN"),
        ),
        (
            flow("nd_a", "magnet", "ndpr_metal", 30.0, 30.0),
            flow("nd_b", "magnet", "ndpr_metal", 10.0, 10.0),
            flow("dy", "magnet", "dy_metal", 1.0, 0.0, 1.0),
            flow("magnet", "motor", "ndfeb", 100.0, 40.0, 1.0),
        ),
        snapshot="test",
        year=2025,
    )
    one_supplier = run(network, Outage(name="o", sites=("nd_b",), end_week=1), p=ALL_HEAVY)
    assert activity(one_supplier, "magnet")[:3] == [1, 0.75, 1]
    one_input = run(network, Outage(name="o", sites=("dy",), end_week=1), p=ALL_HEAVY)
    assert activity(one_input, "magnet")[:3] == [1, 0, 1]
    light_goes_on = run(
        network,
        Outage(name="o", sites=("dy",), end_week=1),
        p=replace(BARE, controlled_tonnage=0.45),
    )
    assert activity(light_goes_on, "magnet")[:3] == [1, 0.55, 1]


def test_separation_takes_each_element_from_whatever_holds_it() -> None:
    network = Network.of(
        (
            site("clay", Stage.MINE, "MMR"),
            site("rock", Stage.MINE, "CHN"),
            site("plant", Stage.SEPARATION, "CHN"),
            site("metal", Stage.METAL, "CHN"),
        ),
        (
            flow("clay", "plant", "concentrate", 30.0, 10.0, 8.0),
            flow("rock", "plant", "concentrate", 100.0, 30.0, 2.0),
            flow("plant", "metal", "ndpr_oxide", 40.0, 40.0),
            flow("plant", "metal", "dy_oxide", 10.0, 0.0, 10.0),
        ),
        snapshot="test",
        year=2025,
    )
    result = run(network, Outage(name="war", sites=("clay",)), weeks=3)
    lost = {item.material: item.activity for item in result.products if item.stage == "separation"}
    assert lost["ndpr_oxide"] == pytest.approx((1, 0.75, 0.75))  # 30 of 40 t come from rock
    assert lost["dy_oxide"] == pytest.approx((1, 0.2, 0.2))  # 2 of 10 t
    assert activity(result, "plant") == [1, 0.64, 0.64]  # 32 of 50 t


def test_swarf_is_pushed_and_a_recycler_treats_what_arrives() -> None:
    network = Network.of(
        (
            site("metal", Stage.METAL, "CHN"),
            site("magnet", Stage.MAGNET, "CHN"),
            site("recycler", Stage.SEPARATION, "CHN", role=Role.RECYCLER),
            site("motor", Stage.COMPONENT, "CHN"),
        ),
        (
            flow("metal", "magnet", "ndpr_metal", 100.0, 100.0),
            flow("magnet", "motor", "ndfeb", 200.0, 70.0),
            flow("magnet", "recycler", "swarf", 40.0, 30.0),
            flow("recycler", "metal", "ndpr_oxide", 30.0, 30.0),
        ),
        snapshot="test",
        year=2025,
    )
    slump = Outage(name="o", sites=("magnet",), end_week=1, remaining=0.4)
    result = run(network, slump, weeks=4, p=replace(STEADY, metal_days_china=14.0))
    assert activity(result, "magnet") == [0.4, 1, 1, 1]
    assert activity(result, "recycler") == [1, 0.4, 1, 1]
    assert activity(result, "metal") == [1, 0.4, 1, 1]  # ordered less, for a week


def test_buyers_turn_to_their_other_suppliers_as_fast_as_they_qualify_them() -> None:
    network = Network.of(
        (
            site("a", Stage.MAGNET, "CHN"),
            site("b", Stage.MAGNET, "CHN"),
            site("motor", Stage.COMPONENT, "CHN"),
        ),
        (flow("a", "motor", "ndfeb", 50.0, 20.0), flow("b", "motor", "ndfeb", 50.0, 20.0)),
        snapshot="test",
        year=2025,
    )
    p = replace(STEADY, surge_magnets_china=1.35, qualify_days_magnet=70.0)
    result = run(network, Outage(name="o", sites=("a",)), weeks=6, p=p)
    # A tenth of the order moves each week, until b has used up its 35% of spare capacity.
    assert activity(result, "b") == [1, 1.2, 1.35, 1.35, 1.35, 1.35]
    assert activity(result, "motor") == [1, 0.5, 0.6, 0.675, 0.675, 0.675]
    back = run(network, Outage(name="o", sites=("a",), end_week=2), weeks=8, p=p)
    assert activity(back, "b")[-1] == pytest.approx(1.0)


def test_firms_of_one_site_hold_different_stocks() -> None:
    network = sale({"motor": ("USA", 100.0)})
    p = replace(ALL_HEAVY, firms=3, chain_spread=0.55, chain_days_cars=35.0)
    result = run(network, Outage(name="o", sites=("maker",)), weeks=12, p=p)
    # Chains of 35 days x exp(0.55 z), z = -0.967, 0, 0.967: 2.94, 5 and 8.51 weeks to the line.
    assert activity(result, "ev_motor") == pytest.approx(
        [1, 1, (0.937 + 2) / 3, 2 / 3, 2 / 3, 1 / 3, 1 / 3, 1 / 3, 0.512 / 3, 0, 0, 0], abs=1e-3
    )


def test_transit_is_counted_in_weeks_between_zones() -> None:
    p = SpreadParameters()
    assert transit_weeks(p, "CHN", "CHN") == 1
    assert transit_weeks(p, "CHN", "JPN") == 1
    assert transit_weeks(p, "CHN", "DEU") == 7  # 46 + 5 days
    assert transit_weeks(p, "USA", "VNM") == 5  # 33 + 5 days
    assert transit_weeks(p, "AUS", "MYS") == 3  # 18 + 5 days


def test_a_component_maker_works_with_magnets_alone() -> None:
    network = six_sites()
    sites = (*network.sites.values(), site("rec", Stage.SEPARATION, "USA", role=Role.RECYCLER))
    others = (
        flow("metal_vn", "motor_us", "ndpr_metal", 5, 5.0),
        flow("motor_us", "rec", "swarf", 1, 1.0),
    )
    for more in (others, others[1:]):
        strange = Network.of(sites, (*network.flows, *more), snapshot="test", year=2025)
        with pytest.raises(ScenarioError) as caught:
            run(strange)
        assert str(caught.value) == (
            "no scenario can be run: component makers deal in ndfeb and smco alone, but "
            f"'motor_us' has the flow {more[0].key} ({len(more)} such flows in all). "
            "Give the site the stage magnet, or remove the flow."
        )


def test_a_run_needs_a_week() -> None:
    with pytest.raises(ScenarioError, match="at least one week, got 0"):
        simulate(six_sites(), NOTHING, weeks=0)


@pytest.mark.parametrize(
    ("field", "value"), [("chain_days_wind", -1.0), ("surge_plants", 0.9), ("firms", 0)]
)
def test_parameters_have_bounds(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=field):
        SpreadParameters(**{field: value})  # type: ignore[arg-type]
