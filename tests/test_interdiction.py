"""The worst k: a network where greedy is wrong, by hand, and laws over drawn networks."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import flow, six_sites
from networks import site as make_site
from spreads import BARE

from graph.contingency import COUNTRY, SITE, Bench, Case, bench_of, cases_of
from graph.errors import ScenarioError
from graph.interdiction import target_value, worst
from graph.model import Stage
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.removal import Removal
from ui.cli import main

SURGING = SpreadParameters(
    **{name: getattr(BARE, name) for name in BARE.__slots__} | {"surge_plants": 2.0}
)
"""No stocks, and every plant can make twice its baseline."""


def sold(sales: dict[tuple[str, str], float], usd: dict[str, float]) -> Network:
    """Makers that sell magnets to motor plants with one end use each, a unit for each tonne."""
    makers = sorted({maker for maker, _ in sales})
    sites = [make_site(id, Stage.MAGNET, "JPN") for id in makers]
    flows = [flow(m, f"motor_{use}", "ndfeb", t, 0.3 * t) for (m, use), t in sales.items()]
    for use, value in usd.items():
        tonnes = sum(t for (_, to), t in sales.items() if to == use)
        sites.append(make_site(f"motor_{use}", Stage.COMPONENT, "DEU"))
        sites.append(
            make_site(
                use, Stage.END_USE, "DEU", units=tonnes, unit="cars", usd_per_unit=value / tonnes
            )
        )
        flows.append(flow(f"motor_{use}", use, "ndfeb", tonnes, 0.3 * tonnes))
    return Network.of(sites, flows, snapshot="test", year=2025)


def twins() -> Network:
    """Two makers that can each stand in for the other serve half the value; two others are alone.

    a: 100 USD a year from twin_1 and twin_2, b: 60 from single_b, c: 30 from single_c.
    """
    return sold(
        {("twin_1", "a"): 52.0, ("twin_2", "a"): 52.0}
        | {("single_b", "b"): 52.0, ("single_c", "c"): 52.0},
        {"a": 100.0, "b": 60.0, "c": 30.0},
    )


def makers(network: Network) -> tuple[Case, ...]:
    return tuple(case for case in cases_of(network, (SITE,)) if not case.id.startswith("motor"))


def bench(network: Network, p: SpreadParameters = SURGING, weeks: int = 52) -> Bench:
    return bench_of(network, p, weeks)


def test_greedy_takes_the_worst_single_and_misses_the_twins() -> None:
    """One twin alone costs nothing: greedy takes b and c (90). Both cost all of a (100).

    What is under way, a week to the motor plant and a week to the cars, still arrives: two weeks
    of 52. One block evens out the run, so that of the first of them 51/52 arrive in time.
    """
    network = twins()
    found = worst(bench(network), makers(network), 2)
    first = found.sets[0]
    assert [case.id for case in first.cases] == ["twin_1", "twin_2"]
    assert found.is_proven
    assert found.gap == 0.0
    (greedy,) = (each for each in found.sets if each.is_greedy)
    assert [case.id for case in greedy.cases] == ["single_b", "single_c"]
    assert greedy.best_case_usd / first.best_case_usd == pytest.approx(0.9)
    assert first.weekly_usd == pytest.approx(100 * 50 / 52)
    assert first.best_case_usd == pytest.approx(100 * (1 - (1 + 51 / 52) / 52))
    three = worst(bench(network), makers(network), 3)
    assert [case.id for case in three.sets[0].cases] == ["single_b", "twin_1", "twin_2"]


def test_without_a_round_the_gap_is_stated() -> None:
    network = twins()
    found = worst(bench(network), makers(network), 2, rounds=0)
    assert not found.is_proven
    assert found.gap == pytest.approx(found.bound - found.sets[0].best_case_share)
    assert found.gap > 0


def test_ranks_change_where_friction_counts() -> None:
    """Each twin can stand in, but not at once: the weekly model loses where the best case does not.

    The motor plant of a must qualify the twin that is left before it can move its orders.
    """
    network = twins()
    found = worst(bench(network, weeks=13), makers(network), 1, shown=4)
    by_id = {each.cases[0].id: each for each in found.sets}
    assert by_id["single_b"].best_case_rank == by_id["single_b"].weekly_rank == 1
    assert by_id["twin_1"].best_case_usd == pytest.approx(0.0, abs=1e-9)
    assert by_id["twin_1"].weekly_usd > 0


def test_one_end_use_is_watched_alone() -> None:
    network = twins()
    found = worst(bench(network), makers(network), 1, target="c")
    assert [case.id for case in found.sets[0].cases] == ["single_c"]
    with pytest.raises(ScenarioError, match="no end use or sector called 'd'"):
        target_value(bench(network), "d")


@pytest.mark.parametrize("k", [0, 5])
def test_k_is_one_to_all(k: int) -> None:
    network = twins()
    with pytest.raises(ScenarioError, match=f"k must be from 1 to the number of cases, 4; got {k}"):
        worst(bench(network), makers(network), k)


def test_a_chain_is_lost_with_any_of_its_links() -> None:
    found = worst(bench(six_sites(), BARE), cases_of(six_sites(), (COUNTRY,)), 1)
    assert found.is_proven
    assert found.sets[0].cases[0].id in {"JPN", "MYS", "USA", "VNM"}


TONNES = st.floats(0.0, 100.0).map(lambda t: round(t, 1)).filter(lambda t: t == 0 or t > 1)


@st.composite
def markets(draw: st.DrawFn) -> Network:
    """Four makers and three uses with any sales between them, none of them idle."""
    sales = {
        (f"maker_{m}", f"use_{u}"): draw(TONNES) + (5.0 if m % 3 == u else 0.0)
        for m in range(4)
        for u in range(3)
    }
    usd = {f"use_{u}": draw(st.floats(1.0, 100.0)) for u in range(3)}
    return sold({key: tonnes for key, tonnes in sales.items() if tonnes}, usd)


PARAMETERS = st.builds(
    lambda surge, days: SpreadParameters(
        **{name: getattr(BARE, name) for name in BARE.__slots__}
        | {"surge_plants": surge, "chain_days_other": days, "surge_end_use": 1.2}
    ),
    st.floats(1.0, 2.0),
    st.floats(0.0, 60.0),
)


@settings(max_examples=15, deadline=None)
@given(network=markets(), p=PARAMETERS)
def test_the_proof_agrees_with_trying_every_set(network: Network, p: SpreadParameters) -> None:
    table, cases = bench(network, p), makers(network)
    removal = Removal(table, cases, target_value(table))
    last = 0.0
    for k in (1, 2, 3):
        every = max(removal.loss(lost).loss for lost in combinations(range(4), k))
        found = worst(table, cases, k)
        assert found.is_proven
        assert found.sets[0].best_case_usd == pytest.approx(every, abs=1e-5 * removal.whole)
        assert found.sets[0].best_case_usd >= last - 1e-9 * removal.whole  # k + 1 costs no less
        last = found.sets[0].best_case_usd


@settings(max_examples=15, deadline=None)
@given(network=markets(), p=PARAMETERS, fear=st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_any_plan_bounds_every_set_and_losing_more_never_serves_more(
    network: Network, p: SpreadParameters, fear: list[float]
) -> None:
    table, cases = bench(network, p), makers(network)
    removal = Removal(table, cases, target_value(table))
    sets = [lost for k in range(4) for lost in combinations(range(4), k)]
    loss = {lost: removal.loss(lost).loss for lost in sets}
    small = 1e-7 * removal.whole
    for plan in (removal.loss((0,)), removal.hedged(np.array(fear))):
        delta = removal.repair(plan, range(4))
        for lost in sets:
            assert loss[lost] <= plan.loss + delta[list(lost)].sum() + small
    for lost in sets:
        for more in sets:
            if set(lost) < set(more):
                assert loss[lost] <= loss[more] + small


def test_the_command_and_the_page_name_the_worst_three_countries(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["worst", "--k", "3", "--by", "country", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    first = found["sets"][0]
    assert found["is_proven"]
    assert first["ids"] == ["CHN", "JPN", "USA"]
    page = (Path(__file__).parent.parent / "docs/chokepoints.md").read_text(encoding="utf-8")
    told = f"{first['best_case_share']:.1%} | {first['weekly_share']:.1%}"
    assert f"| China, Japan, USA | {told} |" in page


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--by", "country", "--k", "20", "--for", "EVs"], "Did you mean EV?"),
        (["--k", "0"], "expected a whole number from 1 to 20"),
    ],
)
def test_wrong_use_of_the_command_says_what_to_do(
    capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert main(["worst", *options]) != 0
    assert told in capsys.readouterr().err
