"""Writes docs/data.md from the tables themselves: `python tools/data_docs.py`.

`--check` writes nothing and ends with 1 where the page is not what the tables say.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from generated import DOCS, table, write_or_check  # noqa: E402

from graph.indicators import imbalances, stage_shares  # noqa: E402
from graph.model import Confidence, Stage  # noqa: E402
from graph.network import Network  # noqa: E402
from graph.parameters import ASSUMPTIONS  # noqa: E402
from loaders import load, tables  # noqa: E402
from loaders.concentration import CEILING  # noqa: E402
from loaders.snapshots import RAMP_MONTHS, read_snapshots  # noqa: E402
from loaders.tables import READY_MADE, TABLES, Column, Tables, read_schema  # noqa: E402
from ui.viewmodels import coverage, unknowns  # noqa: E402
from ui.viewmodels.tables import Table  # noqa: E402

DATA = ROOT / "data"
MOST_SOURCES = 40

HEAD = """# The tables

Everything magnetrace knows stands in CSV files in `data/`: UTF-8, commas, one header line, one
claim a row. `data/columns.csv` is the schema that the loader and the checks follow. Empty means
unknown, never zero. Lists are separated by semicolons.

Change a copy and name it with `--data` or `MAGNETRACE_DATA`, or bring only the rows that differ;
`magnetrace check` then lists every problem with file, line, column, what was expected and what to
do. [How the balance is made](balance.md) says what becomes of the rows.

Rules that hold for every table: a row names its sources, which are rows of `sources.csv`; a
figure says whether it was reported, estimated or assumed; where two sources differ there are two
rows and one is marked as used; sums never stand among the rows they are sums of.

Three tables stand only in a folder whose flows are given and not balanced: `flows`, `recovery` and
`end_uses`.

This page is written from the tables by `python tools/data_docs.py`.
"""
BALANCE_READS = ("YLD02", "YLD03", "YLD04", "YLD05", "PRI01", "PRI02", "PRI03", "PRI04", "PRI06")
BALANCE_KINDS = ("swarf_route", "recycled_feed_share", "smco_yield")


def page() -> str:
    """The whole page as text."""
    found, network = tables(DATA), load(DATA)
    return "\n".join(
        [
            HEAD,
            *_overview(found),
            *_coverage(network),
            *_columns(),
            *_named_assumptions(found),
            *_gaps(found, network),
            *_sources(found),
            *_left_out(),
        ]
    )


def _overview(found: Tables) -> Iterable[str]:
    yield "## What is in them\n"
    yield "Rows by how they are known; tables without that column count as they are.\n"
    rows = []
    for name in found:
        known = Counter(row.text("confidence") for row in found[name] if "confidence" in row.values)
        words = [f"{known[c.value]:,}" if known[c.value] else "" for c in Confidence]
        rows.append([f"[`{name}.csv`](#{name}csv)", f"{len(found[name]):,}", *words])
    yield from table(["table", "rows", *(c.value for c in Confidence)], rows)


def _coverage(network: Network) -> Iterable[str]:
    yield "## Coverage, age and certainty\n"
    yield "Sites that run in 2025, by stage and country; boundaries of the chain do not count.\n"
    counted: Counter[tuple[Stage, str]] = Counter()
    for site in network.sites.values():
        if not site.role.is_boundary and (network.inputs(site.id) or network.outputs(site.id)):
            counted[site.stage, site.country] += 1
    rows = []
    for stage in Stage:
        by_country = Counter({c: n for (s, c), n in counted.items() if s is stage})
        most = ", ".join(f"{country} {n}" for country, n in sorted(by_country.most_common(8)))
        rows.append([stage.label, f"{by_country.total():,}", f"{len(by_country):,}", most])
    yield from table(["stage", "sites", "countries", "the eight with most"], rows)
    yield from _found("Tonnes from named plants", coverage.named(stage_shares(network)))
    yield from _found("How flows are known", coverage.known_table(coverage.known(network)))
    yield from _found("Age of the figures", coverage.ages(network))


def _columns() -> Iterable[str]:
    with (DOCS / "tables.csv").open(encoding="utf-8", newline="") as file:
        about = {row["table"]: row["about"] for row in csv.DictReader(file)}
    for name, columns in read_schema(DATA, (*TABLES, *READY_MADE)).items():
        yield f"## `{name}.csv`\n"
        yield f"{about[name]}\n"
        yield from table(
            ["column", "type", "unit", "required", "meaning"],
            [
                [f"`{c.name}`", _type(c), c.unit, "yes" if c.required else "no", c.meaning]
                for c in columns
            ],
        )


def _type(column: Column) -> str:
    _, _, choices = column.type.partition(":")
    return f"one of {choices.replace('|', ', ')}" if choices else column.type


def _named_assumptions(found: Tables) -> Iterable[str]:
    said = {
        row.text("id"): f"{row.text('applies_to')} ({row.text('unit')})"
        for row in found["assumptions"]
    }
    outlooks = {s.demand for s in read_snapshots(found).values() if s.demand}
    balance = sorted({*BALANCE_READS, *RAMP_MONTHS.values(), *outlooks, "PRL01"})
    spread = sorted({id for id, _ in ASSUMPTIONS.values()})
    kinds = ", ".join(f"`{kind}`" for kind in BALANCE_KINDS[:-1])
    yield "## Assumptions that are read by name\n"
    yield "The balance and its checks read these rows of `assumptions.csv`:\n"
    yield from table(["row", "stands for"], [[f"`{id}`", said[id]] for id in balance])
    yield f"They also read, by kind, the rows whose `parameter` is {kinds} or "
    yield f"`{BALANCE_KINDS[-1]}`. The weekly spread reads:\n"
    yield from table(["row", "stands for"], [[f"`{id}`", said[id]] for id in spread])
    yield "The test of the EU's ceiling reads:\n"
    yield from table(["row", "stands for"], [[f"`{CEILING}`", said[CEILING]]])


def _gaps(found: Tables, network: Network) -> Iterable[str]:
    yield "## What we do not know\n"
    memory = unknowns.from_memory(found)
    by_table = Counter(str(row["Table"]) for row in memory.rows)
    yield f"{memory.finding} By table: {', '.join(f'{t} {n}' for t, n in by_table.most_common())}."
    yield "The Data page lists them.\n"
    sizes = unknowns.without_size(network)
    columns = ["Stage", "Sites", "Without a published size", "Of them named"]
    short = [{name: row[name] for name in columns} for row in sizes.rows]
    yield from _found("Sites without a published size", Table("sizes", short, sizes.finding))
    yield from _found("What does not close", coverage.open_ends(imbalances(network)))


def _sources(found: Tables) -> Iterable[str]:
    cited: Counter[str] = Counter()
    for name in found:
        for row in found[name]:
            if "sources" in row.values:
                cited.update(row.names("sources"))
    yield "## Sources\n"
    kinds = Counter(row.text("kind") for row in found["sources"])
    yield f"{len(found['sources']):,} publications: "
    yield ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common()) + ".\n"
    licences = Counter(row.text("licence") for row in found["sources"])
    yield from table(
        ["licence, as far as known", "publications"],
        [[licence, f"{n:,}"] for licence, n in licences.most_common()],
    )
    yield f"The {MOST_SOURCES} most cited; the Data page shows for each publication every figure "
    yield "taken from it, and `sources.csv` has them all.\n"
    by_id = {row.text("id"): row for row in found["sources"]}
    rows = [
        [f"`{id}`", by_id[id].text("title"), by_id[id].text("licence"), f"{n:,}"]
        for id, n in sorted(cited.items(), key=lambda item: (-item[1], item[0]))[:MOST_SOURCES]
    ]
    yield from table(["source", "title", "licence", "rows"], rows)


def _left_out() -> Iterable[str]:
    with (DOCS / "left_out.csv").open(encoding="utf-8", newline="") as file:
        rows = [[row["what"], row["reason"]] for row in csv.DictReader(file)]
    yield "## Known and left out\n"
    yield "Facts that were at hand and stand in no table, with the reason.\n"
    yield from table(["what", "why it is left out"], rows)


def _found(heading: str, shown: Table) -> Iterable[str]:
    yield f"### {heading}\n"
    yield f"{shown.finding}\n"
    heads = list(shown.rows[0]) if shown.rows else []
    rows = [
        [_cell(value, shown.kinds.get(head, "")) for head, value in row.items()]
        for row in shown.rows
    ]
    yield from table(heads, rows)


def _cell(value: object, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        if kind == "share":
            return f"{value:,.0f}%"
        return f"{value:,.3g}" if value < 100 else f"{value:,.0f}"
    return str(value)


if __name__ == "__main__":
    sys.exit(write_or_check({"data.md": page()}, "data_docs.py"))
