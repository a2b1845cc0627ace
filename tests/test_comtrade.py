"""Comtrade: world totals, month 52, kilograms, mirror reports, as CSV and as JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from samples import BACI, COMTRADE, sample

from graph.errors import DataError
from loaders import baci
from loaders.comtrade import COLUMNS, read, transform
from loaders.public import Taken, Trade

RECORD: dict[str, object] = {
    "typeCode": "C",
    "freqCode": "A",
    "refYear": 2024,
    "refMonth": 52,
    "reporterCode": 156,
    "flowCode": "M",
    "partnerCode": 104,
    "partner2Code": 0,
    "cmdCode": "284690",
    "customsCode": "C00",
    "motCode": 0,
    "qtyUnitAbbr": "kg",
    "qty": 44365512.0,
    "isQtyEstimated": False,
    "netWgt": 44365512.0,
    "isNetWgtEstimated": False,
    "fobvalue": None,
    "primaryValue": 817835388.0,
}
CLAY = Trade(
    *(2024, "MMR", "CHN", "284690", 817835.388, 44365.512, False, "concentrate"),
    "un_comtrade_2024",
)


def as_json(tmp_path: Path, *records: dict[str, object]) -> Path:
    path = tmp_path / "answer.json"
    answer = {"elapsedTime": "0 s", "count": len(records), "data": records, "error": ""}
    path.write_text(json.dumps(answer), encoding="utf-8")
    return path


def as_csv(tmp_path: Path, *records: dict[str, object]) -> Path:
    path = tmp_path / "answer.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, RECORD)
        writer.writeheader()
        writer.writerows(records)
    return path


def taken(tmp_path: Path, *changes: dict[str, object]) -> Taken[Trade]:
    return transform(read(as_json(tmp_path, *(RECORD | change for change in changes))))


def test_json_and_csv_say_the_same(tmp_path: Path) -> None:
    assert transform(read(as_json(tmp_path, RECORD))).rows == (CLAY,)
    assert transform(read(as_csv(tmp_path, RECORD))).rows == (CLAY,)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"partnerCode": 0}, "world totals"),
        ({"partnerCode": 156}, "flows of a country to itself"),
        ({"partnerCode": 899}, "areas that are no country"),
        ({"freqCode": "M", "refMonth": 3}, "months"),
        ({"refMonth": 3}, "months"),
        ({"cmdCode": "8505"}, "other codes"),
        ({"flowCode": "RX"}, "re-imports and re-exports, which imports and exports contain"),
        (
            {"motCode": 2100},
            "parts of a flow by customs procedure, transport or second partner",
        ),
        (
            {"partner2Code": 344},
            "parts of a flow by customs procedure, transport or second partner",
        ),
        (
            {"customsCode": "C01"},
            "parts of a flow by customs procedure, transport or second partner",
        ),
    ],
)
def test_what_is_no_flow_of_a_pair_is_left_out_and_counted(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    found = taken(tmp_path, {}, change)
    assert found.rows == (CLAY,)
    assert found.left_out == {reason: 1}


def test_the_importer_counts_where_both_sides_report(tmp_path: Path) -> None:
    export = {"reporterCode": 104, "partnerCode": 156, "flowCode": "X", "netWgt": 1000.0}
    lone = {"reporterCode": 842, "partnerCode": 490, "flowCode": "X", "netWgt": 2000.0}
    found = taken(tmp_path, export, {}, lone)
    assert [(t.exporter, t.importer, t.tonnes) for t in found.rows] == [
        ("MMR", "CHN", 44365.512),
        ("USA", "TWN", 2.0),
    ]
    assert found.left_out == {"exporter's reports of flows the importer reports": 1}


def test_weights_are_tonnes_and_nil_is_unknown(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        {"partnerCode": 842, "netWgt": 252582.408, "isNetWgtEstimated": True},
        {"partnerCode": 699, "netWgt": None, "qty": 500.0, "isQtyEstimated": True},
        {"partnerCode": 251, "netWgt": 0.0, "qty": 7.0, "qtyUnitAbbr": "u"},
    )
    assert [(t.exporter, t.tonnes, t.is_estimated) for t in found.rows] == [
        ("USA", 252.582408, True),
        ("IND", 0.5, True),
        ("FRA", None, None),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([{"netWgt": "heavy"}], "column netWgt: the cell holds no number"),
        ([{"primaryValue": None}], "column primaryValue: the value is missing"),
        ([{"refYear": "soon"}], "column refYear: the cell holds no number"),
        ([{"refYear": "9" * 5000}], "column refYear: the cell holds no number"),
        ([], "answer.json: the file holds no records"),
        ([{}, {}], "the flow stands twice; expected one record, as number 1"),
        ([{"partnerCode": 0}], r"no yearly trade between two countries \(left out: 1 world tot"),
    ],
)
def test_wrong_records_are_named(
    tmp_path: Path, changes: list[dict[str, object]], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        taken(tmp_path, *changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected JSON"),
        ("[" * 100_000, "expected JSON"),
        ("3", "expected a list of records under data"),
        ('{"data": [1]}', "expected a list of records under data"),
        ('{"data": null, "error": "quota exceeded"}', "got 'the error quota exceeded'"),
        ('[{"refYear": 2024}]', "expected records with freqCode"),
    ],
)
def test_another_json_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read(path)


def test_another_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("t,i,j,k,v,q\n")
    with pytest.raises(DataError, match=f"expected the columns {', '.join(COLUMNS[:3])}"):
        read(path)


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_imports_of_china(suffix: str) -> None:
    found = transform(read(sample(COMTRADE + suffix)))
    assert len(found.rows) == 31
    assert found.left_out == {
        "world totals": 1,
        "flows of a country to itself": 1,
        "areas that are no country": 1,
    }
    flows = {t.exporter: t for t in found.rows}
    assert flows["MMR"].tonnes == pytest.approx(44366, abs=1)
    assert (flows["MMR"].hs6, flows["MMR"].good) == ("2846", "concentrate")
    assert {"USA", "IND", "FRA", "NOR", "CHE", "TWN"} <= set(flows)
    assert flows["USA"].is_estimated is True


def test_both_publications_agree_on_clay_from_myanmar() -> None:
    by_baci = baci.transform(baci.read(sample(BACI))).rows
    by_comtrade = transform(read(sample(COMTRADE + ".json"))).rows
    (one,) = (
        t.tonnes
        for t in by_baci
        if (t.year, t.exporter, t.importer, t.hs6) == (2024, "MMR", "CHN", "284690")
    )
    (other,) = (t.tonnes for t in by_comtrade if t.exporter == "MMR")
    assert one == other == 44365.512
