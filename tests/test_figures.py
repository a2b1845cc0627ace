"""Figures of sites: by hand on six sites, and in the real store, all of them or none."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from networks import six_sites
from spreads import BARE
from states import Load, ask, running
from test_recovery import TIMES

import loaders.chokepoints
from graph import store
from graph.contingency import SITE, bench_of, cases_of, losses_of, weeks_survived
from graph.errors import ScenarioError, StoreError
from graph.figures import SiteFigures
from graph.model import Stage
from graph.network import Network
from graph.site_figures import site_figures
from graph.store.figures import FIGURES, MARK, WRITING
from loaders import tables
from loaders.chokepoints import desk_of, desk_on
from loaders.figures import figures_at
from ui.cli import main


def figures(chain_days: float = 0.0) -> tuple[SiteFigures, ...]:
    """Of six_sites() over 20 weeks, without stocks but for the days of magnets on their way."""
    network = six_sites()
    bench = bench_of(network, replace(BARE, chain_days_cars=chain_days), weeks=20)
    cases = cases_of(network, (SITE,))
    losses = {case: loss for (case,), loss in losses_of(bench, [(c,) for c in cases]).items()}
    weeks = {case: weeks_survived(bench, case) for case in cases}
    return site_figures(network, bench, losses, survived=weeks, times=TIMES)


def write(found: tuple[SiteFigures, ...], data_hash: str) -> bool:
    with store.connect(read_only=False) as opened:
        return opened.write_figures(found, data_hash)


def test_figures_by_hand() -> None:
    """Goods move one stage a week, so that of 20 weeks those after the first are lost: for the
    mines 15, of 60 and 40 in 100 t. Made each year: 240 and 160, 400, 85, 300, 300, 300 and 300 t,
    2085 in all. Without mine_cn all after it loses 0.6; without mine_au 160/400 x 160/240 = 4/15.
    Without metal_vn the 985 t from there to the cars and the 100 of 400 t that it buys."""
    found = {each.site: each for each in figures()}
    assert {
        id: (each.criticality, each.first_loss_week, each.ttr_days, each.single_route)
        for id, each in found.items()
    } == {
        "mine_cn": (pytest.approx(0.6 * 15 / 20), 5, 84, False),
        "mine_au": (pytest.approx(0.4 * 15 / 20), 5, 84, False),
        "sep_my": (pytest.approx(16 / 20), 4, 84, True),
        "metal_vn": (pytest.approx(17 / 20), 3, 24, True),
        "magnet_jp": (pytest.approx(18 / 20), 2, 48, True),
        "motor_us": (pytest.approx(19 / 20), 1, None, True),
        "ev_us": (None, None, None, None),
        "use_world": (None, None, None, None),
    }
    assert {each.site: each.esri for each in found.values()} == pytest.approx(
        {
            "mine_cn": 0.6,
            "mine_au": (160 + 4 / 15 * 1685) / 2085,
            "sep_my": 1.0,
            **dict.fromkeys(("metal_vn", "magnet_jp", "motor_us", "ev_us"), (985 + 200) / 2085),
            "use_world": (300 + 0.75 * 800) / 2085,
        }
    )
    assert [dict(each.betweenness) for each in found.values()] == [
        {"NdPr": pytest.approx(0.6)},
        {"NdPr": pytest.approx(0.4)},
        *[{"NdPr": pytest.approx(1.0)}] * 4,
        {},
        {},
    ]


def test_time_to_survive_is_in_days_and_only_where_it_was_looked_for() -> None:
    """Three weeks are at hand between the magnets and the cars (see test_contingency)."""
    stocked = {each.site: each.tts_days for each in figures(35.0)}
    assert (stocked["magnet_jp"], stocked["ev_us"]) == (21, None)
    network = six_sites()
    bench = bench_of(network, BARE, weeks=20)
    (case,) = (case for case in cases_of(network, (SITE,)) if case.id == "magnet_jp")
    losses = {case: loss for (case,), loss in losses_of(bench, [(case,)]).items()}
    found = site_figures(network, bench, losses, survived={}, times={})
    assert {(each.site, each.tts_days, each.ttr_days) for each in found} == {
        (id, None, None) for id in network.sites
    }


def test_a_network_without_end_uses_has_no_figures() -> None:
    base = six_sites()
    sites = [site for site in base.sites.values() if site.stage is not Stage.END_USE]
    flows = [flow for flow in base.flows if flow.target not in ("ev_us", "use_world")]
    network = Network.of(sites, flows, snapshot="test", year=2025)
    desk = desk_on(network, tables(), data=None, kind=SITE, threads=1, keep=False)
    with pytest.raises(ScenarioError, match="no end uses"):
        figures_at(desk)


# In the store


def test_figures_come_after_the_network_and_can_be_asked_for(load: Load) -> None:
    report = load(six_sites())
    assert ask("MATCH (s:Site) RETURN count(s.criticality), count(s.esri)") == ((0, 0),)
    assert write(figures(), report.data_hash)
    assert ask(
        "MATCH (s:Site) WHERE s.criticality > 0.82 RETURN s.id, s.criticality, s.first_loss_week, "
        "s.tts_days, s.ttr_days, s.single_route, s.betweenness_ndpr ORDER BY s.id"
    ) == (
        ("magnet_jp", pytest.approx(0.9), 2, 0, 48, True, pytest.approx(1.0)),
        ("metal_vn", pytest.approx(0.85), 3, 0, 24, True, pytest.approx(1.0)),
        ("motor_us", pytest.approx(0.95), 1, 0, None, True, pytest.approx(1.0)),
    )
    unknown = ask("MATCH (s:Site {id: 'ev_us'}) RETURN keys(s)")[0][0]
    assert isinstance(unknown, list)
    assert set(unknown) & set(FIGURES) == {"esri"}, "what is not known is left out"
    meta = store.status().meta
    assert meta is not None
    assert meta.figures


def test_the_same_figures_are_not_written_twice_and_others_replace_them(load: Load) -> None:
    report = load(six_sites())
    assert write(figures(), report.data_hash)
    assert not write(figures(), report.data_hash)
    assert ask("MATCH (s:Site {id: 'motor_us'}) RETURN s.tts_days, s.ttr_days") == ((0, None),)
    bare = tuple(replace(each, tts_days=None, ttr_days=7.0) for each in figures())
    assert write(bare, report.data_hash)
    assert ask("MATCH (s:Site {id: 'motor_us'}) RETURN s.tts_days, s.ttr_days") == ((None, 7),)


def test_a_write_that_fails_leaves_what_was_there(load: Load) -> None:
    report = load(six_sites())
    with pytest.raises(StoreError, match="another network"):
        write(figures(), "0123456789abcdef")
    stranger = replace(figures()[0], site="mine_xx")
    with pytest.raises(StoreError, match="does not hold"):
        write((*figures(), stranger), report.data_hash)
    assert ask("MATCH (s:Site) RETURN count(s.criticality), count(s.esri)") == ((0, 0),)
    assert write(figures(), report.data_hash)
    before = ask("MATCH (s:Site) RETURN s.id, s.criticality ORDER BY s.id")
    with pytest.raises(StoreError, match="does not hold"):
        write((replace(figures()[0], criticality=0.1), stranger), report.data_hash)
    assert ask("MATCH (s:Site) RETURN s.id, s.criticality ORDER BY s.id") == before


def test_loading_again_takes_figures_away(load: Load) -> None:
    report = load(six_sites())
    write(figures(), report.data_hash)
    load(six_sites())
    assert ask("MATCH (s:Site) RETURN count(s.criticality), count(s.esri)") == ((0, 0),)
    meta = store.status().meta
    assert meta is not None
    assert meta.figures == ""


def test_a_reader_sees_no_figures_or_all_of_them(load: Load) -> None:
    """While they come and go: six named plants have a criticality, or none has."""
    report, found = load(six_sites()), figures()
    none = tuple(replace(each, criticality=None) for each in found)
    stop, seen = threading.Event(), []

    def read() -> None:
        with store.connect() as opened:
            while not stop.is_set():
                seen.append(opened.run("MATCH (s:Site) RETURN count(s.criticality)").rows[0][0])

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with store.connect(read_only=False) as opened:
            for _ in range(20):
                opened.write_figures(found, report.data_hash)
                time.sleep(0.05)
                opened.write_figures(none, report.data_hash)
                time.sleep(0.05)
    finally:
        stop.set()
        reader.join(timeout=60)
    assert set(seen) == {0, 6}


def test_a_write_that_was_broken_off_is_told_and_done_anew(load: Load) -> None:
    report = load(six_sites())
    write(figures(), report.data_hash)
    server = running()
    with (
        GraphDatabase.driver(server.endpoint.uri, auth=server.endpoint.writer) as driver,
        driver.session(database=server.endpoint.database) as session,
    ):
        session.run(MARK, data_hash=report.data_hash, figures=WRITING).consume()
    with pytest.raises(StoreError, match="being written, or that was broken off"):
        ask("MATCH (s:Site) RETURN s.criticality")
    assert ask("MATCH (s:Site) RETURN count(s.name)") == ((8,),)
    meta = store.status().meta
    assert meta is not None
    assert meta.figures == ""
    assert write(figures(), report.data_hash)
    assert ask("MATCH (s:Site) RETURN count(s.criticality)") == ((6,),)


def test_a_connection_for_reading_writes_no_figures(load: Load) -> None:
    report = load(six_sites())
    with store.connect() as opened, pytest.raises(StoreError, match="read_only=False"):
        opened.write_figures(figures(), report.data_hash)


@pytest.mark.parametrize(
    ("cypher", "does"),
    [
        ("MATCH (s:Site) WHERE s.esri > 0.1 RETURN s", True),
        ("MATCH (s:Site) RETURN s.betweenness_dy", True),
        ("MATCH (s:Site) RETURN s.id, s.esri_rank", False),
    ],
)
def test_a_query_that_names_a_figure_is_known(cypher: str, does: bool) -> None:
    assert store.names_figures(cypher) is does


# On the shipped tables


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loaders.chokepoints, "_cache_folder", lambda: tmp_path / "losses")
    return tmp_path / "losses"


@pytest.mark.usefixtures("cache")
def test_cancelled_work_gives_no_figures() -> None:
    desk = desk_of(None, snapshot="2025", kind=SITE)
    assert figures_at(desk, is_cancelled=lambda: True) is None


def test_what_is_not_to_be_kept_is_not_kept(cache: Path) -> None:
    desk = desk_on(six_sites(), tables(), data=None, kind=SITE, threads=1, keep=False)
    assert figures_at(desk) is not None
    assert not cache.exists()


@pytest.mark.usefixtures("cache")
def test_the_command_writes_what_the_chokepoints_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["load"]) == 0
    capsys.readouterr()
    assert main(["query", "--cypher", "MATCH (s:Site) RETURN count(s.esri) AS n"]) == 0
    assert "run: magnetrace load --figures" in capsys.readouterr().err
    assert main(["load", "--figures"]) == 0
    assert "figures of 460 sites" in capsys.readouterr().out
    assert main(["status"]) == 0
    assert "with figures" in capsys.readouterr().out
    assert main(["chokepoints", "--top", "5", "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    keys = ("first_loss_week", "tts_days", "ttr_days", "single_route")
    for row in printed:
        assert ask(
            f"MATCH (s:Site {{id: '{row['id']}'}}) "
            f"RETURN s.criticality, {', '.join(f's.{key}' for key in keys)}"
        ) == ((pytest.approx(row["lost_share"]), *(row[key] for key in keys)),)
    top = ask("MATCH (s:Site) WHERE s.criticality > 0 RETURN s.id ORDER BY s.criticality DESC")
    assert [row["id"] for row in printed] == [id for (id,) in top[:5]]
