"""Invariants of the weekly model, on random networks and random levers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import flow, site

from graph.errors import ScenarioError
from graph.limits import limits_of
from graph.model import ELEMENTS, Flow, Role, Site, Stage
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.plan import totals
from graph.scenario import (
    NOTHING,
    Agreement,
    Blacklist,
    ContentRule,
    ExportLicence,
    Lever,
    NewCapacity,
    Outage,
    PriceRule,
    PriorityRule,
    Quota,
    Recycling,
    Scenario,
    Stockpile,
    Substitution,
    Tariff,
    TechnologyBan,
)
from graph.spread import Result, simulate, trajectory_of
from graph.targets import targets_of
from graph.trajectory import arrived
from graph.who import Who

COUNTRIES = ("CHN", "JPN", "USA", "DEU")
OXIDES = {"NdPr": "ndpr_oxide", "Dy": "dy_oxide", "other": "other_oxide"}
METALS = {"NdPr": "ndpr_metal", "Dy": "dy_metal"}


def chain(seed: int, width: int = 3) -> Network:
    """A random layered network: mines, separation, metal, magnets, swarf back, motors, end uses.

    Every layer starts in China, so that licences and quotas always find something.
    """
    rng = random.Random(seed)  # noqa: S311 - a network, not a secret
    sites: list[Site] = []
    layers: dict[Stage, list[str]] = {}
    for stage in Stage:
        layers[stage] = [f"{stage.value}_{number}" for number in range(rng.randint(2, width))]
        for number, id in enumerate(layers[stage]):
            country = "CHN" if number == 0 else rng.choice(COUNTRIES)
            sector = rng.choice(("EV", "wind", "defence", "electronics"))
            sites.append(site(id, stage, country, sector=sector))
    sites.append(site("recycler", Stage.SEPARATION, "CHN", role=Role.RECYCLER))
    sites.append(site("glass", Stage.END_USE, "ZZZ", role=Role.OTHER_USE))

    flows: dict[str, Flow] = {}

    def add(origin: str, target: str, material: str, **content: float) -> None:
        tonnes = rng.uniform(1, 100)
        made = flow(
            origin, target, material, tonnes, *(tonnes * content.get(e, 0) for e in ELEMENTS)
        )
        flows[made.key] = made

    def links(left: Sequence[str], right: Sequence[str]) -> list[tuple[str, str]]:
        kept = [(a, b) for a in left for b in right if rng.random() < 0.6]
        kept += [(a, rng.choice(right)) for a in left if a not in {x for x, _ in kept}]
        return kept + [(rng.choice(left), b) for b in right if b not in {y for _, y in kept}]

    for a, b in links(layers[Stage.MINE], layers[Stage.SEPARATION]):
        dy = rng.choice((0.0, 0.01, 0.05))
        add(a, b, "concentrate", NdPr=0.2, Dy=dy, other=0.6)
    for a, b in links(layers[Stage.SEPARATION], layers[Stage.METAL]):
        for element in METALS:
            add(a, b, OXIDES[element], **{element: 1.0})
    for a in layers[Stage.SEPARATION]:
        add(a, "glass", "other_oxide", other=1.0)
    for a, b in links(layers[Stage.METAL], layers[Stage.MAGNET]):
        for element, metal in METALS.items():
            add(a, b, metal, **{element: 1.17})
    for a in layers[Stage.MAGNET]:
        add(a, "recycler", "swarf", NdPr=0.8, Dy=0.02)
    add("recycler", layers[Stage.METAL][0], "ndpr_oxide", NdPr=1.0)
    add("recycler", layers[Stage.METAL][0], "dy_oxide", Dy=1.0)
    for a, b in links(layers[Stage.MAGNET], layers[Stage.COMPONENT]):
        add(a, b, "ndfeb", NdPr=0.3, Dy=rng.choice((0.0, 0.01, 0.02)))
    for a, b in links(layers[Stage.COMPONENT], layers[Stage.END_USE]):
        add(a, b, "ndfeb", NdPr=0.3, Dy=0.01)
    return Network.of(sites, flows.values(), snapshot="test", year=2025)


@st.composite
def lever_sets(draw: st.DrawFn, *, with_responses: bool = True) -> tuple[Lever, ...]:
    """Up to four levers; responses are what adds goods or saves needs."""
    share = st.floats(0, 1)
    start = draw(st.integers(0, 6))
    choices: list[Lever] = [
        Outage(
            name="outage",
            sites=(draw(st.sampled_from(["mine_0", "separation_1", "metal_alloy_0", "magnet_0"])),),
            start_week=start,
            end_week=start + draw(st.integers(1, 12)),
            remaining=draw(share),
            ramp_weeks=draw(st.integers(0, 4)),
        ),
        Quota(name="mining", scope="mining", kept=draw(share), start_week=start),
        Quota(name="separation", scope="separation", kept=draw(share), start_week=start),
        Quota(name="export", scope="export", kept=draw(share), start_week=start, end_week=14),
        ExportLicence(name="licence", elements=("NdPr", "Dy"), start_week=draw(st.integers(0, 3))),
        Blacklist(name="list", buyer_countries=("CHN",), country="CHN", re_export=True),
        ContentRule(name="content", threshold=draw(share)),
        PriceRule(
            name="ceiling", mode="ceiling", size=50 * draw(share) + 1, price=60.0, start_week=start
        ),
        TechnologyBan(
            name="know-how",
            hosts=Who(stages=("magnet",)),
            decay_per_year=draw(share),
            start_week=start,
        ),
    ]
    responses: list[Lever] = [
        PriorityRule(name="first", buyers=Who(countries=("CHN",)), start_week=start),
        Tariff(name="duty", rate=draw(share), start_week=start),
        Stockpile(
            name="release",
            action="release",
            material="ndfeb",
            days=20 * draw(share),
            start_week=start,
            end_week=start + 5,
        ),
        Stockpile(
            name="build",
            action="build",
            material="ndpr_metal",
            days=20 * draw(share),
            start_week=start,
            end_week=start + 8,
        ),
        NewCapacity(name="plant", material="ndfeb", tonnes_per_year=90 * draw(share), ramp_weeks=6),
        Recycling(name="scrap", material="dy_oxide", share=draw(share), ramp_weeks=9),
        Substitution(name="thrift", elements=("Dy",), share=draw(share), delay_weeks=3),
        Substitution(name="less", materials=("ndfeb",), share=draw(share), ramp_weeks=7),
    ]
    choices += responses if with_responses else []
    picked = draw(st.lists(st.sampled_from(choices), unique_by=lambda x: x.name, max_size=4))
    if picked and draw(st.booleans()):
        picked.append(Agreement(name="truce", lifts=(picked[0].name,), start_week=9))
    return tuple(picked)


def fitting(network: Network, levers: tuple[Lever, ...]) -> Scenario:
    """The levers that touch something in this network, as a scenario."""
    kept = []
    for lever in levers:
        try:
            targets_of(network, lever)
        except ScenarioError:
            continue
        kept.append(lever)
    names = {lever.name for lever in kept}
    return Scenario(
        "s",
        "",
        "",
        tuple(x for x in kept if not isinstance(x, Agreement) or set(x.lifts) <= names),
    )


def outcome(result: Result) -> dict[str, tuple[float, ...]]:
    found = {item.id: item.activity for item in result.sites}
    return found | {f"lost {item.id}": (item.lost_units,) for item in result.end_uses}


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), firms=st.integers(1, 4))
def test_without_a_lever_every_week_is_exactly_the_baseline(seed: int, firms: int) -> None:
    result = simulate(chain(seed), NOTHING, weeks=20, parameters=SpreadParameters(firms=firms))
    assert {value for item in result.sites for value in item.activity} == {1.0}
    assert all(item.lost_units == item.deferred_units == 0.0 for item in result.end_uses)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), levers=lever_sets())
def test_mass_balances_every_week(seed: int, levers: tuple[Lever, ...]) -> None:
    network = chain(seed)
    scenario = fitting(network, levers)
    plan, run = trajectory_of(network, scenario, weeks=30, parameters=SpreadParameters(firms=3))
    limits = limits_of(network, plan, scenario, 30, 7)
    groups, lines = len(plan.group_node), len(plan.line_node)
    stock_before, goods_before = np.zeros(groups), np.zeros(lines)
    makes_goods = ~(plan.line_final | plan.line_sink)
    arrivals = arrived(run.shipped, plan.lane_lag)
    for week in range(30):
        came = np.array(
            [
                run.shipped[week - lag, lane] if lag <= week else 1.0
                for lane, lag in enumerate(plan.lane_lag)
            ]
        )
        np.testing.assert_array_equal(came, arrivals[week])
        brought = plan.entry_share * came[plan.entry_lane]
        gained = plan.group_tonnes * totals(plan.entry_group, brought, groups)
        added, need = np.zeros(groups), np.ones(len(plan.use_line))
        for injection in limits.injections:
            if injection.is_at_hand:
                added[injection.groups] += injection.added[week]
        for saving in limits.savings:
            need[saving.uses] *= saving.need[week]
        gained += plan.group_tonnes * added
        taken = plan.use_share * need * run.made[week][plan.use_line]
        used = plan.group_tonnes * totals(plan.use_group, taken, groups)
        change = plan.group_tonnes * (run.stock[week] - stock_before)
        np.testing.assert_allclose(change, gained - used, rtol=0, atol=1e-9)
        sent = totals(plan.lane_line, plan.lane_tonnes * run.shipped[week], lines)
        change = plan.line_tonnes * (run.goods[week] - goods_before)
        made = plan.line_tonnes * run.made[week]
        np.testing.assert_allclose(
            change[makes_goods], (made - sent)[makes_goods], rtol=0, atol=1e-9
        )
        stock_before, goods_before = run.stock[week], run.goods[week]
    assert (run.shipped >= 0).all()
    assert (run.made >= 0).all()
    assert (plan.group_stock + run.stock >= -1e-9).all()
    assert (plan.line_stock + run.goods >= -1e-9).all()
    top = plan.node_surge[plan.line_node]
    assert (run.made <= top + 1e-12).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), levers=lever_sets(), shuffle=st.randoms())
def test_the_order_of_sites_flows_and_levers_changes_nothing(
    seed: int, levers: tuple[Lever, ...], shuffle: random.Random
) -> None:
    network = chain(seed)
    scenario = fitting(network, levers)
    sites, flows, mixed = list(network.sites.values()), list(network.flows), list(scenario.levers)
    for rows in (sites, flows, mixed):
        shuffle.shuffle(rows)  # type: ignore[arg-type]
    other = Network.of(sites, flows, snapshot="test", year=2025)
    first = simulate(network, scenario, weeks=25)
    second = simulate(other, replace(scenario, levers=tuple(mixed)), weeks=25)
    assert outcome(first) == outcome(second)
    assert first.because == second.because


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), draw=st.integers(0, 99), levers=lever_sets())
def test_the_same_seed_gives_the_same_bytes(
    seed: int, draw: int, levers: tuple[Lever, ...]
) -> None:
    network = chain(seed)
    scenario = fitting(network, levers)
    first, second = (simulate(network, scenario, weeks=25, seed=draw) for _ in range(2))
    assert repr(first).encode() == repr(second).encode()


def test_another_seed_draws_another_queue() -> None:
    licence = Scenario("s", "", "", (ExportLicence(name="l", elements=("NdPr", "Dy")),))
    losses = {repr(simulate(chain(4), licence, weeks=25, seed=seed).end_uses) for seed in range(5)}
    assert len(losses) > 1


STAGES = (
    ("mine", Stage.MINE, ""),
    ("plant", Stage.SEPARATION, "concentrate"),
    ("metal", Stage.METAL, "ndpr_oxide"),
    ("magnet", Stage.MAGNET, "ndpr_metal"),
    ("motor", Stage.COMPONENT, "ndfeb"),
    ("car", Stage.END_USE, "ndfeb"),
)


def single_chain(seller: str = "USA") -> Network:
    """Six sites in a row, each with one supplier and one customer; `seller` up to the magnet."""
    sites = [
        site(id, stage, seller if stage.order <= Stage.MAGNET.order else "USA", sector="EV")
        for id, stage, _ in STAGES
    ]
    flows = [
        flow(origin, target, material, 100.0, 30.0)
        for (origin, _, _), (target, _, material) in pairwise(STAGES)
    ]
    return Network.of(sites, flows, snapshot="test", year=2025)


def lost(lever: Lever, p: SpreadParameters, seller: str = "USA") -> float:
    network = single_chain(seller)
    result = simulate(network, Scenario("s", "", "", (lever,)), weeks=40, parameters=p)
    (car,) = result.end_uses
    return car.lost_units


@st.composite
def outages(draw: st.DrawFn) -> Outage:
    start = draw(st.integers(0, 5))
    return Outage(
        name="o",
        sites=(draw(st.sampled_from([id for id, _, _ in STAGES])),),
        start_week=start,
        end_week=start + draw(st.integers(1, 15)),
        remaining=draw(st.floats(0, 1)),
        ramp_weeks=draw(st.integers(0, 6)),
    )


STOCKS = (
    "feed_days_outside",
    "oxide_days",
    "metal_days_china",
    "metal_days_outside",
    "chain_days_cars",
)


@settings(max_examples=80, deadline=None)
@given(
    outage=outages(),
    days=st.lists(st.floats(0, 120), min_size=5, max_size=5),
    raised=st.sampled_from(STOCKS),
    more=st.floats(0, 90),
)
def test_more_stock_in_a_single_chain_never_raises_the_loss(
    outage: Outage, days: list[float], raised: str, more: float
) -> None:
    p = replace(SpreadParameters(firms=1), **dict(zip(STOCKS, days, strict=True)))
    richer = replace(p, **{raised: getattr(p, raised) + more})
    assert lost(outage, richer) <= lost(outage, p) + 1e-9


@settings(max_examples=80, deadline=None)
@given(outage=outages(), firms=st.just(1), easier=st.floats(0, 1), shorter=st.integers(0, 14))
def test_a_looser_outage_in_a_single_chain_never_raises_the_loss(
    outage: Outage, firms: int, easier: float, shorter: int
) -> None:
    p = SpreadParameters(firms=firms)
    end = outage.end_week or 40
    milder = replace(outage, remaining=outage.remaining + (1 - outage.remaining) * easier)
    briefer = replace(outage, end_week=max(outage.start_week + 1, end - shorter))
    base = lost(outage, p)
    assert lost(milder, p) <= base + 1e-9
    assert lost(briefer, p) <= base + 1e-9


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.6, 0.9, 1.0])
def test_a_wider_quota_in_a_single_chain_never_raises_the_loss(kept: float) -> None:
    p = SpreadParameters(firms=1)
    tight = Quota(name="q", scope="mining", kept=kept, countries=("USA",), end_week=30)
    wide = replace(tight, kept=min(1.0, kept + 0.1))
    assert lost(wide, p) <= lost(tight, p) + 1e-9


@settings(max_examples=40, deadline=None)
@given(
    start=st.integers(0, 6),
    first=st.floats(0, 60),
    length=st.floats(1, 120),
    caught=st.floats(0, 1),
    sooner=st.floats(0, 1),
    milder=st.floats(0, 1),
    days=st.floats(0, 150),
)
def test_a_looser_licence_in_a_single_chain_never_raises_the_loss(
    start: int,
    first: float,
    length: float,
    caught: float,
    sooner: float,
    milder: float,
    days: float,
) -> None:
    p = SpreadParameters(firms=1, chain_days_cars=days)
    tight = ExportLicence(
        name="l",
        elements=("NdPr",),
        start_week=start,
        approval=((first, 0.0), (first + length, 1.0)),
        caught=caught,
    )
    quicker = replace(
        tight, approval=((first * sooner, 0.0), (first * sooner + length * sooner + 1e-6, 1.0))
    )
    lighter = replace(tight, caught=caught * milder)
    base = lost(tight, p, "CHN")
    assert lost(quicker, p, "CHN") <= base + 1e-9
    assert lost(lighter, p, "CHN") <= base + 1e-9
