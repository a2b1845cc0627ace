"""Bands as the page shows them."""

from __future__ import annotations

from test_ensemble import hand_made

from ui import text
from ui.viewmodels.bands import bands, movers, sentence


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
