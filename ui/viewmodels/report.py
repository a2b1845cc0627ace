"""What stands in a report: the finding of one to four scenarios, and all that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.network import Network
from graph.parameters import ASSUMPTIONS
from loaders.tables import Tables
from ui import text
from ui.viewmodels import bills as bill_rows
from ui.viewmodels import compare, gains, outcome
from ui.viewmodels.assumptions import sentence
from ui.viewmodels.compare import USD, Difference, Side, Tile, WeekLines

SHOWN = 8
"""End uses in the table; the page and `simulate --format csv` have all."""


@dataclass(frozen=True, slots=True)
class Made:
    """How a report came about; `link` and `command` bring it back, empty where none can."""

    date: str
    version: str
    data: str
    link: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts; a cell may have several lines. `widths` are parts of the whole."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `front` are the tables of the first page, `annex` what it rests on."""

    title: str
    headline: str
    tiles: tuple[Tile, ...]
    weeks: WeekLines | None
    said: tuple[str, ...]
    front: tuple[Grid, ...]
    annex: tuple[Grid, ...]
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    link: str


@dataclass(slots=True)
class _Cited:
    """Publications numbered in the order in which they are first cited, with what for."""

    uses: dict[str, dict[str, None]] = field(default_factory=dict)

    def numbers(self, ids: Iterable[str], what: str) -> str:
        found = []
        for id in dict.fromkeys(ids):
            self.uses.setdefault(id, {})[what] = None
            found.append(list(self.uses).index(id) + 1)
        return ", ".join(map(str, sorted(found)))


def report(
    compared: Sequence[Side],
    network: Network,
    tables: Tables,
    names: Mapping[str, str],
    goal: str,
    whose: str,
    made: Made,
) -> Report:
    """Everything that a report says; `goal` names whose loss it is, as `whose` selects it."""
    first, cited = compared[0].result, _Cited()
    found = compare.compared_losses(compared, names, whose)
    scenarios = _scenarios(compared, cited)
    front = [_differences(compared, found, network, cited), _bills(compared, names)]
    assumptions = _assumptions(tables, cited)
    facts = {
        "Whose loss": goal,
        "Run": f"snapshot {first.snapshot}, year {network.year}; seed {first.seed}; "
        + text.plural(first.weeks, "week"),
        "Data": made.data,
        "Made": f"{made.date} with magnetrace {made.version}",
        "Link": made.link or "none: a scenario of it does not ship with magnetrace",
        "Command": made.command,
    }
    single = len(compared) == 1
    return Report(
        title=compared[0].title if single else "Scenarios compared",
        headline=compare.headline(compared, goal, names, whose),
        tiles=compare.tiles(compared, whose),
        weeks=compare.week_lines(compared, network, goal, whose),
        said=(outcome.headline(first),) if single else tuple(gains.sentences(found, compared)),
        front=tuple(grid for grid in front if grid.rows),
        annex=(scenarios, assumptions, _sources(network, cited)),
        notes=_notes(compared, tables),
        facts=tuple((head, value) for head, value in facts.items() if value),
        link=made.link,
    )


def _differences(
    compared: Sequence[Side], found: Sequence[Difference], network: Network, cited: _Cited
) -> Grid:
    first = compared[0].letter
    head = ["End use", f"{first}: lost"]
    head += [f"{side.letter} − {first}" for side in compared[1:]]
    head += ["First week", "Sources"]
    rows = []
    for row in found[:SHOWN]:
        weeks = [str(loss.first_loss_week) for loss in row.lost]
        shown = [week if week != "None" else "never" for week in weeks]
        rows.append(
            (
                f"{row.name}\n{row.country}",
                _cell(row, 0),
                *(_cell(row, place) for place in range(1, len(compared))),
                ", ".join(shown),
                cited.numbers(network.sites[row.id].sources, "end uses"),
            )
        )
    more = len(found) - len(rows)
    note = f"{text.plural(more, 'more end use')} not shown. " if more > 0 else ""
    return Grid(
        title="Loss by end use" if len(compared) == 1 else "Difference by end use",
        head=tuple(head),
        rows=tuple(rows),
        widths=(2.6, *(2.2,) * len(compared), 1.0, 1.1),
        note=f"{note}Largest first. Percent of the output of all weeks. First week short, "
        "for each scenario in turn; weeks count from 0.",
    )


def _cell(row: Difference, place: int) -> str:
    """Money, share of output and goods of one end use: lost, or against the first."""
    first, loss = place == 0, row.lost[place]
    usd, units = (loss.lost_usd, loss.lost_units) if first else (row.usd(place), row.units(place))
    share = loss.lost_share if first else row.share(place)
    tell = compare.said if first else compare.signed
    lines = [*([] if usd is None else [tell(usd, USD)]), tell(units, row.unit)]
    lines[0] += f", {_points(share, first)}"
    return "\n".join(lines)


def _points(share: float, plain: bool) -> str:
    """Of the output, with a sign where it is a difference."""
    shown = text.share_tenths(abs(share))
    if plain or shown.startswith("0.0"):
        return shown
    return ("−" if share < 0 else "+") + shown


def _bills(compared: Sequence[Side], names: Mapping[str, str]) -> Grid:
    rows = []
    for side in compared:
        for bill in side.result.bills:
            leverage = "n/a" if bill.leverage is None else text.number(bill.leverage)
            rows.append(
                (
                    side.letter,
                    names.get(bill.imposer, bill.imposer),
                    text.usd(bill.own),
                    text.usd(bill.abroad),
                    leverage,
                )
            )
    return Grid(
        title="What it costs who imposes it",
        head=("", "Side", "Own loss", "Loss abroad", "Loss abroad for each USD of its own"),
        rows=tuple(rows),
        widths=(0.4, 2.0, 2.0, 2.0, 2.6),
        note=bill_rows.CAPTION,
    )


def _scenarios(compared: Sequence[Side], cited: _Cited) -> Grid:
    rows = []
    for side in compared:
        told = side.scenario
        levers = "; ".join(
            f"{lever.name} ({lever.kind.replace('_', ' ')}, week {lever.start_week} to "
            f"{'the end' if lever.end_week is None else lever.end_week})"
            for lever in told.levers
        )
        follows = f"\nFollows: {'; '.join(told.events)}." if told.events else ""
        rows.append(
            (
                side.letter,
                f"{told.title}\n{told.summary}{follows}\nMeasures: {levers or 'none'}.",
                cited.numbers(told.sources, side.letter),
            )
        )
    return Grid("What happens", ("", "Scenario", "Sources"), tuple(rows), (0.4, 8.0, 1.2))


def _assumptions(tables: Tables, cited: _Cited) -> Grid:
    """The rows of assumptions.csv that every run reads, with the value it took."""
    known = {row.text("id"): row for row in tables["assumptions"]}
    rows = []
    for id, column in dict.fromkeys(ASSUMPTIONS.values()):
        if (row := known.get(id)) is None:
            continue
        value = row.number("base") if row.optional(column) is None else row.number(column)
        rows.append(
            (
                id,
                f"{row.text('parameter').replace('_', ' ')}: {row.text('applies_to')}",
                text.exact(value, row.text("unit")) + ("" if column == "base" else f" ({column})"),
                row.text("confidence"),
                cited.numbers(row.names("sources"), "assumptions"),
            )
        )
    return Grid(
        title="Assumptions used",
        head=("Row", "Stands for", "Value", "Known", "Sources"),
        rows=tuple(rows),
        widths=(0.7, 5.4, 1.6, 0.9, 1.2),
        note="Rows of assumptions.csv, where low and high values and the reasons stand.",
    )


def _sources(network: Network, cited: _Cited) -> Grid:
    rows = []
    for number, (id, uses) in enumerate(cited.uses.items(), start=1):
        source = network.sources.get(id)
        told = (source.title, source.publisher, source.date) if source else (id,)
        said = ". ".join(part for part in told if part)
        url = f"\n{source.url}" if source and source.url else ""
        rows.append((str(number), said + url, ", ".join(uses)))
    return Grid(
        title="Sources",
        head=("", "Publication", "Cited for"),
        rows=tuple(rows),
        widths=(0.4, 7.0, 2.2),
        note=f"The flows of the network rest on {text.plural(len(network.sources), 'publication')}"
        " in all; the Data page names each with the figures taken from it.",
    )


def _notes(compared: Sequence[Side], tables: Tables) -> tuple[str, ...]:
    """What the runs have to say of themselves, each once, with the letters it holds for."""
    letters: dict[str, list[str]] = {}
    known = {row.text("id"): row for row in tables["assumptions"]}
    for side in compared:
        held = side.scenario.assumptions
        for note in ([sentence(held, known)] if held else []) + list(side.result.notes):
            letters.setdefault(note, []).append(side.letter)
    return tuple(
        note if len(held) == len(compared) else f"{text.join(held)}: {note}"
        for note, held in letters.items()
    )
