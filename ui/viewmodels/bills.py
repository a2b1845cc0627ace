"""What a run costs the sides that impose something, and what oxides cost outside China."""

from __future__ import annotations

from collections.abc import Mapping

from graph.spread import Result
from ui import text
from ui.viewmodels.tables import Table, rounded

RISE = 1.05
"""Prices that rise less count as at rest."""
CAPTION = (
    "Exports are valued at prices of 2025 from the table of assumptions. The bill is that of the "
    "whole run: where both sides act, the losses of each are also the work of the other."
)


def bills(result: Result, names: Mapping[str, str]) -> Table:
    """A line for each imposing side; empty where nothing was imposed."""
    money = ("Own loss", "Lost exports", "Duties paid", "Duties collected", "Own end uses")
    rows = [
        {
            "Side": names.get(bill.imposer, bill.imposer),
            "Own loss": rounded(bill.own),
            "Lost exports": rounded(bill.lost_exports),
            "Duties paid": rounded(bill.duties),
            "Duties collected": rounded(bill.duties_collected),
            "Own end uses": rounded(bill.own_end_uses),
            "Loss abroad": rounded(bill.abroad),
            "Loss abroad for each USD of its own": None
            if bill.leverage is None
            else round(bill.leverage, 1),
            "Magnets not made, t": rounded(bill.idle_magnets_t),
        }
        for bill in result.bills
    ]
    return Table(
        name="bills",
        rows=rows,
        kinds=dict.fromkeys((*money, "Loss abroad"), "usd")
        | {"Loss abroad for each USD of its own": "number", "Magnets not made, t": "number"},
        finding="What the whole run costs each side that imposes something",
    )


def price_sentence(result: Result) -> str:
    """How far the oxides rise outside China; empty where they rest."""
    risen = [path for path in result.prices if max(path.multiple) > RISE]
    if not risen:
        return ""
    listed = text.join(
        [
            f"{path.element} {text.tenths(max(path.multiple))} times "
            f"{text.digits(path.usd_per_kg, 6)}"
            for path in risen
        ]
    )
    return f"Highest price of oxide outside China, USD/kg: {listed}."
