"""`magnetrace shares`, `check` and `template`, on the shipped data and on one's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from command_line import rows, run

from loaders.tables import TABLES

SHARE_KEYS = {
    *("stage", "material", "country", "measure", "basis", "share", "tonnes", "year"),
    *("published_used_as_input", "coverage", "sources"),
}


def test_shares_as_json_from_any_folder(tmp_path: Path) -> None:
    found = rows(run("shares", "--format", "json", cwd=tmp_path))
    assert set(found[0]) >= SHARE_KEYS
    (mined,) = (
        row
        for row in found
        if (row["stage"], row["material"], row["country"]) == ("mine", "REO", "CHN")
        and row["basis"] == "computed"
    )
    assert mined["tonnes"] == 270000.0
    assert mined["published_used_as_input"] is True
    assert {row["basis"] for row in found} == {"computed", "published"}


def test_shares_of_a_stage_add_up() -> None:
    found = rows(run("shares", "--format", "json", "--snapshot", "pre-shock"))
    sums: dict[tuple[object, ...], float] = {}
    for row in found:
        if row["basis"] == "computed" and row["measure"] == "output":
            key = (row["stage"], row["material"])
            sums[key] = sums.get(key, 0.0) + float(str(row["share"]))
    assert len(sums) >= 4
    assert all(total == pytest.approx(1.0) for total in sums.values())


def test_shares_as_csv_and_table_say_the_same() -> None:
    table = run("shares")
    sheet = run("shares", "--format", "csv")
    assert table.returncode == sheet.returncode == 0
    first = next(csv.DictReader(io.StringIO(sheet.stdout)))
    line = table.stdout.splitlines()[3].split()
    assert line[:3] == [first["stage"], first["material"], first["country"]]
    assert line[5] == f"{float(first['share']):.1%}"


def test_check_of_the_shipped_data_finds_no_problem() -> None:
    done = run("check", "--format", "json")
    assert done.returncode == 0, done.stdout
    report = json.loads(done.stdout)
    assert report["problems"] == []
    assert {"mine", "separation", "metal_alloy", "magnet"} <= {
        row["stage"] for row in report["comparisons"]
    }
    assert report["imbalances"]
    assert report["disagreements"]


def test_check_prints_every_group_of_claims_the_one_in_use_first() -> None:
    done = run("check", "--show", "claims", "--format", "csv")
    assert done.returncode == 0, done.stdout
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    claims = [row for row in found if row["about"] == "Mine output of Myanmar in 2024"]
    assert [(row["standing"], float(row["value"])) for row in claims] == [
        ("used", 27000),
        ("other", 31000),
        ("other", 39400),
    ]
    assert all(row["reason"] for row in found)
    shown = run("check").stdout
    assert f"{len(found)}; magnetrace check --show claims" in shown
    assert "Mine output of Myanmar" not in shown


def test_own_tables_lie_over_the_shipped_ones(tmp_path: Path) -> None:
    assert run("template", "mine", cwd=tmp_path).returncode == 0
    with (tmp_path / "mine" / "needs.csv").open("a", encoding="utf-8") as file:
        file.write("eu_midea,ndfeb,4001,,,assumed,own_assumption,\n")
    over = ("--data", str(tmp_path / "mine"), "--mode", "overlay")
    done = run("check", *over, "--format", "json", home=tmp_path)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["changes"] == [
        {"table": "needs", "added": 0, "changed": 1, "removed": 0, "same": 12}
    ]
    for command in (("shares",), ("scenarios",), ("simulate", "quota-cut", "--weeks", "2")):
        assert run(*command, *over, home=tmp_path).returncode == 0, command
    alone = run("check", "--data", str(tmp_path / "mine"))
    assert alone.returncode == 1
    assert "the source is not listed" in alone.stdout
    again = run("template", "mine", cwd=tmp_path)
    assert again.returncode == 1
    assert "needs.csv: the file is there already" in again.stderr
    packed = run("template", "all.zip", "--filled", cwd=tmp_path)
    assert packed.stdout == f"{len(TABLES) + 2} files in all.zip. README.txt explains them.\n"
    told = run("check", "--data", "all.zip", cwd=tmp_path)
    assert told.returncode == 0
    assert "Tables that differ from the shipped ones, in rows: none" in told.stdout
