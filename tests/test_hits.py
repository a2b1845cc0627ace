"""Runs of scenarios in the real store, by hand on six sites: what stands there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites
from states import Load, ask
from stored_runs import FLOOD, NONE, counted, delete, rows_of, two_separators, write

from graph import store
from graph.scenario import Agreement, Outage, Quota
from graph.tracing import trace

pytestmark = pytest.mark.usefixtures("without_runs")


def test_a_run_by_hand() -> None:
    """mine_cn stops: 60 of 100 t NdPr are missing, one site later each week."""
    write(rows_of(six_sites(), FLOOD, start="2025-04-04"))
    (run,) = ask("MATCH (s:Scenario) RETURN properties(s)")[0]
    assert isinstance(run, dict)
    assert run.pop("stored").endswith("+00:00")
    assert run == {
        "name": "flood",
        "scenario": "a-flood",
        "title": "A flood",
        "start": "2025-04-04",
        "snapshot": "test",
        "seed": 7,
        "weeks": 20,
        "data_hash": store.data_hash(six_sites(), trace(six_sites())),
        "measures": 1,
        "sites_hit": 7,
        "lost_usd": pytest.approx(100_000 / 52 * 0.6 * 15 * 50_000),
    }
    ((measure,),) = ask("MATCH (:Scenario)-[:APPLIES]->(m:Measure) RETURN properties(m)")
    assert measure == {
        "id": "flood/flood",
        "name": "flood",
        "lever": "outage",
        "target": "sites mine_cn",
        "from": 0,
        "to": 20,
        "from_day": "2025-04-04",
        "to_day": "2025-08-22",
    }
    assert ask("MATCH (:Measure)-[l:LIMITS]->(s:Site) RETURN s.id, l.lost_tonnes") == (
        ("mine_cn", pytest.approx(240 * 20 / 52)),
    )
    assert ask(
        "MATCH (:Scenario)-[h:HITS]->(s:Site) RETURN s.id, h.first_loss_week, h.lost_share "
        "ORDER BY h.first_loss_week, s.id"
    ) == (
        ("mine_cn", 0, pytest.approx(1.0)),
        ("sep_my", 1, pytest.approx(0.6 * 19 / 20)),
        ("metal_vn", 2, pytest.approx(0.6 * 18 / 20)),
        ("use_world", 2, pytest.approx(0.6 * 18 / 20)),
        ("magnet_jp", 3, pytest.approx(0.6 * 17 / 20)),
        ("motor_us", 4, pytest.approx(0.6 * 16 / 20)),
        ("ev_us", 5, pytest.approx(0.6 * 15 / 20)),
    )
    assert ask(
        "MATCH (:Scenario)-[h:HITS]->(s:EndUse) RETURN s.id, size(h.through) ORDER BY s.id"
    ) == (("ev_us", 5), ("use_world", 0))
    ((cars,),) = ask("MATCH (:Scenario)-[h:HITS]->(:Site {id: 'ev_us'}) RETURN properties(h)")
    assert cars == {
        "lost_share": pytest.approx(0.45),
        "lost_units": pytest.approx(100_000 / 52 * 0.6 * 15),
        "unit": "vehicles",
        "lost_usd": pytest.approx(100_000 / 52 * 0.6 * 15 * 50_000),
        "first_loss_week": 5,
        "worst_week": 5,
        "worst_share": pytest.approx(0.6),
        "lost_share_by_week": pytest.approx([0.0] * 5 + [0.6] * 15),
        "through": ["magnet_jp", "metal_vn", "mine_cn", "motor_us", "sep_my"],
        "through_share": [1.0] * 5,
    }


DEFENCE = """
MATCH (run:Scenario {name: $run})-[h:HITS]->(programme:EndUse {sector: 'defence'})
WHERE h.lost_share_by_week[$week] > 0.1
WITH run, programme, h
UNWIND range(0, size(h.through) - 1) AS i
MATCH (plant:Processor {id: h.through[i]})
OPTIONAL MATCH (run)-[:APPLIES]->(m:Measure)-[l:LIMITS]->(plant)
RETURN programme.id, h.lost_share_by_week[$week] AS lost, plant.id, h.through_share[i] AS share,
       m.name, l.lost_tonnes
ORDER BY programme.id, share DESC, plant.id
"""


def test_which_programmes_lose_in_a_week_and_through_which_plant_is_one_query(load: Load) -> None:
    """sep_cn stops for all of the 20 weeks, sep_my in weeks 10 and 11; four weeks later the jets
    lose 0.6 and, for two weeks, all. The metal maker misses 20 weeks of 60 t a year and 2 of 40."""
    network = two_separators()
    load(network)
    cut = Outage(name="cut", sites=("sep_cn",))
    strike = Outage(name="strike", sites=("sep_my",), start_week=10, end_week=12)
    write(rows_of(network, cut, strike, name="defence"))
    ((by_week,),) = ask("MATCH ()-[h:HITS]->(:Site {id: 'jet_us'}) RETURN h.lost_share_by_week")
    assert by_week == pytest.approx([0.0] * 4 + [0.6] * 10 + [1.0] * 2 + [0.6] * 4)
    cut_t, strike_t = pytest.approx(60 * 20 / 52), pytest.approx(40 * 2 / 52)
    by_cut, by_strike = pytest.approx(1200 / 1280), pytest.approx(80 / 1280)
    assert ask(DEFENCE, run="defence", week=15) == (
        ("jet_us", pytest.approx(1.0), "sep_cn", by_cut, "cut", cut_t),
        ("jet_us", pytest.approx(1.0), "sep_my", by_strike, "strike", strike_t),
    )
    assert ask(DEFENCE, run="defence", week=3) == ()


def test_a_measure_that_lets_through_stands_without_limits() -> None:
    stop = Quota(name="stop", scope="export", kept=0.0, end_week=3)
    truce = Agreement(name="truce", lifts=("stop",), start_week=2)
    write(rows_of(six_sites(), stop, truce))
    assert ask(
        "MATCH (:Scenario)-[:APPLIES]->(m:Measure) OPTIONAL MATCH (m)-[l:LIMITS]->(s:Site) "
        "RETURN m.name, m.lever, m.target, m.from, m.to, m.from_day, s.id ORDER BY m.name"
    ) == (
        ("stop", "quota", "scope export; countries CHN", 0, 2, None, "mine_cn"),
        ("truce", "agreement", "lifts stop", 2, 20, None, None),
    )


def test_text_of_a_scenario_is_never_cypher() -> None:
    text = "x'}) DETACH DELETE s //"
    write(rows_of(six_sites(), replace(FLOOD, name=text)))
    assert ask("MATCH (m:Measure) RETURN m.name, m.id") == ((text, f"flood/{text}"),)
    delete("flood")
    assert counted() == NONE
