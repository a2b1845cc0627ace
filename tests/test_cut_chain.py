"""The cut drawn on the chain: what is drawn, what is marked, and what is left out and said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import flow, site, six_sites

from graph.contingency import Case, cases_of
from graph.errors import UnknownName
from graph.model import Stage
from graph.network import Network
from graph.structure import Cut, CutMember, of_china, on_the_way, tightest_cut, without_china
from graph.tracing import trace
from ui.charts.network import cut_drawing
from ui.viewmodels import cut_chain as view
from ui.viewmodels.ledger import Ledger

NBSP = "\u00a0"
LINKS = [
    ("mine_cn", "sep_my"),
    ("mine_au", "sep_my"),
    ("sep_my", "metal_vn"),
    ("metal_vn", "magnet_jp"),
    ("magnet_jp", "motor_us"),
    ("motor_us", "ev_us"),
]


def ledger_of(network: Network) -> Ledger:
    return Ledger.of(network, trace(network))


def drawn(network: Network, *, without: bool = False) -> view.CutChain:
    """The way of NdPr to the electric cars."""
    way = on_the_way(network, ("ev_us",), "NdPr")
    if not without:
        return view.cut_chain(ledger_of(network), tightest_cut(network, "ev_us", "NdPr"), way)
    (row,) = without_china(network, elements=("NdPr",), end_uses=("ev_us",))
    rest = on_the_way(network, ("ev_us",), "NdPr", without=of_china(network))
    return view.cut_chain(ledger_of(network), row.cut, rest, before=way)


def test_the_way_leads_to_the_end_use_and_nowhere_else() -> None:
    """What goes to other uses of lanthanum is not on it, nor what China ships once it is lost."""
    network = six_sites()

    def ends(rows: tuple[int, ...]) -> list[tuple[str, str]]:
        return [(network.flows[row].origin, network.flows[row].target) for row in rows]

    assert ends(on_the_way(network, ("ev_us",), "NdPr")) == LINKS
    assert ends(on_the_way(network, ("ev_us",), "NdPr", without=("mine_cn",))) == LINKS[1:]
    assert on_the_way(network, ("ev_us",), "NdPr", without=("metal_vn",)) == ()
    assert on_the_way(network, ("ev_us",), "Dy") == ()
    with pytest.raises(UnknownName):
        on_the_way(network, ("nobody",), "NdPr")


def test_the_picture_holds_the_way_by_stage_with_the_cut_in_it() -> None:
    """Without China the 40 t of the Australian mine are all, so that it alone is the cut."""
    found = drawn(six_sites(), without=True)
    assert found.columns() == [
        ("Mine", ["mine_au"]),
        ("Separation", ["sep_my"]),
        ("Metal & alloy", ["metal_vn"]),
        ("Magnet", ["magnet_jp"]),
        ("Motor & component", ["motor_us"]),
        ("End use", ["ev_us"]),
    ]
    assert {each.site.id: each.share for each in found.sites if each.share is not None} == {
        "mine_au": pytest.approx(1.0)
    }
    tonnes = {each.site.id: each.tonnes for each in found.sites}
    assert (tonnes["mine_au"], tonnes["ev_us"]) == (40.0, 100.0)
    assert {(link.origin, link.target) for link in found.links} == set(LINKS[1:])
    assert view.sentence(found) == "The way of NdPr: 6 sites in 6 stages, 1 of them in the cut."
    assert view.hidden_sentence(found) == (
        "All on the way is drawn. 1 site stands still and left the picture."
    )


def test_the_sites_of_the_cut_differ_in_shape_label_and_line() -> None:
    drawing = cut_drawing(drawn(six_sites(), without=True))
    boxes = {str(node["id"]): node for node in drawing.nodes}
    assert str(boxes["mine_au"]["label"]).replace(NBSP, " ") == "Mine Au\n100 % of the cut"
    assert boxes["sep_my"]["label"] == "Sep My"
    radius = {id: box["shapeProperties"]["borderRadius"] for id, box in boxes.items()}  # type: ignore[index]
    assert radius["mine_au"] > radius["sep_my"]
    assert [edge["from"] for edge in drawing.edges if edge["cut"]] == ["mine_au"]
    assert drawing.heads[0]["label"] == "Mine"


def wide() -> tuple[Network, Cut]:
    """Twenty mines, mine n with n t, all of them the cut, to one separator and one end use."""
    mines = [site(f"mine_{n:02}", Stage.MINE, "AUS") for n in range(1, 21)]
    ends = [site("sep", Stage.SEPARATION, "MYS"), site("cars", Stage.END_USE, "USA")]
    flows = [flow(m.id, "sep", "concentrate", n, n) for n, m in enumerate(mines, 1)]
    network = Network.of(
        (*mines, *ends),
        (*flows, flow("sep", "cars", "ndpr_oxide", 210.0, 210.0)),
        snapshot="test",
        year=2025,
        sources=(),
    )
    members = tuple(
        CutMember(m.id, m.name, "AUS", m.stage, m.role, float(n), n / 210, False, False)
        for n, m in reversed(list(enumerate(mines, 1)))
    )
    return network, Cut(("cars",), "NdPr", 210.0, 210.0, 1.0, members)


def test_a_wide_stage_shows_its_largest_and_says_what_is_hidden() -> None:
    """Of 20 mines the 14 largest; the six others hold 1 + 2 + ... + 6 = 21 of 210 t."""
    network, cut = wide()
    way = on_the_way(network, ("cars",), "NdPr")
    found = view.cut_chain(ledger_of(network), cut, way)
    assert sorted(found.columns()[0][1]) == [f"mine_{n:02}" for n in range(7, 21)]
    assert (found.hidden_members, found.hidden_sites) == (6, 0)
    assert found.beyond == pytest.approx(0.1)
    assert (
        view.hidden_sentence(found)
        .replace(NBSP, " ")
        .startswith("Not drawn: 6 sites of the cut with 10 % of it together")
    )
    bare = view.cut_chain(ledger_of(network), replace(cut, members=cut.members[:1]), way)
    assert (bare.hidden_members, bare.hidden_sites) == (0, 6)


def test_a_case_is_marked_where_it_stands() -> None:
    network = six_sites()
    found = drawn(network)
    by_id = {(case.kind, case.id): case for case in cases_of(network)}

    def marked(kind: str, id: str) -> view.Marks:
        return view.marks(found, ledger_of(network), by_id[kind, id])

    assert marked("site", "sep_my") == view.Marks(("sep_my",), ())
    assert marked("country", "CHN").sites == ("mine_cn",)
    corridor = marked("corridor", "JPN>USA:ndfeb")
    assert corridor == view.Marks((), ("magnet_jp>motor_us",))
    assert view.marked_sentence(corridor, "Magnets") == "Blue line: Magnets."
    assert view.marked_sentence(marked("site", "sep_my"), "X") == "Dashed blue frame: X."
    other = Case("site", "far", "Far", "AUS", None, frozenset({"far"}))
    assert view.marked_sentence(view.marks(found, ledger_of(network), other), "Far") == (
        "Far is not in this picture."
    )
