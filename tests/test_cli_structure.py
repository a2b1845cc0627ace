"""`magnetrace structure`: the shipped chain without China, and how its answers are written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ui.cli import main
from ui.cli_structure import _covers, _first

PAGE = Path(__file__).parent.parent / "docs/chokepoints.md"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["structure", *arguments]) == 0
    return capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed(capsys, *arguments, "--format", "json"))
    return found


def test_without_china_heavy_rare_earths_break_at_separation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = {(row["element"], row["end_use"]): row for row in rows(capsys, "--without-china")}
    assert {key[0]: row["breaks_at"] for key, row in found.items()} == {
        "NdPr": "metal_alloy",
        "Dy": "separation",
        "Tb": "separation",
        "Sm": "separation",
    }
    dy = found["Dy", "outside_china"]
    assert (dy["china"], dy["lens"], dy["country"]) == ("without", "located", "")
    assert (dy["share"], dy["tonnes"]) == (
        pytest.approx(0.115, abs=5e-4),
        pytest.approx(76.8, abs=0.05),
    )
    assert [(each["site"], each["role"]) for each in dy["members"]] == [
        ("s_kuantan", "plant"),
        ("x_scrap_eol", "stock"),
    ]
    assert [each["site"] for each in found["Sm", "all"]["single_routes"]] == ["ma_lcm_uk"]


def test_an_end_use_has_its_cut_with_china_and_without_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (with_china, without) = rows(
        capsys, "--for", "eu_vw", "--element", "Dy", "--lens", "controlled"
    )
    assert (with_china["china"], with_china["lens"], with_china["breaks_at"]) == (
        "with",
        None,
        None,
    )
    assert (without["china"], without["lens"]) == ("without", "controlled")
    assert with_china["need"] == without["need"] == pytest.approx(47.2, abs=0.05)
    assert without["share"] == pytest.approx(1.63, abs=5e-3)
    assert with_china["share"] > without["share"]


def test_each_stage_by_itself_is_at_least_as_wide_as_the_cut(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ("--element", "Dy", "--for", "all")
    cuts = {row["china"]: row["tonnes"] for row in rows(capsys, *arguments)}
    widths = rows(capsys, *arguments, "--show", "stages")
    assert [(row["china"], row["stage"]) for row in widths] == [
        (china, stage)
        for china in ("with", "without")
        for stage in ("mine", "separation", "metal_alloy", "magnet")
    ]
    assert all(row["tonnes"] >= cuts[row["china"]] * (1 - 1e-9) for row in widths)
    narrowest = min((row for row in widths if row["china"] == "without"), key=lambda r: r["tonnes"])
    assert (narrowest["stage"], narrowest["tonnes"]) == (
        "separation",
        pytest.approx(76.8, abs=0.05),
    )


def test_what_passes_each_site_on_its_way(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--show", "passages", "--for", "all", "--element", "Dy", "--top", "3")
    found = rows(capsys, *arguments)
    shares = [row["share"] for row in found]
    assert len(found) == 3
    assert shares == sorted(shares, reverse=True)
    assert {row["end_use"] for row in found} == {"all"}
    text = printed(capsys, *arguments, "--format", "table")
    assert found[0]["site_name"] in text
    assert "stands for many sites" in " ".join(text.split())


def test_the_same_as_csv_and_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--for", "outside_china", "--element", "Dy")
    first, second = csv.DictReader(io.StringIO(printed(capsys, *options, "--format", "csv")))
    assert (first["china"], second["china"], second["breaks_at"]) == (
        "with",
        "without",
        "separation",
    )
    assert json.loads(second["members"])[0]["site"] == "s_kuantan"
    table = printed(capsys, *options)
    assert "End-of-life magnets [stock] 7.0%" in table
    assert "11.5%" in table
    assert "taken to do all it can" in table
    assert "(no rows)" in printed(capsys, "--for", "eu_vw", "--element", "Sm")


def test_a_name_that_is_no_end_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["structure", "--for", "eu_tesl"]) == 2
    assert "no end use called 'eu_tesl'. Did you mean eu_tesla" in capsys.readouterr().err


def test_the_page_says_what_the_command_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    found: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    for row in rows(capsys):
        found.setdefault(row["element"], {})[row["china"], row["end_use"]] = row
    for element, of in found.items():
        first = of["without", "all"]["members"][0]
        cells = (
            element,
            f"{of['with', 'all']['share']:.2f}",
            f"{of['without', 'all']['share']:.1%}",
            f"{of['without', 'outside_china']['share']:.1%}",
            of["without", "all"]["breaks_at"].split("_")[0],
            f"{first['name']}, {first['share']:.0%}",
        )
        assert f"| {' | '.join(cells)} |" in page


def test_how_a_cell_is_written() -> None:
    assert [_covers(share) for share in (0.043, 1.0, 3.281, 5000.0)] == [
        "4.3%",
        "1.00x",
        "3.28x",
        "over 100x",
    ]
    assert _first(["a", "b"]) == "a; b"
    assert _first(["a", "b", "c", "d", "e"]) == "a; b; c; +2"
