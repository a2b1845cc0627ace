"""UN Comtrade: what countries report of their trade, as CSV or JSON of the data interface.

Traps: partner 0 is the world, month 52 a whole year, weights are in kilograms and often
estimated, country numbers are not ISO, and two countries report the same flow.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import DataError, Problem, listed
from loaders.countries import by_number
from loaders.goods import GOODS, HEADINGS, good
from loaders.public import (
    Publication,
    RawRow,
    Taken,
    Trade,
    filled,
    nothing_found,
    read_csv,
    wrong_file,
)

EXPECTED = "an answer of the UN Comtrade data interface (CSV or JSON)"
COLUMNS = (
    *("freqCode", "refYear", "refMonth", "reporterCode", "flowCode", "partnerCode"),
    *("partner2Code", "cmdCode", "customsCode", "motCode", "qtyUnitAbbr", "qty", "isQtyEstimated"),
    *("netWgt", "isNetWgtEstimated", "primaryValue"),
)
WORLD = 0
WHOLE_YEAR = "52"
IMPORT, EXPORT = "M", "X"
ALL_CUSTOMS, ALL_WAYS = "C00", "0"


def read(path: Path) -> tuple[RawRow, ...]:
    """The records as published, every value as text. Raises DataError for another file."""
    if path.suffix.lower() == ".json":
        return _read_json(path)
    return filled(path, read_csv(path, (COLUMNS,), EXPECTED), "records", f"Give {EXPECTED}.")


def _read_json(path: Path) -> tuple[RawRow, ...]:
    try:
        answer = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise DataError([Problem("there is no such file", str(path))]) from error
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise wrong_file(path, "JSON", str(error), EXPECTED) from error
    if isinstance(answer, dict) and answer.get("error"):
        raise wrong_file(path, "data", f"the error {answer['error']}", EXPECTED)
    records = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise wrong_file(path, "a list of records under data", type(records).__name__, EXPECTED)
    for record in records:
        if missing := [column for column in COLUMNS if column not in record]:
            raise wrong_file(
                path, f"records with {', '.join(missing)}", ", ".join(record), EXPECTED
            )
    rows = (
        RawRow(path.name, number, {key: _text(value) for key, value in record.items()})
        for number, record in enumerate(records, 1)
    )
    return filled(path, rows, "records", f"Give {EXPECTED}.")


def _text(value: object) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class _Report:
    row: RawRow
    year: int
    exporter: str
    importer: str
    code: str

    @property
    def key(self) -> tuple[int, str, str, str]:
        return self.year, self.exporter, self.importer, self.code


def transform(rows: Sequence[RawRow]) -> Taken[Trade]:
    """Country-to-country trade of whole years in thousand US dollars and tonnes.

    Where both sides report a flow the importer's report is taken: it names the origin. Everything
    left out is counted by reason. Raises DataError with every cell that cannot be read.
    """
    left_out: Counter[str] = Counter()
    problems: list[Problem] = []
    imports: dict[tuple[int, str, str, str], _Report] = {}
    exports: dict[tuple[int, str, str, str], _Report] = {}
    for row in rows:
        if reason := _left_out(row.cells):
            left_out[reason] += 1
            continue
        report = _report(row, problems)
        if report is None:
            continue
        same = imports if row.cells["flowCode"] == IMPORT else exports
        if report.exporter == report.importer:
            left_out["flows of a country to itself"] += 1
        elif "" in (report.exporter, report.importer):
            left_out["areas that are no country"] += 1
        elif report.key in same:
            expected = f"one record, as number {same[report.key].row.line}"
            problems.append(row.problem("the flow stands twice", "cmdCode", expected))
        else:
            same[report.key] = report
    left_out["exporter's reports of flows the importer reports"] = len(exports.keys() & imports)
    chosen = [*imports.values(), *(exports[key] for key in exports if key not in imports)]
    source = publication(max((report.year for report in chosen), default=0))
    trades = [_trade(report, source.id, problems) for report in chosen]
    if problems:
        raise DataError(listed(problems))
    if not chosen:
        why = ", ".join(f"{count} {reason}" for reason, count in (+left_out).items())
        raise nothing_found(
            rows[0].file if rows else "",
            f"yearly trade between two countries{f' (left out: {why})' if why else ''}",
            "Ask Comtrade for yearly data by partner under " + ", ".join(sorted(GOODS)) + ".",
        )
    return Taken(tuple(trade for trade in trades if trade), source, +left_out)


def publication(newest: int) -> Publication:
    """What sources.csv says of an answer whose newest year is `newest`."""
    return Publication(
        f"un_comtrade_{newest}",
        f"Trade in rare earths and magnets as reported, {newest}",
        "UN Comtrade",
        "",
        "https://comtradeplus.un.org",
        "terms of UN Comtrade; facts only",
        "official statistics",
    )


def _left_out(cells: Mapping[str, str]) -> str:
    """Why a record is not a flow of a year between two partners; empty where it is one."""
    if cells["cmdCode"] not in GOODS and cells["cmdCode"] not in HEADINGS:
        return "other codes"
    if cells["flowCode"] not in (IMPORT, EXPORT):
        return "re-imports and re-exports, which imports and exports contain"
    if cells["freqCode"] != "A" or cells["refMonth"] not in (WHOLE_YEAR, "0", ""):
        return "months"
    if cells["partnerCode"] == str(WORLD):
        return "world totals"
    if (
        cells["partner2Code"] not in (str(WORLD), "")
        or cells["customsCode"] not in (ALL_CUSTOMS, "")
        or cells["motCode"] not in (ALL_WAYS, "")
    ):
        return "parts of a flow by customs procedure, transport or second partner"
    return ""


def _report(row: RawRow, problems: list[Problem]) -> _Report | None:
    numbers = []
    for column in ("refYear", "reporterCode", "partnerCode"):
        if not re.fullmatch("[0-9]{1,4}", row.cells[column]):
            expected = "a whole number of at most four digits"
            problems.append(row.problem("the cell holds no number", column, expected))
            return None
        numbers.append(int(row.cells[column]))
    year, reporter, partner = numbers
    here, there = by_number(reporter) or "", by_number(partner) or ""
    if reporter == partner:
        here = there = str(reporter)
    exporter, importer = (there, here) if row.cells["flowCode"] == IMPORT else (here, there)
    return _Report(row, year, exporter, importer, row.cells["cmdCode"])


def _trade(report: _Report, source: str, problems: list[Problem]) -> Trade | None:
    cells = report.row.cells
    dollars = _amount(report.row, "primaryValue", problems)
    weight, estimated = _amount(report.row, "netWgt", problems), cells["isNetWgtEstimated"]
    if not weight and cells["qtyUnitAbbr"] == "kg":
        weight, estimated = _amount(report.row, "qty", problems), cells["isQtyEstimated"]
    if dollars is None:
        problems.append(report.row.problem("the value is missing", "primaryValue", "US dollars"))
        return None
    return Trade(
        report.year,
        report.exporter,
        report.importer,
        report.code,
        dollars / 1000,
        weight / 1000 if weight else None,  # nil is how a missing weight is printed
        estimated.lower() in ("true", "1") if weight else None,
        good(report.year, report.exporter, report.importer, report.code),
        source,
    )


def _amount(row: RawRow, column: str, problems: list[Problem]) -> float | None:
    return row.amount(column, problems) if row.cells[column] else None
