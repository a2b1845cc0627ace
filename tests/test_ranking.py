"""Single losses and pairs of losses, ranked by hand on two short chains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import flow, site, six_sites
from spreads import BARE

from graph.contingency import SITE, Bench, Case, Loss, bench_of, cases_of, losses_of
from graph.errors import ScenarioError, UnknownName
from graph.model import Stage
from graph.network import Network
from graph.ranking import (
    Pair,
    goal_of,
    pair_candidates,
    pairs_among,
    rank_pairs,
    rank_stability,
    ranking,
    sector_losses,
)

SUBSTITUTES = replace(BARE, surge_plants=2.0, qualify_days_magnet=7.0, chain_days_cars=21.0)
"""Either maker can double, orders move in a week, and three weeks of magnets are on their way."""


def substitutes() -> Network:
    """Makers a and b each sell half of what the car motors need; c alone feeds turbines.

    Cars are worth 1 million dollars a week for 2 t of magnets. Turbines have no known value: at the
    dollars a tonne of cars, their one tonne a week counts half a million.
    """
    sites = (
        site("a", Stage.MAGNET, "JPN"),
        site("b", Stage.MAGNET, "DEU"),
        site("c", Stage.MAGNET, "USA"),
        site("motor", Stage.COMPONENT, "USA", sector="EV"),
        site("other", Stage.COMPONENT, "USA", sector="wind"),
        site(
            "cars",
            Stage.END_USE,
            "USA",
            sector="EV",
            units=5200.0,
            unit="vehicles",
            usd_per_unit=10_000.0,
        ),
        site("turbines", Stage.END_USE, "USA", sector="wind", units=520.0, unit="turbines"),
    )
    flows = (
        flow("a", "motor", "ndfeb", 52.0, 16.0),
        flow("b", "motor", "ndfeb", 52.0, 16.0),
        flow("motor", "cars", "ndfeb", 104.0, 32.0),
        flow("c", "other", "ndfeb", 52.0, 16.0),
        flow("other", "turbines", "ndfeb", 52.0, 16.0),
    )
    return Network.of(sites, flows, snapshot="test", year=2025)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return bench_of(substitutes(), SUBSTITUTES, weeks=20)


@pytest.fixture(scope="module")
def singles(bench: Bench) -> dict[Case, Loss]:
    found = losses_of(bench, [(case,) for case in cases_of(substitutes(), (SITE,))])
    return {case: loss for (case,), loss in found.items()}


@pytest.fixture(scope="module")
def pairs(bench: Bench, singles: dict[Case, Loss]) -> dict[tuple[Case, ...], Loss]:
    return losses_of(bench, pairs_among(sorted(singles, key=lambda case: case.id)))


def test_cases_are_ranked_by_the_value_of_what_is_missed(
    bench: Bench, singles: dict[Case, Loss]
) -> None:
    """The motors stop from week 1 on, c reaches the turbines in week 2; of 30 million in all."""
    found = ranking(goal_of(bench), singles)
    assert [(each.rank, each.case.id) for each in found] == [(1, "motor"), (2, "other"), (3, "c")]
    assert [each.lost_share for each in found] == pytest.approx([19 / 30, 9.5 / 30, 9 / 30])
    assert [each.lost_usd for each in found] == [pytest.approx(19e6), None, None]
    assert [each.first_loss_week for each in found] == [1, 1, 2]


def test_a_sector_and_an_end_use_see_only_their_own_loss(
    bench: Bench, singles: dict[Case, Loss]
) -> None:
    (cars,) = ranking(goal_of(bench, "EV"), singles)
    assert ranking(goal_of(bench, "cars"), singles) == (cars,)
    assert (cars.case.id, cars.lost_usd, cars.first_loss_week) == ("motor", 19e6, 1)
    assert cars.lost_share == pytest.approx(19 / 20)
    wind = ranking(goal_of(bench, "wind"), singles)
    assert [(each.case.id, each.lost_usd) for each in wind] == [("other", None), ("c", None)]


def test_a_wrong_name_comes_with_those_that_are_near(bench: Bench) -> None:
    with pytest.raises(UnknownName, match=r"end use or sector called 'turbine'.*mean turbines\?"):
        goal_of(bench, "turbine")


def test_without_end_uses_nothing_can_be_lost() -> None:
    sites = (site("mine", Stage.MINE, "AUS"), site("sep", Stage.SEPARATION, "MYS"))
    ore = (flow("mine", "sep", "concentrate", 10.0, 10.0),)
    network = Network.of(sites, ore, snapshot="test", year=2025)
    with pytest.raises(ScenarioError, match="has no end uses"):
        goal_of(bench_of(network, BARE))


def test_losses_by_end_use_in_units_grouped_by_sector(
    bench: Bench, pairs: dict[tuple[Case, ...], Loss]
) -> None:
    (both,) = (loss for event, loss in pairs.items() if {c.id for c in event} == {"motor", "other"})
    cars, wind = sector_losses(bench, both)
    assert (cars.sector, cars.lost_usd) == ("EV", pytest.approx(19e6))
    assert (wind.sector, wind.lost_usd) == ("wind", None)
    assert cars.lost_share == wind.lost_share == pytest.approx(0.95)
    (vehicles,), (turbines,) = cars.end_uses, wind.end_uses
    assert (vehicles.unit, vehicles.lost_units) == ("vehicles", pytest.approx(1900))
    assert (turbines.unit, turbines.lost_units) == ("turbines", pytest.approx(190))


def test_two_substitutes_lose_nothing_alone_and_everything_together(
    bench: Bench, singles: dict[Case, Loss], pairs: dict[tuple[Case, ...], Loss]
) -> None:
    """After three weeks of stock all cars are missing: 17 of 20 weeks, none of it seen by N-1."""
    alone = {case.id: loss.missed.tolist() for case, loss in singles.items()}
    assert alone["a"] == alone["b"] == [0.0, 0.0]
    found = {
        (pair.first.id, pair.second.id): pair for pair in rank_pairs(goal_of(bench), singles, pairs)
    }
    assert len(found) == 10
    pair = found["a", "b"]
    assert pair.lost_usd == pair.synergy_usd == pytest.approx(17e6)
    assert pair.lost_share == pair.synergy_share == pytest.approx(17 / 30)
    # 28.5 for both makers of components, 28 for motor and c, 19 for the motor with a or with b
    assert (pair.synergy_rank, pair.rank) == (1, 5)
    assert found["motor", "other"].rank == 1
    assert found["motor", "other"].synergy_share == pytest.approx(0)
    # c and the only plant it feeds stop the same turbines: 9.5 together, 9 and 9.5 alone
    assert found["c", "other"].synergy_share == pytest.approx(-9 / 30)
    assert found["c", "other"].synergy_rank == 10


def test_pairs_are_made_of_the_costliest_then_of_those_with_the_heaviest_paths(
    bench: Bench, singles: dict[Case, Loss]
) -> None:
    def found(goal: str, most: int) -> list[str]:
        cases = pair_candidates(substitutes(), goal_of(bench, goal), singles, most)
        return [case.id for case in cases]

    assert found("", 4) == ["motor", "other", "c", "a"]
    assert found("", 9) == ["motor", "other", "c", "a", "b"]
    assert found("EV", 9) == ["motor", "a", "b"]  # nothing that turbines need


def test_without_a_known_value_pairs_have_no_dollars(
    bench: Bench, singles: dict[Case, Loss], pairs: dict[tuple[Case, ...], Loss]
) -> None:
    found: tuple[Pair, ...] = rank_pairs(goal_of(bench, "wind"), singles, pairs)
    assert {(pair.lost_usd, pair.synergy_usd) for pair in found} == {(None, None)}


def test_stability_is_the_share_of_draws_in_the_top() -> None:
    draws = [{"a": 0.3, "b": 0.2, "c": 0.1}, {"a": 0.3, "b": 0.0, "c": 0.1}, {"a": 0.0, "b": 0.2}]
    assert rank_stability(draws, top=2) == pytest.approx({"a": 2 / 3, "b": 2 / 3, "c": 1 / 3})
    assert rank_stability([]) == {}


@given(st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 1)), min_size=1))
def test_no_draw_has_more_at_the_top_than_there_is_room_for(draws: list[dict[str, float]]) -> None:
    held = rank_stability(draws, top=3)
    assert sum(held.values()) * len(draws) <= 3 * len(draws) + 1e-9
    assert all(0 < share <= 1 for share in held.values())


@given(st.lists(st.floats(0, 20), min_size=4, max_size=4))
def test_synergy_is_what_the_pair_adds_to_its_singles(weeks: list[float]) -> None:
    """For any losses: the pair's share is that of both singles and the synergy, added up."""
    goal = goal_of(bench_of(six_sites(), BARE, weeks=20))
    a, b, *_ = cases_of(six_sites(), (SITE,))
    one, two, both, _ = (Loss(np.array([missed]), np.array([0])) for missed in weeks)
    (pair,) = rank_pairs(goal, {a: one, b: two}, {(a, b): both})
    alone = goal.share(one.missed) + goal.share(two.missed)
    assert pair.synergy_share == pytest.approx(pair.lost_share - alone)
