"""Parameters of the spread: each from a row of the data, with the row's value as default."""

from __future__ import annotations

from pathlib import Path

import pytest
from networks import site

import loaders
from graph.errors import DataError
from graph.model import Stage
from graph.parameters import (
    ASSUMPTIONS,
    SpreadParameters,
    chain_days,
    input_days,
    qualify_days,
    surge,
)
from loaders.parameters import spread_parameters
from loaders.tables import Tables

DATA = Path(__file__).resolve().parent.parent / "data"
P = SpreadParameters()


def test_the_defaults_are_the_values_of_the_shipped_data() -> None:
    assert spread_parameters(loaders.tables(DATA)) == P


def test_a_missing_row_is_named() -> None:
    with pytest.raises(DataError, match="the spread needs the row STK07") as caught:
        spread_parameters(Tables({"assumptions": ()}))
    assert len(caught.value.problems) == len({id for id, _ in ASSUMPTIONS.values()})


@pytest.mark.parametrize(
    ("country", "sector", "days"),
    [
        ("USA", "EV", 72),
        ("EUU", "automotive", 72),
        ("JPN", "EV", 90),
        ("KOR", "EV", 365),
        ("CHN", "EV", 20),
        ("CHN", "wind", 90),
        ("USA", "defence", 180),
        ("USA", "electronics", 30),
    ],
)
def test_what_makers_of_components_hold(country: str, sector: str, days: float) -> None:
    assert chain_days(P, site("x", Stage.COMPONENT, country, sector=sector)) == days


def test_what_plants_hold_and_can_do() -> None:
    plant_cn, plant_my = (site(c, Stage.SEPARATION, c) for c in ("CHN", "MYS"))
    magnets = [site(c, Stage.MAGNET, c) for c in ("CHN", "JPN", "DEU")]
    assert [input_days(P, s) for s in (plant_cn, plant_my, *magnets)] == [60, 120, 20, 90, 30]
    assert [surge(P, s) for s in (plant_cn, *magnets)] == [1.05, 1.35, 1.05, 1.05]
    assert surge(P, site("ev", Stage.END_USE, "USA")) == 1.1
    assert [qualify_days(P, stage) for stage in Stage] == [60, 60, 60, 120, 165, 730]
