"""Years and outlooks: who runs when, how much of nameplate, and which year is refused."""

from __future__ import annotations

import pytest

import loaders
from graph.errors import DataError, UnknownName
from graph.indicators import china_share, outputs, stage_shares
from graph.model import Role, Site, Stage, Status
from graph.network import Network
from loaders.mined import mined
from loaders.snapshots import (
    Snapshot,
    check_snapshots,
    find_snapshot,
    of_snapshot,
    planned,
    ramped,
    read_snapshots,
    runs,
)
from loaders.tables import Row, Tables

NOW = Snapshot("2025", "2025", 2025, "", "2025-06-30", None, "", "")
ON_TIME = Snapshot("2028", "2028", 2028, "latest", "2026-11-01", 0, "", "")
LATE = Snapshot("late", "2028 late", 2028, "latest", "2026-11-01", 2, "", "")


def plant(status: Status, start: int | None, role: Role = Role.PLANT) -> Site:
    return Site("mg", "Plant", Stage.MAGNET, "USA", role=role, status=status, start_year=start)


@pytest.fixture(scope="module")
def shipped() -> Tables:
    return loaders.tables()


@pytest.mark.parametrize(
    ("site", "now", "on_time", "late"),
    [
        (plant(Status.OPERATING, None), True, True, True),
        (plant(Status.OPERATING, 2026), False, True, True),
        (plant(Status.CONSTRUCTION, 2027), False, True, False),
        (plant(Status.PLANNED, 2026), False, True, True),
        (plant(Status.ANNOUNCED, None), False, False, False),
        (plant(Status.SUSPENDED, 2020), False, False, False),
        (plant(Status.OPERATING, 2000, Role.AGGREGATE), False, False, False),
    ],
)
def test_plants_come_and_go(site: Site, now: bool, on_time: bool, late: bool) -> None:
    assert (runs(site, NOW), runs(site, ON_TIME), runs(site, LATE)) == (now, on_time, late)


@pytest.mark.parametrize(
    ("start", "months", "share"),
    [(2028, 24, 0.25), (2027, 24, 0.75), (2026, 24, 1.0), (2027, 36, 0.5), (2029, 24, 0.0)],
)
def test_a_plant_ramps_in_equal_steps(start: int, months: float, share: float) -> None:
    assert ramped(start, 2028, months) == pytest.approx(share)


def row(snapshot: str, tonnes: float) -> Row:
    values = {"site": "mg", "material": "ndfeb", "snapshot": snapshot, "tonnes": tonnes}
    return Row("outputs", 2, values)


def test_the_most_particular_row_holds() -> None:
    rows = (row("latest", 300.0), row("", 30.0), row("plan", 2000.0))
    key = ("site", "material")
    assert [r.number("tonnes") for r in of_snapshot(rows, NOW, key)] == [30.0]
    assert [r.number("tonnes") for r in of_snapshot(rows, ON_TIME, key)] == [300.0]


def test_plans_count_in_outlooks_only() -> None:
    rows, sites = (row("plan", 2000.0),), {"mg": plant(Status.CONSTRUCTION, 2027)}
    months = {"BLD02": 24.0, "BLD06": 36.0}
    assert planned(rows, ON_TIME, sites, months) == {("mg", "ndfeb"): pytest.approx(1500.0)}
    assert planned(rows, LATE, sites, months) == {}
    assert planned(rows, NOW, sites, months) == {}


def test_mines_move_with_their_country() -> None:
    series = tuple(
        Row(
            "series",
            2,
            dict.fromkeys(("low", "high"), None)
            | {"quantity": "mine_output", "subject": "", "country": "MMR", "material": "REO"}
            | {"year": year, "value": value, "unit": "t REO", "used": used}
            | {"sources": ("a",), "confidence": "reported", "note": ""},
        )
        for year, value, used in ((2024, 27.0, "yes"), (2024, 39.0, "no"), (2025, 22.0, "yes"))
    )
    tables = Tables({"series": series})
    mine = Site("m", "Mine", Stage.MINE, "MMR", output=11.0, output_year=2025)
    before = Snapshot("pre", "2024", 2024, "", "2024-12-31", None, "", "")
    moved = mined(tables, {"m": mine}, before, {})["m"]
    assert (moved.output, moved.output_year) == (pytest.approx(13.5), 2024)
    carried = mined(tables, {"m": mine}, ON_TIME, {})["m"]
    assert (carried.output, carried.output_year) == (11.0, 2025)
    grown = mined(tables, {"m": mine}, ON_TIME, {("m", "reo"): 20.0})["m"]
    assert (grown.output, grown.output_year) == (20.0, 2028)


def test_a_year_is_the_first_snapshot_of_it(shipped: Tables) -> None:
    assert find_snapshot(shipped, "2024").id == "pre-shock"
    assert find_snapshot(shipped, "2028").id == "2028-on-time"
    assert list(read_snapshots(shipped)) == list(loaders.snapshots())
    with pytest.raises(UnknownName, match="no snapshot called 'later'"):
        find_snapshot(shipped, "later")


def test_a_year_that_cannot_be_balanced_says_why() -> None:
    with pytest.raises(DataError) as refused:
        loaders.load(snapshot="2020")
    (problem,) = refused.value.problems
    assert str(problem) == (
        "2020 cannot be balanced: separated NdPr oxide outside China and metal made outside China "
        "and magnets used by sector and region are not published for that year or an older one; "
        "known is only mine output by country and world output of NdFeB magnets. Choose one of "
        "pre-shock, 2025, latest, 2028-on-time, 2028-late. What is known of 2020 stands in "
        "series.csv and shares.csv."
    )


def test_a_name_that_leads_nowhere_is_a_problem(shipped: Tables) -> None:
    rows = {table: shipped[table] for table in shipped}
    rows["outputs"] = (row("next-year", 1.0),)
    (problem,) = check_snapshots(Tables(rows))
    assert problem.column == "snapshot"
    assert problem.got == "'next-year'"


@pytest.fixture(scope="module")
def networks() -> dict[str, Network]:
    return {name: loaders.load(snapshot=name) for name in loaders.snapshots()}


def test_shares_of_china_by_snapshot(networks: dict[str, Network]) -> None:
    """Published for 2024: 91% of separation. Forecast for 2027: 89% of magnets."""
    found = {
        name: [
            round(row.share, 3)
            for stage, material in (
                (Stage.MINE, "REO"),
                (Stage.SEPARATION, "NdPr"),
                (Stage.MAGNET, "NdFeB"),
            )
            if (row := china_share(stage_shares(network), stage, material))
        ]
        for name, network in networks.items()
    }
    assert found == {
        "pre-shock": [0.694, 0.910, 0.923],
        "2025": [0.684, 0.892, 0.926],
        "latest": [0.684, 0.880, 0.923],
        "2028-on-time": [0.599, 0.811, 0.845],
        "2028-late": [0.641, 0.857, 0.889],
    }


def test_mines_of_2024_are_those_of_2024(networks: dict[str, Network]) -> None:
    mines = outputs(networks["pre-shock"])[Stage.MINE, "REO"]
    assert mines["m_mmr_kachin"] == pytest.approx(27_000)
    assert outputs(networks["2025"])[Stage.MINE, "REO"]["m_mmr_kachin"] == pytest.approx(22_000)


def test_the_delay_takes_back_what_is_not_built(networks: dict[str, Network]) -> None:
    on_time = outputs(networks["2028-on-time"])[Stage.MAGNET, "NdFeB"]
    late = outputs(networks["2028-late"])[Stage.MAGNET, "NdFeB"]
    assert on_time["mg_vulcan"] == pytest.approx(0.75 * 10_000 * 0.71)
    assert "mg_vulcan" not in late
    assert [made["mg_evac"] for made in (on_time, late)] == pytest.approx([2_000 * 0.71] * 2)
    assert sum(on_time.values()) == pytest.approx(sum(late.values()))


def test_an_outlook_is_held_against_a_claim_of_its_time() -> None:
    """A forecast for 2027 gives China 89% of magnets; nothing is published near 2028 on metal."""
    found = {(c.stage, c.material): c for c in loaders.check(snapshot="2028-late").comparisons}
    magnets = found[Stage.MAGNET, "NdFeB"]
    assert (magnets.year, magnets.published, magnets.agrees) == (2027, 0.89, True)
    assert found[Stage.METAL, "NdPr"].agrees is None
