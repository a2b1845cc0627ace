"""The past cases on the shipped data: which targets pass, and what is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import loaders
from graph.errors import HistoryError, UnknownName
from loaders.backtest import CASES, backtest, case_of
from loaders.calibration import calibration
from loaders.historical import japan_2010, price_2021
from loaders.observed import by_month, months_between, of_year, select, total
from loaders.parameters import spread_parameters
from loaders.past import Backtest
from loaders.scenarios import scenarios
from loaders.tables import Row
from ui.charts.history import history_chart
from ui.theme import INKS
from ui.viewmodels import history as told


@pytest.fixture(scope="module")
def april() -> Backtest:
    return backtest("april-2025", runs=20)


def seen(period: str, value: float, kind: str = "month", **more: str) -> Row:
    cells = {"period": period, "period_type": kind, "value": value, **more}
    return Row("observations", 2, cells)


def test_which_targets_the_april_case_passes(april: Backtest) -> None:
    assert [(v.id, v.verdict, v.passed, v.constant_cut, v.nature) for v in april.targets] == [
        ("T1", "pass", 6, "fail", "fitted"),
        ("T2", "pass", 10, "fail", "fitted"),
        ("T3", "pass", 20, "pass", "part fitted"),
        ("T4", "pass", 20, "pass", "part fitted"),
        ("T5", "pass", 20, "", "fitted"),
        ("T6", "pass", 20, "", "by construction"),
        ("T7", "pass", 20, "", "fitted"),
        ("T8a", "input", None, "", "input"),
        ("T8b", "input", None, "", "input"),
    ]
    values = {v.id: v.observed for v in april.targets}
    assert values["T4"] == pytest.approx(8095.5)
    assert values["T6"] == pytest.approx(4768 / (55431 / 12))
    assert (values["T5"], values["T8a"], values["T8b"]) == (45.0, 0.25, 0.6)


def test_the_months_of_april_against_customs(april: Backtest) -> None:
    whole = {row.month: row for row in april.months if row.flow == "WLD"}
    assert list(whole) == list(months_between("2025-04", "2025-12"))
    assert {month: row.observed_t for month, row in whole.items()} == {
        "2025-04": 2626,
        "2025-05": 1238,
        "2025-06": 3188,
        "2025-07": 5577,
        "2025-08": 6146,
        "2025-09": 5774,
        "2025-10": 5473,
        "2025-11": 6150,
        "2025-12": 5952,
    }
    may = whole["2025-05"]
    assert may.observed_share == pytest.approx(1238 / (60590 / 12))
    assert may.model_share == pytest.approx(0.294, abs=0.001)
    assert (may.model_low, may.model_high) == (
        pytest.approx(0.266, abs=0.001),
        pytest.approx(0.357, abs=0.001),
    )
    assert may.as_in_2010 == pytest.approx(634 * 8 / 15072)
    assert whole["2025-06"].as_in_2010 is None
    assert whole["2025-06"].observed_gap_t == pytest.approx(-8095.5)
    assert [row.window for row in whole.values()] == [
        *("calibration",) * 3,
        *("holdout",) * 2,
        *("later",) * 4,
    ]
    usa = {row.month: row for row in april.months if row.flow == "USA"}
    assert usa["2025-04"].observed_t is None
    assert usa["2025-05"].observed_share == pytest.approx(46.4 / (7444 / 12))
    assert usa["2025-12"].observed_t == 564


def test_single_destinations_are_held_out(april: Backtest) -> None:
    rows = {(row.flow, row.month): row for row in april.destinations}
    assert {row.window for row in rows.values()} == {"holdout", "later"}
    assert rows["DEU", "2025-05"].observed_share == pytest.approx(0.3)
    assert rows["JPN", "2025-05"].observed_share == pytest.approx(0.159)
    assert rows["DEU", "2025-07"].observed_share == pytest.approx(1116 / 862)
    assert rows["VNM", "2025-09"].model_share is None


def test_the_model_beats_the_rival_where_it_was_fitted_and_not_everywhere(april: Backtest) -> None:
    rmse = {(e.flow, e.window, e.who): e.rmse for e in april.errors}
    assert rmse["WLD", "calibration", "model"] == pytest.approx(0.048, abs=0.001)
    assert rmse["WLD", "calibration", "constant cut"] == pytest.approx(0.162, abs=0.001)
    assert rmse["WLD", "holdout", "model"] == pytest.approx(0.153, abs=0.001)
    assert rmse["WLD", "holdout", "constant cut"] == pytest.approx(0.170, abs=0.001)
    assert rmse["USA", "holdout", "model"] == pytest.approx(0.361, abs=0.001)
    assert rmse["USA", "holdout", "constant cut"] == pytest.approx(0.035, abs=0.001)


def test_the_halt_of_2010_fails_where_it_fails() -> None:
    found = backtest("japan-2010", runs=2)
    assert [(v.id, v.verdict, v.constant_cut) for v in found.targets] == [
        ("J1", "fail", "fail"),
        ("J2", "pass", "pass"),
        ("J3", "fail", "fail"),
    ]
    months = {row.month: row for row in found.months}
    assert months["2010-09"].model_share == pytest.approx(27 / 30)  # goods at sea arrive for a week
    assert months["2010-10"].model_share == 0.0
    assert months["2010-10"].observed_share == pytest.approx(1278 / 1884)


def test_a_price_raises_no_alarm() -> None:
    found = backtest("price-2021", runs=1)
    assert [(v.id, v.verdict, v.model) for v in found.targets] == [("P1", "pass", 0.0)]
    assert {row.model_share for row in found.months} == {1.0}
    assert "598,000 CNY a tonne on 2021-09-23 and 1,100,000 on 2022-03-07" in found.notes[0]


def test_a_case_that_cannot_be_run_says_what_is_missing() -> None:
    with pytest.raises(HistoryError) as caught:
        backtest("quota-2011")
    assert str(caught.value).startswith(
        "quota-2011 is not run, since an honest run needs what the data do not hold:\n"
        "  - imports or exports by month from 2010 to 2012; a run counts weeks "
        "(2007 to 2016 are held by year)\n"
        "  - how demand answers to a price that rises eightfold"
    )
    with pytest.raises(UnknownName, match="Did you mean april-2025"):
        backtest("april-2052")


@pytest.mark.parametrize(
    ("case", "row", "missing"),
    [
        ("april-2025", "obs_40", "China's magnet exports to the USA in 2024"),
        (
            "april-2025",
            "obs_18",
            "China's magnet exports from April 2024 to March 2025, the baseline",
        ),
        (
            "japan-2010",
            "obs_396",
            "Japan's imports from China before the halt, January to August 2010",
        ),
        (
            "price-2021",
            "obs_54",
            "China's magnet exports by destination in January and February 2022",
        ),
    ],
)
def test_without_an_observation_a_case_is_refused(
    tmp_path: Path, case: str, row: str, missing: str
) -> None:
    folder = shutil.copytree(loaders.shipped_folder(), tmp_path / "data")
    path = folder / "observations.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{row},")]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), "utf-8")
    with pytest.raises(HistoryError) as caught:
        backtest(case, folder, runs=1)
    assert caught.value.missing == (missing,)


def test_every_calibrated_value_is_read_where_it_is_used() -> None:
    shipped = loaders.tables(loaders.shipped_folder())
    scenario = scenarios(loaders.shipped_folder())["april-2025-licences"]
    p = spread_parameters(shipped)
    rows = {value.row: value for value in calibration(scenario, p) if value.row}
    base = {row.text("id"): row.number("base") for row in shipped["assumptions"]}
    assert {id: value.value for id, value in rows.items()} == {id: base[id] for id in rows}
    changed = calibration(scenario, replace(p, backlog_weeks=6.0))
    assert {v.row: v.value for v in changed}["STK22"] == 6.0
    broken = [value.what for value in calibration(scenario, p) if value.keeps_rule == "no"]
    assert broken == [
        "Licences granted by day 113",
        "Release of a backlog",
        "Release after a licence",
        "Stock of the car industry",
        "Spread of stock between firms",
        "Highest output of China's makers",
    ]


def test_spans_fill_months_that_are_not_known_alone() -> None:
    rows = (
        seen("2024-10", 10.0),
        seen("2024-11..2024-12", 30.0, "sum"),
        seen("2025-01..2025-03", 60.0, "quarter"),
        seen("2025-01", 25.0),
        seen("2024-10+2024-12", 99.0, "sum"),
        seen("2024", 500.0, "year"),
    )
    assert total(rows, months_between("2024-10", "2024-12")) == 40.0
    assert total(rows, months_between("2024-10", "2025-01")) == 65.0
    assert total(rows, months_between("2024-10", "2025-03")) is None  # February is in no row
    assert total(rows, ("2024-11",)) is None
    assert by_month(rows) == {"2024-10": 10.0, "2025-01": 25.0}
    assert (of_year(rows, 2024), of_year(rows, 2025)) == (500.0, None)
    assert len(select(rows, period_type="sum")) == 2
    assert months_between("2010-11", "2011-02") == ("2010-11", "2010-12", "2011-01", "2011-02")


def test_the_networks_of_the_past_add_up() -> None:
    halt = japan_2010(100.0, 200.0, 300.0, ("a",))
    assert {f.key: f.tonnes for f in halt.flows} == {
        "china->japan:other_oxide": 1200.0,
        "others->japan:other_oxide": 200.0,
        "japan->japan_use:other_oxide": 1400.0,
        "china->usa_use:other_oxide": 300.0,
    }
    peak = price_2021(1000.0, 50.0, {"USA": 0.1}, ("a",))
    assert {f.target: f.tonnes for f in peak.flows if f.origin == "makers"} == {
        "motors_usa": 60.0,
        "motors_zzz": 540.0,
        "motors_chn": 400.0,
    }


def test_a_scenario_knows_the_case_it_is_held_against() -> None:
    assert case_of("april-2025-licences") == "april-2025"
    assert case_of("kuantan-outage") is None
    assert set(CASES) == {"april-2025", "japan-2010", "price-2021", "quota-2011"}


def test_the_picture_shows_points_line_and_rival(april: Backtest) -> None:
    whole, usa = told.histories(april)
    assert (whole.name, whole.held_out, usa.held_out) == (
        "All destinations",
        "Jul 2025",
        "Jul 2025",
    )
    assert whole.ticks[:2] == (("Apr", "2025"), ("May",))
    assert usa.observed[0] is None
    assert usa.hovers[1] == "May 2025, observed: 7\u00a0% (46.4\u00a0t)"
    assert "off by 5\u00a0points, a constant cut by 16\u00a0points" in whole.finding
    for ink in INKS.values():
        traces = {trace.name: trace for trace in history_chart(whole, ink).data if trace.name}
        assert list(traces) == ["Constant cut", "Model", "Observed"]
        assert traces["Constant cut"].line.dash == "dash"
        assert traces["Observed"].mode == "markers"


def test_what_is_said_of_a_case(april: Backtest) -> None:
    assert told.headline(april).startswith(
        "Targets passed: 7 of 7 in the run shown, 5 in all 20 runs. None is a free output"
    )
    rows = {row[""]: row for row in told.targets_table(april).rows}
    assert rows["T1"]["Asked"] == "20.0\u00a0% to 30.0\u00a0%"
    assert rows["T3"]["Asked"] == "month\u00a03 to 5"
    assert rows["T6"]["Asked"] == "at least 99.5\u00a0%"
    assert rows["T7"]["Observed"] == ""
    assert rows["T8a"]["Result"] == "is an input"
    assert told.calibration_table(april).finding.startswith("16 values. The rule is")
    assert "6 of them do not keep it" in told.calibration_table(april).finding
