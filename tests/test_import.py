"""`magnetrace import`: what is shown, what is applied, and that nothing is ever half written."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook
from samples import BACI, COMTRADE, MCS_2026, OCCURRENCES, sample

from graph.errors import DataError, UnknownName
from loaders import tables
from loaders.changes import Change
from loaders.compare_figures import compositions, mine_output
from loaders.compare_places import coordinates, distance
from loaders.compare_trade import flows
from loaders.goods import GOODS, HEADINGS, good
from loaders.imports import KINDS, apply, edited, propose
from loaders.public import Figure, Occurrence, Trade
from loaders.replacing import replace_all
from loaders.tables import Row, Tables
from ui.cli import main
from ui.cli_parser import PUBLIC_FILES

ROOT = Path(__file__).resolve().parent.parent
MCS_HEADER = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes\r\n"
)
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tables that ship."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def rows_of(table: str, *rows: dict[str, object]) -> Tables:
    made = tuple(Row(table, line, values) for line, values in enumerate(rows, 2))
    return Tables({table: made})


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mcs(tmp_path: Path, *figures: tuple[str, int, str]) -> Path:
    path = tmp_path / "mcs.csv"
    lines = (
        f"RARE EARTHS,World,Rare Earths,{country},Production,Mine production,metric tons,{year},"
        f'"{value}",Estimated.\r\n'
        for country, year, value in figures
    )
    path.write_text(MCS_HEADER + "".join(lines), encoding="cp1252", newline="")
    return path


def baci(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "baci.csv"
    path.write_text("t,i,j,k,v,q\n" + "".join(f"{line}\n" for line in lines))
    return path


def figure(value: float | None, year: int = 2026, source: str = "usgs_mcs2027") -> Figure:
    return Figure("IND", "mine production", year, value, "t", source, estimated=True)


def only(changes: tuple[Change, ...]) -> Change:
    (change,) = changes
    return change


def test_the_kinds_are_those_of_the_command() -> None:
    assert KINDS == PUBLIC_FILES
    with pytest.raises(UnknownName, match=r"no public file called .bace.\. Did you mean baci"):
        propose("bace", Path("x"))


# Mine output


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


# Compositions


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


# Coordinates


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


# Trade


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
    (choices,) = (
        line["type"].removeprefix("choice:").split("|")
        for line in table(ROOT / "data", "columns")
        if (line["table"], line["column"]) == ("trade", "good")
    )
    pairs = (("MMR", "CHN"), ("MYS", "CHN"), ("AUS", "MYS"), ("CHN", "JPN"))
    assert {good(2024, *pair, code) for pair in pairs for code in (*GOODS, *HEADINGS)} == set(
        choices
    )


# Writing


def test_nothing_is_written_without_apply(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(folder)
    file = baci(tmp_path, "2024,36,156,284690,5,1", "2024,36,792,284690,5,1")
    assert main(["import", "baci", str(file), "--data", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "cepii_baci_2024: 2 changes, 2 without judgement" in shown
    assert "2024 AUS to CHN, 284690 (compounds)" in shown
    assert "flows of countries that countries.csv does not list (1)" in shown
    assert "Nothing is written; --apply writes 2 changes." in shown
    assert content(folder) == before


def test_apply_writes_the_flow_and_its_publication(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = baci(tmp_path, "2019,104,156,284690,152783.529,28740.944", "2019,842,699,280530,1,")
    arguments = ["import", "baci", str(file), "--data", str(folder), "--apply", "--format", "json"]
    assert main(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["written"] == 3
    assert answer["changes"][0]["applies"] is True
    assert table(folder, "trade")[-2:] == [
        {
            "year": "2019",
            "exporter": "MMR",
            "importer": "CHN",
            "hs6": "284690",
            "good": "concentrate",
            "kusd": "152783.529",
            "tonnes": "28740.944",
            "is_estimated": "",
            "sources": "cepii_baci_2019",
        },
        {
            "year": "2019",
            "exporter": "USA",
            "importer": "IND",
            "hs6": "280530",
            "good": "metal",
            "kusd": "1",
            "tonnes": "",
            "is_estimated": "",
            "sources": "cepii_baci_2019",
        },
    ]
    assert table(folder, "sources")[-1]["licence"] == "Etalab Open Licence 2.0"
    assert tables(folder)
    assert propose("baci", file, folder).changes == ()


def test_apply_sets_the_cells_of_one_mine_and_leaves_all_others(
    tmp_path: Path, folder: Path
) -> None:
    before = {row["id"]: row for row in table(folder, "sites")}
    proposal = propose("usgs-mcs", mcs(tmp_path, ("India", 2026, "3,100")), folder)
    assert apply(proposal, folder) == 2
    after = {row["id"]: row for row in table(folder, "sites")}
    changed = {id for id in after if after[id] != before[id]}
    assert changed == {"m_ind_oscom"}
    assert after["m_ind_oscom"]["output"] == "3100"
    assert after["m_ind_oscom"]["output_year"] == "2026"
    assert after["m_ind_oscom"]["sources"].endswith(";usgs_mcs2027")
    assert table(folder, "sources")[-1]["id"] == "usgs_mcs2027"
    edition = table(folder, "series")[-1]
    assert (edition["country"], edition["year"], edition["value"]) == ("IND", "2026", "3100")


def test_a_figure_that_a_claim_rests_on_is_only_shown(tmp_path: Path, folder: Path) -> None:
    file = mcs(tmp_path, ("Brazil", 2026, "5,000"), ("Madagascar", 2026, "3,000"))
    changes = {change.key: change for change in propose("usgs-mcs", file, folder).changes}
    assert changes[("m_mandena",)].applies
    contested = changes[("m_serra_verde",)]
    assert (contested.old, contested.new) == (2000, 5000)
    assert contested.why_not == "a claim in claims.csv rests on the old figure"
    assert changes[("mine_output", "", "BRA", "REO", "2026", "usgs_mcs2027")].applies
    assert apply(propose("usgs-mcs", file, folder), folder) == 3


def test_a_total_over_several_mines_is_not_applied(tmp_path: Path, folder: Path) -> None:
    before = table(folder, "sites")
    proposal = propose("usgs-mcs", mcs(tmp_path, ("China", 2026, "300,000")), folder)
    mines = only([change for change in proposal.changes if change.table == "sites"])
    assert (mines.old, mines.applies) == (270000, False)
    assert apply(proposal, folder) == 1
    assert table(folder, "sites") == before


def test_a_problem_in_the_new_tables_leaves_the_old_ones(tmp_path: Path, folder: Path) -> None:
    proposal = propose("baci", baci(tmp_path, "2019,104,156,284690,1,1"), folder)
    countries = folder / "countries.csv"
    rest = [line for line in countries.read_text().splitlines() if not line.startswith("TZA")]
    countries.write_text("\n".join(rest))
    before = content(folder)
    with pytest.raises(DataError, match="the reference leads nowhere"):
        apply(proposal, folder)
    assert content(folder) == before


def test_a_disk_that_fails_half_way_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("old")
    move = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if Path(target).name == "b.csv":
            raise OSError("disk full")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        replace_all(tmp_path, {"a.csv": "new", "b.csv": "new"})
    assert content(tmp_path) == {"a.csv": b"old", "b.csv": b"old"}


def test_writing_back_changes_no_other_byte() -> None:
    for name, key in (("sites", "id"), ("compositions", "id"), ("sources", "id")):
        text = (ROOT / "data" / f"{name}.csv").read_bytes().decode()
        assert edited(text, (key,), {}) == text


def test_a_wrong_file_is_one_clear_message(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.xlsx"
    Workbook().save(path)
    for kind in KINDS:
        assert main(["import", kind, str(path), "--data", str(folder)]) == 1
        message = capsys.readouterr().err
        assert "book.xlsx" in message or "the file holds no" in message
        assert "internal error" not in message
        assert main(["import", kind, str(tmp_path / "gone"), "--data", str(folder)]) == 1
        assert "there is no such file" in capsys.readouterr().err


def test_the_real_release_of_usgs_against_what_ships(folder: Path) -> None:
    changes = {c.row: c for c in propose("usgs-mcs", sample(MCS_2026), folder).changes}
    china = changes["mines in CHN, 2025"]
    assert (china.new, china.applies) == (270000, False)
    assert changes["mines in USA, 2025 (m_mountain_pass)"].new == 51000


def test_the_real_trade_against_what_ships(folder: Path) -> None:
    proposal = propose("baci", sample(BACI), folder)
    ours = [row for row in table(folder, "trade") if row["sources"] == "cepii_baci_2024"]
    assert proposal.without["figures that agree"] == len(ours)
    assert not any(c.old for c in proposal.changes)
    heading = propose("comtrade", sample(COMTRADE + ".csv"), folder)
    assert not heading.applicable
    assert heading.without["figures that agree"] >= 2  # clay from Myanmar and from Laos


def test_ten_years_of_real_trade_can_be_applied(folder: Path) -> None:
    proposal = propose("baci", sample(BACI), folder)
    assert apply(proposal, folder) == len(proposal.changes) > 30_000
    assert propose("baci", sample(BACI), folder).changes == ()


def test_the_real_places_against_what_ships(folder: Path) -> None:
    proposal = propose("usgs-occurrence", sample(OCCURRENCES), folder)
    assert proposal.without["mines at the same place"] >= 30
    assert apply(proposal, folder) == len(proposal.applicable)
    assert tables(folder)
