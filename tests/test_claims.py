"""Claims that disagree: what a table may hold, how a group reads, and the groups that ship."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from networks import USGS

import loaders
from graph.indicators import ShareRow, china_share, stage_shares
from graph.model import ELEMENTS, Confidence, Stage
from graph.network import Network
from loaders.claims import ClaimGroup, check_claims, check_for_cells_in_use, read_claims
from loaders.published import Comparison
from loaders.tables import Row, Tables
from ui.charts.provenance import shares_chart
from ui.text import NBSP
from ui.theme import INKS
from ui.viewmodels import claim_groups
from ui.viewmodels.claims import one_figure, one_figure_table

COLUMNS = (
    *("id", "about", "quantity", "year", "value", "low", "high", "unit", "statement"),
    *("standing", "reason", "used_at", "sources", "confidence", "note"),
)
MINE = Row("sites", 2, {"id": "m_one", "output": 22000.0, "name": "One"})
MADE = Row("outputs", 2, {"site": "s_one", "material": "ndpr_oxide", "snapshot": "", "tonnes": 7.0})
LATER = Row(
    "outputs", 3, {"site": "s_one", "material": "ndpr_oxide", "snapshot": "latest", "tonnes": 9.0}
)


def claim(line: int, standing: str, **more: object) -> Row:
    values: dict[str, object] = dict.fromkeys(COLUMNS, "") | {
        "id": f"c_{line}",
        "about": "Mine output of Erewhon",
        "year": 2025,
        "value": 22000.0,
        "low": None,
        "high": None,
        "unit": "t REO",
        "standing": standing,
        "reason": "Newest edition.",
        "sources": ("usgs_mcs2026",),
        "confidence": "reported",
    }
    return Row("claims", line, values | more)  # type: ignore[arg-type]


def statement(line: int, standing: str, words: str, **more: object) -> Row:
    return claim(line, standing, **({"value": None, "unit": "", "statement": words} | more))


def problems(*rows: Row) -> list[str]:
    tables = Tables({"claims": rows, "sites": (MINE,), "outputs": (MADE, LATER)})
    return [str(problem) for problem in (*check_claims(tables), *check_for_cells_in_use(tables))]


USED = claim(2, "used", used_at="sites/m_one/output")
OTHER = claim(3, "other", value=31000.0, reason="Older edition.")


def test_a_group_with_one_claim_in_use_is_right() -> None:
    assert problems(USED, OTHER, claim(4, "disputed", value=9.0)) == []
    assert problems(statement(2, "used", "A"), statement(3, "refuted", "B")) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            (claim(2, "other"), OTHER),
            "claims.csv, line 3, column standing: the claims about 'Mine output of Erewhon' have "
            "not one in use; expected one row with used; got 0. Mark the claim that the data rest "
            "on, and no other.",
        ),
        (
            (USED, OTHER, claim(4, "used")),
            "claims.csv, line 4, column standing: the claims about 'Mine output of Erewhon' have "
            "not one in use; expected one row with used; got 2. Mark the claim that the data rest "
            "on, and no other.",
        ),
        (
            (USED,),
            "claims.csv, line 2, column about: the claim about 'Mine output of Erewhon' stands "
            "alone; expected at least 2 rows with the same text; got 1. Add the claim that "
            "disagrees, or correct the text.",
        ),
        (
            (USED, statement(3, "other", "")),
            "claims.csv, line 3, column value: the row must hold a value or a statement, one of "
            "the two; got neither. Split the row, or fill in what is claimed.",
        ),
        (
            (USED, claim(3, "other", statement="Much")),
            "claims.csv, line 3, column value: the row must hold a value or a statement, one of "
            "the two; got both. Split the row, or fill in what is claimed.",
        ),
        (
            (USED, claim(3, "other", unit="")),
            "claims.csv, line 3, column unit: a value needs a unit, and a statement has none; "
            "got ''. Say what the value counts, or empty the cell.",
        ),
        (
            (USED, claim(3, "other", unit="t", reason="Not oxide but ore.")),
            "claims.csv, line 3, column unit: the unit differs within the group and the reason "
            "does not say so; expected t REO, or t named in the reason; got t. Convert the value, "
            "or say in the reason what it counts.",
        ),
        (
            (USED, claim(3, "other", used_at="sites/m_one/output")),
            "claims.csv, line 3, column used_at: only a figure in use can stand in another table; "
            "expected an empty cell; got 'sites/m_one/output'. Empty the cell, or mark the figure "
            "as used.",
        ),
        (
            (claim(2, "used", value=27000.0, used_at="sites/m_one/output"), OTHER),
            "claims.csv, line 2, column used_at: the claim marked as used is not the figure in "
            "use; expected 27000; got 22000 at sites/m_one/output. Mark the claim that is used, "
            "or correct one of the two figures.",
        ),
    ],
)
def test_each_problem_is_named(rows: tuple[Row, ...], expected: str) -> None:
    assert problems(*rows) == [expected]


@pytest.mark.parametrize(
    "pointer",
    ["sites/m_two/output", "sites/m_one/owner", "sites/m_one/name", "stones/m_one/output", "m_one"],
)
def test_a_pointer_that_leads_to_no_figure_is_named(pointer: str) -> None:
    (problem,) = problems(claim(2, "used", used_at=pointer), OTHER)
    assert "the pointer leads to no figure" in problem
    assert repr(pointer) in problem


def test_another_unit_is_right_where_the_reason_names_it() -> None:
    ore = claim(3, "other", unit="t ore", reason="Counts t ore, not oxide.")
    assert problems(USED, ore) == []


def test_a_row_without_an_id_goes_by_the_columns_that_name_it() -> None:
    first = {"value": 7.0, "used_at": "outputs/s_one:ndpr_oxide/tonnes"}
    assert problems(claim(2, "used", **first), OTHER) == []
    latest = {"value": 9.0, "used_at": "outputs/s_one:ndpr_oxide:latest/tonnes"}
    assert problems(claim(2, "used", **latest), OTHER) == []
    assert "got 7 at outputs" in problems(claim(2, "used", **first | {"value": 9.0}), OTHER)[0]


@pytest.mark.parametrize(("value", "count"), [(22100.0, 0), (22120.0, 1), (21880.0, 1)])
def test_a_cell_may_differ_by_half_a_percent(value: float, count: int) -> None:
    assert (
        len(problems(claim(2, "used", value=value, used_at="sites/m_one/output"), OTHER)) == count
    )


def group(*rows: Row) -> ClaimGroup:
    (found,) = read_claims(rows)
    return found


def said(*rows: Row) -> str:
    return claim_groups.sentence(group(*rows)).replace(NBSP, " ")


def test_a_sentence_says_the_spread() -> None:
    assert said(OTHER, USED) == "Used 22,000 t REO; another says 31,000 t REO."
    wide = claim(4, "other", value=45000.0, low=40000.0, high=50000.0)
    assert said(USED, OTHER, wide) == "Used 22,000 t REO; others say 31,000 to 50,000 t REO."
    wrong = claim(5, "refuted", value=9.0)
    assert said(USED, OTHER, wrong).endswith("another says 31,000 t REO; refuted: 9 t REO.")
    ore = claim(6, "other", value=8.0, unit="t ore", reason="In t ore.")
    assert said(USED, OTHER, ore).endswith("; others say 31,000 t REO; 8 t ore.")
    assert said(statement(2, "used", "A"), statement(3, "disputed", "B")) == "Used: A; disputed: B."
    assert said(USED, statement(3, "other", "None")).endswith("; another says: None.")


def test_a_group_keeps_its_link_when_another_claim_comes_into_use() -> None:
    groups = read_claims([USED, OTHER])
    assert claim_groups.group_of(groups, "c_3") is groups[0]
    assert claim_groups.group_of(groups, "c_9") is None
    table = claim_groups.overview(groups)
    assert table.ids == ("c_2",)
    assert table.finding == "2 claims about 1 thing."


def test_every_claim_stands_with_its_reason_and_source() -> None:
    memory = claim(4, "other", quantity="ore", confidence="memory", note="Weak.", sources=())
    rows = claim_groups.detail(group(OTHER, USED, memory), {"usgs_mcs2026": USGS}).rows
    assert [row["Standing"] for row in rows] == ["in use", "other", "other"]
    assert rows[0] == {
        "Standing": "in use",
        "Claim": f"22,000{NBSP}t{NBSP}REO (2025)",
        "Why": "Newest edition.",
        "Source": "U.S. Geological Survey, 2026-02 (reported)",
    }
    assert rows[2]["Claim"] == f"22,000{NBSP}t{NBSP}REO (ore, 2025)"
    assert rows[2]["Why"] == "Newest edition. Weak."


def test_one_figure_stands_beside_every_stage_and_measure() -> None:
    row = claim(2, "disputed", value=0.7, low=0.7, unit="share", sources=("seed_article",))
    groups = read_claims([row, statement(3, "used", "Stage by stage")])
    found = Comparison(
        stage=Stage.MAGNET,
        material="NdFeB",
        computed=0.926,
        published=0.92,
        low=None,
        high=None,
        published_used_as_input=False,
        without_input=None,
        year=2025,
        computed_year=2025,
        sources=(),
        others=(),
    )
    mine = replace(found, stage=Stage.MINE, material="REO", computed=0.6835, published=0.69)
    capacity = ShareRow(
        Stage.MAGNET, "NdFeB", "CHN", "capacity", "published", 0.956, None, 2025, False, None, ()
    )
    one = one_figure(groups, [mine, found], [capacity])
    assert one is not None
    assert one.said.replace(NBSP, " ") == (
        "The article behind this project gives China over 70 % of capacity, as one figure. By "
        "stage China's computed output runs from 68 % (mine, all rare earths mined) to 93 % "
        "(magnet, NdFeB magnets). Shares of capacity are published for 96 % (magnet, NdFeB "
        "magnets) only."
    )
    assert [tuple(row.values()) for row in one_figure_table(one).rows] == [
        ("All in one (the article: over)", None, None, 70.0),
        ("Mine, all rare earths mined", 68.0, 69.0, None),
        ("Magnet, NdFeB magnets", 93.0, 92.0, 96.0),
    ]
    drawn = {trace.name: list(trace.x) for trace in shares_chart(one, INKS["light"]).data}
    assert drawn[f"the article: over 70{NBSP}% of capacity"] == [0.7, 0.7]
    assert drawn["capacity, published"] == [0.956]
    assert one_figure(groups[:0], [found], []) is None


# The claims that ship


@pytest.fixture(scope="module")
def shipped() -> dict[str, ClaimGroup]:
    return {group.about: group for group in read_claims(loaders.tables()["claims"])}


@pytest.fixture(scope="module")
def network() -> Network:
    return loaders.load()


@pytest.mark.parametrize(
    ("about", "used", "others"),
    [
        ("Mine output of Myanmar in 2024", 27000, {31000, 39400}),
        ("Mine output of Australia in 2024", 29000, {13000, 20100, 113000}),
        ("China's share of mining, by what is counted", 0.69, {0.60, 0.62}),
        ("Rare earths in one F-35", 36.5, {417, 15.5, 55}),
        ("Part of the EU's NdFeB that comes from China", 0.85, {0.98}),
        ("World output of NdFeB in 2025", 310000, {378000}),
        ("NdFeB made in China in 2025", 287000, {276000, 355000}),
        ("SmCo magnets made in China in a year", 3723, {2400, 2900}),
        ("Magnets in an electric two-wheeler", 0.34, {0.18}),
        ("NdPr in Bayan Obo ore, share of all rare-earth oxide", 0.247, {0.217}),
        ("China's share of US imports of compounds (HTS 2846) in 2025", 0.646, {0.586}),
    ],
)
def test_contested_figures_ship_side_by_side(
    shipped: dict[str, ClaimGroup], about: str, used: float, others: set[float]
) -> None:
    found = shipped[about]
    assert found.used.value == used
    assert {claim.value for claim in found.others} == others


def test_the_masses_of_an_f35_say_what_they_count(shipped: dict[str, ClaimGroup]) -> None:
    by_basis = {
        c.quantity: (c.low, c.value, c.high) for c in shipped["Rare earths in one F-35"].claims
    }
    assert by_basis["rare-earth material"] == (None, 417, None)
    assert by_basis["elements"] == (11, 15.5, 20)
    assert by_basis["parts that bear rare earths"] == (40, 55, 70)


def test_the_article_is_disputed_on_its_share_and_refuted_on_its_names(
    shipped: dict[str, ClaimGroup],
) -> None:
    article = {
        claim.about: claim
        for found in shipped.values()
        for claim in found.claims
        if "seed_article" in claim.sources
    }
    share = article["China's share of rare-earth capacity, one figure for all"]
    names = article["Who negotiated on rare earths in 2025"]
    assert (share.value, share.standing, share.confidence) == (0.7, "disputed", Confidence.MEMORY)
    assert (names.standing, names.confidence) == ("refuted", Confidence.MEMORY)
    assert "Mnuchin, Ross and Lighthizer" in names.statement
    used = shipped[names.about].used
    for name in ("Bessent", "Lutnick", "Greer", "He Lifeng", "Li Chenggang"):
        assert name in used.statement
    assert "independent_sentinel_2025_06_05" in used.sources
    assert len(article) == 2


def test_the_sector_split_in_use_is_that_of_the_balance(shipped: dict[str, ClaimGroup]) -> None:
    tonnes = {
        row.text("name"): row.number("value")
        for row in loaders.tables()["demand_totals"]
        if (row.text("kind"), row.text("material"), row.text("snapshot")) == ("sector", "ndfeb", "")
    }
    tonnes["industry"] = tonnes["industrial"] + tonnes["robotics"]
    tonnes["rest"] = tonnes["other"] + tonnes["medical"]
    world = 220100
    for words, sector in (
        ("plug-in and hybrid traction", "EV"),
        ("other motors in cars", "automotive"),
        ("industry and robots", "industry"),
        ("consumer electronics and disk drives", "electronics"),
        ("air conditioners and appliances", "hvac"),
        ("wind turbines", "wind"),
        ("lifts", "lift"),
        ("electric two-wheelers", "ebike"),
        ("defence and aerospace", "defence"),
        ("all other uses", "rest"),
    ):
        used = shipped[f"Share of {words} in all magnets"].used.value
        assert used == pytest.approx(tonnes[sector] / world, rel=0.01), sector


def test_sums_in_use_are_those_of_the_balance(
    shipped: dict[str, ClaimGroup], network: Network
) -> None:
    """Used claims that no single cell holds, against what the balance makes of the tables."""
    rows = stage_shares(network)

    def china(stage: Stage, material: str) -> float:
        found = china_share(rows, stage, material)
        assert found is not None
        assert found.tonnes is not None
        return found.tonnes

    def world(stage: Stage, material: str) -> float:
        return sum(
            row.tonnes or 0.0 for row in rows if (row.stage, row.material) == (stage, material)
        )

    separated = sum(world(Stage.SEPARATION, element) for element in ELEMENTS[:3])
    for about, computed in (
        ("World mine output in 2025", world(Stage.MINE, "REO")),
        ("NdPr oxide in the ore that China mines in a year", china(Stage.MINE, "NdPr")),
        ("Dysprosium oxide separated in China in a year", china(Stage.SEPARATION, "Dy")),
        ("Terbium oxide separated in China in a year", china(Stage.SEPARATION, "Tb")),
        ("World demand for magnet rare earths in a year", separated),
        ("NdFeB made in China in 2025", china(Stage.MAGNET, "NdFeB") / 0.71),
        ("SmCo magnets made in China in a year", china(Stage.MAGNET, "SmCo")),
    ):
        assert shipped[about].used.value == pytest.approx(computed, rel=0.02), about


def test_a_changed_figure_still_runs_and_check_tells_of_its_claim(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(loaders.data_folder(), tmp_path / "data"))
    outputs = folder / "outputs.csv"
    lines = outputs.read_text(encoding="utf-8")
    assert lines.count("s_kuantan,ndpr_oxide,,7000,") == 1
    outputs.write_text(lines.replace("ndpr_oxide,,7000,", "ndpr_oxide,,7100,"), encoding="utf-8")
    assert loaders.load(folder).snapshot == "2025"
    report = loaders.check(folder)
    (problem,) = report.problems
    assert (problem.file, problem.column) == ("claims.csv", "used_at")
    assert problem.got == "7100 at outputs/s_kuantan:ndpr_oxide/tonnes"
    assert report.comparisons


def test_every_group_says_something_and_differs(shipped: dict[str, ClaimGroup]) -> None:
    assert len(shipped) == 121
    assert sum(len(found.claims) for found in shipped.values()) == 348
    assert all(claim.reason for found in shipped.values() for claim in found.claims)
    same = [
        about
        for about, found in shipped.items()
        if len({claim_groups.said(c) + c.quantity for c in found.claims}) < 2
    ]
    assert same == []
