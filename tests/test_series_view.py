"""Values by year and observations as they are shown: findings, lines, marks and tables."""

from __future__ import annotations

from networks import USGS
from series_rows import THREE, seen, tables, value

import loaders
from loaders.series import values
from ui.charts.years import line_chart
from ui.text import NBSP
from ui.theme import INKS
from ui.viewmodels import lines, months, years

NAMES = {"CHN": "China", "MMR": "Myanmar", "JPN": "Japan"}


def test_the_finding_and_the_marks_of_a_year() -> None:
    found = values(tables(*THREE), "mine_output")
    view = years.chart(found, NAMES, 2025)
    assert view.finding == (
        f"3 lines, 2021 to 2025. In 2025 China is highest with 70{NBSP}t REO, 70{NBSP}% of the "
        "world. 1 line is carried forward to 2025 from an older year. 1 year of a line has "
        f"several editions; they lie farthest apart for Myanmar in 2021: 20{NBSP}t REO and "
        f"30{NBSP}t REO."
    )
    assert [line.label for line in view.lines] == ["World", "China", "Myanmar"]
    myanmar = view.lines[2]
    assert [(mark.at, mark.value) for mark in myanmar.used] == [(2021, 20), (2023, 50)]
    assert [(mark.at, mark.value) for mark in myanmar.others] == [(2021, 30)]
    assert myanmar.carried == (2023, 2025)
    assert years.chart(found, NAMES, 2027).lines[2].carried == ()
    assert (view.steep, view.hidden) == (False, 0)


def test_the_tables_name_editions_and_what_is_carried() -> None:
    found = values(tables(*THREE), "mine_output")
    rows = years.table(found, NAMES, {"a": USGS}).rows
    assert [(r["Line"], r["Year"], r["Value"], r["Edition"]) for r in rows] == [
        ("China", "2025", 70, "in use"),
        ("Myanmar", "2023", 50, "in use"),
        ("Myanmar", "2021", 20, "in use"),
        ("Myanmar", "2021", 30, "other edition"),
        ("World", "2025", 100, "in use"),
    ]
    assert rows[0]["Source"] == "U.S. Geological Survey, 2026-02"
    said = [(r["Line"], r["For 2025"]) for r in years.newest(found, NAMES, 2025).rows]
    assert said == [
        ("China", "published"),
        ("Myanmar", "carried forward from 2023"),
        ("World", "published"),
    ]


def test_different_units_are_not_ranked() -> None:
    mixed = (value(2, 2025, 5), value(3, 2025, 9, material="Dy oxide", unit="t oxide"))
    found = values(tables(*mixed), "mine_output")
    assert years.sentence(found, NAMES, 2025) == (
        "2 lines, 2025. They count different things (t REO and t oxide): choose one to compare."
    )


def test_the_largest_lines_are_drawn() -> None:
    many = [value(n, 2025, n, subject=f"Mine {n:02}") for n in range(2, 15)]
    view = years.chart(values(tables(*many), "mine_output"), NAMES, 2025)
    assert (len(view.lines), view.hidden) == (lines.MOST, 3)
    assert view.lines[0].label == "Myanmar, Mine 14"


def test_marks_differ_by_shape_and_words_stay_words() -> None:
    hostile = value(2, 2025, 5, subject="<a href='x'>go</a>", confidence="memory")
    other = value(3, 2025, 500, confidence="assumed")
    view = years.chart(values(tables(hostile, other), "mine_output"), NAMES, 2025)
    figure = line_chart(view, INKS["dark"])
    assert [list(trace.marker.symbol) for trace in figure.data] == [["square"], ["x"]]
    assert figure.layout.yaxis.type == "log"
    assert "<a href" not in figure.to_json()
    assert "&lt;a href" in figure.to_json()


def test_months_are_drawn_by_pair_and_sums_only_listed() -> None:
    rows = (
        seen(2, "2025-04", 10),
        seen(3, "2025-03", 40, status="derived"),
        seen(4, "2025-01..2025-04", 90, period_type="ytd"),
        seen(5, "2025-04", 7, metric="import_volume"),
    )
    assert months.measures(rows) == {
        "export_volume|t|month": "Export volume, t, by month",
        "import_volume|t|month": "Import volume, t, by month",
    }
    view = months.chart(months.of_measure(rows, "export_volume|t|month"), NAMES)
    assert view.finding == (
        f"magnets, China to Japan, 2 values: highest 40{NBSP}t in 2025-03, lowest 10{NBSP}t in "
        f"2025-04, newest 10{NBSP}t in 2025-04."
    )
    (line,) = view.lines
    assert [(str(mark.at), mark.known) for mark in line.used] == [
        ("2025-03-01", "estimated"),
        ("2025-04-01", "reported"),
    ]
    (back,) = months.chart(months.of_measure(rows, "import_volume|t|month"), NAMES).lines
    assert back.label == "magnets, Japan to China"
    listed = months.table(rows, NAMES, {"usgs_mcs2026": USGS}).rows
    assert "2025-01 to 2025-04" in [row["Period"] for row in listed]


def test_every_shipped_choice_can_be_drawn() -> None:
    shipped = loaders.tables()
    for quantity in years.quantities(shipped["series"]):
        view = years.chart(values(shipped, quantity), NAMES, 2025)
        assert line_chart(view, INKS["light"]).data, quantity
    for case in months.cases(shipped["observations"]):
        rows = months.of_case(shipped["observations"], case)
        for measure in months.measures(rows):
            assert months.of_measure(rows, measure), measure
