"""Computed flows across borders beside customs figures, on rows small enough to check by hand."""

from __future__ import annotations

import pytest

import loaders
from graph.model import Confidence, Flow, Site, Stage
from graph.network import Network
from loaders.tables import Row, Tables
from loaders.trade_check import TradeGap, ndpr_like, trade_gaps
from ui.viewmodels.trade import gaps

CHINA = Site("s", "Separator", Stage.SEPARATION, "CHN")
JAPAN = Site("ma", "Metal maker", Stage.METAL, "JPN")


def flow(tonnes: float) -> Flow:
    content = (tonnes, 0.0, 0.0, 0.0, 0.0)
    return Flow("s", "ma", "ndpr_oxide", tonnes, content, Confidence.ASSUMED, ("a",), 2025)


def trade(good: str, kusd: float, tonnes: float | None, year: int = 2024) -> Row:
    pair = {"exporter": "CHN", "importer": "JPN", "hs6": "284690", "good": good}
    return Row("trade", 2, pair | {"year": year, "kusd": kusd, "tonnes": tonnes, "sources": ("c",)})


def tables(*rows: Row, told: bool = False) -> Tables:
    price = {
        "quantity": "price", "subject": "", "country": "CHN", "material": "NdPr oxide",
        "year": 2024, "value": 55.0, "low": None, "high": None, "unit": "USD/kg", "used": "yes",
        "sources": ("a",), "confidence": "reported", "note": "",
    }  # fmt: skip
    assumed = [
        {"id": id, "low": low, "base": base, "high": high, "confidence": "assumed"}
        | {"parameter": "p", "applies_to": "x", "unit": "u", "sources": ("a",), "note": ""}
        for id, low, base, high in (("PRL01", 2.0, 3.5, 6.0), ("YLD02", 0.9, 0.95, 1.0))
    ]
    block = Row("blocks", 2, {"material": "ndpr_oxide", "origin": "CHN", "target": "JPN"})
    return Tables(
        {
            "trade": rows,
            "series": (Row("series", 2, price),),
            "assumptions": tuple(Row("assumptions", 2, row) for row in assumed),
            "blocks": (block,) if told else (),
            "countries": (
                Row("countries", 2, {"iso3": "CHN", "region": "CHN"}),
                Row("countries", 3, {"iso3": "JPN", "region": "JPN"}),
            ),
        }
    )


def network(tonnes: float = 300.0) -> Network:
    return Network.of((CHINA, JAPAN), (flow(tonnes),), snapshot="2025", year=2025)


def test_unit_value_tells_ndpr_from_lanthanum_and_cerium() -> None:
    assert ndpr_like(3.5, 55.0, 3.5) == 0.0
    assert ndpr_like(29.25, 55.0, 3.5) == pytest.approx(0.5)
    assert (ndpr_like(80.0, 55.0, 3.5), ndpr_like(1.0, 55.0, 3.5)) == (1.0, 0.0)


def test_a_pair_shows_its_gap() -> None:
    (gap,) = trade_gaps(network(), tables(trade("compounds", 29_250.0, 1_000.0)))
    assert gap.usd_per_kg == pytest.approx(29.25)
    assert gap.observed_t == pytest.approx(500.0)
    assert gap.observed_low_t == pytest.approx(1000.0 * (29.25 - 6.0) / 49.0)
    assert gap.observed_high_t == pytest.approx(1000.0 * (29.25 - 2.0) / 53.0)
    assert (gap.computed_t, gap.gap_t) == (300.0, pytest.approx(-200.0))
    assert not gap.is_input


def test_trade_that_went_in_says_so() -> None:
    (gap,) = trade_gaps(network(), tables(trade("compounds", 1.0, 1.0), told=True))
    assert gap.is_input


def test_concentrate_is_compared_by_weight_and_mixed_goods_not_at_all() -> None:
    rows = (trade("concentrate", 10.0, 40.0), trade("mixed", 10.0, 50.0))
    (gap,) = trade_gaps(network(), tables(*rows))
    assert (gap.good, gap.observed_t, gap.computed_t) == ("concentrate", 40.0, 0.0)


def test_the_newest_year_counts_and_a_flow_without_weight_does_not() -> None:
    rows = (trade("compounds", 9.0, 3.0, 2023), trade("compounds", 9.0, None), trade("metal", 9, 3))
    (gap,) = trade_gaps(network(), tables(*rows))
    assert (gap.good, gap.year) == ("metal", 2024)
    assert trade_gaps(network(), tables(trade("metal", 9.0, 3.0, 2026))) == ()


def test_the_finding_names_the_largest_gap() -> None:
    found = (
        TradeGap(
            "CHN", "JPN", "compounds", "284690", 2024, 9, 9, 500, 400, 600, 300, False, ("c",)
        ),
        TradeGap("VNM", "JPN", "metal", "280530", 2024, 9, 9, 120, 110, 130, 100, False, ("c",)),
        TradeGap("CHN", "VNM", "metal", "280530", 2024, 9, 9, 70, 60, 80, 70, True, ("c",)),
    )
    view = gaps(found, {"CHN": "China"}, {})
    assert view.finding == (
        "Of 3 pairs in customs figures of 2024, 1 went into the balance; of the other 2 the "
        "balance comes within a factor of 1.5 for 1. The largest gap is China to JPN, oxide: "
        "customs 500\u00a0t like NdPr, computed 300\u00a0t. Trade is no share of capacity."
    )
    assert next(pair.label for pair in view.pairs) == "China to JPN, oxide"
    assert view.table.rows[0]["Gap t"] == -200.0


def test_vietnam_sends_its_metal_to_japan() -> None:
    """Nothing told the balance of this trade; it comes out within a tenth of customs."""
    found = trade_gaps(loaders.load(), loaders.tables())
    (metal,) = [g for g in found if (g.exporter, g.importer, g.good) == ("VNM", "JPN", "metal")]
    assert not metal.is_input
    assert metal.computed_t == pytest.approx(metal.observed_t, rel=0.1)
