"""Small networks whose every number can be checked by hand; shared by the tests."""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import Confidence, Flow, Role, Site, Source, Stage
from graph.network import Network

R = Confidence.REPORTED
E = Confidence.ESTIMATED
SRC = ("usgs_mcs2026",)
USGS = Source(
    id="usgs_mcs2026",
    title="Mineral Commodity Summaries 2026",
    publisher="U.S. Geological Survey",
    date="2026-02",
    url="",
    licence="public domain",
    kind="official statistics",
)


def site(id: str, stage: Stage, country: str, **more: object) -> Site:
    defaults: dict[str, object] = {
        "controlling_country": country,
        "confidence": R,
        "sources": SRC,
        "name": id.replace("_", " ").title(),
    }
    return Site(id=id, stage=stage, country=country, **(defaults | more))  # type: ignore[arg-type]


def flow(origin: str, target: str, material: str, tonnes: float, *content: float) -> Flow:
    filled = tuple(content) + (0.0,) * (5 - len(content))
    return Flow(origin, target, material, tonnes, filled, R, SRC, 2025)


def rebuilt(
    network: Network, sites: Iterable[Site] = (), flows: Iterable[Flow] | None = None
) -> Network:
    """`network` with `sites` put in, by id, and, where given, other `flows`."""
    return Network.of(
        {**network.sites, **{site.id: site for site in sites}}.values(),
        network.flows if flows is None else flows,
        snapshot=network.snapshot,
        year=network.year,
        sources=network.sources.values(),
    )


def six_sites() -> Network:
    """Two mines meet in one separator; from there a single chain to electric cars.

    mine_cn (60 t NdPr), mine_au (40 t NdPr) -> sep_my (100 t oxide) -> metal_vn -> magnet_jp
    (300 t magnets) -> motor_us -> ev_us (100,000 cars). No loss anywhere, so contents stay 100.
    China's share by location: mine_cn 1, and 0.6 on everything after sep_my.
    """
    sites = (
        site("mine_cn", Stage.MINE, "CHN", output=240.0, output_unit="t REO"),
        site("mine_au", Stage.MINE, "AUS", output=160.0, output_unit="t REO"),
        site("sep_my", Stage.SEPARATION, "MYS", controlling_country="AUS"),
        site("metal_vn", Stage.METAL, "VNM", controlling_country="CHN"),
        site("magnet_jp", Stage.MAGNET, "JPN"),
        site("motor_us", Stage.COMPONENT, "USA", sector="EV"),
        site(
            "ev_us",
            Stage.END_USE,
            "USA",
            sector="EV",
            units=100_000.0,
            unit="vehicles",
            usd_per_unit=50_000.0,
            magnet_kg_per_unit=3.0,
        ),
        site("use_world", Stage.END_USE, "ZZZ", role=Role.OTHER_USE, name="Other uses of La, Ce"),
    )
    flows = (
        flow("mine_cn", "sep_my", "concentrate", 240.0, 60.0, 0, 0, 0, 180.0),
        flow("mine_au", "sep_my", "concentrate", 160.0, 40.0, 0, 0, 0, 120.0),
        flow("sep_my", "metal_vn", "ndpr_oxide", 100.0, 100.0),
        flow("sep_my", "use_world", "other_oxide", 300.0, 0, 0, 0, 0, 300.0),
        flow("metal_vn", "magnet_jp", "ndpr_metal", 85.0, 100.0),
        flow("magnet_jp", "motor_us", "ndfeb", 300.0, 100.0),
        flow("motor_us", "ev_us", "ndfeb", 300.0, 100.0),
    )
    return Network.of(sites, flows, snapshot="test", year=2025, sources=(USGS,))
