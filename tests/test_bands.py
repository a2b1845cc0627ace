"""Bands as the page shows them."""

from __future__ import annotations

import pytest
from networks import six_sites
from test_ensemble import hand_made

from graph.scenario import Outage, Scenario
from graph.spread import simulate
from ui import text, theme
from ui.charts.losses import loss_bars
from ui.viewmodels.bands import bands, movers, sentence
from ui.viewmodels.outcome import bars


def test_bands_are_told_and_listed() -> None:
    """Of runs that lose 0, 10 and 20 USD; the strike itself has no value to lose here."""
    found = hand_made()
    said = sentence(found).replace(text.NBSP, " ")
    assert "end uses lose 10.0 USD where a value is known, 1.00 USD to 19.0 USD in nine" in said
    assert said.startswith("3 runs on 1 balance: ")
    (row,) = bands(found, {"USA": "United States"}).rows
    assert (row["Country"], row["Runs with a loss"]) == ("United States", 67)
    assert row["Lost, 5 %"] in (0, 1)  # half a percent
    assert row["Lost, median"] == 5


def test_movers_say_what_they_stand_for() -> None:
    (row,) = movers(hand_made(), {"STK03": "Oxide with traders"}).rows
    assert (row["Assumption"], row["Stands for"]) == ("STK03", "Oxide with traders")
    assert row["Rank correlation with the loss"] == 0.5


def test_drawn_runs_put_their_band_on_the_bars() -> None:
    network, drawn = six_sites(), hand_made()
    stop = Scenario("stop", "", "", (Outage(name="stop", sites=("metal_vn",)),), snapshot="test")
    shown = bars([("Stop", simulate(network, stop))], drawn)
    (band,) = drawn.end_uses
    assert shown.names == ("Ev Us",)
    assert shown.spans == ((band.lost_share.low, band.lost_share.high),)
    figure = loss_bars(shown, theme.INK_DARK)
    whisker, said = figure.data[1:]
    middle, half = whisker.x[0], whisker.error_x.array[0]
    assert middle - half == pytest.approx(band.lost_share.low)
    assert middle + half == pytest.approx(band.lost_share.high)
    share = text.share(shown.series[0][1][0])
    assert said.text[0].strip().startswith(f"{share} (")
