"""The main case: China's export licences of April 2025, against its customs month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from graph.backtest import (
    ANALOGUE,
    CALIBRATION,
    CONSTANT_CUT,
    HOLDOUT,
    LATER,
    Modelled,
    Observed,
    carried_over,
    constant_cut,
)
from graph.model import CHINA, OXIDES
from graph.parameters import EUROPE
from graph.plan import Plan
from graph.scenario import ExportLicence, Scenario
from graph.shipments import first_stop_day, lanes_between, without_heavy
from graph.trajectory import Trajectory
from graph.verdicts import APRIL_2025, TOTAL, USA, Account
from loaders.calibration import calibration
from loaders.observed import by_month, months_between, of_year, select, total
from loaders.past import Backtest, Inputs, modelled, off, played, require, side_by_side, verdicts
from loaders.tables import Row

NAME = "april-2025"
TITLE = "Export licences of April 2025"
SCENARIO = "april-2025-licences"
SNAPSHOT = "pre-shock"
REASON = (
    "It is the chain of April 2024 to March 2025, the very months that the baseline of customs is "
    "the mean of. The snapshot 2025 already holds what came after: US ore no longer sold to China, "
    "heavy oxides from Kuantan."
)
CASE = "2025_licensing"
MAGNETS = "85051110"
COMPOUNDS = "2805.30+2846"
YEAR_BEFORE = months_between("2024-04", "2025-03")
CALIBRATED = months_between("2025-04", "2025-06")
READ = months_between("2025-07", "2025-08")
MONTHS = months_between("2025-04", "2025-12")
COUNTED_DAYS = {"2025-06-04": 61, "2025-06-30": 87}
BUYERS: Mapping[str, tuple[str, frozenset[str]]] = {
    "DEU": ("Germany (model: buyers in Europe)", EUROPE),
    "JPN": ("Japan", frozenset({"JPN"})),
    "KOR": ("Korea", frozenset({"KOR"})),
    "VNM": ("Vietnam", frozenset({"VNM"})),
}
"""Destinations of which single months are known: name, and whose buyers stand for them."""
NOTES = (
    "Shares are of each side's own baseline; an undisturbed month counts exactly 1 in the model, "
    "whatever its days. Weeks are spread over months by their days.",
    "Later measures are not in the run: the general licences of December 2025, and the controls "
    "announced in October and suspended in November.",
    "Seasons and the growth of trade are not modelled.",
    "Customs count Germany; the model's buyers stand in Europe as a whole for the most part. "
    "The network has no buyers of Chinese magnets in Vietnam.",
    "The rival as in 2010 is one event: the share of Japan's imports from China in the two months "
    "after that halt began. It ended in the second; what followed does not apply.",
)


def run(inputs: Inputs) -> Backtest:
    """Raises HistoryError where the observations or the scenario are missing."""
    rows = select(inputs.tables["observations"], case=CASE, reporter=CHINA)
    magnets = select(rows, hs_code=MAGNETS)
    volumes = select(magnets, metric="export_volume", unit="t")
    year = total(select(volumes, partner=TOTAL), YEAR_BEFORE)
    usa_year = of_year(select(volumes, partner=USA), 2024)
    compounds = select(rows, hs_code=COMPOUNDS, metric="export_volume", partner=TOTAL)
    compounds_year = of_year(compounds, 2024)
    require(
        NAME,
        {
            f"the scenario {SCENARIO}": inputs.scenarios.get(SCENARIO),
            "China's magnet exports from April 2024 to March 2025, the baseline": year,
            "China's magnet exports of April to June 2025, month by month": total(
                select(volumes, partner=TOTAL, period_type="month"), CALIBRATED
            ),
            "China's magnet exports to the USA in 2024": usa_year,
            "China's exports of rare-earth compounds in 2024": compounds_year,
        },
    )
    whole = _seen(
        volumes, TOTAL, "All destinations", (year or 0.0) / 12, "April 2024 to March 2025"
    )
    usa = _seen(volumes, USA, "United States", (usa_year or 0.0) / 12, "mean month of 2024")
    single = _destinations(magnets, volumes)
    scenario = replace(inputs.scenarios[SCENARIO], snapshot=SNAPSHOT)
    runs = played(inputs.network(SNAPSHOT), scenario, inputs, MONTHS)
    plan = runs[0][0]
    abroad = lanes_between(plan, CHINA, None, ("ndfeb", "smco"))
    said = {
        TOTAL: modelled(runs, abroad, scenario.start, MONTHS),
        USA: _to(runs, frozenset({USA}), scenario),
        **{flow: _to(runs, countries, scenario) for flow, (_, countries) in BUYERS.items()},
    }
    cut = constant_cut(whole, MONTHS)
    rivals = {CONSTANT_CUT: cut, ANALOGUE: carried_over(_earlier(inputs), MONTHS)}
    months = side_by_side((whole, usa), said, rivals, MONTHS)
    others = side_by_side(single, said, {CONSTANT_CUT: cut}, MONTHS)
    others = tuple(row for row in others if row.observed_share is not None)
    account = Account(
        shares={one.flow: _shares(one) for one in (whole, usa)},
        baseline_t=whole.baseline_t,
        stop_day=_first_stop(rows),
        oxides={
            month: tonnes * 12 / (compounds_year or 1.0)
            for month, tonnes in by_month(compounds).items()
            if month in CALIBRATED
        },
        approved=_counted(rows),
    )
    return Backtest(
        case=NAME,
        title=TITLE,
        snapshot=SNAPSHOT,
        reason=REASON,
        start=scenario.start,
        seeds=inputs.seeds,
        months=months,
        destinations=others,
        targets=verdicts(APRIL_2025, account, _accounts(runs, said, scenario, inputs), cut, MONTHS),
        errors=off((*months, *others), (whole, usa, *single)),
        calibration=calibration(scenario, inputs.parameters),
        notes=NOTES,
    )


def _seen(
    volumes: Sequence[Row], partner: str, name: str, baseline_t: float, basis: str
) -> Observed:
    windows = {
        month: CALIBRATION if month in CALIBRATED else HOLDOUT if month in READ else LATER
        for month in MONTHS
    }
    tonnes = by_month(select(volumes, partner=partner))
    return Observed(
        flow=partner,
        name=name,
        baseline_t=baseline_t,
        basis=basis,
        tonnes={month: tonnes[month] for month in MONTHS if month in tonnes},
        windows=windows,
        shares={},
    )


def _destinations(magnets: Sequence[Row], volumes: Sequence[Row]) -> list[Observed]:
    """Destinations of which only some months are known: nothing was fitted to any of them."""
    found = []
    for flow, (name, _) in BUYERS.items():
        before = by_month(select(volumes, partner=flow))
        known = [before[month] for month in YEAR_BEFORE if month in before]
        changes = by_month(select(magnets, partner=flow, metric="export_volume_change", unit="%"))
        if not known:
            continue
        basis = f"mean of {len(known)} months of 2024" if len(known) > 1 else "one month of 2024"
        one = _seen(volumes, flow, name, sum(known) / len(known), basis)
        windows = {
            month: LATER if month not in (*CALIBRATED, *READ) else HOLDOUT for month in MONTHS
        }
        shares = {month: 1 + change / 100 for month, change in changes.items() if month in MONTHS}
        found.append(replace(one, windows=windows, shares=shares))
    return found


def _to(
    runs: Sequence[tuple[Plan, Trajectory]], countries: frozenset[str], scenario: Scenario
) -> Modelled | None:
    lanes = lanes_between(runs[0][0], CHINA, countries, ("ndfeb", "smco"))
    return modelled(runs, lanes, scenario.start, MONTHS)


def _shares(one: Observed) -> dict[str, float]:
    return {month: share for month in MONTHS if (share := one.share(month)) is not None}


def _earlier(inputs: Inputs) -> list[dict[int, float]]:
    """Earlier disturbances by number of the month, from 1: so far the halt of 2010 alone."""
    rows = select(
        inputs.tables["observations"],
        case="2010_embargo",
        reporter="JPN",
        partner=CHINA,
        metric="import_volume",
    )
    normal = total(rows, months_between("2010-01", "2010-08"))
    months = by_month(rows)
    if not normal or not {"2010-10", "2010-11"} <= months.keys():
        return []
    return [{1: months["2010-10"] * 8 / normal, 2: months["2010-11"] * 8 / normal}]


def _first_stop(rows: Sequence[Row]) -> float | None:
    """Day of the first dated stop of a car plant; those of later months are other goods."""
    days = [
        row.number("value")
        for row in select(rows, metric="plant_stop_start")
        if row.text("period")[:7] in CALIBRATED
    ]
    return min(days, default=None)


def _counted(rows: Sequence[Row]) -> dict[int, float]:
    granted = select(rows, metric="licence_approval_rate", partner="EU27", unit="% of applications")
    return {
        COUNTED_DAYS[row.text("period")]: row.number("value") / 100
        for row in granted
        if row.text("period") in COUNTED_DAYS
    }


def _accounts(
    runs: Sequence[tuple[Plan, Trajectory]],
    said: Mapping[str, Modelled | None],
    scenario: Scenario,
    inputs: Inputs,
) -> list[Account]:
    """What each run says of the targets."""
    plan = runs[0][0]
    light = modelled(
        runs,
        without_heavy(plan, lanes_between(plan, CHINA, None, ("ndfeb",))),
        scenario.start,
        CALIBRATED,
    )
    oxides = modelled(runs, lanes_between(plan, CHINA, None, OXIDES), scenario.start, CALIBRATED)
    licence = next(lever for lever in scenario.levers if isinstance(lever, ExportLicence))
    days, shares = zip(*licence.approval, strict=True)
    approved = {day: float(np.interp(day, days, shares)) for day in COUNTED_DAYS.values()}
    whole = said[TOTAL]
    return [
        Account(
            shares={
                flow: found.runs[i] for flow in (TOTAL, USA) if (found := said[flow]) is not None
            },
            baseline_t=whole.baseline_t if whole else None,
            stop_day=first_stop_day(plan, trajectory, CHINA, int(inputs.parameters.firms)),
            oxides=oxides.runs[i] if oxides else None,
            light=light.runs[i] if light else None,
            approved=approved,
        )
        for i, (_, trajectory) in enumerate(runs)
    ]
