"""Shares, imbalances and chokepoints on the six-site network, by hand."""

from __future__ import annotations

import pytest
from networks import flow, site, six_sites

from graph.indicators import (
    CONTROLLED,
    china_share,
    chokepoints,
    imbalances,
    outputs,
    stage_shares,
)
from graph.model import Role, Stage
from graph.network import Network


def test_output_by_stage() -> None:
    made = outputs(six_sites())
    assert made[Stage.MINE, "REO"] == {"mine_cn": 240.0, "mine_au": 160.0}
    assert made[Stage.MINE, "NdPr"] == {"mine_cn": 60.0, "mine_au": 40.0}
    assert made[Stage.SEPARATION, "other"] == {"sep_my": 300.0}
    assert made[Stage.METAL, "NdPr"] == {"metal_vn": 85.0}
    assert made[Stage.MAGNET, "NdFeB"] == {"magnet_jp": 300.0}


def test_shares_of_a_stage_add_up_and_name_their_inputs() -> None:
    rows = [row for row in stage_shares(six_sites()) if row.stage is Stage.MINE]
    reo = [row for row in rows if row.material == "REO"]
    assert [(row.country, row.share) for row in reo] == [("CHN", 0.6), ("AUS", 0.4)]
    assert reo[0].published_used_as_input
    assert not next(row for row in rows if row.material == "NdPr").published_used_as_input
    china = china_share(rows, Stage.MINE, "REO")
    assert china is not None
    assert china.tonnes == 240.0
    assert china.coverage == 1.0


def test_metal_that_is_passed_on_counts_once_and_boundaries_never() -> None:
    network = Network.of(
        (
            site("maker", Stage.METAL, "CHN"),
            site("alloy", Stage.METAL, "JPN"),
            site("oxide", Stage.SEPARATION, "CHN", role=Role.STOCK),
            site("magnet", Stage.MAGNET, "JPN"),
        ),
        (
            flow("oxide", "maker", "ndpr_oxide", 117.65, 117.65),
            flow("maker", "alloy", "ndpr_metal", 100, 117.65),
            flow("alloy", "magnet", "ndpr_metal", 100, 117.65),
        ),
        snapshot="t",
        year=2025,
    )
    assert outputs(network) == {(Stage.METAL, "NdPr"): {"maker": 100.0}}


def test_imbalances_are_shares_of_what_enters_the_chain() -> None:
    (row,) = imbalances(six_sites())
    assert (row.site, row.element, row.tonnes) == ("use_world", "other", 300.0)
    assert row.share_of_world == pytest.approx(1.0)


def test_chokepoints_name_one_country_a_stage_then_single_plants() -> None:
    points = chokepoints(six_sites(), limit=6)
    assert [(p.kind, p.id) for p in points[:4]] == [
        ("country", "JPN"),
        ("country", "MYS"),
        ("country", "VNM"),
        ("country", "CHN"),
    ]
    assert points[3].share == 0.6
    assert points[4].kind == "site"


def test_control_is_another_lens_than_location() -> None:
    network = six_sites()
    here = {(r.stage, r.country): r for r in stage_shares(network) if r.material in ("REO", "NdPr")}
    owned = {
        (r.stage, r.country): r
        for r in stage_shares(network, CONTROLLED)
        if r.material in ("REO", "NdPr")
    }
    assert here[Stage.METAL, "VNM"].share == owned[Stage.METAL, "CHN"].share == 1.0
    assert (Stage.METAL, "CHN") not in here
    assert here[Stage.MINE, "CHN"].hhi == pytest.approx(0.6**2 + 0.4**2)
    assert (here[Stage.METAL, "VNM"].hhi, owned[Stage.METAL, "CHN"].lens) == (1.0, "controlled")
