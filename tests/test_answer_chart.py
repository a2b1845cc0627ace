"""An answer of two columns as a chart."""

from __future__ import annotations

from graph.store import QueryResult
from ui.charts.answer import pairs_chart
from ui.viewmodels import answer
from ui.viewmodels.answer_chart import MOST_BARS, Pairs, pairs

INK = "#1F2933"


def drawn(*rows: tuple[object, ...], unit: str = "", columns: int = 2) -> Pairs | None:
    names = ("stage", "china_share", "more")[:columns]
    return pairs(
        answer.table(QueryResult(names, rows, False, 0.1), {"china_share": unit} if unit else {})
    )


def test_names_become_bars_in_the_order_of_the_answer() -> None:
    found = drawn(("mine", 0.5), ("magnet", 0.9), ("odd <b>", None), unit="share")
    assert found is not None
    assert (found.names, found.values) == (("Mine", "Magnet"), (50.0, 90.0))
    assert found.finding == "China share, 2 rows: largest 90\u00a0% (Magnet)."
    figure = pairs_chart(found, INK)
    (bar,) = figure.data
    assert (bar.type, list(bar.x), bar.orientation) == ("bar", [50.0, 90.0], "h")
    assert figure.layout.xaxis.ticksuffix == " %"


def test_rising_numbers_become_a_line_and_others_bars() -> None:
    rising = drawn((2020, 5), (2021, 4), (2024, 9))
    assert rising is not None
    assert rising.steps
    assert rising.finding == "China share, 3 rows: largest 9 (2024)."
    assert pairs_chart(rising, INK).data[0].type == "scatter"
    falling = drawn((2024, 9), (2021, 4))
    assert falling is not None
    assert not falling.steps


def test_no_chart_where_there_is_no_pair() -> None:
    assert drawn(("a", 1)) is None
    assert drawn(("a", "x"), ("b", "y")) is None
    assert drawn(("a", 1, 2), ("b", 3, 4), columns=3) is None
    assert drawn(("a", None), ("b", None)) is None
    assert drawn() is None


def test_many_bars_are_cut_and_counted_and_names_stay_text() -> None:
    found = drawn(*((f"<i>{i}", i) for i in range(MOST_BARS + 7)))
    assert found is not None
    assert (len(found.names), found.hidden) == (MOST_BARS, 7)
    assert pairs_chart(found, INK).layout.yaxis.ticktext[3] == "&lt;i&gt;3"
