"""What public figures would change in tables of ours: applied, only shown, or nothing."""

from __future__ import annotations

import csv

import pytest

from loaders import shipped_folder
from loaders.changes import Change
from loaders.compare_figures import compositions, mine_output
from loaders.compare_places import coordinates, distance
from loaders.compare_trade import flows
from loaders.goods import GOODS, HEADINGS, good
from loaders.public import Figure, Occurrence, Trade
from loaders.tables import Row, Tables

SITE = {
    "id": "m_one",
    "name": "One",
    "stage": "mine",
    "role": "plant",
    "country": "IND",
    "lat": 10.0,
    "lon": 20.0,
    "output": 2900.0,
    "output_unit": "t REO",
    "output_year": 2025,
    "sources": ("usgs_mcs2026",),
    "confidence": "reported",
    "coordinates_from": "memory",
}
ORE = {
    "id": "ore",
    "name": "Weishan, Shandong",
    "ndpr": 0.1485,
    "dy": 0.0,
    "tb": 0.0014,
    "sm": 0.0079,
    "sources": ("usgs_myb2022", "own_assumption"),
    "confidence": "reported",
}
TRADE = {
    "year": 2024,
    "exporter": "MMR",
    "importer": "CHN",
    "hs6": "284690",
    "kusd": 100.0,
    "tonnes": 40.0,
    "sources": ("cepii_baci_2024",),
}


def rows_of(table: str, *rows: dict[str, object]) -> Tables:
    made = tuple(Row(table, line, values) for line, values in enumerate(rows, 2))
    return Tables({table: made})


def only(changes: tuple[Change, ...]) -> Change:
    (change,) = changes
    return change


def figure(value: float | None, year: int = 2026, source: str = "usgs_mcs2027") -> Figure:
    return Figure("IND", "mine production", year, value, "t", source, estimated=True)


def test_one_mine_that_carries_its_country_takes_the_new_figure() -> None:
    change = only(mine_output([figure(3000)], rows_of("sites", SITE)).changes)
    assert (change.old, change.new, change.source) == (2900.0, 3000, "usgs_mcs2027")
    assert change.applies
    assert change.key == ("m_one",)
    assert dict(change.edits) == {
        "output": "3000",
        "output_year": "2026",
        "sources": "usgs_mcs2026;usgs_mcs2027",
        "confidence": "estimated",
    }


@pytest.mark.parametrize(
    ("sites", "value", "source", "why_not"),
    [
        (
            [SITE, SITE | {"id": "m_two", "output": 100.0}],
            3000,
            "usgs_mcs2027",
            "a country total, ours is spread over 2 rows of 2025",
        ),
        ([SITE | {"sources": ("firm_2026",)}], 3000, "usgs_mcs2027", "ours comes from firm_2026"),
        (
            [SITE | {"sources": ("usgs_mcs2026",)}],
            3000,
            "usgs_mcs2025",
            "ours comes from the newer edition usgs_mcs2026",
        ),
        ([SITE | {"output_unit": "t concentrate"}], 3000, "usgs_mcs2027", "ours counts t concent"),
        ([SITE | {"country": "AUS"}], 3000, "usgs_mcs2027", "no mine of ours has an output there"),
    ],
)
def test_what_needs_judgement_is_only_shown(
    sites: list[dict[str, object]], value: float, source: str, why_not: str
) -> None:
    found = mine_output([figure(value, source=source)], rows_of("sites", *sites))
    change = only(found.changes)
    assert not change.applies
    assert change.why_not.startswith(why_not)


def test_sums_are_compared_and_stocks_are_no_mines() -> None:
    sites = rows_of(
        "sites",
        SITE,
        SITE | {"id": "m_two", "output": 100.0, "role": "residual"},
        SITE | {"id": "x_stock", "output": 50.0, "role": "stock"},
    )
    found = mine_output([figure(3000, year=2025)], sites)
    assert found.changes == ()
    assert found.without == {"figures that agree": 1}


def test_figures_that_say_nothing_new_are_counted() -> None:
    world = Figure("WLD", "mine production", 2026, 390000, "t", "usgs_mcs2027")
    price = Figure("USA", "Price", 2026, 60, "dollars per kilogram", "usgs_mcs2027")
    nothing = Figure("GRL", "mine production", 2026, 0, "t", "usgs_mcs2027")
    figures = [figure(2000, year=2024), figure(None), world, price, nothing]
    found = mine_output(figures, rows_of("sites", SITE))
    assert found.changes == ()
    assert found.without == {
        "figures older than ours": 1,
        "figures without a value": 1,
        "world totals": 1,
        "figures that agree": 1,
    }


def share(measure: str, value: float | None, place: str = "Weishan, Shandong Province") -> Figure:
    subject = f"{place} (bastnaesite)"
    return Figure(subject, measure, 2023, value, "share of total REO", "usgs_myb2023")


def test_a_new_analysis_is_applied_to_a_reported_row() -> None:
    found = compositions([share("ndpr", 0.15), share("dy", None)], rows_of("compositions", ORE))
    change = only(found.changes)
    assert (change.column, change.old, change.new, change.applies) == ("ndpr", 0.1485, 0.15, True)
    assert dict(change.edits)["sources"] == "usgs_myb2022;own_assumption;usgs_myb2023"
    assert found.without == {"figures without a value": 1}


def test_a_figure_that_only_rounds_differently_agrees() -> None:
    rows = rows_of("compositions", ORE | {"ndpr": 0.149, "sm": 0.008})
    found = compositions([share("ndpr", 0.1485), share("sm", 0.0079)], rows)
    assert found.changes == ()
    assert found.without == {"figures that agree": 2}


def test_a_row_that_departs_on_purpose_and_an_unknown_deposit_stay() -> None:
    rows = rows_of("compositions", ORE | {"confidence": "estimated"})
    found = compositions([share("tb", 0.001), share("tb", 0.01, "Elsewhere, Nowhere")], rows)
    assert only(found.changes).why_not.startswith("ours is not the table's figure on purpose")
    assert found.without == {"deposits that compositions.csv does not list": 1}


def test_a_mineral_stands_for_a_deposit_only_where_the_yearbook_is_cited() -> None:
    loparite = Figure("Revda, Murmansk (loparite)", "sm", 2023, 0.009, "share", "usgs_myb2023")
    ours = ORE | {"name": "Lovozero (loparite)"}
    assert only(compositions([loparite], rows_of("compositions", ours)).changes).applies
    elsewhere = ours | {"sources": ("a_paper_2023",)}
    assert compositions([loparite], rows_of("compositions", elsewhere)).changes == ()


def place(name: str, lat: float, lon: float, country: str = "IND") -> Occurrence:
    return Occurrence("7", (name,), country, lat, lon, "", "usgs_ree_database")


NÖRRA = SITE | {"name": "Nörra One (Two)"}


@pytest.mark.parametrize(
    ("site", "places", "why_not"),
    [
        (NÖRRA, [place("Norra One", 10.1, 20.1)], ""),
        (NÖRRA, [place("Norra", 10.1, 20.1)], "the names agree in part: perhaps another place"),
        (NÖRRA, [place("Norra One", 12, 20)], "222 km apart: perhaps another place"),
        (
            NÖRRA | {"coordinates_from": "company map"},
            [place("Norra One", 10.1, 20.1)],
            "ours comes from company map",
        ),
        (
            NÖRRA,
            [place("Norra One", 10.1, 20.1), place("Norra One", 10.2, 20.1)],
            "2 places have the name; the nearest is shown",
        ),
    ],
)
def test_coordinates_apply_where_one_place_is_meant(
    site: dict[str, object], places: list[Occurrence], why_not: str
) -> None:
    change = only(coordinates(places, rows_of("sites", site)).changes)
    assert change.why_not == why_not
    if not why_not:
        assert (change.old, change.new) == ("10 20", "10.1000 20.1000")
        assert dict(change.edits)["coordinates_from"] == "USGS REE database"


def test_places_elsewhere_and_places_that_agree_change_nothing() -> None:
    sites = rows_of("sites", SITE | {"name": "Norra One"}, SITE | {"name": "Norra Two"})
    found = coordinates(
        [place("Norra One", 10.004, 19.996), place("Norra Two", 11, 20, "AUS")], sites
    )
    assert found.changes == ()
    assert found.without == {
        "mines at the same place": 1,
        "mines of ours that the database does not name": 1,
    }


def test_a_degree_of_latitude_is_111_km() -> None:
    assert distance((0, 0), (1, 0)) == pytest.approx(111.19, abs=0.01)
    assert distance((60, 0), (60, 1)) == pytest.approx(55.6, abs=0.05)


def trade(code: str, kusd: float, tonnes: float | None, source: str = "cepii_baci_2024") -> Trade:
    return Trade(2024, "MMR", "CHN", code, kusd, tonnes, None, "concentrate", source)


def known(*rows: dict[str, object]) -> Tables:
    countries = rows_of("countries", {"iso3": "MMR"}, {"iso3": "CHN"})
    return Tables({**countries.rows, **rows_of("trade", *rows).rows})


def test_a_new_flow_a_changed_flow_and_the_same_flow() -> None:
    new = flows([trade("284690", 100, 40)], known())
    assert [(c.column, c.old, c.new) for c in new.changes] == [
        ("kusd", None, 100),
        ("tonnes", None, 40),
    ]
    assert dict(new.changes[0].edits)["good"] == "concentrate"
    changed = flows([trade("284690", 100, 41)], known(TRADE))
    assert [(c.column, c.old, c.new) for c in changed.changes] == [("tonnes", 40.0, 41)]
    assert flows([trade("284690", 100, 40)], known(TRADE)).without == {"figures that agree": 1}


def test_a_release_never_overwrites_another() -> None:
    later = flows([trade("284690", 100, 40, "cepii_baci_2025")], known(TRADE))
    assert {change.key[-1] for change in later.changes} == {"cepii_baci_2025"}
    assert {change.old for change in later.changes} == {None}


def test_a_flow_without_quantity_shows_its_value_only() -> None:
    change = only(flows([trade("284690", 100, None)], known()).changes)
    assert change.column == "kusd"
    assert dict(change.edits)["tonnes"] == ""


def test_a_heading_is_held_against_the_sum_of_its_codes_and_never_applied() -> None:
    ours = known(TRADE, TRADE | {"hs6": "284610", "tonnes": 2.0})
    found = flows([trade("2846", 100, 50, "un_comtrade_2024")], ours)
    change = only(found.changes)
    assert (change.old, change.new, change.applies) == (42.0, 50, False)
    assert change.why_not == "a whole heading; ours is the sum of 284610, 284690 from " + (
        "cepii_baci_2024"
    )
    same = flows([trade("2846", 100, 42, "un_comtrade_2024")], ours)
    assert (same.changes, same.without) == ((), {"figures that agree": 1})


def test_every_good_is_a_choice_of_the_table() -> None:
    with (shipped_folder() / "columns.csv").open(encoding="utf-8", newline="") as file:
        (choices,) = (
            line["type"].removeprefix("choice:").split("|")
            for line in csv.DictReader(file)
            if (line["table"], line["column"]) == ("trade", "good")
        )
    pairs = (("MMR", "CHN"), ("MYS", "CHN"), ("AUS", "MYS"), ("CHN", "JPN"))
    assert {good(2024, *pair, code) for pair in pairs for code in (*GOODS, *HEADINGS)} == set(
        choices
    )
