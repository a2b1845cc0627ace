"""Time to recover: the longest of what a case needs, each figure from its row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import flow, site, six_sites

from graph.contingency import COUNTRY, Case, cases_of
from graph.draws import Range
from graph.errors import DataError
from graph.model import Role, Stage
from graph.network import Network
from graph.recovery import RECOVERY_ROWS, Recovery, recoveries
from loaders import tables
from loaders.parameters import recovery_times
from loaders.tables import Row, Tables

TIMES = {
    "BLD01": Range(20, 24, 44),
    "BLD02": Range(12, 24, 48),
    "BLD03": Range(24, 30, 42),
    "BLD04": Range(36, 48, 60),
    "BLD05": Range(11, 12, 24),
    "BLD06": Range(24, 36, 60),
    "BLD07": Range(12, 24, 33),
    "BLD08": Range(36, 84, 120),
    "QLF01": Range(120, 165, 210),
    "QLF02": Range(365, 730, 900),
    "QLF03": Range(540, 900, 1500),
    "QLF05": Range(60, 120, 240),
    "QLF06": Range(30, 60, 180),
}


def recovered(network: Network, times: dict[str, Range] = TIMES) -> dict[str, Recovery]:
    found = recoveries(network, cases_of(network), times)
    return {case.id: recovery for case, recovery in found.items()}


def test_each_plant_takes_the_rows_of_its_stage() -> None:
    found = recovered(six_sites())
    assert found["mine_au"] == Recovery(Range(36, 84, 120), ("BLD08",))
    assert found["sep_my"] == Recovery(Range(60, 84, 120), ("BLD04", "BLD06"))
    assert found["metal_vn"] == Recovery(Range(12, 24, 33), ("BLD07",))
    assert found["magnet_jp"] == Recovery(Range(32, 48, 92), ("BLD01", "BLD02"))


def test_what_has_no_row_has_no_figure() -> None:
    found = recovered(six_sites())
    said = "no row of assumptions.csv for a plant at the stage Motor & component"
    assert found["motor_us"] == Recovery(None, (), said)
    ore = found["AUS>MYS:concentrate"]
    assert ore == Recovery(
        None, (), "no row of assumptions.csv for a buyer at the stage Separation"
    )
    without = {row: span for row, span in TIMES.items() if row != "BLD02"}
    missing = recovered(six_sites(), without)["magnet_jp"]
    assert missing == Recovery(
        None, (), "no row of assumptions.csv for a plant at the stage Magnet"
    )


def test_a_corridor_takes_what_the_buyer_needs_to_qualify_another() -> None:
    found = recovered(six_sites())
    assert found["MYS>VNM:ndpr_oxide"] == Recovery(Range(30, 60, 180), ("QLF06",))
    assert found["VNM>JPN:ndpr_metal"] == Recovery(Range(60, 120, 240), ("QLF05",))
    assert found["JPN>USA:ndfeb"] == Recovery(Range(120, 165, 210), ("QLF01",))


def test_defence_has_a_row_of_its_own_and_what_it_lacks_is_not_borrowed_from_cars() -> None:
    base = six_sites()
    for sector, expected in (("defence", Range(540, 900, 1500)), ("wind", None)):
        sites = [
            replace(s, sector=sector) if s.id == "motor_us" else s for s in base.sites.values()
        ]
        network = Network.of(sites, base.flows, snapshot="test", year=2025)
        assert recovered(network)["JPN>USA:ndfeb"].days == expected


def several() -> Network:
    """One country with a heavy separator, a large magnet maker, a recycler and motors."""
    sites = (
        site("mine", Stage.MINE, "AUS"),
        site("heavy", Stage.SEPARATION, "FRA"),
        site("swarf", Stage.SEPARATION, "FRA", role=Role.RECYCLER),
        site("metal", Stage.METAL, "GBR"),
        site("magnets", Stage.MAGNET, "FRA"),
        site("motor", Stage.COMPONENT, "FRA", sector="EV"),
        site("cars", Stage.END_USE, "FRA", sector="EV"),
    )
    flows = (
        flow("mine", "heavy", "concentrate", 10.0, 0, 10.0),
        flow("heavy", "metal", "dy_oxide", 10.0, 0, 10.0),
        flow("swarf", "metal", "dy_oxide", 1.0, 0, 1.0),
        flow("magnets", "swarf", "swarf", 5_000.0, 0, 1.0),
        flow("metal", "magnets", "dy_metal", 10.0, 0, 11.0),
        flow("magnets", "motor", "ndfeb", 7_000.0, 0, 10.0),
        flow("motor", "cars", "ndfeb", 7_000.0, 0, 10.0),
    )
    return Network.of(sites, flows, snapshot="test", year=2025)


def test_a_case_of_several_stages_takes_the_longest_and_says_what_is_missing() -> None:
    """A heavy line 12 + 36 months, a large magnet plant 30 + 24."""
    found = recovered(several())
    assert found["heavy"] == Recovery(Range(35, 48, 84), ("BLD05", "BLD06"))
    assert found["magnets"] == Recovery(Range(36, 54, 90), ("BLD03", "BLD02"))
    assert found["swarf"].days is None
    assert found["FRA"] == Recovery(
        Range(36, 54, 90),
        ("BLD03", "BLD02"),
        "no row of assumptions.csv for a plant at the stage Motor & component, "
        "a site of the role recycler",
    )


def test_magnets_below_the_large_class_take_the_usual_row() -> None:
    base = several()
    flows = [replace(f, tonnes=6_999.0) if f.origin == "magnets" else f for f in base.flows]
    network = Network.of(base.sites.values(), flows, snapshot="test", year=2025)
    assert recovered(network)["magnets"].rows == ("BLD01", "BLD02")


def test_the_gap_is_what_is_left_once_stocks_are_gone() -> None:
    recovery = Recovery(Range(30, 60, 180), ("QLF06",))
    assert recovery.gap(49.0) == Range(-19, 11, 131)
    assert recovery.gap(None) is None
    assert Recovery(None, (), "no row").gap(49.0) is None


def test_nothing_to_rebuild_is_nothing_known() -> None:
    nothing = Case(COUNTRY, "XXX", "XXX", "XXX", None)
    assert recoveries(six_sites(), [nothing], TIMES)[nothing] == Recovery(None, ())


def test_the_shipped_table_has_every_row_and_months_become_days() -> None:
    times = recovery_times(tables(None))
    assert set(times) == RECOVERY_ROWS
    assert times["BLD01"].base == pytest.approx(24 / 12 * 365.25)
    assert times["QLF02"] == Range(365, 730, 900)


def test_a_time_in_another_unit_is_an_error_that_names_the_line() -> None:
    values = {"id": "BLD01", "base": 2.0, "low": None, "high": None, "unit": "years"}
    wrong = Tables({"assumptions": (Row("assumptions", 7, values),)})
    with pytest.raises(DataError, match=r"line 7, column unit: .*expected days or months; got 'ye"):
        recovery_times(wrong)
