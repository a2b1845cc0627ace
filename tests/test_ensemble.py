"""Draws and bands: quantiles by hand, the same results whoever runs them."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from networks import six_sites
from spreads import ALL_HEAVY, BARE
from test_money import two_buyers

from graph.draws import COLLATERAL, LAST_APPROVAL, Range, draw, used
from graph.ensemble import (
    BALANCE,
    Band,
    Ensemble,
    Mover,
    Outcome,
    Study,
    gather,
    on_threads,
    run_one,
    summary,
)
from graph.errors import ScenarioError
from graph.parameters import SpreadParameters
from graph.scenario import Destination, ExportLicence, Outage, Quota, Scenario, Tariff
from graph.tracing import trace

STRIKE = Scenario(
    "strike", "", "", (Outage(name="strike", sites=("sep_my",), end_week=2),), snapshot="test"
)
LICENCE = ExportLicence(name="l", caught=0.6, destinations=(Destination("USA", caught=0.9),))
RANGES = {
    COLLATERAL: Range(0.44, 0.55, 0.62),
    LAST_APPROVAL: Range(113, 113, 215),
    "ELA01": Range(-0.2, -0.08, 0.0),
    "STK03": Range(10, 30, 60),
    "STK05": Range(20, 30, 90),
}


class Fixed(np.random.Generator):
    """Random numbers that are known."""

    def __init__(self, place: float) -> None:
        super().__init__(np.random.PCG64(0))
        self.place = place

    def random(self, *_: object, **__: object) -> float:  # type: ignore[override]
        return self.place


@pytest.mark.parametrize(
    ("place", "value"), [(0.0, 0.0), (0.125, 0.5), (0.5, 1.0), (0.875, 1.5), (1.0, 2.0)]
)
def test_a_value_is_a_quantile_of_the_triangle(place: float, value: float) -> None:
    assert Range(0.0, 1.0, 2.0).draw(Fixed(place)) == pytest.approx(value)


def test_a_base_at_the_edge_is_a_triangle_too() -> None:
    """The density falls from the low end: half of it lies below 1 - sqrt(1/2)."""
    assert Range(0.0, 0.0, 1.0).draw(Fixed(0.5)) == pytest.approx(1 - 0.5**0.5)
    assert Range(3.0, 3.0, 3.0).draw(Fixed(0.9)) == 3.0
    with pytest.raises(ScenarioError, match="rises from low over base to high, got 1, 0, 2"):
        Range(1, 0, 2)


def test_only_what_bears_on_the_scenario_is_drawn() -> None:
    assert used(RANGES, STRIKE) == ("STK03", "STK05")
    licence = replace(STRIKE, levers=(LICENCE,))
    assert used(RANGES, licence) == (COLLATERAL, LAST_APPROVAL, "STK03", "STK05")
    duty = replace(STRIKE, levers=(Tariff(name="t", rate=0.25),))
    assert used(RANGES, duty) == ("ELA01", "STK03", "STK05")


def test_a_draw_moves_levers_and_parameters_with_their_assumption() -> None:
    drawn = draw(replace(STRIKE, levers=(LICENCE,)), SpreadParameters(), RANGES, 7, 0)
    (licence,) = drawn.scenario.levers
    assert isinstance(licence, ExportLicence)
    factor = drawn.values[COLLATERAL] / 0.55
    assert licence.caught == pytest.approx(0.6 * factor)
    assert licence.destinations[0].caught == pytest.approx(min(1.0, 0.9 * factor))
    assert licence.approval[:3] == LICENCE.approval[:3]
    assert licence.approval[3] == (drawn.values[LAST_APPROVAL], 0.95)
    assert drawn.parameters.oxide_days == pytest.approx(drawn.values["STK03"])
    assert drawn.parameters.metal_days_outside == pytest.approx(drawn.values["STK05"])
    assert 60 <= drawn.parameters.metal_days_japan <= 90  # its base is the high end of the row


def test_a_path_of_ones_own_is_left_alone() -> None:
    own = replace(LICENCE, approval=((0.0, 0.0), (30.0, 1.0)))
    drawn = draw(replace(STRIKE, levers=(own,)), SpreadParameters(), RANGES, 7, 0)
    (licence,) = drawn.scenario.levers
    assert isinstance(licence, ExportLicence)
    assert licence.approval == own.approval


def test_a_run_is_its_seed_and_number() -> None:
    first = draw(STRIKE, BARE, RANGES, 7, 3)
    assert draw(STRIKE, BARE, RANGES, 7, 3) == first
    assert draw(STRIKE, BARE, RANGES, 7, 4).values != first.values
    assert draw(STRIKE, BARE, RANGES, 8, 3).values != first.values


def study(**more: object) -> Study:
    planned = Study((six_sites(),), STRIKE, BARE, RANGES, weeks=10)
    return replace(planned, **more)  # type: ignore[arg-type]


def test_without_ranges_every_run_is_the_scenario_itself() -> None:
    """Two weeks of strike in ten: a fifth of the cars, as the weekly model says."""
    result = gather(planned := study(ranges={}), on_threads(planned, range(3)), 3)
    (cars,) = result.end_uses
    assert cars.lost_share == Band(pytest.approx(0.2), pytest.approx(0.2), pytest.approx(0.2))
    assert cars.risk == 1.0
    assert [band.median for band in cars.weekly] == [1, 1, 1, 1, 0, 0, 1, 1, 1, 1]
    assert result.movers == ()
    share = trace(six_sites()).sites["ev_us"].china_share_mean
    assert cars.china_share == Band(share, share, share)
    assert result.at_base_usd == result.lost_usd.median


def test_two_threads_say_what_one_says_to_the_last_bit() -> None:
    planned = study(ranges={**RANGES, "STK05": Range(0, 5, 30)})
    one = gather(planned, on_threads(planned, range(12), threads=1), 12)
    two = gather(planned, on_threads(planned, range(12), threads=2), 12)
    backwards = summary(planned, [run_one(planned, run) for run in reversed(range(12))][::-1])
    assert one == two == backwards


def outcome(run: int, value: float, lost_usd: float) -> Outcome:
    return Outcome(
        run=run,
        values={"STK03": value},
        ids=("ev_us",),
        made=np.array([[1.0], [1.0 - lost_usd / 100]]),
        lost_share=np.array([lost_usd / 200]),
        lost_units=np.array([lost_usd / 10]),
        lost_usd=np.array([lost_usd]),
    )


def hand_made(balances: int = 1) -> Ensemble:
    planned = study(networks=(six_sites(),) * balances, weeks=2)
    return summary(planned, [outcome(0, 1.0, 0.0), outcome(1, 3.0, 10.0), outcome(2, 2.0, 20.0)])


def test_bands_are_quantiles_of_the_runs() -> None:
    """0, 10 and 20: 5% lies at 1, 95% at 19."""
    result = hand_made()
    assert result.lost_usd == Band(1.0, 10.0, 19.0)
    (cars,) = result.end_uses
    assert cars.lost_units == Band(pytest.approx(0.1), 1.0, pytest.approx(1.9))
    assert cars.risk == pytest.approx(2 / 3)
    assert cars.weekly[1] == Band(pytest.approx(0.81), pytest.approx(0.9), pytest.approx(0.99))


def test_what_moves_the_loss_is_ranked() -> None:
    """Ranks of the values 1, 3, 2 against 1, 2, 3: a correlation of one half."""
    assert hand_made().movers == (Mover("STK03", pytest.approx(0.5)),)


def test_balances_count_by_the_variance_between_them() -> None:
    """Runs 0 and 2 on the first balance have ranks 1 and 3, run 1 on the other 2: no difference."""
    by_name = {mover.assumption: mover.correlation for mover in hand_made(balances=2).movers}
    assert by_name[BALANCE] == pytest.approx(0.0)
    apart = study(networks=(six_sites(),) * 2, weeks=2)
    result = summary(apart, [outcome(0, 1.0, 0.0), outcome(1, 3.0, 10.0), outcome(2, 2.0, 0.0)])
    found = {mover.assumption: mover.correlation for mover in result.movers}
    assert found[BALANCE] == pytest.approx(1.0)


def test_a_cancelled_study_says_what_was_finished() -> None:
    planned, seen = study(), []
    for item in on_threads(planned, range(1000), is_cancelled=lambda: len(seen) >= 3):
        seen.append(item)
    assert 3 <= len(seen) < 20
    assert gather(planned, seen, 1000).runs == len(seen)
    with pytest.raises(ScenarioError, match="no run was finished"):
        gather(planned, [], 5)


def test_a_study_travels_to_other_processes() -> None:
    planned = study()
    back = pickle.loads(pickle.dumps(planned))  # noqa: S301 - written a line before
    assert back == planned
    assert run_one(back, 5).made.tobytes() == run_one(planned, 5).made.tobytes()


def test_progress_is_told_as_runs_come() -> None:
    told: list[tuple[int, int]] = []
    planned = study()
    gather(planned, on_threads(planned, range(4)), 4, lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_balances_must_be_of_one_chain() -> None:
    with pytest.raises(ScenarioError, match="must have the same sites"):
        study(networks=(six_sites(), two_buyers()))
    with pytest.raises(ScenarioError, match="at least one network"):
        study(networks=())


def test_an_end_use_without_a_value_has_no_band_of_money() -> None:
    embargo = Quota(name="e", scope="export", kept=0.0)
    scenario = Scenario("e", "", "", (embargo,), snapshot="test")
    planned = Study((two_buyers(),), scenario, ALL_HEAVY, {}, weeks=4)
    result = gather(planned, on_threads(planned, range(2)), 2)
    assert {band.lost_usd for band in result.end_uses} == {None}
    assert result.lost_usd == Band(0.0, 0.0, 0.0)
