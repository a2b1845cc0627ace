"""Published trade between countries beside ours."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from loaders.changes import Change, Compared, cell
from loaders.goods import GOODS
from loaders.overlay import NATURAL_KEYS, key_of
from loaders.public import Trade
from loaders.tables import Row, Tables


def flows(trades: Iterable[Trade], tables: Tables) -> Compared:
    """Trade by pair, year and code beside trade.csv; thousand US dollars and tonnes.

    A heading of four digits is held against the sum of its codes and never applies.
    """
    ours: dict[tuple[str, ...], Row] = {}
    by_flow: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in tables["trade"]:
        key = key_of(row)
        ours[key] = row
        by_flow[key[:3]].append(row)
    countries = {row.text("iso3") for row in tables["countries"]}
    changes: list[Change] = []
    without: Counter[str] = Counter()
    for trade in sorted(trades, key=lambda each: -each.kusd):
        key = (str(trade.year), trade.exporter, trade.importer, trade.hs6, trade.source)
        missing = {trade.exporter, trade.importer} - countries
        if trade.hs6 not in GOODS:
            found = _heading(trade, by_flow[key[:3]], without)
            changes += found
        elif missing:
            without["flows of countries that countries.csv does not list"] += 1
        else:
            changes += _flow(trade, key, ours.get(key), without)
    return Compared(tuple(changes), without)


def _flow(
    trade: Trade, key: tuple[str, ...], row: Row | None, without: Counter[str]
) -> Iterable[Change]:
    estimated = {None: "", True: "yes", False: "no"}[trade.is_estimated]
    edits = (
        *zip(NATURAL_KEYS["trade"], key, strict=True),
        ("good", trade.good),
        ("kusd", cell(trade.kusd)),
        ("tonnes", "" if trade.tonnes is None else cell(trade.tonnes)),
        ("is_estimated", estimated),
    )
    pairs = (("kusd", trade.kusd, "thousand USD"), ("tonnes", trade.tonnes, "t"))
    different = [
        (column, None if row is None else row.optional(column), new, unit)
        for column, new, unit in pairs
        if not _same(None if row is None else row.optional(column), new)
    ]
    if not different:
        without["figures that agree"] += 1
    return [
        Change("trade", _flow_name(trade), column, old, new, unit, trade.source, "", key, edits)
        for column, old, new, unit in different
    ]


def _heading(trade: Trade, rows: Sequence[Row], without: Counter[str]) -> Iterable[Change]:
    """The tonnes of a heading beside the sum of our codes under it, one publication's rows."""
    under = [row for row in rows if row.text("hs6").startswith(trade.hs6)]
    newest = max((key_of(row)[-1] for row in under), default="")
    under = [row for row in under if key_of(row)[-1] == newest]
    weights = [weight for row in under if (weight := row.optional("tonnes")) is not None]
    if not weights:
        without["flows of a whole heading that trade.csv does not list"] += 1
        return []
    old = sum(weights)
    if trade.tonnes is not None and math.isclose(old, trade.tonnes, abs_tol=0.5):
        without["figures that agree"] += 1
        return []
    codes = ", ".join(sorted(row.text("hs6") for row in under))
    reason = f"a whole heading; ours is the sum of {codes} from {newest}"
    name = _flow_name(trade)
    return [Change("trade", name, "tonnes", old, trade.tonnes, "t", trade.source, reason)]


def _flow_name(trade: Trade) -> str:
    return f"{trade.year} {trade.exporter} to {trade.importer}, {trade.hs6} ({trade.good})"


def _same(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is new
    return math.isclose(old, new, abs_tol=0.0005)
