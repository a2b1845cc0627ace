"""Concentration: indices checked by hand, bounds and bands, and the command that prints them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import flow, site, six_sites
from test_embodied import alloyed

from graph.concentration import (
    COUNTRIES,
    DEMANDS,
    EMBODIED,
    END_USES,
    GROUPS,
    LEVELS,
    OWNER,
    SECTORS,
    SITE,
    ConcentrationRow,
    Supplier,
    bands,
    concentration,
    demands,
    supplier,
)
from graph.ensemble import Band
from graph.errors import DataError
from graph.indicators import CONTROLLED, LENSES, stage_shares
from graph.model import Role, Stage
from graph.network import Network
from loaders.concentration import _ceiling, concentrations
from loaders.kept import load_kept
from loaders.tables import Tables
from ui import cli_parser_chokepoints
from ui.cli import main

CEILING = 0.65


def rows(network: Network, **options: str) -> dict[tuple[str, Stage, str], ConcentrationRow]:
    found = concentration(network, ceiling=CEILING, **options)  # type: ignore[arg-type]
    return {(row.demand, row.stage, row.material): row for row in found}


def mines(*tonnes: tuple[str, float]) -> ConcentrationRow:
    """The tier row of mines that make so many tonnes of REO in so many countries."""
    sites = [site(f"m{i}", Stage.MINE, country) for i, (country, _) in enumerate(tonnes)]
    flows = [
        flow(f"m{i}", "sep", "concentrate", made, 0, 0, 0, 0, made)
        for i, (_, made) in enumerate(tonnes)
    ]
    network = Network.of(
        (*sites, site("sep", Stage.SEPARATION, "MYS")), flows, snapshot="t", year=2025
    )
    return rows(network)["", Stage.MINE, "REO"]


def test_the_tier_by_hand() -> None:
    row = rows(six_sites())["", Stage.MINE, "REO"]
    assert row.hhi == pytest.approx(0.6**2 + 0.4**2)
    assert row.effective_suppliers == pytest.approx(1 / 0.52)
    assert (row.suppliers, row.top1, row.top1_share, row.top3_share) == (2, "CHN", 0.6, 1.0)
    assert (row.hhi_low, row.hhi_high) == (row.hhi, row.hhi)
    assert (row.tonnes, row.year, row.crma_65) == (400.0, 2025, "")


def test_what_nobody_can_place_is_bounded() -> None:
    """50 t here, 30 t there, 20 t nowhere: 0.25 + 0.09, then 0.04 as one supplier, or 0.7 and 0.3
    where all of it comes from the largest."""
    row = mines(("CHN", 50.0), ("AUS", 30.0), ("ZZZ", 20.0))
    assert row.hhi_low == pytest.approx(0.34)
    assert row.hhi == pytest.approx(0.38)
    assert row.hhi_high == pytest.approx(0.7**2 + 0.3**2)
    assert (row.effective_low, row.effective_high) == (pytest.approx(1 / 0.58), 1 / row.hhi_low)
    assert (row.suppliers, row.unknown_share) == (2, pytest.approx(0.2))
    assert row.top3_share == pytest.approx(0.8)


def test_of_unknown_suppliers_alone_only_one_bound_is_known() -> None:
    row = mines(("ZZZ", 20.0))
    assert (row.hhi_low, row.hhi, row.hhi_high, row.effective_high) == (0.0, 1.0, 1.0, None)
    assert (row.suppliers, row.top1, row.leaders) == (0, "", ())


def test_what_the_end_uses_hold_by_location_and_by_control() -> None:
    here, owned = (rows(six_sites(), level=EMBODIED, lens=lens) for lens in LENSES)
    assert {stage.value: row.top1 for (_, stage, _), row in here.items()} == {
        "mine": "CHN", "separation": "MYS", "metal_alloy": "VNM", "magnet": "JPN",
    }  # fmt: skip
    assert {stage.value: row.top1 for (_, stage, _), row in owned.items()} == {
        "mine": "CHN", "separation": "AUS", "metal_alloy": "CHN", "magnet": "JPN",
    }  # fmt: skip
    assert here["world", Stage.MINE, "NdPr"].hhi == pytest.approx(0.52)
    assert here["world", Stage.MINE, "NdPr"].tonnes == pytest.approx(100.0)
    assert ("EU27", Stage.MINE, "NdPr") not in here


def test_content_that_never_passed_a_stage_is_unknown_there() -> None:
    row = rows(alloyed(), level=EMBODIED)["EU27", Stage.MINE, "NdPr"]
    assert (row.top1, row.top1_share, row.unknown_share) == (
        "AUS",
        pytest.approx(0.8),
        pytest.approx(0.2),
    )
    assert row.hhi_high == pytest.approx(1.0)


def test_the_ceiling_counts_third_countries_only() -> None:
    found = rows(alloyed(), level=EMBODIED)
    verdicts = {stage: row.crma_65 for (who, stage, _), row in found.items() if who == "EU27"}
    assert verdicts == {
        Stage.MINE: "fail",  # 80% Australia
        Stage.SEPARATION: "fail",  # 80% Malaysia
        Stage.METAL: "fail",  # 80% China
        Stage.MAGNET: "pass",  # Germany is no third country
    }
    made = found["EU27", Stage.MAGNET, "NdPr"]
    assert (made.top1, made.third_country, made.third_country_share) == ("DEU", "", 0.0)
    assert found["world", Stage.METAL, "NdPr"].crma_65 == "fail"
    assert rows(alloyed(), level=EMBODIED, of=SECTORS)["EV", Stage.METAL, "NdPr"].crma_65 == ""


@pytest.mark.parametrize(
    ("chinese", "unknown", "verdict"),
    [(66, 0, "fail"), (65, 0, "pass"), (60, 5, "pass"), (60, 6, "unknown"), (10, 60, "unknown")],
)
def test_the_ceiling_is_open_where_the_unknown_decides(
    chinese: float, unknown: float, verdict: str
) -> None:
    parts = {"CHN": chinese, "ZZZ": unknown, "JPN": (100 - chinese - unknown) / 2}
    parts["VNM"] = parts["JPN"]
    makers = {country: tonnes for country, tonnes in parts.items() if tonnes}
    network = Network.of(
        (
            *(site(country, Stage.MAGNET, country) for country in makers),
            site("motor", Stage.COMPONENT, "USA"),
            site("car", Stage.END_USE, "FRA"),
        ),
        (
            *(flow(c, "motor", "ndfeb", 3 * tonnes, tonnes) for c, tonnes in makers.items()),
            flow("motor", "car", "ndfeb", 300, 100.0),
        ),
        snapshot="t",
        year=2025,
    )
    assert rows(network, level=EMBODIED)["EU27", Stage.MAGNET, "NdPr"].crma_65 == verdict


def test_owners_are_read_from_the_stakes_then_from_the_row() -> None:
    def owner(**more: object) -> str:
        return supplier(site("s", Stage.MINE, "CHN", **more), OWNER, "")

    assert owner(controlled_through=("Mine Ltd", "Holding"), owner="Mine Ltd") == "Holding"
    assert owner(controlled_through=("Holding",), role=Role.RESIDUAL) == "Holding"
    assert owner(owner="Mine Ltd", operator="Diggers") == "Mine Ltd"
    assert owner(owner="private", operator="Diggers") == "Diggers"
    assert owner(owner="", operator="various") == ""
    assert owner(owner="Mine Ltd", role=Role.RESIDUAL) == ""


def test_the_unnamed_rest_of_a_country_is_a_supplier_by_country_only() -> None:
    rest = site("rest", Stage.MINE, "CHN", role=Role.RESIDUAL, controlling_country="ZZZ")
    found = [supplier(rest, by, "located") for by in GROUPS]
    assert found == ["CHN", "", ""]
    assert supplier(rest, "country", CONTROLLED) == ""
    assert rows(six_sites(), by=SITE)["", Stage.MINE, "REO"].top1_name == "Mine Cn"


def test_end_uses_are_gathered_by_place_sector_and_name() -> None:
    """Other uses than magnets belong to none."""
    assert demands(six_sites(), COUNTRIES) == {"USA": ("ev_us",)}
    assert demands(six_sites(), SECTORS) == {"EV": ("ev_us",)}
    assert demands(six_sites(), END_USES) == {"ev_us": ("ev_us",)}
    assert demands(alloyed(), DEMANDS[0]) == {"world": ("car",), "EU27": ("car",)}


MADE = st.lists(
    st.tuples(st.sampled_from(["CHN", "AUS", "USA", "MMR", "ZZZ"]), st.floats(0.1, 1e5)),
    min_size=1,
    max_size=8,
)


@given(MADE)
def test_bounds_hold_and_the_index_lies_between_equal_suppliers_and_one(
    made: list[tuple[str, float]],
) -> None:
    row = mines(*made)
    suppliers = row.suppliers + (row.unknown_share > 0)
    assert 1 / suppliers - 1e-12 <= row.hhi <= 1 + 1e-12
    assert row.hhi_low <= row.hhi <= row.hhi_high <= 1 + 1e-12
    assert row.top1_share <= row.top3_share <= 1 - row.unknown_share + 1e-12


@given(MADE, st.randoms())
def test_the_order_of_suppliers_does_not_matter(
    made: list[tuple[str, float]], random: object
) -> None:
    shuffled = list(made)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = mines(*made), mines(*shuffled)
    assert one.hhi == pytest.approx(other.hhi)
    assert one.hhi_high == pytest.approx(other.hhi_high)


@given(MADE)
def test_merging_two_suppliers_never_lowers_the_index(made: list[tuple[str, float]]) -> None:
    merged = [("CHN" if country == "AUS" else country, tonnes) for country, tonnes in made]
    assert mines(*merged).hhi >= mines(*made).hhi - 1e-12


@given(MADE)
def test_knowing_who_the_unknown_are_stays_within_the_bounds(
    made: list[tuple[str, float]],
) -> None:
    row = mines(*made)
    for country in ("CHN", "JPN"):
        told = mines(*((country if c == "ZZZ" else c, tonnes) for c, tonnes in made))
        if row.suppliers:
            assert row.hhi_low - 1e-12 <= told.hhi <= row.hhi_high + 1e-12


def test_one_balance_is_its_own_band() -> None:
    made = concentration(six_sites(), ceiling=CEILING)
    for found in bands([made]):
        assert found.hhi == Band(found.row.hhi, found.row.hhi, found.row.hhi)
        assert found.top3_share.low == found.top3_share.high == found.row.top3_share
        assert all((rank.in_top5, rank.at_rank) == (1.0, 1.0) for rank in found.ranks)


def test_ranks_are_counted_over_the_balances() -> None:
    """Six suppliers; in the second of four balances the first two change places, in the third the
    last of the five falls out, the fourth has no such row."""
    (row,) = (r for r in concentration(six_sites(), ceiling=CEILING) if r.material == "REO")
    row = replace(row, crma_65="fail")

    def led(ids: str, hhi: float, verdict: str = "fail") -> tuple[ConcentrationRow, ...]:
        leaders = tuple(Supplier(id, id, 0.1) for id in ids)
        return (replace(row, leaders=leaders, hhi=hhi, crma_65=verdict),)

    balances = [led("ABCDE", 0.2), led("BACDE", 0.3), led("ABCDF", 0.4, "unknown"), ()]
    (found,) = bands(balances)
    assert [rank.in_top5 for rank in found.ranks] == [0.75, 0.75, 0.75, 0.75, 0.5]
    assert [rank.at_rank for rank in found.ranks] == [0.5, 0.5, 0.75, 0.75, 0.5]
    assert found.hhi == Band(pytest.approx(0.21), pytest.approx(0.3), pytest.approx(0.39))
    assert (found.balances, found.crma_holds) == (4, 0.5)


@pytest.mark.parametrize("lens", LENSES)
def test_the_shipped_tiers_are_those_of_the_shares(lens: str) -> None:
    network = load_kept()
    found = rows(network, lens=lens)
    shares = stage_shares(network, lens)
    assert {(s.stage, s.material) for s in shares} == {key[1:] for key in found}
    for share in shares:
        assert found["", share.stage, share.material].hhi == pytest.approx(share.hhi)
    largest = {(s.stage, s.material): s.share for s in reversed(shares) if s.country != "ZZZ"}
    for (_, *key), row in found.items():
        assert row.top1_share == pytest.approx(largest[key[0], key[1]])


def test_the_shipped_chain_against_the_ceiling() -> None:
    """Figures of 2025. Ore of Dy and Tb comes from two countries, all that follows from one."""
    found = concentrations(None, snapshot="2025", levels=(EMBODIED,))
    eu = {(b.row.stage, b.row.material): b.row for b in found if b.row.demand == "EU27"}
    assert len(eu) == 16
    verdicts = {key: row.crma_65 for key, row in eu.items()}
    assert {key for key, verdict in verdicts.items() if verdict != "fail"} == {
        (Stage.MINE, "Dy"),
        (Stage.MINE, "Tb"),
        (Stage.MINE, "Sm"),
    }
    assert verdicts[Stage.MINE, "Sm"] == "unknown"
    dy = eu[Stage.MINE, "Dy"]
    assert [each.id for each in dy.leaders[:2]] == ["CHN", "MMR"]
    assert (dy.top1_share, dy.tonnes) == (
        pytest.approx(0.462, abs=5e-4),
        pytest.approx(191.4, abs=0.1),
    )
    separated = eu[Stage.SEPARATION, "NdPr"]
    assert separated.third_country_share == pytest.approx(0.834, abs=5e-4)
    assert separated.hhi == pytest.approx(0.705, abs=5e-4)


def test_the_page_says_what_the_run_says() -> None:
    page = (Path(__file__).parent.parent / "docs/chokepoints.md").read_text(encoding="utf-8")
    found = {
        (b.row.stage.value.split("_")[0], b.row.material): b.row
        for b in concentrations(None, snapshot="2025", levels=(EMBODIED,))
        if b.row.demand == "EU27"
    }
    for stage in ("mine", "separation", "metal", "magnet"):
        cells = []
        for element in ("NdPr", "Dy", "Tb", "Sm"):
            row = found[stage, element]
            assert row.third_country == "CHN"
            unknown = f", unknown {row.unknown_share:.0%}" if row.crma_65 == "unknown" else ""
            cells.append(f"China {row.third_country_share:.0%}{unknown}: {row.crma_65}")
        assert f"| {stage} | {' | '.join(cells)} |" in page


def test_a_table_without_the_ceiling_says_which_row_is_missing() -> None:
    with pytest.raises(DataError, match="needs the row CRM01"):
        _ceiling(Tables({"assumptions": ()}))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["concentration", *arguments]) == 0
    return capsys.readouterr().out


def test_the_command_prints_the_same_as_json_csv_and_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ("--level", "tier", "--element", "NdPr")
    (mine, separation, metal) = json.loads(printed(capsys, *options, "--format", "json"))
    assert (mine["stage"], mine["top1"]) == ("mine", "CHN")
    assert separation["top1_share"] == pytest.approx(0.892, abs=5e-4)
    assert metal["hhi"] == pytest.approx(0.86, abs=5e-3)
    first = next(csv.DictReader(io.StringIO(printed(capsys, *options, "--format", "csv"))))
    assert float(first["hhi"]) == mine["hhi"]
    assert first["top5"].split(";") == [each["id"] for each in mine["leaders"]]
    assert "89.2%" in printed(capsys, *options)


def test_all_states_of_the_chain_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--level", "tier", "--element", "NdPr", "--snapshot", "all", "--format", "json")
    found = json.loads(printed(capsys, *options))
    names = ["pre-shock", "2025", "latest", "2028-on-time", "2028-late"]
    assert [row["snapshot"] for row in found] == names * 3
    assert [row["stage"] for row in found[::5]] == ["mine", "separation", "metal_alloy"]
    alone = json.loads(printed(capsys, *options[:4], "--format", "json"))
    assert [row for row in found if row["snapshot"] == "2025"] == alone
    mines = [row["hhi"] for row in found[:5]]
    assert mines[3] < mines[4] < mines[1] < mines[0]  # plants as announced, two years late, none


def test_the_command_draws_balances_and_says_what_they_leave_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ("--level", "embodied", "--element", "Sm", "--balances", "3", "--demand", "countries")
    found = json.loads(printed(capsys, *options, "--format", "json"))
    usa = next(r for r in found if (r["demand"], r["stage"]) == ("USA", "magnet"))
    assert usa["balances"] == 3
    assert usa["hhi_band"]["low"] <= usa["hhi_band"]["median"] <= usa["hhi_band"]["high"]
    assert {rank["in_top5"] for rank in usa["ranks"]} <= {1 / 3, 2 / 3, 1.0}
    assert json.loads(printed(capsys, *options, "--format", "json")) == found
    header, row, *_ = csv.reader(io.StringIO(printed(capsys, *options, "--format", "csv")))
    assert dict(zip(header, row, strict=True))["balances"] == "3"
    assert "yields and compositions of ore are the same" in printed(capsys, *options)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--by", "site", "--lens", "located"), "--lens says whose country a site counts for"),
        (("--level", "tier", "--demand", "sectors"), "--demand says whose consumption"),
    ],
)
def test_options_that_make_no_sense_together(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["concentration", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_flows_that_are_given_have_one_balance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sites.csv").write_text(
        "id,name,stage,country\nm,Mine,mine,AUS\ns,Plant,separation,MYS\n"
    )
    (tmp_path / "flows.csv").write_text(
        "origin,target,material,tonnes,ndpr,dy,tb,sm,other\nm,s,concentrate,10,2,0,0,0,8\n"
    )
    assert main(["concentration", "--data", str(tmp_path), "--balances", "3"]) == 0
    done = capsys.readouterr()
    assert "one balance only" in done.err
    assert "AUS" in done.out


def test_the_command_offers_what_can_be_asked() -> None:
    offered = cli_parser_chokepoints
    assert (offered.GROUPS, offered.LEVELS, offered.DEMANDS) == (GROUPS, LEVELS, DEMANDS)
