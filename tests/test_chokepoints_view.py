"""Chokepoints for people: the sentence, the ranks and the words of one case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites

from graph.critical import Because, CriticalCase, Stop
from graph.draws import Range
from graph.model import Site, Stage
from graph.tracing import trace
from ui import theme
from ui.charts.chokepoints import spans_chart, spots_chart
from ui.state import UrlState
from ui.viewmodels import chokepoint_charts as charts
from ui.viewmodels import chokepoints as view
from ui.viewmodels.chain import Chain, chain
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger

NBSP = "\u00a0"
NAMES = {"CHN": "China", "JPN": "Japan", "MYS": "Malaysia", "USA": "United States"}
HOSTILE = "<img src=x onerror=alert(1)>"
PATH = ("sep_my", "metal_vn", "magnet_jp", "motor_us", "ev_us")


def case(**more: object) -> CriticalCase:
    """A separator that is missed from week 9 on, rebuilt in two years."""
    made = CriticalCase(
        rank=1,
        kind="site",
        id="sep_my",
        name="Sep My",
        country="MYS",
        stage=Stage.SEPARATION,
        lost_usd=1.31e11,
        lost_share=0.1612,
        first_loss_week=9,
        tts_days=21,
        ttr_days=730.5,
        china_share=0.6,
        single_route=True,
        rank_stability=None,
        because=Because(
            path=tuple(Stop(id, id.title()) for id in PATH),
            path_tonnes=100.0,
            ttr_range=Range(365.0, 730.5, 1004.0),
            gap_days=Range(344.0, 709.5, 983.0),
            ttr_rows=("BLD04", "BLD06"),
            ttr_missing="",
        ),
    )
    return replace(made, **more)


def unknown() -> CriticalCase:
    """A motor maker that nobody survives for a week; nothing says how long it takes to rebuild."""
    because = Because((), 0.0, None, None, (), "no row of assumptions.csv for a plant")
    more = {"rank": 2, "id": "motor_us", "name": "Motor", "tts_days": 0, "ttr_days": None}
    return case(**more, lost_usd=None, lost_share=0.0004, china_share=None, because=because)


def chain_of(id: str = "magnet") -> Chain:
    network = six_sites()
    return chain(Ledger.of(network, trace(network)), item(id), NAMES)


def end_uses() -> list[Site]:
    return [six_sites().sites["ev_us"]]


def plain(said: str) -> str:
    return said.replace(NBSP, " ")


def test_the_answer_names_the_costliest_and_its_times() -> None:
    assert plain(view.answer([case(), unknown()], "site", "EV", 52, NAMES)) == (
        "If one site is lost, Sep My costs EV most: 16 % of the goods of 52 weeks, "
        "first felt in week 9, survived 21 days and rebuilt in 24 months."
    )
    assert plain(view.answer([unknown()], "site", "EV", 52, NAMES)) == (
        "If one site is lost, Motor costs EV most: under 1 % of the goods of 52 weeks, "
        "first felt in week 9 and survived under a week."
    )
    assert view.answer([], "firm", "EV", 52, NAMES) == (
        "No single firm that is lost costs EV anything within 52 weeks."
    )


def test_a_corridor_is_replaced_and_its_countries_have_names() -> None:
    found = case(kind="corridor", id="CHN>USA:ndfeb", name="x", ttr_days=45.0, country="CHN")
    assert plain(view.answer([found], "corridor", "EV", 52, NAMES)).endswith(
        "survived 21 days and replaced in 45 days."
    )
    assert view.case_name(found, NAMES) == "NdFeB magnets from China to United States"
    assert view.case_name(case(kind="country", id="CHN"), NAMES) == "China"


def test_the_table_says_what_is_not_known_by_a_gap() -> None:
    found = view.table([case(), unknown()], NAMES, "v", "finding")
    assert found.ids == ("sep_my", "motor_us")
    first, second = found.rows
    assert first == {
        "Rank": 1,
        "Name": "Sep My",
        "Country": "Malaysia",
        "Stage": "Separation",
        "Lost": 16.1,
        "USD": 1.31e11,
        "First week": 9,
        "TTS, days": 21,
        "TTR, days": "730 (365 to 1,004)",
        "Gap, days": 710.0,
        "China": 60.0,
        "Single route": "yes",
    }
    dashes = ("USD", "TTR, days", "Gap, days", "China")
    assert [second[head] for head in dashes] == [None] * 4
    assert set(found.kinds) <= set(first)


def test_the_story_tells_the_heaviest_path() -> None:
    said = [plain(sentence) for sentence in view.story(case(), "EV")]
    assert said == [
        "Rank 1: 16 % of the goods of EV (131 bn USD), first felt in week 9, survived 21 days and "
        "rebuilt in 24 months.",
        "Heaviest path: Sep_My → Metal_Vn → Magnet_Jp → Motor_Us → Ev_Us. Along it came 100 t of "
        "magnet elements (oxide equivalent) in a year.",
        "Time to recover: 365 to 1,004 days, by BLD04 and BLD06 of assumptions.csv.",
        "Single route: without it a magnet element no longer reaches some of these end uses.",
    ]
    assert "no row of assumptions.csv for a plant" in view.story(unknown(), "EV")[1]


def test_a_time_that_only_part_of_the_case_has_is_a_least() -> None:
    part = case(because=replace(case().because, ttr_missing="no row for a plant"))
    assert "rebuilt in at least 24 months" in view.answer([part], "firm", "EV", 52, NAMES)
    assert view.ttr_range(part) == "at least 365 to 1,004"
    assert view.table([part], NAMES, "v", "").rows[0]["TTR, days"] == "≥ 730 (365 to 1,004)"


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "1 day"), (89.4, "89 days"), (90, "3 months"), (730.5, "24 months"), (2557, "84 months")],
)
def test_long_times_read_in_months(days: float, said: str) -> None:
    assert view.long(days) == said


def test_whose_loss_is_everybodys_a_sectors_or_an_end_uses() -> None:
    assert view.goals(end_uses(), NAMES) == {
        "": "All end uses",
        "EV": "Sector: EV",
        "ev_us": "Ev Us (United States)",
    }
    named = [view.goal_name(goal, end_uses()) for goal in ("", "EV", "ev_us")]
    assert named == ["all end uses together", "EV", "Ev Us"]


def test_a_case_leads_to_its_place_in_the_chain() -> None:
    shown = chain_of()
    assert view.link(case(), shown, "2025") == UrlState(
        box="separation|MYS", focus=True, site="sep_my"
    )
    country = case(kind="country", id="MYS")
    assert view.link(country, shown, "2024") == UrlState(year="2024", box="separation|MYS")
    firm = case(kind="firm", id="Lynas")
    assert view.link(firm, shown, "2025") == view.link(case(), shown, "2025")
    lost = replace(case().because, path=())
    assert view.link(case(kind="firm", id="Lynas", because=lost), shown, "2025") is None


def test_what_a_link_does_not_find_is_the_costliest() -> None:
    found = [case(), unknown()]
    assert view.chosen(found, "motor_us") == unknown()
    assert view.chosen(found, HOSTILE) == case()
    assert view.chosen([], "motor_us") is None


def test_marks_stand_at_china_share_and_loss() -> None:
    found = charts.spots([case(), unknown(), case(rank=3, id="b", china_share=0.8)], NAMES)
    assert [(spot.china, spot.lost, spot.gap) for spot in found.spots] == [
        (0.6, 0.1612, 709.5),
        (0.8, 0.1612, 709.5),
    ]
    assert plain(found.finding) == "1 of the 2 costliest have a China share of 80 % or more."
    assert plain(found.spots[0].label) == ("1. Sep My: 16 % lost, 60 % China, gap 710 days")


def test_bars_run_from_survival_to_recovery() -> None:
    found = charts.spans([case(), unknown()], NAMES)
    assert found.finding == (
        "Sep My has the longest gap of the 2 costliest: 23 months between what is survived and "
        "recovery. Of 1 no time to recover is known."
    )
    _, survived, gap = spans_chart(found, "sep_my", theme.INKS["light"]).data
    assert list(survived.x) == [21, 0]
    assert list(gap.base) == [21, 0]
    assert list(gap.x) == [709.5, 0]
    assert list(gap.error_x.array) == [273.5, 0]
    assert list(gap.error_x.arrayminus) == [365.5, 0]
    assert charts.spans([unknown()], NAMES).finding == (
        "No time to recover is known of the 1 costliest."
    )


def test_what_is_picked_has_a_bar_below_the_ten_costliest() -> None:
    found = [case(rank=n, id=f"c{n}") for n in range(1, 15)]
    ten = [f"c{n}" for n in range(1, 11)]
    assert [span.id for span in charts.spans(found, NAMES, "c3").spans] == ten
    below = charts.spans(found, NAMES, "c13")
    assert [span.id for span in below.spans] == [*ten, "c13"]
    assert "of the 10 costliest" in below.finding


def test_recovery_before_the_loss_leaves_no_gap() -> None:
    quick = replace(case().because, ttr_range=Range(5.0, 10.0, 15.0))
    _, _, gap = spans_chart(charts.spans([case(because=quick)], NAMES), "", theme.INKS["dark"]).data
    assert list(gap.x) == [0]


def test_charts_ring_the_selection_and_draw_no_markup_of_data() -> None:
    found = [case(name=HOSTILE), case(rank=2, id="b", stage=None, because=unknown().because)]
    figure = spots_chart(charts.spots(found, NAMES), "b", theme.INKS["dark"])
    assert [series.name for series in figure.data] == ["Separation", "Several stages", None]
    assert figure.data[1].marker.symbol == ("pentagon-open",)
    assert (figure.data[2].x, figure.data[2].y) == ((0.6,), (0.1612,))
    assert [note.text for note in figure.layout.annotations] == ["<b>Sep My</b>"]
    bars = spans_chart(charts.spans(found, NAMES), "b", theme.INKS["dark"])
    assert bars.layout.yaxis.ticktext[1] == "<b>2. Sep My</b>"
    bands = bars.data[0]
    assert [colour.endswith(",0.18)") for colour in bands.marker.color] == [False, True]
    assert list(bands.x) == [1.05 * 1004.0] * 2  # the whole row can be clicked
    assert [id for _, id in bands.customdata] == ["sep_my", "b"]
    for drawn in (figure, bars):
        assert "<img" not in str(drawn.to_plotly_json())


def test_charts_of_nothing_are_empty() -> None:
    assert len(spots_chart(charts.spots([], NAMES), "", theme.INKS["light"]).data) == 1
