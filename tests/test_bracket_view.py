"""The bracket for people: the sentence, the marks and the table say the same three losses."""

from __future__ import annotations

from dataclasses import replace

from networks import six_sites
from spreads import BARE

from graph.bracket import ABOVE, Bracket, Three, bracket
from graph.scenario import Outage, Scenario
from ui import theme
from ui.charts.bracket import bracket_chart
from ui.viewmodels import bracket as view

NBSP = "\u00a0"


def found() -> Bracket:
    strike = Scenario("s", "", "", (Outage(name="strike", sites=("metal_vn",), end_week=3),))
    p = replace(BARE, metal_days_outside=14.0, metal_days_japan=14.0)
    return bracket(six_sites(), strike, weeks=10, parameters=p)


def test_the_sentence_names_the_three_losses() -> None:
    assert view.between(found()).replace(NBSP, " ") == (
        "Over 10 weeks end uses lose 288 m USD (30 % of all value) without any adaptation, "
        "96.2 m USD (10 % of all value) in the weekly model and "
        "96.2 m USD (10 % of all value) in the best case."
    )


def test_the_whole_stands_above_the_end_uses() -> None:
    spans = view.spans(found())
    assert spans.names == ("All end uses, by value", "Ev Us")
    assert spans.labels[1].replace(NBSP, " ") == (
        "Ev Us: best case 10 %, weekly model 10 %, no adaptation 30 %"
    )


def test_the_table_says_what_lies_outside() -> None:
    (loss,) = found().end_uses
    odd = replace(found(), end_uses=(replace(loss, outside=ABOVE, lost_usd=None),))
    (row,) = view.table(odd, {"USA": "United States"}).rows
    assert (row["Country"], row["Best case"], row["No adaptation"]) == ("United States", 10.0, 30.0)
    assert row["Weekly model, USD"] is None
    assert row["Weekly model is"] == "above no adaptation"


def test_the_chart_draws_every_mark_and_no_markup_of_data() -> None:
    (loss,) = found().end_uses
    named = replace(found(), end_uses=(replace(loss, name="<a href='x'>"),))
    figure = bracket_chart(view.spans(named), theme.INKS["dark"])
    assert [trace.name for trace in figure.data[1:]] == [
        *("Best case", "Weekly model", "No adaptation")
    ]
    assert [round(x, 6) for x in figure.data[3].x] == [0.3, 0.3]
    assert "<a" not in str(figure.to_plotly_json())


def test_a_scenario_that_costs_nothing_still_has_a_chart() -> None:
    quiet = replace(found(), end_uses=(), lost_share=Three(0.0, 0.0, 0.0))
    spans = view.spans(quiet)
    assert spans.names == ("All end uses, by value",)
    assert len(bracket_chart(spans, theme.INKS["light"]).data) == 4
