"""What the Data page says, on small tables checked by hand and on the shipped data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from networks import USGS, E, six_sites

import loaders
from graph.indicators import CONTROLLED, imbalances, stage_shares
from graph.model import Confidence, Role, Stage
from graph.network import Network
from loaders.published import Comparison
from loaders.tables import Column, Row, Tables
from ui.charts.provenance import known_bars, timeline_chart
from ui.text import NBSP
from ui.theme import INKS
from ui.viewmodels import citations, claims, coverage, events, stakes, unknowns

NAMES = {"CHN": "China", "MYS": "Malaysia", "AUS": "Australia", "VNM": "Viet Nam"}


def event_row(id: str, when: str, status: str, **more: object) -> Row:
    values: dict[str, object] = {
        "id": id,
        "date": when,
        "date_end": "",
        "actor": ("CHN",),
        "instrument": "quota",
        "title": f"Title of {id}",
        "summary": "",
        "status": status,
        "lever": "quota",
        "scenario": "",
        "sources": ("usgs_mcs2026",),
        "confidence": "high",
        "note": "",
    }
    return Row("events", 2, values | more)  # type: ignore[arg-type]


def stake_row(owner: str, owned: str, share: float | None, start: str) -> Row:
    return Row(
        "stakes",
        2,
        {
            "owner": owner,
            "owner_country": "AUS",
            "owned": owned,
            "stake": share,
            "from": start,
            "to": "",
            "sources": ("usgs_mcs2026",),
            "confidence": "reported",
            "note": "",
        },
    )


@pytest.fixture(scope="module")
def shipped() -> Tables:
    return loaders.tables()


def test_tonnes_are_parted_by_how_they_are_known() -> None:
    network = six_sites()
    flows = [replace(f, confidence=E) if f.origin == "mine_au" else f for f in network.flows]
    network = Network.of(network.sites.values(), flows, snapshot="test", year=2025)
    known = coverage.known(network)
    assert known.stages == ("Mine", "Separation", "Metal & alloy", "Magnet", "Motor & component")
    shares = dict(known.shares)
    assert shares[Confidence.REPORTED] == (0.6, 1.0, 1.0, 1.0, 1.0)  # mines: 240 of 400 t
    assert shares[Confidence.ESTIMATED] == (0.4, 0.0, 0.0, 0.0, 0.0)
    # 400 t from mines, 400 from separation, 100 from each of the three stages after it
    assert f"85{NBSP}% reported, 15{NBSP}% estimated" in known.finding
    assert coverage.known_table(known).rows[0] == {
        "Flows out of": "Mine",
        "Reported": 60.0,
        "Estimated": 40.0,
    }
    assert len(known_bars(known, INKS["light"]).data) == 2


def test_unnamed_rows_are_told_from_plants() -> None:
    network = six_sites()
    sites = [
        replace(s, role=Role.RESIDUAL) if s.id == "mine_au" else s for s in network.sites.values()
    ]
    network = Network.of(sites, network.flows, snapshot="test", year=2025)
    first = coverage.named(stage_shares(network)).rows[0]
    assert first == {
        "Stage": "Mine",
        "Of": "all rare earths mined",
        "Named plants": 60.0,
        "Unnamed rows and recyclers": 40.0,
    }


def test_figures_have_an_age() -> None:
    network = six_sites()
    years = {"mine_cn": 2024, "mine_au": 2021, "sep_my": 2026}
    sites = [replace(s, output_year=years.get(s.id)) for s in network.sites.values()]
    table = coverage.ages(Network.of(sites, network.flows, snapshot="test", year=2025))
    assert table.rows[0] == {
        "Stage": "Mine",
        "After 2025": 0,
        "2025": 0,
        "2024": 1,
        "2023": 0,
        "Before 2023": 1,
        "No output figure": 0,
    }
    assert table.rows[1]["After 2025"] == 1
    assert table.finding == "3 of 7 sites have an output figure with a year."


def test_open_ends_name_the_boundary() -> None:
    table = coverage.open_ends(imbalances(six_sites()))
    assert len(table.rows) == 1
    row = table.rows[0]
    assert (row["Boundary"], row["Element"]) == ("Other uses of La, Ce", "other rare earths")
    assert (row["t oxide equivalent a year"], row["Of the world's supply"]) == (300.0, 100.0)
    assert row["Direction"] == "leaves the chain"


def test_a_published_figure_that_went_in_is_said() -> None:
    found = Comparison(
        stage=Stage.MINE,
        material="REO",
        computed=0.6835,
        published=0.69,
        low=None,
        high=None,
        published_used_as_input=True,
        without_input=0.678,
        year=2025,
        computed_year=2025,
        sources=("usgs_mcs2026",),
        others=((0.59, 2019, ("usgs_mcs2026",), "quota"), (0.71, 2022, (), "")),
    )
    (mine,) = claims.disagreements([found], {"usgs_mcs2026": USGS})
    assert mine.title == "Mine, all rare earths mined"
    assert mine.said == (
        f"China's share: computed 68{NBSP}%, published claim in use 69{NBSP}%. The published "
        f"figure went in, so the two must agree; an independent table gives 68{NBSP}%. "
        f"2 other claims say 59 to 71{NBSP}%."
    )
    assert [row["Claim"] for row in mine.claims.rows] == ["in use", "other", "other"]
    assert mine.claims.rows[1] == {
        "Claim": "other",
        "Share": 59.0,
        "Year": "2019",
        "Source": "U.S. Geological Survey, 2026-02",
        "Note": "quota",
    }
    apart = replace(found, published_used_as_input=False, published=0.80, others=())
    (other,) = claims.disagreements([apart], {})
    assert "They differ by 12 points. No other claim" in other.said
    (far,) = claims.disagreements([replace(apart, computed_year=2028)], {})
    assert "The claim is about 2025 and the figure about 2028: too far apart" in far.said


@pytest.mark.parametrize(
    ("written", "last", "expected"),
    [
        ("2006", False, date(2006, 1, 1)),
        ("2014", True, date(2014, 12, 31)),
        ("2024-02", True, date(2024, 2, 29)),
        ("2025-10-09", True, date(2025, 10, 9)),
    ],
)
def test_dates_known_in_part_are_placed(written: str, last: bool, expected: date) -> None:
    assert events.day(written, last=last) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("in force", events.IN_FORCE),
        ("in force, not fully obeyed", events.IN_FORCE),
        ("suspension end date passed on 10 November 2026, status unverified", events.HELD),
        ("clause 2 suspended to 27 November 2026, clause 1 in force", events.HELD),
        ("announced, from 4 December 2026", events.OPEN),
        ("adopted, in force from 1 January 2027", events.OPEN),
        ("never applied", events.OVER),
        ("disputed", events.DOUBT),
        ("who knows", events.OPEN),
    ],
)
def test_every_status_has_a_class(status: str, expected: str) -> None:
    assert events.state(status) == expected


def test_only_what_is_in_force_is_drawn_up_to_the_newest_event() -> None:
    found = events.events(
        [
            event_row("a", "2025-01-01", "in force", date_end="2039"),
            event_row("b", "2025-02", "announced"),
            event_row("c", "2023", "ended", date_end="2024"),
            event_row("d", "2026-03-04", "disputed", instrument="tariff", actor=("USA", "CHN")),
        ]
    )
    view = events.timeline(found, events.newest(found))
    assert [(span.event.id, span.drawn_to) for span in view.spans] == [
        ("c", date(2024, 12, 31)),
        ("a", date(2026, 3, 4)),
        ("b", date(2025, 2, 1)),
        ("d", date(2026, 3, 4)),
    ]
    assert view.opens == date(2024, 1, 1)
    assert "1 event began before 2024" in events.reading(view)
    assert [event.id for event in events.chosen(found, "quota", "")] == ["c", "a", "b"]
    assert [event.id for event in events.chosen(found, "", "USA")] == ["d"]
    quotas = events.timeline(events.chosen(found, "quota", ""), events.newest(found))
    assert quotas.spans[1].drawn_to == date(2026, 3, 4)
    assert events.chosen(found, "gold", "") == ()
    assert events.actors(found, NAMES) == {"": "All", "CHN": "China (4)", "USA": "USA (1)"}


def test_words_of_events_stay_words_in_the_chart() -> None:
    found = events.events([event_row("a", "2025", "in force", title="<a href='x'>go</a>")])
    drawn = timeline_chart(events.timeline(found, events.newest(found)), INKS["dark"]).to_json()
    assert "<a href" not in drawn
    assert "&lt;a href" in drawn


def test_the_shipped_events(shipped: Tables) -> None:
    found = events.events(shipped["events"])
    assert len(found) == 86
    assert events.sentence(found).startswith("86 events, 42 of them in 2025.")
    by_id = {event.id: event for event in found}
    assert by_id["PE033"].state == events.DOUBT
    spans = {span.event.id: span for span in events.timeline(found, events.newest(found)).spans}
    package = [by_id[f"PE0{n}"] for n in range(42, 48)]
    assert {event.status for event in package} == {
        "suspension end date passed on 10 November 2026, status unverified"
    }
    assert {event.state for event in package} == {events.HELD}
    assert {spans[event.id].drawn_to for event in package} == {date(2026, 11, 10)}
    chart = timeline_chart(events.timeline(found, events.newest(found)), INKS["light"])
    dashes = {t.legendgroup: t.line.dash for t in chart.data if t.mode == "lines"}
    assert dashes[events.IN_FORCE] == "solid"
    assert dashes[events.HELD] == "dot"
    assert len(events.unverified(found)) == 10


def test_events_lead_to_scenarios() -> None:
    found = events.events(
        [
            event_row("a", "2025", "done", scenario="one"),
            event_row("b", "2025", "done", scenario="two"),
            event_row("c", "2025", "done", scenario="two"),
            event_row("d", "2025", "done", scenario="gone"),
        ]
    )
    titles = {"one": "First", "two": "Second"}
    assert events.informed(found, titles) == (
        ("two", "Second (2 events)"),
        ("one", "First (1 event)"),
    )
    table = events.table(found, NAMES, titles, {"usgs_mcs2026": USGS})
    assert table.ids == ("d", "c", "b", "a")
    assert (table.rows[0]["Scenario"], table.rows[3]["Scenario"]) == ("", "First")


def test_control_from_abroad() -> None:
    network = six_sites()
    sites = [
        replace(s, controlled_through=("Lynas", "Its holders")) if s.id == "sep_my" else s
        for s in network.sites.values()
    ]
    network = Network.of(sites, network.flows, snapshot="test", year=2025)
    table = stakes.abroad(network, NAMES)
    assert table.ids == ("metal_vn", "sep_my")
    assert table.rows[1] == {
        "Site": "Sep My",
        "Stage": "Separation",
        "Country": "Malaysia",
        "Controlled from": "Australia",
        "Through": "Lynas ← Its holders",
        "Of its stage": 100.0,
        "Measured in": "other",
        "Status": "operating",
    }


def test_stakes_of_one_site_newest_first(shipped: Tables) -> None:
    rows = [
        stake_row("Old", "sep_my", 0.3121, "2020"),
        stake_row("New", "sep_my", None, "2024-05"),
        stake_row("Else", "Firm", 1.0, ""),
    ]
    table = stakes.stakes(rows, "sep_my", "Sep My", NAMES)
    assert [(row["Owner"], row["Stake"]) for row in table.rows] == [
        ("New", "n/a"),
        ("Old", f"31.21{NBSP}%"),
    ]
    assert stakes.choices(rows, six_sites()) == {"Firm": "Firm", "sep_my": "Sep My"}
    assert stakes.sentence(shipped["stakes"]) == "183 stakes in 120 sites and firms."


def test_a_publication_leads_to_its_figures() -> None:
    row = Row(
        "sites",
        2,
        {
            "name": "Kuantan",
            "capacity": 10500.0,
            "capacity_unit": "t REO",
            "lat": 4.0,
            "confidence": "reported",
            "sources": ("usgs_mcs2026", "own"),
            "note": "",
        },
    )
    tables = Tables({"sites": (row,), "stakes": (stake_row("Old", "sep_my", 0.3, "2020"),)})
    schema = {
        "sites": (
            Column("sites", "lat", "number", "degrees", False, ""),
            Column("sites", "capacity", "number", "capacity_unit a year", False, ""),
        ),
        "stakes": (Column("stakes", "stake", "share", "share", False, ""),),
    }
    listed = citations.publications([USGS], tables)
    assert (listed.rows[0]["Rows"], listed.rows[0]["Cited in"]) == (2, "sites 1, stakes 1")
    figures = citations.figures(tables, schema, USGS)
    assert [row["Figures"] for row in figures.rows] == [
        f"capacity 10,500{NBSP}t REO a year",
        f"stake 30{NBSP}%",
    ]
    assert figures.rows[0]["With others"] == "1 more source"


def test_every_shipped_publication_is_listed(shipped: Tables) -> None:
    sources = loaders.load().sources
    table = citations.publications(sources.values(), shipped)
    assert len(table.rows) == len(shipped["sources"])
    counted = [row["Rows"] for row in table.rows]
    assert counted == sorted(counted, key=lambda n: -int(n or 0))


def test_what_is_not_known() -> None:
    table = unknowns.without_size(six_sites())
    assert table.finding.startswith("4 of 7 sites have no published size")
    assert table.rows[0] == {
        "Stage": "Separation",
        "Sites": 1,
        "Without a published size": 1,
        "Of them named": 1,
        "Names": "Sep My",
    }
    site = Row(
        "sites", 2, {"name": "Old mill", "stage": "mine", "confidence": "memory", "note": ""}
    )
    link = Row("links", 3, {"origin": "a", "confidence": "memory", "note": "no paper"})
    sure = Row("links", 4, {"origin": "b", "confidence": "reported", "note": ""})
    found = unknowns.from_memory(Tables({"sites": (site,), "links": (link, sure)}))
    assert found.finding == "2 rows from memory, no source seen; among them sites: 1 mine."
    assert found.rows[1] == {"Table": "links", "Stage": "", "Row": "a", "Note": "no paper"}


def test_location_and_control_stand_side_by_side() -> None:
    network = six_sites()
    table = stakes.two_lenses(stage_shares(network), stage_shares(network, CONTROLLED), {})
    metal = next(row for row in table.rows if row["Stage"] == "Metal & alloy")
    assert (metal["China, located"], metal["China, controlled"]) == (0.0, 100.0)
    mine = table.rows[0]
    assert (mine["Of"], mine["China, located"], mine["HHI, located"]) == (
        "all rare earths mined",
        60.0,
        0.52,
    )
    assert "metal & alloy, NdPr: CHN has 0\u00a0% by location and 100\u00a0% by control" in (
        table.finding
    )
