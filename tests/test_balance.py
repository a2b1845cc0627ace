"""The balance of the shipped data: it closes, it keeps what is known, it is honest."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

import loaders
from graph.errors import DataError, UnknownName
from graph.indicators import imbalances, outputs
from graph.model import ELEMENTS, Confidence, Role, Stage
from graph.network import Network
from graph.tracing import trace
from loaders.checks import check_for_open_balance
from loaders.published import Comparison


@pytest.fixture(scope="module")
def network() -> Network:
    return loaders.load()


@pytest.fixture(scope="module")
def comparisons() -> dict[tuple[str, str], Comparison]:
    report = loaders.check()
    assert report.problems == ()
    return {(c.stage.value, c.material): c for c in report.comparisons}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(loaders.data_folder(), tmp_path / "data"))


def change(folder: Path, table: str, id: str, column: str, value: str, key: str = "id") -> int:
    """Change a cell and return the line it stands on."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row[key] == id:
            row[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return next(i for i, row in enumerate(rows, 2) if row[key] == id)


@pytest.mark.parametrize("snapshot", loaders.snapshots())
def test_every_site_balances_in_every_snapshot(snapshot: str) -> None:
    network = loaders.load(snapshot=snapshot)
    assert check_for_open_balance(network) == []
    assert len(network.flows) > 2000


def test_shares_come_out_within_three_points(
    comparisons: dict[tuple[str, str], Comparison],
) -> None:
    for key in [
        ("mine", "REO"),
        ("separation", "NdPr"),
        ("metal_alloy", "NdPr"),
        ("magnet", "NdFeB"),
    ]:
        assert comparisons[key].agrees, comparisons[key]
    assert comparisons["mine", "REO"].published_used_as_input
    assert comparisons["mine", "REO"].without_input == pytest.approx(0.678)
    assert not comparisons["magnet", "NdFeB"].published_used_as_input


def test_no_unexplained_imbalance_above_five_percent(network: Network) -> None:
    unexplained = {Role.IMBALANCE, Role.UNDOCUMENTED}
    for row in imbalances(network):
        if row.role in unexplained:
            assert row.share_of_world < 0.05, row


def test_reported_figures_stand(network: Network) -> None:
    made = outputs(network)
    mined = made[Stage.MINE, "REO"]
    assert mined["m_bayan_obo"] == pytest.approx(188_650)
    assert sum(t for id, t in mined.items() if network.sites[id].country == "CHN") == (
        pytest.approx(270_000)
    )
    assert made[Stage.SEPARATION, "NdPr"]["s_kuantan"] == pytest.approx(7_000)
    assert made[Stage.SEPARATION, "NdPr"]["s_mountain_pass"] == pytest.approx(2_599)
    assert made[Stage.MAGNET, "NdFeB"]["mg_jlmag"] == pytest.approx(29_300 * 0.71)


def test_known_trade_is_met(network: Network) -> None:
    europe = {"DEU", "FRA", "EUU", "AUT", "PRT", "DNK", "GBR"}
    to_europe = sum(
        flow.tonnes
        for flow in network.flows
        if flow.material == "ndfeb"
        and network.sites[flow.origin].country == "CHN"
        and network.sites[flow.target].country in europe
        and network.sites[flow.target].stage is Stage.COMPONENT
    )
    assert to_europe == pytest.approx(17_000, rel=0.01)
    assert loaders.check().missed == ()


def test_no_chinese_magnet_goes_straight_into_us_defence(network: Network) -> None:
    for flow in network.flows:
        buyer = network.sites[flow.target]
        if buyer.sector == "defence" and buyer.country == "USA":
            assert network.sites[flow.origin].country != "CHN", flow.key


def test_totals_carry_no_flow_and_what_does_not_run_is_idle(network: Network) -> None:
    for id in ("s_cnre_quota", "s_creg_quota", "eu_world_ev", "eu_world_wind", "mg_mp_10x"):
        assert network.inputs(id) == () == network.outputs(id)


def test_a_magnet_with_foreign_ndpr_and_chinese_dy(network: Network) -> None:
    """Japanese hybrids: about a third of the NdPr touched China, nearly all of the Dy."""
    share = trace(network).sites["eu_toyota_hev"]
    by_element = dict(zip(ELEMENTS, share.by_element, strict=True))
    assert 0.11 <= by_element["NdPr"] <= 0.36
    assert by_element["Dy"] > 0.85
    assert share.china_share_element in {"Dy", "Tb"}


def test_another_seed_is_another_balance_of_the_same_margins(network: Network) -> None:
    other, again = loaders.load(seed=3), loaders.load(seed=3)
    assert other.flows == again.flows
    assert {f.key: f.tonnes for f in other.flows} != {f.key: f.tonnes for f in network.flows}
    assert check_for_open_balance(other) == []
    for key, made in outputs(network).items():
        if key[1] in {"REO", "NdFeB", "SmCo"}:
            assert sum(outputs(other)[key].values()) == pytest.approx(sum(made.values()))


def test_every_flow_and_site_names_its_source(network: Network) -> None:
    for item in (*network.flows, *network.sites.values()):
        assert item.sources
        assert all(source in network.sources for source in item.sources)
    assert {flow.confidence for flow in network.flows} <= {
        Confidence.REPORTED,
        Confidence.ESTIMATED,
        Confidence.ASSUMED,
    }


def test_unknown_snapshot() -> None:
    with pytest.raises(UnknownName, match="no snapshot called 'later'"):
        loaders.load(snapshot="later")


def test_all_problems_of_a_folder_come_at_once(folder: Path) -> None:
    lines = [
        change(folder, "sites", "m_bayan_obo", "country", "CHINA"),
        change(folder, "sites", "m_mt_weld", "sources", "nobody_2025"),
        change(folder, "links", "m_bayan_obo", "target", "s_nowhere", key="origin"),
        change(folder, "assumptions", "YLD04", "low", "0.9"),
        change(folder, "outputs", "s_kuantan", "tonnes", "many", key="site"),
    ]
    text = "\n".join(str(problem) for problem in loaders.check(folder).problems)
    for table, line, words in (
        ("sites", lines[0], "expected a country of countries.csv; got 'CHINA'"),
        ("sites", lines[1], "the source is not listed"),
        ("links", lines[2], "got 's_nowhere'"),
        ("assumptions", lines[3], "low lies above base"),
        ("outputs", lines[4], "the cell holds no number"),
    ):
        assert f"{table}.csv, line {line}" in text
        assert words in text
    with pytest.raises(DataError):
        loaders.load(folder)


def test_a_market_that_cannot_close_says_so(folder: Path) -> None:
    change(folder, "outputs", "mg_proterial_jp", "tonnes", "900000", key="site")
    change(folder, "outputs", "mg_proterial_jp", "high", "", key="site")
    (problem,) = loaders.check(folder).problems
    assert "named makers make" in str(problem)


def test_a_figure_changes_what_follows(folder: Path) -> None:
    """Double Kuantan's oxide and China's share of separation falls by about six points."""
    change(folder, "outputs", "s_kuantan", "tonnes", "14000", key="site")
    change(folder, "outputs", "s_kuantan", "high", "", key="site")
    network = loaders.load(folder)
    made = outputs(network)[Stage.SEPARATION, "NdPr"]
    assert made["s_kuantan"] == pytest.approx(14_000)
    china = sum(t for id, t in made.items() if network.sites[id].country == "CHN")
    assert 0.81 < china / sum(made.values()) < 0.85


def test_end_uses_count_in_units_where_a_unit_is_known(network: Network) -> None:
    """1,100 t of finished magnets at 4.3 kg of blanks (x 0.71) a car are 360,301 cars."""
    stellantis = network.sites["eu_stellantis"]
    assert stellantis.units == pytest.approx(1_100_000 / (4.3 * 0.71))
    assert stellantis.unit == "vehicles"
    submarine = network.sites["eu_virginia"]
    assert (submarine.units, submarine.unit) == (1.2, "boats")
    assert network.sites["eu_other_industrial_chn"].units is None
