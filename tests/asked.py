"""The network of the examples that the saved questions carry, small enough to check by hand.

`six_sites()` with a second chain beside it: sep_us takes 20 t NdPr of mine_au and 5 t of feed of
unknown origin to metal_us and magnet_us. Motors get nine tenths of their NdPr from magnet_jp, fins
of jets two fifths. Dy comes from mine_cn alone, 6 t. docs/questions.md draws it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from neo4j import GraphDatabase
from networks import R, flow, site, six_sites

from graph import store
from graph.figures import SiteFigures
from graph.model import Confidence, Role, Source, Stage, Status
from graph.network import Network
from graph.tracing import trace

FIRST, SECOND = "april-2025-licences", "kuantan-outage"
REVIEW = Source(
    id="review",
    title="A review of magnets",
    publisher="A publisher",
    date="2025-06",
    url="",
    licence="",
    kind="report",
)
BOTH = ("usgs_mcs2026", "review")
FIGURES = (
    SiteFigures("mine_cn", 0.45, 5, 35, 84.0, False, 0.6, {"NdPr": 0.48, "Dy": 1.0}),
    SiteFigures("sep_my", 0.8, 4, 21, 84.0, True, 0.75, {"NdPr": 0.8, "Dy": 1.0}),
    SiteFigures("metal_vn", 0.7, 3, 21, 24.0, True, 0.5, {"NdPr": 0.8, "Dy": 1.0}),
    SiteFigures("magnet_us", 0.2, 2, 14, None, False, 0.1, {"NdPr": 0.2, "Dy": 0.0}),
)
"""Made up, but in the order that the figures of six sites have: tests/test_figures.py."""


def asked_network() -> Network:
    """The network that every example answers for; t/yr, content in t oxide equivalent."""
    base = six_sites()
    changed = (
        replace(base.site("mine_au"), owner="Southern Ores", sources=BOTH),
        replace(
            base.site("sep_my"),
            owner="Southern Ores",
            operator="Southern Ores",
            capacity=500.0,
            capacity_unit="t REO",
            output=400.0,
            output_unit="t REO",
        ),
        replace(
            base.site("metal_vn"), owner="Dragon Metals 60%; Hanoi Metals 40%", sources=("review",)
        ),
        replace(base.site("magnet_jp"), owner="Rising Magnets", confidence=Confidence.ESTIMATED),
    )
    second = (
        site("feed_zz", Stage.MINE, "ZZZ", role=Role.UNDOCUMENTED),
        site("sep_us", Stage.SEPARATION, "USA", owner="Desert Metals"),
        site("metal_us", Stage.METAL, "USA", owner="Desert Metals"),
        site("magnet_us", Stage.MAGNET, "USA", owner="Desert Metals"),
        site("fin_us", Stage.COMPONENT, "USA", controlling_country="ZZZ", sector="defence"),
        site("jet_us", Stage.END_USE, "USA", sector="defence", units=100.0, unit="aircraft"),
        site(
            "sep_fr",
            Stage.SEPARATION,
            "FRA",
            status=Status.PLANNED,
            start_year=2028,
            capacity=1000.0,
            capacity_unit="t oxide",
        ),
    )
    flows = (
        flow("mine_cn", "sep_my", "concentrate", 240.0, 60.0, 6.0, 0, 0, 174.0),
        flow("mine_au", "sep_my", "concentrate", 160.0, 40.0, 0, 0, 0, 120.0),
        flow("sep_my", "use_world", "other_oxide", 294.0, 0, 0, 0, 0, 294.0),
        flow("sep_my", "metal_vn", "ndpr_oxide", 100.0, 100.0),
        flow("sep_my", "metal_vn", "dy_oxide", 6.0, 0, 6.0),
        flow("metal_vn", "magnet_jp", "ndpr_metal", 85.0, 100.0),
        flow("metal_vn", "magnet_jp", "dy_metal", 5.0, 0, 6.0),
        flow("magnet_jp", "motor_us", "ndfeb", 270.0, 90.0, 5.4),
        flow("magnet_jp", "fin_us", "ndfeb", 30.0, 10.0, 0.6),
        flow("mine_au", "sep_us", "concentrate", 80.0, 20.0, 0, 0, 0, 60.0),
        flow("feed_zz", "sep_us", "concentrate", 20.0, 5.0, 0, 0, 0, 15.0),
        flow("sep_us", "use_world", "other_oxide", 75.0, 0, 0, 0, 0, 75.0),
        flow("sep_us", "metal_us", "ndpr_oxide", 25.0, 25.0),
        flow("metal_us", "magnet_us", "ndpr_metal", 21.25, 25.0),
        flow("magnet_us", "motor_us", "ndfeb", 30.0, 10.0),
        flow("magnet_us", "fin_us", "ndfeb", 45.0, 15.0),
        flow("motor_us", "ev_us", "ndfeb", 300.0, 100.0, 5.4),
        flow("fin_us", "jet_us", "ndfeb", 75.0, 25.0, 0.6),
    )
    weak = {
        "magnet_jp": Confidence.ASSUMED,
        "metal_vn": Confidence.ESTIMATED,
        "feed_zz": Confidence.MEMORY,
    }
    return Network.of(
        {**base.sites, **{each.id: each for each in (*changed, *second)}}.values(),
        (
            replace(
                f,
                confidence=weak.get(f.origin, R),
                sources=BOTH if f.origin == "mine_au" else f.sources,
            )
            for f in flows
        ),
        snapshot=base.snapshot,
        year=base.year,
        sources=(*base.sources.values(), REVIEW),
    )


# Results of two scenarios

WEEKS = {FIRST: 24, SECOND: 8}


def by_week(scenario: str, first: int, end: int, share: float) -> list[float]:
    """The share lost from week `first` to before week `end`."""
    return [share if first <= week < end else 0.0 for week in range(WEEKS[scenario])]


def hit(site: str, weeks: list[float], **more: float) -> dict[str, object]:
    losing = [week for week, share in enumerate(weeks) if share > 0]
    return {
        "site": site,
        "properties": {
            "lost_share": sum(weeks) / len(weeks),
            "first_loss_week": losing[0],
            "lost_share_by_week": weeks,
            **more,
        },
    }


HITS = {
    FIRST: [
        hit("sep_my", by_week(FIRST, 0, 24, 0.5)),
        hit("magnet_jp", by_week(FIRST, 4, 24, 0.6)),
        hit("ev_us", by_week(FIRST, 6, 18, 0.5), lost_units=25_000.0, lost_usd=1.25e9),
        hit("jet_us", by_week(FIRST, 12, 24, 0.25), lost_units=6.25, lost_usd=5e8),
    ],
    SECOND: [
        hit("sep_my", by_week(SECOND, 0, 4, 1.0)),
        hit("ev_us", by_week(SECOND, 2, 6, 0.75), lost_units=5_000.0, lost_usd=2.5e8),
    ],
}
MEASURES = {
    FIRST: [
        ("export_licence", "CHN concentrate", 0, 24, {"sep_my": 60.0, "magnet_jp": 20.0}),
        ("quota", "CHN mines", 8, 24, {"mine_cn": 30.0}),
    ],
    SECOND: [("outage", "sep_my", 0, 4, {"sep_my": 16.0})],
}
Hits = Mapping[str, Sequence[Mapping[str, object]]]
Measures = Mapping[str, Sequence[tuple[str, str, int, int, Mapping[str, float]]]]
WRITE_HITS = """
MERGE (c:Scenario {name: $name}) SET c.snapshot = 'test', c.seed = 7, c.weeks = $weeks
WITH c UNWIND $hits AS hit
MATCH (s:Site {id: hit.site}) MERGE (c)-[h:HITS]->(s) SET h = hit.properties
"""
WRITE_LIMITS = """
MATCH (c:Scenario {name: $name})
CREATE (c)-[:APPLIES]->(m:Measure {lever: $lever, target: $target, from: $from, to: $to})
WITH m UNWIND $limits AS limit
MATCH (s:Site {id: limit.site}) CREATE (m)-[:LIMITS {lost_tonnes: limit.tonnes}]->(s)
"""
REMOVE = "MATCH (n) WHERE n:Scenario OR n:Measure DETACH DELETE n"


@contextmanager
def results(opened: store.Store, hits: Hits, measures: Measures) -> Iterator[None]:
    """A store that was opened for writing holds the results of scenarios, until the end."""
    end = opened.endpoint
    with (
        GraphDatabase.driver(end.uri, auth=end.writer) as driver,
        driver.session(database=end.database) as session,
    ):
        session.run(REMOVE).consume()
        try:
            for name, found in hits.items():
                session.run(WRITE_HITS, name=name, weeks=WEEKS[name], hits=found).consume()
                for lever, target, start, stop, limits in measures[name]:
                    given = {"name": name, "lever": lever, "target": target, "from": start} | {
                        "to": stop,
                        "limits": [{"site": id, "tonnes": t} for id, t in limits.items()],
                    }
                    session.run(WRITE_LIMITS, given).consume()
            yield
        finally:
            session.run(REMOVE).consume()


@contextmanager
def results_in(opened: store.Store, sites: Sequence[str]) -> Iterator[None]:
    """Results of two scenarios in a network of any size: the same for all the `sites`."""
    hits = {
        name: [hit(site, by_week(name, 2, weeks - 1, 0.5), lost_usd=1e6) for site in sites]
        for name, weeks in WEEKS.items()
    }
    measures = {
        name: [("outage", "some", 0, weeks, dict.fromkeys(sites, 1.0))]
        for name, weeks in WEEKS.items()
    }
    with results(opened, hits, measures):
        yield


@contextmanager
def asked_store() -> Iterator[store.Store]:
    """A store that holds the network of the examples, its figures and, until the end, the two
    scenarios."""
    network = asked_network()
    with store.connect(read_only=False) as opened:
        report = opened.load(network, trace(network))
        opened.write_figures(FIGURES, report.data_hash)
        with results(opened, HITS, MEASURES):
            yield opened
