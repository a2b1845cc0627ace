"""The saved questions: their headers, their rows on hand-checkable networks, their speed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from asked import results_in
from networks import flow, six_sites
from test_figures import figures

import graph.queries
from graph import store
from graph.errors import StoreError, UnknownName
from graph.figures import SiteFigures
from graph.model import Confidence, Flow, Site, Stage
from graph.network import Network
from graph.queries import CHOICE_SETS, Parameter, Question, parse, question, questions
from graph.tracing import trace

Load = Callable[[Network], store.LoadReport]
NAMES = sorted(questions())
SLOWEST_S = 4.0
"""Generous, for a busy machine; about 0.5 s at most on a quiet one."""


def rebuilt(
    network: Network, sites: Iterable[Site] = (), flows: Iterable[Flow] | None = None
) -> Network:
    """`network` with `sites` put in and, where given, other `flows`."""
    return Network.of(
        {**network.sites, **{site.id: site for site in sites}}.values(),
        network.flows if flows is None else flows,
        snapshot=network.snapshot,
        year=network.year,
        sources=network.sources.values(),
    )


def two_routes() -> Network:
    """six_sites() with a second chain beside it, without China, that carries a fifth of the cars.

    mine_au also sells 25 t NdPr to sep_us -> metal_us -> magnet_us, which delivers 75 t of
    magnets to motor_us beside the 300 t of magnet_jp; motor_us passes 375 t on.
    """
    base = six_sites()
    kept = [f for f in base.flows if f.origin != "motor_us"]
    new = [
        Site(id, id, stage, "USA", controlling_country="USA")
        for id, stage in (
            ("sep_us", Stage.SEPARATION),
            ("metal_us", Stage.METAL),
            ("magnet_us", Stage.MAGNET),
        )
    ]
    return rebuilt(
        base,
        new,
        [
            *kept,
            flow("mine_au", "sep_us", "concentrate", 100.0, 25.0, 0, 0, 0, 75.0),
            flow("sep_us", "metal_us", "ndpr_oxide", 25.0, 25.0),
            flow("metal_us", "magnet_us", "ndpr_metal", 21.25, 25.0),
            flow("magnet_us", "motor_us", "ndfeb", 75.0, 25.0),
            flow("motor_us", "ev_us", "ndfeb", 375.0, 125.0),
        ],
    )


def ask(name: str, **given: str | float) -> list[dict[str, object]]:
    """Rows of a question, without what is only drawn, figures rounded for comparison."""
    asked = question(name)
    with store.connect() as opened:
        result = opened.run(asked.cypher, asked.bind(given))
    drawn = {column.name for column in asked.columns if column.unit == "graph"}
    return [
        {
            name: round(value, 9) if isinstance(value, float) else value
            for name, value in record.items()
            if name not in drawn
        }
        for record in result.records()
    ]


def pick(rows: list[dict[str, object]], *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


# Headers


@pytest.mark.parametrize("name", NAMES)
def test_headers_are_whole(name: str) -> None:
    asked = questions()[name]
    assert asked.name == name
    assert asked.title
    assert asked.why.endswith(".")
    assert len({column.name for column in asked.columns}) == len(asked.columns)
    assert all(
        parameter.choices_from in ("", *CHOICE_SETS) and parameter.meaning
        for parameter in asked.parameters
    )
    assert "ORDER BY" in asked.cypher.rsplit("RETURN", 1)[1]


def test_names_and_titles_are_told_apart() -> None:
    files = Path(graph.queries.__file__).parent.rglob("*.cypher")
    assert sorted(file.stem for file in files) == NAMES
    assert len({asked.title for asked in questions().values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_questions_only_read(name: str) -> None:
    words = set(questions()[name].cypher.upper().split())
    assert not words & {"CREATE", "MERGE", "SET", "DELETE", "REMOVE", "DETACH", "LOAD", "FOREACH"}


GOOD = """// title: A
// why: B
//   goes on.
// parameter: n | integer | 3 | | How many
// parameter: by | text | one | one, two | Which
// column: x | t/yr | What
// column: s | graph | Drawn
// key: x
// example: n=5, by=two
// row: 1.5
MATCH (s:Site) WHERE s.x = $n AND s.y = $by RETURN s.x AS x, s ORDER BY x
"""


def test_a_file_is_read() -> None:
    asked = parse("exposure", "a-b", GOOD)
    assert (asked.name, asked.theme, asked.title, asked.why) == (
        "a-b", "exposure", "A", "B goes on.",
    )  # fmt: skip
    assert [(p.name, p.type, p.default, p.choices) for p in asked.parameters] == [
        ("n", "integer", 3, ()),
        ("by", "text", "one", ("one", "two")),
    ]
    assert [(c.name, c.unit, c.meaning) for c in asked.columns] == [
        ("x", "t/yr", "What"),
        ("s", "graph", "Drawn"),
    ]
    assert [c.name for c in asked.printed] == ["x"]
    assert asked.key == ("x",)
    assert (asked.example.given, asked.example.rows) == ({"n": "5", "by": "two"}, (("1.5",),))
    assert asked.cypher.startswith("MATCH (s:Site)")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("// why: B\n//   goes on.\n", "", "one why"),
        ("// title: A\n", "// title: A\n// title: A\n", "one title"),
        ("// title:", "// Title:", "line 1"),
        ("| integer |", "| whole |", "line 4"),
        ("| 3 |", "| three |", "a whole number"),
        ("| 3 | |", "| 3 | people |", "choices from"),
        (" | | How many", " | How many", "5 parts"),
        ("// column: x | t/yr | What\n// column: s | graph | Drawn\n", "", "columns"),
        ("// key: x\n", "", "one key"),
        ("// key: x", "// key: x, s", "expected columns of x"),
        ("// row: 1.5\n", "", "rows of an example"),
        ("// row: 1.5", "// row: 1.5 | 2", "1 parts"),
        ("n=5, by=two", "n=5, by", "one example of name=value"),
        ("n=5, by=two", "n=5, by=three", "must be one of one, two"),
        ("$n", "3", "parameters that the query uses"),
        ("$by", "$by + $more", "parameters that the query uses"),
    ],
)
def test_a_wrong_header_is_told_with_its_place(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(StoreError) as caught:
        parse("exposure", "a-b", GOOD.replace(old, new, 1))
    assert said in str(caught.value)


def test_parameters_are_read_from_text() -> None:
    asked = parse("exposure", "a-b", GOOD)
    assert asked.bind() == {"n": 3, "by": "one"}
    assert asked.bind({"n": "5", "by": "two"}) == {"n": 5, "by": "two"}
    assert asked.bind({"n": 5}) == {"n": 5, "by": "one"}
    for text in ("x", "1.5", "9007199254740992", "inf"):
        with pytest.raises(StoreError, match=f"n must be a whole number; got '{text}'"):
            asked.bind({"n": text})
    with pytest.raises(StoreError, match="by must be one of one, two"):
        asked.bind({"by": "three"})
    for text in ("nan", "-inf", "1e999"):
        with pytest.raises(StoreError, match=f"x must be a number; got '{text}'"):
            Parameter("x", "number", 0.5, "").read(text)
    with pytest.raises(UnknownName, match="parameter of a-b"):
        asked.bind({"m": 1})


def test_a_question_that_is_not_there_suggests_others() -> None:
    with pytest.raises(UnknownName, match="who-is-hit"):
        question("who-is-hitt")


# Rows on networks that can be checked by hand


def test_china_share_by_stage(load: Load) -> None:
    load(six_sites())
    assert pick(
        ask("china-share-by-stage"),
        "stage", "material", "basis", "tonnes", "china_share", "china_controlled_share",
        "touched_share",
    ) == [
        ("mine", "concentrate", "t REO", 400.0, 0.6, 0.6, 0.6),
        ("separation", "ndpr_oxide", "t oxide", 100.0, 0.0, 0.0, 0.6),
        ("separation", "other_oxide", "t oxide", 300.0, 0.0, 0.0, 0.6),
        ("metal_alloy", "ndpr_metal", "t metal", 85.0, 0.0, 1.0, 0.6),
        ("magnet", "ndfeb", "t finished magnet", 300.0, 0.0, 0.0, 0.6),
        ("component", "ndfeb", "t finished magnet", 300.0, 0.0, 0.0, 0.6),
    ]  # fmt: skip


def test_top_sites_of_end_use(load: Load) -> None:
    load(two_routes())
    assert pick(ask("top-sites-of-end-use", end_use="ev_us", element="NdPr"), "site", "share") == [
        ("motor_us", 1.0),
        ("magnet_jp", 0.8),
        ("metal_vn", 0.8),
        ("sep_my", 0.8),
        ("mine_au", 0.52),
        ("mine_cn", 0.48),
        ("magnet_us", 0.2),
        ("metal_us", 0.2),
        ("sep_us", 0.2),
    ]
    assert ask("top-sites-of-end-use", end_use="ev_us", element="Dy") == []


def test_recycled_material_is_followed_to_the_recycler_only(load: Load) -> None:
    """sep_my also gets 25 t NdPr as swarf from magnet_jp: its mines fall to four fifths of it."""
    base = six_sites()
    load(rebuilt(base, (), [*base.flows, flow("magnet_jp", "sep_my", "swarf", 50.0, 25.0)]))
    shares = {row["site"]: row["share"] for row in ask("top-sites-of-end-use", end_use="ev_us")}
    assert shares["magnet_jp"] == 1.0
    assert shares["sep_my"] == 1.0
    assert shares["mine_cn"] == 0.48
    assert shares["mine_au"] == 0.32


def test_end_uses_without_alternative(load: Load) -> None:
    load(six_sites())
    assert ask("end-uses-without-alternative") == []
    assert pick(
        ask("end-uses-without-alternative", by="control"),
        "end_use", "country", "element", "tonnes", "china_share",
    ) == [("ev_us", "USA", "NdPr", 100.0, 0.6)]  # fmt: skip


def test_end_uses_without_alternative_tells_elements_apart(load: Load) -> None:
    """Dy comes from mine_cn alone, so it reaches the cars through China only."""
    base = six_sites()
    dy = {
        ("mine_cn", "sep_my"): (60.0, 5.0, 0.0, 0.0, 180.0),
        ("magnet_jp", "motor_us"): (100.0, 5.0, 0.0, 0.0, 0.0),
        ("motor_us", "ev_us"): (100.0, 5.0, 0.0, 0.0, 0.0),
    }
    flows = [replace(f, content=dy.get((f.origin, f.target), f.content)) for f in base.flows]
    more = [
        flow("sep_my", "metal_vn", "dy_oxide", 5.0, 0, 5.0),
        flow("metal_vn", "magnet_jp", "dy_metal", 4.4, 0, 5.0),
    ]
    load(rebuilt(base, (), flows + more))
    assert pick(
        ask("end-uses-without-alternative"), "end_use", "element", "tonnes", "china_share"
    ) == [("ev_us", "Dy", 5.0, 1.0)]
    # What makes up a smaller part than the minimum is no way: nothing is left to reach it.
    assert pick(ask("end-uses-without-alternative", minimum=0.5), "end_use", "element") == [
        ("ev_us", "Dy"),
        ("ev_us", "NdPr"),
    ]


def test_single_suppliers(load: Load) -> None:
    load(two_routes())
    assert pick(ask("single-suppliers"), "customer", "material", "supplier", "share", "tonnes") == [
        ("ev_us", "ndfeb", "motor_us", 1.0, 375.0),
        ("metal_vn", "ndpr_oxide", "sep_my", 1.0, 100.0),
        ("sep_us", "concentrate", "mine_au", 1.0, 100.0),
        ("magnet_jp", "ndpr_metal", "metal_vn", 1.0, 85.0),
        ("metal_us", "ndpr_oxide", "sep_us", 1.0, 25.0),
        ("magnet_us", "ndpr_metal", "metal_us", 1.0, 21.25),
    ]
    assert pick(
        ask("single-suppliers", threshold=0.8, stage="component"), "customer", "supplier", "share"
    ) == [("motor_us", "magnet_jp", 0.8)]


def test_non_china_paths(load: Load) -> None:
    load(two_routes())
    rows = ask("non-china-paths", end_use="ev_us", element="NdPr")
    assert pick(rows, "countries", "share", "tonnes") == [
        ("AUS → MYS → VNM → JPN → USA → USA", 0.32, 40.0),
        ("AUS → USA → USA → USA → USA → USA", 0.2, 25.0),
    ]
    assert rows[0]["path"] == "Mine Au → Sep My → Metal Vn → Magnet Jp → Motor Us → Ev Us"
    by_control = ask("non-china-paths", end_use="ev_us", element="NdPr", by="control")
    assert pick(by_control, "share") == [(0.2,)]


def test_non_china_paths_can_be_drawn(load: Load) -> None:
    load(two_routes())
    asked = question("non-china-paths")
    with store.connect() as opened:
        graph = opened.run(asked.cypher, asked.bind({"end_use": "ev_us"})).graph
    assert {str(node.properties["id"]) for node in graph.nodes} == {
        "mine_au", "sep_my", "metal_vn", "magnet_jp", "motor_us", "ev_us",
        "sep_us", "metal_us", "magnet_us",
    }  # fmt: skip
    assert len(graph.edges) == 9


def test_who_is_hit(load: Load) -> None:
    load(two_routes())
    assert pick(ask("who-is-hit", site="sep_my"), "customer", "steps", "element", "share") == [
        ("magnet_jp", 2, "NdPr", 1.0),
        ("metal_vn", 1, "NdPr", 1.0),
        ("ev_us", 4, "NdPr", 0.8),
        ("motor_us", 3, "NdPr", 0.8),
    ]
    assert pick(ask("who-is-hit", site="sep_us", minimum=0.5), "customer") == [
        ("magnet_us",),
        ("metal_us",),
    ]


def test_foreign_owners(load: Load) -> None:
    base = six_sites()
    metal = replace(base.site("metal_vn"), owner="A 60%; B 40%")
    load(rebuilt(base, [metal]))
    columns = ("controlling_country", "owner", "stake", "site", "country", "ndpr_t")
    assert pick(ask("foreign-owners"), *columns, "share_of_stage") == [
        ("CHN", "A", 0.6, "metal_vn", "VNM", 100.0, 1.0),
        ("CHN", "B", 0.4, "metal_vn", "VNM", 100.0, 1.0),
    ]
    assert pick(ask("foreign-owners", country="any"), *columns) == [
        ("AUS", "not named", None, "sep_my", "MYS", 100.0),
        ("CHN", "A", 0.6, "metal_vn", "VNM", 100.0),
        ("CHN", "B", 0.4, "metal_vn", "VNM", 100.0),
    ]


def test_paths_with_china_share(load: Load) -> None:
    load(two_routes())
    columns = ("origin", "target", "tonnes", "share", "element")
    assert pick(ask("paths-with-china-share", stage="magnet"), *columns) == [
        ("magnet_jp", "motor_us", 300.0, 0.6, "NdPr")
    ]
    assert pick(ask("paths-with-china-share", threshold=0.48), *columns) == [
        ("motor_us", "ev_us", 375.0, 0.48, "NdPr"),
        ("magnet_jp", "motor_us", 300.0, 0.6, "NdPr"),
        ("sep_my", "metal_vn", 100.0, 0.6, "NdPr"),
        ("metal_vn", "magnet_jp", 85.0, 0.6, "NdPr"),
    ]
    by_control = ask("paths-with-china-share", stage="metal_alloy", threshold=0.7, by="control")
    assert pick(by_control, "origin", "share", "mean_share") == [("metal_vn", 1.0, 0.6)]


def test_country_dependence(load: Load) -> None:
    load(two_routes())
    columns = ("stage", "material", "supplier_country", "tonnes", "share", "touched_share")
    assert pick(ask("country-dependence", country="USA"), *columns) == [
        ("separation", "concentrate", "AUS", 100.0, 1.0, 0.0),
        ("metal_alloy", "ndpr_oxide", "USA", 25.0, 1.0, 0.0),
        ("magnet", "ndpr_metal", "USA", 21.25, 1.0, 0.0),
        ("component", "ndfeb", "JPN", 300.0, 0.8, 0.6),
        ("component", "ndfeb", "USA", 75.0, 0.2, 0.0),
        ("end_use", "ndfeb", "USA", 375.0, 1.0, 0.48),
    ]


def test_weakest_evidence(load: Load) -> None:
    base = six_sites()
    assumed = {"mine_au": Confidence.ASSUMED, "magnet_jp": Confidence.MEMORY}
    load(
        rebuilt(
            base,
            (),
            [replace(f, confidence=assumed.get(f.origin, f.confidence)) for f in base.flows],
        )
    )
    columns = ("origin", "target", "material", "tonnes", "share_of_material", "confidence")
    assert pick(ask("weakest-evidence"), *columns) == [
        ("magnet_jp", "motor_us", "ndfeb", 300.0, 0.5, "memory"),
        ("mine_au", "sep_my", "concentrate", 160.0, 0.4, "assumed"),
    ]
    assert pick(ask("weakest-evidence", material="concentrate"), "origin") == [("mine_au",)]


def test_alternatives_to_site(load: Load) -> None:
    load(two_routes())
    columns = ("material", "alternative", "tonnes", "relative_size", "touched_share")
    assert pick(ask("alternatives-to-site", site="sep_my"), *columns) == [
        ("ndpr_oxide", "sep_us", 25.0, 0.25, 0.0)
    ]
    assert ask("alternatives-to-site", site="sep_my", without="USA") == []


def test_who_says_so(load: Load) -> None:
    load(six_sites())
    assert pick(ask("who-says-so", site="sep_my"), "site", "confidence", "source", "date") == [
        ("sep_my", "reported", "usgs_mcs2026", "2026-02")
    ]


# With figures (tests/test_figures.py has them by hand)


def load_with_figures(chain_days: float = 0.0) -> None:
    network = six_sites()
    with store.connect(read_only=False) as opened:
        report = opened.load(network, trace(network))
        opened.write_figures(figures(chain_days), report.data_hash)


def test_noticed_before_recovered() -> None:
    """Three weeks of magnets are at hand. A stop anywhere up to the magnets is noticed after three
    weeks; of mine_cn, 60% of the ore, after 3 / 0.6 = 5, of mine_au after 3 / 0.4 = 7.5. Of 20
    weeks metal_vn costs 17 less these three, mine_cn 0.6 x 15 less three, mine_au 0.4 x 15 less
    three. motor_us costs most, but nobody knows how long it takes to build anew."""
    load_with_figures(35.0)
    columns = ("site", "criticality", "first_loss_week", "tts_days", "ttr_days", "gap_days")
    assert pick(ask("noticed-before-recovered"), *columns) == [
        ("magnet_jp", 0.75, 5, 21, 48, 27),
        ("metal_vn", 0.7, 6, 21, 24, 3),
        ("sep_my", 0.65, 7, 21, 84, 63),
        ("mine_cn", 0.3, 10, 35, 84, 49),
        ("mine_au", 0.15, 12, 49, 84, 35),
    ]
    assert pick(ask("noticed-before-recovered", minimum=0.72), "site") == [("magnet_jp",)]
    assert pick(ask("noticed-before-recovered", stage="separation"), "site") == [("sep_my",)]


def test_risk_beside_betweenness() -> None:
    load_with_figures()
    columns = ("site", "esri", "betweenness", "criticality", "single_route")
    assert pick(ask("risk-beside-betweenness", minimum=0.57), *columns) == [
        ("sep_my", 1.0, 1.0, 0.8, True),
        ("mine_cn", 0.6, 0.6, 0.45, False),
        ("magnet_jp", round(1185 / 2085, 9), 1.0, 0.9, True),
        ("metal_vn", round(1185 / 2085, 9), 1.0, 0.85, True),
        ("motor_us", round(1185 / 2085, 9), 1.0, 0.95, True),
    ]
    # Nothing holds Dy; what is left are risks, with which elements have nothing to do.
    assert pick(ask("risk-beside-betweenness", element="Dy", minimum=0.6), *columns) == [
        ("sep_my", 1.0, None, 0.8, True),
        ("mine_cn", 0.6, None, 0.45, False),
    ]


def test_critical_suppliers() -> None:
    load_with_figures()
    columns = ("supplier", "criticality", "tts_days", "customer", "material", "share_of_input")
    assert pick(ask("critical-suppliers", country="USA"), *columns) == [
        ("motor_us", 0.95, 0, "ev_us", "ndfeb", 1.0),
        ("magnet_jp", 0.9, 0, "motor_us", "ndfeb", 1.0),
    ]
    assert pick(ask("critical-suppliers", country="MYS", minimum=0.4), *columns) == [
        ("mine_cn", 0.45, 0, "sep_my", "concentrate", 0.6)
    ]


def test_without_figures_there_is_no_answer(load: Load) -> None:
    load(six_sites())
    asked = [name for name in NAMES if store.names_figures(questions()[name].cypher)]
    assert asked == ["critical-suppliers", "noticed-before-recovered", "risk-beside-betweenness"]
    assert [ask(name) for name in asked] == [[], [], []]


# At the size of the shipped network


@pytest.fixture(scope="module")
def large() -> Iterator[store.Store]:
    from layered import layered

    plain = layered()
    ends = [site for site in plain.sites.values() if site.stage is Stage.END_USE][:14]
    network = rebuilt(plain, [replace(end, sector="defence") for end in ends])
    made_up = [SiteFigures(id, 0.5, 3, 14, 90.0, False, 0.2, {"NdPr": 0.1}) for id in network.sites]
    with store.connect(read_only=False) as opened:
        report = opened.load(network, trace(network))
        opened.write_figures(made_up, report.data_hash)
        with results_in(opened, [*(end.id for end in ends), "separation_3"]):
            yield opened


GIVEN = {
    "end_use": "end_use_3",
    "site": "separation_3",
    "threshold": 0.15,
    "minimum": 0.2,
    "company": "Owner 3",
    "material": "ndfeb",
    "ceiling": 0.3,
}
OTHERWISE: Mapping[str, Mapping[str, str | float]] = {
    "non-china-paths": {"minimum": 0.001},
    "dominant-plants": {"minimum": 0.01},
    "end-uses-without-alternative": {"minimum": 0.3},
    "hidden-exposure": {"minimum": 0.0},
    "licence-end-uses": {"minimum": 0.0},
    "losses-in-week": {"element": "NdPr"},
    "one-source-sites": {"minimum": 0.0},
    "owners-across-stages": {"minimum": 2},
    "second-sources": {"site": "magnet_3"},
    "weight-of-sources": {"minimum": 1},
    "what-measures-limit": {"minimum": 0.0},
    "who-is-hit": {"minimum": 0.01},
    "who-stops-without-a-stage": {"minimum": 0.01},
}
NOTHING_THERE = {
    *("idle-capacity", "joint-ventures", "plants-to-come", "unknown-origin", "control-not-known"),
    "sites-every-way-passes",
}
"""In a dense network of plants that all run, each with one owner who is known."""


@pytest.mark.parametrize("name", NAMES)
def test_questions_answer_in_time_with_rows_told_apart_by_their_key(
    large: store.Store, name: str
) -> None:
    asked: Question = questions()[name]
    names = {parameter.name for parameter in asked.parameters}
    given = {k: v for k, v in (GIVEN | dict(OTHERWISE.get(name, {}))).items() if k in names}
    result = large.run(asked.cypher, asked.bind(given), limit=5000)
    again = large.run(asked.cypher, asked.bind(given), limit=5000)
    assert bool(result.rows) == (name not in NOTHING_THERE)
    assert again.rows == result.rows
    assert again.seconds < SLOWEST_S
    keys = [tuple(record[column] for column in asked.key) for record in result.records()]
    assert len(set(keys)) == len(keys)
