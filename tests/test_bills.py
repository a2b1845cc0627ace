"""The bill and the prices as the page shows them."""

from __future__ import annotations

from networks import six_sites
from spreads import ALL_HEAVY, run
from test_money import DUTY, EMBARGO, two_buyers

from graph.scenario import Outage
from ui.viewmodels.bills import bills, price_sentence


def test_each_side_has_a_line() -> None:
    table = bills(run(two_buyers(), EMBARGO, DUTY, weeks=6, p=ALL_HEAVY), {"CHN": "China"})
    china, usa = table.rows
    assert (china["Side"], china["Lost exports"], china["Duties paid"]) == ("China", 588_000, 0)
    assert china["Magnets not made, t"] == 12
    assert china["Loss abroad for each USD of its own"] == 0
    assert (usa["Side"], usa["Loss abroad for each USD of its own"]) == ("USA", None)


def test_prices_are_told_where_they_rise() -> None:
    strike = Outage(name="strike", sites=("sep_my",), end_week=4)
    assert price_sentence(run(six_sites(), strike, weeks=5)) == (
        "Highest price of oxide outside China, USD/kg: NdPr 3.0 times 69."
    )
    assert price_sentence(run(two_buyers(), weeks=5)) == ""
