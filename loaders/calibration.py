"""What the April case rests on: every value that was set, on which months, read where it is used.

The rule is that a calibrated value rests on April to June 2025 and on nothing later. Where a value
does not keep it, the table says so, and the months after June are no clean test of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.parameters import SpreadParameters
from graph.scenario import ExportLicence, Scenario
from graph.verdicts import FITTED, INPUT

ASSUMED = "assumed"
WITHIN, BEYOND, NONE = "yes", "no", "no month"


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One value. `keeps_rule` is yes, no, or no month where it was not set on any month."""

    what: str
    value: float
    unit: str
    row: str
    kind: str
    rests_on: str
    keeps_rule: str


def calibration(scenario: Scenario, p: SpreadParameters) -> tuple[Calibrated, ...]:
    """Every value of the export licence and of the spread that bears on the April case."""
    licence = next(lever for lever in scenario.levers if isinstance(lever, ExportLicence))
    granted = dict(licence.approval)
    usa = next((d.caught for d in licence.destinations if d.country == "USA"), None)
    last_day, last_share = licence.approval[-1]
    rows = (
        (
            *("Licences granted by day 61", granted.get(61.0), "share", "LIC02", INPUT),
            *("count of the European suppliers' association, 4 June 2025", WITHIN),
        ),
        (
            *("Licences granted by day 87", granted.get(87.0), "share", "LIC03", INPUT),
            *("count of the European suppliers' association, 30 June 2025", WITHIN),
        ),
        (
            *("First licences", licence.approval[0][0], "day", "", ASSUMED),
            *("nothing earlier is reported", NONE),
        ),
        (
            *(f"Licences granted by day {last_day:g}", last_share, "share", "", ASSUMED),
            *("the pace of day 61 to 87 drawn on, so that nearly all have one in July", BEYOND),
        ),
        (
            *("From approval to departure", licence.shipping_lag_weeks, "weeks", "", ASSUMED),
            *("nothing is published", NONE),
        ),
        (
            *("Uncontrolled magnets held", licence.caught, "share", "LIC08", FITTED),
            *("exports of May 2025", WITHIN),
        ),
        (
            *("Uncontrolled magnets held, USA", usa, "share", "", FITTED),
            *("exports to the USA in May 2025", WITHIN),
        ),
        (
            *("Week from which they are held", licence.caught_after_weeks, "weeks", "", ASSUMED),
            *("trade press: from May 2025", WITHIN),
        ),
        (
            *("Exported magnets with Dy or Tb", p.controlled_tonnage, "share", "LIC12", ASSUMED),
            *("middle of a range; nothing is published", NONE),
        ),
        (
            *("Release of a backlog", p.backlog_weeks, "weeks", "STK22", ASSUMED),
            *("chosen because exports were back in July 2025", BEYOND),
        ),
        (
            *("Release after a licence", licence.release_weeks, "weeks", "", ASSUMED),
            *("as STK22", BEYOND),
        ),
        (
            *("Time to close a gap in stock", p.restock_weeks, "weeks", "STK21", ASSUMED),
            *("a monthly order cycle", NONE),
        ),
        (
            *("Stock of the car industry", p.chain_days_cars, "days", "STK07", FITTED),
            *("six dated stops, days 45 to 117: the last two in July 2025", BEYOND),
        ),
        (
            *("Spread of stock between firms", p.chain_spread, "ln units", "STK11", FITTED),
            *("the same stops", BEYOND),
        ),
        (
            *("Metal at makers outside China", p.metal_days_outside, "days", "STK05", FITTED),
            *("spring 2025, and a report of June", WITHIN),
        ),
        (
            *("Highest output of China's makers", p.surge_magnets_china, "multiple", "OVT02"),
            *(ASSUMED, "utilisation published for August 2025", BEYOND),
        ),
    )
    return tuple(
        Calibrated(what, float(value), unit, row, kind, rests_on, keeps)
        for what, value, unit, row, kind, rests_on, keeps in rows
        if value is not None
    )
