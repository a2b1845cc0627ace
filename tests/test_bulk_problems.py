"""Ready-made networks: every way in which they are wrong has its place and its message."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from ready_made import FLOWS, SITES, as_parquet, folder_of, problems

from graph.model import MATERIALS

MISSING = (
    "the column is missing; expected a column of this name; got none. Add it to the header line; "
    "its cells may be empty where it is not required."
)
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
