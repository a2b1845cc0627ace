"""How sure a run is: bands over many draws, and what moves the loss."""

from __future__ import annotations

from collections.abc import Mapping

from graph.ensemble import BALANCE, Ensemble
from ui import text
from ui.viewmodels.tables import Table, percent, rounded

SHOWN = 10
READING = (
    "Every run draws its stocks, transit times, overtime, approvals and places in the queue from "
    "the ranges in the table of assumptions, and one of several balances of the flows."
)


def sentence(found: Ensemble) -> str:
    """The loss of all end uses as a band."""
    return (
        f"{found.runs} runs on {text.plural(found.balances, 'balance')}: end uses lose "
        f"{text.usd(found.lost_usd.median)} where a value is known, "
        f"{text.usd(found.lost_usd.low)} to {text.usd(found.lost_usd.high)} in nine runs of ten. "
        f"With nothing drawn it is {text.usd(found.at_base_usd)}."
    )


def bands(found: Ensemble, names: Mapping[str, str]) -> Table:
    """End uses that lose in some run, the highest median first."""
    shares = ("Runs with a loss", "Lost, 5 %", "Lost, median", "Lost, 95 %")
    return Table(
        name="bands",
        rows=[
            {
                "End use": band.name,
                "Country": names.get(band.country, band.country),
                "Runs with a loss": percent(band.risk),
                "Lost, 5 %": percent(band.lost_share.low),
                "Lost, median": percent(band.lost_share.median),
                "Lost, 95 %": percent(band.lost_share.high),
                "Lost units, median": rounded(band.lost_units.median),
                "Lost units, 95 %": rounded(band.lost_units.high),
                "Unit": band.unit,
                "Touched China": text.share_range(band.china_share.low, band.china_share.high),
            }
            for band in found.end_uses
            if band.risk > 0
        ],
        kinds=dict.fromkeys(shares, "share")
        | {"Lost units, median": "number", "Lost units, 95 %": "number"},
        finding=sentence(found),
    )


def movers(found: Ensemble, said: Mapping[str, str]) -> Table:
    """What moves the whole loss most; `said` tells what an assumption stands for."""
    return Table(
        name="movers",
        rows=[
            {
                "Assumption": mover.assumption,
                "Stands for": "Which balance of the flows"
                if mover.assumption == BALANCE
                else said.get(mover.assumption, ""),
                "Rank correlation with the loss": round(mover.correlation, 2),
            }
            for mover in found.movers[:SHOWN]
        ],
        kinds={"Rank correlation with the loss": "number"},
        finding="What moves the loss most",
    )
