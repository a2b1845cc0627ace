"""`magnetrace import`: what is written, and that nothing is ever half written."""

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
from loaders.imports import KINDS, apply, edited, propose
from loaders.replacing import replace_all
from ui.cli import main
from ui.cli_parser import PUBLIC_FILES

ROOT = Path(__file__).resolve().parent.parent
MCS_HEADER = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes\r\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tables that ship."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


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


def test_the_kinds_are_those_of_the_command() -> None:
    assert KINDS == PUBLIC_FILES
    with pytest.raises(UnknownName, match=r"no public file called .bace.\. Did you mean baci"):
        propose("bace", Path("x"))


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
    (mines,) = (change for change in proposal.changes if change.table == "sites")
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
