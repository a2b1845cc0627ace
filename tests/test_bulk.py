"""Ready-made networks: what is read from CSV and Parquet, and every way in which they are wrong."""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import astuple, fields, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import six_sites

import loaders
import loaders.kept
from graph.errors import DataError, UnknownName
from graph.model import MATERIALS, Confidence, Flow, Role, Site, Stage, Status
from graph.network import Network
from graph.store import connect
from graph.tracing import trace
from loaders.flow_checks import OXIDE_AT_MOST
from loaders.own_data import OVERLAY, from_files
from loaders.scenarios import scenarios
from ui.cli import main

SITES = """id,name,stage,country
mine,Mine,mine,AUS
sep,"Separator, old",separation,MYS
metal,Metal maker,metal_alloy,CHN
"""
FLOWS = """origin,target,material,tonnes,ndpr,dy,tb,sm,other,year
mine,sep,concentrate,100,20,1,0.5,2,76.5,2023
sep,metal,ndpr_oxide,20,,,,,,2024
"""
A = Confidence.ASSUMED
MISSING = (
    "the column is missing; expected a column of this name; got none. Add it to the header line; "
    "its cells may be empty where it is not required."
)


def folder_of(tmp_path: Path, **tables: str) -> Path:
    """A folder of CSV files; the two tables above where no other text is given."""
    for table, text in ({"sites": SITES, "flows": FLOWS} | tables).items():
        (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def as_parquet(folder: Path) -> Path:
    """The same tables as Parquet, with numbers as numbers and empty cells as null."""
    text = {"id", "name", "stage", "country", "origin", "target", "material", "site", "unit"}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        columns = {
            name: [(cell if name in text else float(cell)) if cell else None for cell in cells]
            for name, cells in zip(header, zip(*rows, strict=True), strict=True)
        }
        parquet.write_table(pa.table(columns), path.with_suffix(".parquet"))
        path.unlink()
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        loaders.load(folder)
    return [str(problem) for problem in caught.value.problems]


def parts(network: Network) -> tuple[object, ...]:
    return (
        *(network.snapshot, network.year, dict(network.sites), network.flows),
        *(dict(network.sources), dict(network.recovery)),
    )


def test_three_sites_are_read_as_they_stand(tmp_path: Path) -> None:
    network = loaders.load(folder_of(tmp_path))
    assert list(network.sites.values()) == [
        Site("mine", "Mine", Stage.MINE, "AUS"),
        Site("sep", "Separator, old", Stage.SEPARATION, "MYS"),
        Site("metal", "Metal maker", Stage.METAL, "CHN"),
    ]
    assert network.flows == (
        Flow("mine", "sep", "concentrate", 100.0, (20.0, 1.0, 0.5, 2.0, 76.5), A, (), 2023),
        Flow("sep", "metal", "ndpr_oxide", 20.0, (20.0, 0.0, 0.0, 0.0, 0.0), A, (), 2024),
    )
    assert (network.snapshot, network.year) == ("2025", 2024)
    assert (dict(network.recovery), dict(network.sources)) == ({}, {})
    assert network.outputs("sep") == network.flows[1:]


def test_every_table_and_column_reaches_the_network(tmp_path: Path) -> None:
    sites = (
        "id,name,stage,role,sector,country,lat,lon,operator,owner,controlling_country,status,"
        "start_year,capacity,capacity_unit,output,output_unit,output_year,elements,sources,"
        "confidence,note\n"
        "magnet,Magnets,magnet,residual,,JPN,35.5,-1,Op,Own,JPN,ramping,2020,1.5,t,0,t,2024,"
        "NdPr; Dy,ours;usgs_mcs2026,estimated,1+1\n"
        "car,Cars,end_use,,EV,USA,,,,,,,,,,,,,,,,\n"
    )
    network = loaders.load(
        folder_of(
            tmp_path,
            sites=sites,
            flows="origin,target,material,tonnes,ndpr,dy,tb,sm,other,confidence,sources\n"
            "magnet,car,ndfeb,10,3,0.2,0,0,0,reported,ours\n",
            recovery="site,material,share\nmagnet,ndpr_metal,0.95\n",
            end_uses="site,units,unit,usd_per_unit,magnet_kg_per_unit\ncar,5000,vehicles,40000,2\n",
            sources="id,title,publisher,date,url,licence,kind\n"
            "ours,Ledger,We,2025,,own,company\nunused,Other,We,2025,,own,company\n",
        ),
        snapshot="latest",
    )
    cited = ("ours", "usgs_mcs2026")
    assert network.sites["magnet"] == Site(
        *("magnet", "Magnets", Stage.MAGNET, "JPN", Role.RESIDUAL, Status.RAMPING),
        *(Confidence.ESTIMATED, cited, "JPN", (), "Op", "Own", "", 35.5, -1.0, 2020),
        *(1.5, "t", 0.0, "t", 2024, ("NdPr", "Dy")),
        note="1+1",
    )
    assert network.sites["car"] == Site(
        *("car", "Cars", Stage.END_USE, "USA"),
        sector="EV",
        units=5000.0,
        unit="vehicles",
        usd_per_unit=40000.0,
        magnet_kg_per_unit=2.0,
    )
    (flow,) = network.flows
    assert (flow.confidence, flow.sources, flow.year) == (Confidence.REPORTED, ("ours",), 2026)
    assert dict(network.recovery) == {("magnet", "ndpr_metal"): 0.95}
    assert set(network.sources) == set(cited)
    assert network.sources["ours"].title == "Ledger"
    assert (network.snapshot, network.year) == ("latest", 2026)


def test_parquet_is_the_same_network(tmp_path: Path) -> None:
    tables = {
        "recovery": "site,material,share\nsep,concentrate,0.9\n",
        "end_uses": "site,units,unit,usd_per_unit\nmetal,5,t,\n",
    }
    folder = folder_of(tmp_path, **tables)
    from_csv = loaders.load(folder)
    assert parts(loaders.load(as_parquet(folder))) == parts(from_csv)


def test_kinds_of_files_may_stand_side_by_side_and_words_be_coded(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    from_csv = loaders.load(folder)
    coded = pa.table(
        {
            "origin": pa.array(["mine", "sep"]).dictionary_encode(),
            "target": pa.array(["sep", "metal"], pa.large_string()),
            "material": ["concentrate", "ndpr_oxide"],
            "tonnes": pa.array([100, 20], pa.int32()),
            **{name: pa.array([value, None], pa.decimal128(9, 2)) for name, value in
               zip(("ndpr", "dy", "tb", "sm"), (20, 1, 0, 2), strict=True)},
            "other": ["76.5", ""],
            "sources": pa.nulls(2),
            "year": pa.array([2023, 2024], pa.int16()),
        }
    )  # fmt: skip
    parquet.write_table(coded, folder / "flows.parquet")
    (folder / "flows.csv").unlink()
    first, second = loaders.load(folder).flows
    assert first == replace(from_csv.flows[0], content=(20.0, 1.0, 0.0, 2.0, 76.5))
    assert second == from_csv.flows[1]


HEAD = "origin,target,material,tonnes,ndpr,dy,tb,sm,other,confidence,sources,year\n"
GOOD = "mine,sep,concentrate,100,20,1,0,0,79,,,\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "mine,sep,swarf,much,1,1,1,1,1,,,",
            "column tonnes: the cell holds no number; expected digits with a point, "
            "no thousands sign; got 'much'. Correct or empty the cell.",
        ),
        (
            'mine,sep,swarf,"1,000",1,1,1,1,1,,,',
            "column tonnes: the cell holds no number; expected digits with a point, "
            "no thousands sign; got '1,000'. Correct or empty the cell.",
        ),
        (
            "mine,sep,swarf,nan,1,1,1,1,1,,,",
            "column tonnes: the number is not finite; expected a finite number; got 'nan'. "
            "Leave the cell empty where a figure is not known.",
        ),
        (
            "mine,sep,swarf,9,1e999,1,1,1,1,,,",
            "column ndpr: the number is not finite; expected a finite number; got '1e999'. "
            "Leave the cell empty where a figure is not known.",
        ),
        (
            "mine,sep,swarf,2e15,1,1,1,1,1,,,",
            "column tonnes: the number is too large; expected at most 1e+15; got '2e15'. "
            "Check its unit.",
        ),
        (
            "mine,sep,swarf,=1+1,1,1,1,1,1,,,",
            "column tonnes: the cell begins like a formula; expected a value; got '=1+1'. "
            "Write its value instead; no text begins with = + - or @.",
        ),
        (
            "mine,sep,swarf,#REF!,1,1,1,1,1,,,",
            "column tonnes: the cell holds an error of a spreadsheet; expected a value; "
            "got '#REF!'. Mend the formula and write its value.",
        ),
        (
            "mine,sep,swarf,,1,1,1,1,1,,,",
            "column tonnes: the cell is empty; expected a value; got ''. "
            "Fill it, or remove the row.",
        ),
        (
            "mine,sep,swarf,0,0,0,0,0,0,,,",
            "column tonnes: the flow has no tonnes; expected more than 0; got 0. "
            "Correct the figure or remove the row.",
        ),
        (
            "mine,sep,swarf,-5,0,0,0,0,0,,,",
            "column tonnes: the flow has no tonnes; expected more than 0; got -5. "
            "Correct the figure or remove the row.",
        ),
        (
            "mine,sep,swarf,5,0,-1,0,0,0,,,",
            "column dy: the figure is negative; expected at least 0; got -1. Correct the figure.",
        ),
        (
            "mine,sep,gold,5,0,0,0,0,0,,,",
            "column material: the word is not one of the choices; expected "
            f"{', '.join(MATERIALS)}; got 'gold'. Use one of them.",
        ),
        (
            "pit,sep,swarf,5,0,0,0,0,0,,,",
            "column origin: the reference leads nowhere; expected a site of the table sites; "
            "got 'pit'. Correct the name or add the row.",
        ),
        (
            "mine,sepp,swarf,5,0,0,0,0,0,,,",
            "column target: the reference leads nowhere; expected a site of the table sites; "
            "got 'sepp'. Correct the name or add the row.",
        ),
        (
            "mi ne,sep,swarf,5,0,0,0,0,0,,,",
            "column origin: the name has signs that a name cannot have; "
            "expected letters, digits and _; got 'mi ne'. Replace spaces and other signs by _.",
        ),
        (
            "sep,sep,swarf,5,0,0,0,0,0,,,",
            "column target: the flow leads back to where it comes from; got 'sep'. "
            "Remove the row, or name the other site.",
        ),
        (
            "mine,sep,concentrate,5,0,0,0,0,0,,,",
            "column material: the flow stands twice; got the same on line 2. "
            "Remove one of the rows.",
        ),
        (
            "sep,all,swarf,5,0,0,0,0,0,,,",
            "column target: the flow names a total that contains other rows; got 'all'. "
            "Name the plants instead.",
        ),
        (
            "mine,sep,swarf,5,,,,,,,,",
            "column ndpr: the content is missing; expected all of ndpr, dy, tb, sm, other; "
            "got 'swarf'. Only that of pure oxides and metals follows from their tonnes.",
        ),
        (
            "mine,sep,dy_oxide,5,0,5,,,,,,",
            "column ndpr: the content is given in part; expected all of ndpr, dy, tb, sm, other. "
            "Write 0 where there is none.",
        ),
        (
            "mine,sep,ndfeb,10,5,0.2,0,0,0,,,",
            "column ndpr: the content is more than ndfeb can hold; expected at most 0.5 t oxide "
            "equivalent a tonne, all elements together; got 0.52. "
            "Correct tonnes or content, or their units.",
        ),
        (
            "mine,sep,swarf,5,0,0,0,0,0,sure,,",
            "column confidence: the word is not one of the choices; expected reported, estimated, "
            "assumed, memory; got 'sure'. Use one of them.",
        ),
        (
            "mine,sep,swarf,5,0,0,0,0,0,,usgs_mcs2026;hearsay,",
            "column sources: the source is not listed; expected a row of sources.csv; "
            "got 'usgs_mcs2026;hearsay'. Add the publication to sources.csv.",
        ),
        (
            "mine,sep,swarf,5,0,0,0,0,0,,,2024.5",
            "column year: the number is not whole; expected a whole number; got '2024.5'. "
            "Round it.",
        ),
    ],
)
def test_each_problem_of_a_flow_has_its_line_and_is_told_once(
    tmp_path: Path, line: str, message: str
) -> None:
    sites = SITES.replace("country\n", "country,role\n").replace("AUS", "AUS,plant")
    sites = sites.replace("MYS", "MYS,").replace("CHN", "CHN,") + "all,All,magnet,CHN,aggregate\n"
    folder = folder_of(tmp_path, sites=sites, flows=f"{HEAD}{GOOD}\n{line}\n")
    assert problems(folder) == [f"flows.csv, line 4, {message}"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("mine,Two,mine,AUS,,,", "column id: the name stands twice; got the same on line 2. "
         "Remove one of the rows."),
        ("a-b,Two,mine,AUS,,,", "column id: the name has signs that a name cannot have; "
         "expected letters, digits and _; got 'a-b'. Replace spaces and other signs by _."),
        ("two,,mine,AUS,,,", "column name: the cell is empty; expected a value; got ''. "
         "Fill it, or remove the row."),
        ("two,=HYPERLINK(),mine,AUS,,,", "column name: the cell begins like a formula; expected "
         "a value; got '=HYPERLINK()'. "
         "Write its value instead; no text begins with = + - or @."),
        ("two,T\x1b[2Jo,mine,AUS,,,", "column name: the cell holds control characters; expected "
         "plain text; got 'T\\x1b[2Jo'. Remove them."),
        ("two,Two,sea,AUS,,,", "column stage: the word is not one of the choices; expected mine, "
         "separation, metal_alloy, magnet, component, end_use; got 'sea'. Use one of them."),
        ("two,Two,mine,XXX,,,", "column country: the reference leads nowhere; "
         "expected a country of countries.csv; got 'XXX'. Correct the name or add the row."),
        ("two,Two,mine,AUS,king,,", "column role: the word is not one of the choices; expected "
         "plant, residual, recycler, intermediate, aggregate, undocumented, stock, other_use, "
         "imbalance; got 'king'. Use one of them."),
        ("two,Two,mine,AUS,,gone,", "column status: the word is not one of the choices; expected "
         "operating, ramping, construction, planned, announced, suspended, unknown; got 'gone'. "
         "Use one of them."),
        ("two,Two,mine,AUS,,,-1", "column capacity: the figure is negative; expected at least 0; "
         "got -1. Correct the figure."),
    ],
)  # fmt: skip
def test_each_problem_of_a_site(tmp_path: Path, line: str, message: str) -> None:
    sites = (
        "id,name,stage,country,role,status,capacity\nmine,Mine,mine,AUS,,,\nsep,Sep,separation,"
        f'MYS,,,\nmetal,"Two\nlines",metal_alloy,CHN,,,\n\n{line}\n'
    )
    assert problems(folder_of(tmp_path, sites=sites)) == [f"sites.csv, line 7, {message}"]


@pytest.mark.parametrize(
    ("table", "text", "message"),
    [
        ("recovery", "site,material,share\nsep,concentrate,1.2\n",
         "recovery.csv, line 2, column share: the share lies outside its range; expected 0 to 1; "
         "got '1.2'. Divide a percentage by 100."),
        ("recovery", "site,material,share\nsep,swarf,1\nno,swarf,1\n",
         "recovery.csv, line 3, column site: the reference leads nowhere; expected a site of the "
         "table sites; got 'no'. Correct the name or add the row."),
        ("recovery", "site,material,share\nsep,swarf,1\nsep,swarf,0.5\n",
         "recovery.csv, line 3, column site: the recovery stands twice; got the same on line 2. "
         "Remove one of the rows."),
        ("end_uses", "site,units,unit\nmetal,-2,t\n",
         "end_uses.csv, line 2, column units: the figure is negative; expected at least 0; "
         "got -2. Correct the figure."),
        ("end_uses", "site,units,unit\nmetal,2,t\nmetal,3,t\n",
         "end_uses.csv, line 3, column site: the site stands twice; got the same on line 2. "
         "Remove one of the rows."),
        ("end_uses", "site,units,unit\nmetall,2,t\n",
         "end_uses.csv, line 2, column site: the reference leads nowhere; expected a site of the "
         "table sites; got 'metall'. Correct the name or add the row."),
        ("sources", "id,title\nx,y\n",
         f"sources.csv, line 1, column publisher: {MISSING}"),
        ("countries", "iso3,name,region,lat,lon\nAUS,Australia,REST,,\nMYS,Malaysia,REST,,\n",
         "sites.csv, line 4, column country: the reference leads nowhere; expected a country of "
         "countries.csv; got 'CHN'. Correct the name or add the row."),
    ],
)  # fmt: skip
def test_each_problem_of_the_other_tables(
    tmp_path: Path, table: str, text: str, message: str
) -> None:
    assert problems(folder_of(tmp_path, **{table: text}))[0] == message


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        (b"origin;target;material;tonnes\n", "flows.csv, line 1: the cells are not separated by "
         "commas; expected a comma; got ';'. Use commas between the cells."),
        (b"origin,target,material\nmine,sep,swarf\n",
         f"flows.csv, line 1, column tonnes: {MISSING}"),
        (b"origin,target,material,tonnes,colour\n", "flows.csv, line 1, column colour: "
         "the column is not known; expected origin, target, material, tonnes, ndpr, dy, tb, sm, "
         "other, confidence, sources, year; got 'colour'. Rename or remove it."),
        (b"origin,target,material,tonnes,tonnes\n", "flows.csv, line 1, column tonnes: the column "
         "stands twice; expected each column once; got 2. Remove all but one."),
        (b"", "flows.csv: the file is empty; expected a header line; got nothing. "
         "Fill it, or start from the template: magnetrace template FOLDER."),
        (b"origin,target,material,tonnes\n", "flows.csv: the table has no rows."),
        (b"origin,target,material,tonnes\n\nmine,sep,dy_oxide\n", "flows.csv, line 3: the line has "
         "the wrong number of cells; expected 4; got 3. "
         "Put text with a comma in quotes."),
        (b"origin,target,material,tonnes\nmine,sep,dy_oxide,1\nmine,sep,\xff,1\n",
         "flows.csv, line 3: the file is not UTF-8 text; expected UTF-8; got the byte 0xff, as in "
         "Windows (cp1252) text. Save it as CSV in UTF-8 (in Excel: CSV UTF-8)."),
        (b"origin,target,material,tonnes\nmine,sep,dy_oxide,1\nmine,sep,\x00,1\n",
         "flows.csv, line 3: the line holds NUL bytes; expected text; got NUL. "
         "Remove them; a text editor may show them as ^@."),
        (b'origin,target,material,tonnes\nmine,sep,tb_oxide,1\nmine,sep,"dy_oxide,1\nmine,sep,x,1',
         "flows.csv, line 4: the line is not CSV (unexpected end of data); expected cells in "
         "double quotes, or without any. "
         "Check its quotes; a quote inside quotes is written twice."),
        (b"PK\x03\x04rest", "flows.csv: the file is not CSV text; expected text in CSV; got a zip "
         "or a workbook. Name it .zip or .xlsx, or save the sheet as CSV."),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused(tmp_path: Path, flows: bytes, message: str) -> None:
    folder = folder_of(tmp_path)
    (folder / "flows.csv").write_bytes(flows)
    assert problems(folder)[0] == message


def test_blank_rows_spaces_and_a_byte_order_mark_are_no_problem(tmp_path: Path) -> None:
    plain = loaders.load(folder_of(tmp_path))
    flows = "\ufeff" + FLOWS.replace("mine,sep", " mine , sep") + ",,,,,,,,,\n   \n\n"
    assert parts(loaders.load(folder_of(tmp_path, flows=flows))) == parts(plain)


def test_parquet_of_another_shape_is_refused(tmp_path: Path) -> None:
    folder = as_parquet(folder_of(tmp_path))
    path = folder / "flows.parquet"
    whole = path.read_bytes()
    for damaged in (FLOWS.encode(), b"", whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        (problem,) = problems(folder)
        assert problem.startswith("flows.parquet: the file cannot be read as Parquet (")
        assert problem.endswith("Save it as Parquet, or as CSV and named .csv.")
    parquet.write_table(pa.table({"origin": [1], "target": ["sep"], "tonnes": [True]}), path)
    assert problems(folder) == [f"flows.parquet, column material: {MISSING}"]
    columns = {"origin": [1], "target": ["sep"], "material": ["swarf"], "tonnes": [True]}
    parquet.write_table(pa.table(columns), path)
    assert problems(folder) == [
        "flows.parquet, column origin: the column is of the wrong type; expected text; got int64. "
        "Convert it before it is saved.",
        "flows.parquet, column tonnes: the column is of the wrong type; expected numbers; got "
        "bool. Convert it before it is saved.",
    ]


def test_in_parquet_the_line_is_the_row(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    table = pa.table(
        {
            "origin": ["mine", "mine", None],
            "target": ["sep", "sep", "sep"],
            "material": ["dy_oxide", "tb_oxide", "dy_oxide"],
            "tonnes": [1.0, math.nan, 2.0],
        }
    )
    (folder / "flows.csv").unlink()
    parquet.write_table(table, folder / "flows.parquet")
    assert problems(folder) == [
        "flows.parquet, line 3, column origin: the cell is empty; expected a value; got ''. "
        "Fill it, or remove the row.",
        "flows.parquet, line 2, column tonnes: the number is not finite; expected a finite "
        "number; got nan. Leave the cell empty where a figure is not known.",
    ]


def test_a_missing_table_and_one_that_stands_twice(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "flows.parquet").write_bytes(b"")
    (folder / "sites.csv").unlink()
    assert problems(folder) == [
        "sites.csv: the table is missing. Add it, or sites.parquet.",
        "the table flows stands twice; got flows.csv and flows.parquet. Remove one of the files.",
    ]


def test_the_first_thousand_problems_of_a_kind_are_listed_and_the_others_counted(
    tmp_path: Path,
) -> None:
    lines = "".join(f"mine,gone_{i},dy_oxide,1\n" for i in range(1900))
    flows = f"origin,target,material,tonnes\n{lines}mine,sep,dy_oxide,no\n"
    found = problems(folder_of(tmp_path, flows=flows))
    assert len(found) == 1002
    assert found[0].startswith("flows.csv, line 1902, column tonnes: the cell holds no number")
    assert found[1000].startswith(
        "flows.csv, line 1001, column target: the reference leads nowhere"
    )
    assert found[1001] == (
        "flows.csv, column target: 900 more problems are not listed (the reference leads nowhere)."
    )


def test_problems_of_all_tables_come_at_once(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        sites=SITES + "x,X,mine,QQQ\n",
        flows=FLOWS + "sep,metal,dy_oxide,-1,,,,,,\n",
        recovery="site,material,share\nsep,concentrate,2\n",
    )
    assert [problem.split(":")[0] for problem in problems(folder)] == [
        "sites.csv, line 5, column country",
        "flows.csv, line 4, column tonnes",
        "recovery.csv, line 2, column share",
    ]


def test_what_goes_round_and_never_comes_in_is_refused(tmp_path: Path) -> None:
    """Dy goes round between two sites; NdPr does too, but some of it comes from the mine."""
    flows = """origin,target,material,tonnes
mine,sep,ndpr_oxide,1
sep,metal,ndpr_oxide,1
metal,sep,ndpr_oxide,1
sep,metal,dy_oxide,1
metal,sep,dy_oxide,1
"""
    assert problems(folder_of(tmp_path, flows=flows)) == [
        "flows.csv, column dy: Dy goes round and never comes in; expected a flow from another "
        "site into one of these; got sep, metal. Add what feeds them."
    ]


def test_pure_goods_hold_what_stoichiometry_says(tmp_path: Path) -> None:
    lines = "".join(f"mine,sep,{name},10\n" for name, m in MATERIALS.items() if m.element)
    network = loaders.load(folder_of(tmp_path, flows=f"origin,target,material,tonnes\n{lines}"))
    assert {flow.material: flow.content for flow in network.flows} == {
        "ndpr_oxide": (10.0, 0.0, 0.0, 0.0, 0.0),
        "dy_oxide": (0.0, 10.0, 0.0, 0.0, 0.0),
        "tb_oxide": (0.0, 0.0, 10.0, 0.0, 0.0),
        "sm_oxide": (0.0, 0.0, 0.0, 10.0, 0.0),
        "other_oxide": (0.0, 0.0, 0.0, 0.0, 10.0),
        "ndpr_metal": (11.765, 0.0, 0.0, 0.0, 0.0),
        "dy_metal": (0.0, pytest.approx(11.48), 0.0, 0.0, 0.0),
        "tb_metal": (0.0, 0.0, pytest.approx(11.76), 0.0, 0.0),
        "sm_metal": (0.0, 0.0, 0.0, pytest.approx(11.6), 0.0),
    }


def test_every_material_has_a_limit_that_pure_goods_keep() -> None:
    assert {material.basis for material in MATERIALS.values()} == set(OXIDE_AT_MOST)
    for material in MATERIALS.values():
        assert (material.oxide_per_tonne or 0.0) <= OXIDE_AT_MOST[material.basis]


def write(network: Network, folder: Path, kind: str) -> None:
    """A network as the tables of a ready-made one."""
    columns = [f.name for f in fields(Site)]
    left_out = {"controlled_through", "units", "unit", "usd_per_unit", "magnet_kg_per_unit"}

    def cell(value: object) -> object:
        return ";".join(map(str, value)) if isinstance(value, tuple) else value

    sites = [
        {
            name: cell(value)
            for name, value in zip(columns, astuple(site), strict=True)
            if name not in left_out
        }
        for site in network.sites.values()
    ]
    flows = [
        {
            **{"origin": f.origin, "target": f.target, "material": f.material},
            "tonnes": float(f.tonnes),
            **dict(zip(("ndpr", "dy", "tb", "sm", "other"), map(float, f.content), strict=True)),
            **{"confidence": f.confidence.value, "sources": cell(f.sources), "year": f.year},
        }
        for f in network.flows
    ]
    end_uses = [
        {
            **{"site": s.id, "units": s.units, "unit": s.unit},
            **{"usd_per_unit": s.usd_per_unit, "magnet_kg_per_unit": s.magnet_kg_per_unit},
        }
        for s in network.sites.values()
        if s.unit
    ]
    recovery = [
        {"site": site, "material": material, "share": float(share)}
        for (site, material), share in network.recovery.items()
    ]
    tables = {"sites": sites, "flows": flows, "end_uses": end_uses, "recovery": recovery}
    for name, rows in tables.items():
        if rows:
            _write_table(folder / f"{name}.{kind}", rows)
    if network.sources:
        _write_table(folder / "sources.csv", [
            {f.name: getattr(source, f.name) for f in fields(source)}
            for source in network.sources.values()
        ])  # fmt: skip


def _write_table(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    rows = list(rows)
    if path.suffix == ".parquet":
        parquet.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_network_written_and_read_is_the_same(tmp_path: Path, kind: str) -> None:
    network = replace(six_sites(), snapshot="2025")
    write(network, tmp_path, kind)
    assert parts(loaders.load(tmp_path)) == parts(network)


NAMES = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" ,\"'\n;"), min_size=1
).filter(lambda name: name == name.strip() and name[0] not in "=+-@")
TONNES = st.floats(1e-6, 1e9)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to six sites; flows lead from earlier to later ones, so that nothing goes round."""
    ids = draw(st.lists(st.from_regex(r"[a-zé0-9_]*[a-z0-9]", fullmatch=True), min_size=2,
                        max_size=6, unique=True))  # fmt: skip
    size = st.none() | st.floats(0, 1e12)
    sites = [
        Site(
            *(id, draw(NAMES), draw(st.sampled_from(Stage)), draw(st.sampled_from(["CHN", "AUS"]))),
            role=draw(st.sampled_from([role for role in Role if role is not Role.AGGREGATE])),
            status=draw(st.sampled_from(Status)),
            confidence=draw(st.sampled_from(Confidence)),
            start_year=draw(st.none() | st.integers(1900, 2100)),
            capacity=draw(size),
            lat=draw(st.none() | st.floats(-90, 90)),
            note=draw(st.just("") | NAMES),
            **(
                {"units": units, "unit": draw(NAMES), "usd_per_unit": draw(size)}
                if (units := draw(size)) is not None
                else {}
            ),
        )
        for id in ids
    ]
    pairs = [(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :]]
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(pairs), st.sampled_from(list(MATERIALS))),
            min_size=1,
            max_size=12,
            unique=True,
        )
    )
    flows = []
    for (origin, target), material in keys:
        tonnes = draw(TONNES)
        part = st.floats(0, OXIDE_AT_MOST[MATERIALS[material].basis] / 5)
        content = tuple(tonnes * draw(part) for _ in range(5))
        known, year = draw(st.sampled_from(Confidence)), draw(st.integers(2000, 2030))
        flows.append(Flow(origin, target, material, tonnes, content, known, (), year))
    recovery = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(ids), st.sampled_from(list(MATERIALS))), st.floats(0, 1)
        )
    )
    year = max(flow.year for flow in flows)
    return Network.of(sites, flows, snapshot="2025", year=year, recovery=recovery)


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from(["csv", "parquet"]))
def test_any_network_written_and_read_is_the_same(network: Network, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(network, Path(folder), kind)
        assert parts(loaders.load(Path(folder))) == parts(network)


CELLS = st.sampled_from(
    ["mine", "sep", "metal", "dy_oxide", "ndfeb", "1", "-1", "+2.5e3", "nan", "1e999", "", " ", '"',
     '""', "\n", "\r", "\r\n", ",", ";", "é", "\x00", "0x1", "1_0", ".", "5.", "=1"]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(CELLS, max_size=30), st.booleans())
def test_any_text_is_a_network_or_a_list_of_problems(cells: list[str], with_header: bool) -> None:
    text = ("origin,target,material,tonnes\n" if with_header else "") + ",".join(cells)
    with tempfile.TemporaryDirectory() as name:
        folder = folder_of(Path(name))
        (folder / "flows.csv").write_bytes(text.encode())
        found: object
        try:
            found = loaders.load(folder).flows
        except DataError as error:
            found = error.problems
        assert found


def test_the_shipped_network_survives_the_way_through_files(tmp_path: Path) -> None:
    network = loaders.load()
    write(network, tmp_path, "parquet")
    again = loaders.load(tmp_path)
    assert again.flows == network.flows
    assert [replace(site, controlled_through=()) for site in network.sites.values()] == list(
        again.sites.values()
    )
    shares = [trace(each).sites["eu_gm_ev"].china_share for each in (again, network)]
    assert shares[0] == shares[1] > 0.5
    report, shipped = loaders.check(tmp_path), loaders.check()
    assert report.problems == ()
    assert (report.sites, report.flows) == (len(network.sites), len(network.flows))
    assert (report.is_ready_made, shipped.is_ready_made) == (True, False)
    computed = [share for share in shipped.shares if share.basis == "computed"]
    assert list(report.shares) == computed
    assert report.imbalances == shipped.imbalances


def test_check_tells_what_does_not_balance_and_load_takes_it(tmp_path: Path) -> None:
    """The separator keeps 90% of 20 t NdPr and sends off 20; it balances at 100%."""
    recovery = "site,material,share\nsep,concentrate,0.9\n"
    flows = FLOWS.replace("20,1,0.5,2,76.5", "20,0,0,0,0")
    folder = folder_of(tmp_path, flows=flows, recovery=recovery)
    assert len(loaders.load(folder).flows) == 2
    (problem,) = loaders.check(folder).problems
    assert str(problem) == (
        "NdPr does not balance at Separator, old (sep); expected 18.000000 t a year out; "
        "got 20.000000 t. Look at its outputs, needs and links, or at its flows and recovery."
    )
    (folder / "recovery.csv").unlink()
    assert loaders.check(folder).problems == ()


def test_what_does_not_balance_is_capped_too(tmp_path: Path) -> None:
    sites = "id,name,stage,country\nmine,Mine,mine,AUS\nend,End,end_use,USA\n" + "".join(
        f"s{i},S{i},separation,CHN\n" for i in range(1050)
    )
    flows = "origin,target,material,tonnes\n" + "".join(
        f"mine,s{i},dy_oxide,2\ns{i},end,dy_oxide,1\n" for i in range(1050)
    )
    found = loaders.check(folder_of(tmp_path, sites=sites, flows=flows)).problems
    assert len(found) == 1001
    assert str(found[1000]) == (
        "50 more problems are not listed (an element does not balance at a site)."
    )


def test_a_boundary_that_takes_what_nobody_supplies_is_no_crash(tmp_path: Path) -> None:
    """Every site of the loop has inputs, so that nothing counts as supply of Dy."""
    sites = "id,name,stage,country,role\na,A,separation,AUS,\nb,B,metal_alloy,CHN,\n" + (
        "stock,Stock,separation,CHN,stock\nmine,Mine,mine,AUS,\n"
    )
    flows = (
        "origin,target,material,tonnes\nmine,a,ndpr_oxide,5\na,b,dy_oxide,2\nb,stock,dy_metal,1\n"
    )
    report = loaders.check(folder_of(tmp_path, sites=sites, flows=flows))
    (row,) = report.imbalances
    assert (row.site, row.element, row.tonnes) == ("stock", "Dy", pytest.approx(1.148))
    assert row.share_of_world == math.inf


def test_progress_runs_from_nothing_to_done(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    loaders.load(folder_of(tmp_path), progress=lambda step, done: told.append((step, done)))
    assert told[0] == ("Reading the table sites", 0.0)
    assert told[-1] == ("Ready", 1.0)
    assert [done for _, done in told] == sorted(done for _, done in told)


def test_nothing_is_kept_of_flows_that_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setattr(loaders.kept, "_cache_folder", lambda: cache)
    (tmp_path / "data").mkdir()
    folder = folder_of(tmp_path / "data")
    assert parts(loaders.kept.load_kept(folder)) == parts(loaders.load(folder))
    assert not cache.exists()


def test_a_zip_or_an_upload_with_flows_is_refused_with_the_way_that_works(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "end_uses.parquet").write_bytes(b"")
    own = from_files(
        [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())], OVERLAY, "mine"
    )
    with pytest.raises(DataError) as caught:
        loaders.load(own)
    refused = [p for p in caught.value.problems if p.what.endswith("is no table")]
    assert [problem.what for problem in refused] == [
        "'end_uses.parquet' is no table",
        "'flows.csv' is no table",
    ]
    assert {problem.advice for problem in refused} == {
        "Leave it out, or load a folder with flows of its own from the command line "
        "(magnetrace check --data FOLDER)."
    }


def test_a_folder_with_flows_is_taken_as_it_is_in_every_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path)
    assert main(["shares", "--data", str(folder), "--mode", "overlay", "--format", "csv"]) == 0
    assert "separation,NdPr,MYS" in capsys.readouterr().out
    monkeypatch.setenv("MAGNETRACE_DATA", str(folder))
    monkeypatch.setenv("MAGNETRACE_MODE", "overlay")
    assert [flow.key for flow in loaders.load().flows] == [
        "mine->sep:concentrate",
        "sep->metal:ndpr_oxide",
    ]
    assert list(loaders.snapshots()) == [
        *("pre-shock", "2025", "latest", "2028-on-time", "2028-late")
    ]


def test_a_snapshot_is_one_of_those_that_ship_or_a_year_of_theirs(tmp_path: Path) -> None:
    flows = FLOWS.replace(",year", "").replace(",2023", "").replace(",2024", "")
    folder = folder_of(tmp_path, flows=flows)
    network = loaders.load(folder, snapshot="2026")
    assert (network.snapshot, network.year, network.flows[0].year) == ("latest", 2026, 2026)
    with pytest.raises(UnknownName, match="no snapshot called '2019'"):
        loaders.load(folder, snapshot="2019")


def test_the_tables_beside_are_few_and_shipped_where_missing(tmp_path: Path) -> None:
    found = loaders.tables(folder_of(tmp_path))
    filled = {table for table in found if found[table]}
    assert filled == {"sources", "countries", "assumptions", "snapshots"}


def test_scenarios_are_the_shipped_ones_until_the_folder_has_its_own(tmp_path: Path) -> None:
    shipped = scenarios(loaders.data_folder())
    assert "april-2025-licences" in shipped
    assert scenarios(loaders.scenario_folder(folder_of(tmp_path))) == shipped
    (tmp_path / "scenarios").mkdir()
    assert scenarios(loaders.scenario_folder(tmp_path)) == {}


def test_the_command_line_checks_shares_and_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data", str(folder_of(tmp_path)))
    assert main(["check", *data]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("Problems in the data: 4\n")
    assert out.endswith("The network: 3 sites and 2 flows, given and not balanced.\n")
    assert "Claims" not in out
    assert "Dy does not balance at Separator, old (sep)" in out
    assert "check: Reading the table flows\n" in err

    assert main(["shares", *data, "--format", "csv"]) == 0
    out, err = capsys.readouterr()
    assert "separation,NdPr,MYS,output,computed,1.0,20.0,2024" in out
    assert "published" not in out.replace("published_used_as_input", "")
    assert "the flows do not balance everywhere" in err

    assert main(["load", *data]) == 0
    assert "The store holds 3 sites and 2 flows" in capsys.readouterr().out
    with connect() as store:
        meta = store.meta()
    assert meta is not None
    assert (meta.sites, meta.flows) == (3, 2)
