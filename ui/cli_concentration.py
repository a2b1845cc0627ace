"""`magnetrace concentration`: how few suppliers each stage rests on, and how sure that is."""

from __future__ import annotations

import argparse

from graph.concentration import COUNTRY, EMBODIED, LEVELS, REGIONS, ConcentrationBand
from graph.ensemble import Band
from graph.indicators import LOCATED
from loaders import tables
from loaders.concentration import concentrations
from loaders.snapshots import read_snapshots
from ui import text as words
from ui.cli_data import own_data
from ui.cli_options import UsageError
from ui.cli_parser_chokepoints import EVERY
from ui.output import Columns, amount, line, percent, progress, row, say, warn, write_rows

ROWS: Columns = {
    "level": line,
    "demand": line,
    "stage": line,
    "material": line,
    "suppliers": line,
    "hhi": amount,
    "hhi_low": amount,
    "hhi_high": amount,
    "effective_suppliers": amount,
    "top1_name": line,
    "top1_share": percent,
    "top3_share": percent,
    "unknown_share": percent,
    "crma_65": line,
}
BANDS: Columns = {
    **{key: ROWS[key] for key in ("level", "demand", "stage", "material", "hhi")},
    "hhi_balances": line,
    "top1_name": line,
    "top1_share": percent,
    "top1_share_balances": line,
    "top1_holds": percent,
    "top3_share": percent,
    "top3_share_balances": line,
    "crma_65": line,
    "crma_holds": percent,
    "top5_hold": line,
}
BANDED = ("hhi", "top1_share", "top3_share")
"""What has a band over the balances."""


def run_concentration(options: argparse.Namespace) -> int:
    """Print the rows of a snapshot; with more than one balance, their bands and ranks beside."""
    if options.lens and options.by != COUNTRY:
        raise UsageError("--lens says whose country a site counts for; it goes with --by country")
    if options.demand and options.level not in (None, EMBODIED):
        raise UsageError("--demand says whose consumption is looked at; it needs --level embodied")
    data = own_data(options)
    together = options.snapshot == EVERY
    found: list[ConcentrationBand] = []
    with progress("Concentration") as advance:
        for snapshot in read_snapshots(tables(data)) if together else (options.snapshot,):
            found += concentrations(
                data,
                snapshot=snapshot,
                levels=(options.level,) if options.level else LEVELS,
                by=options.by,
                lens=options.lens or LOCATED,
                of=options.demand or REGIONS,
                balances=options.balances,
                seed=options.seed,
                progress=advance,
            )
    shown = [each for each in found if options.element in (None, each.row.material)]
    if together:  # the states of one stage side by side, in the order of the first
        places = {key: i for i, key in enumerate(dict.fromkeys(each.row.key for each in shown))}
        shown.sort(key=lambda each: places[each.row.key])
    drawn = max((each.balances for each in found), default=1)
    if drawn < options.balances:
        warn("flows that are given have one balance only; there are no bands")
    columns = {**({"snapshot": line} if together else {}), **(ROWS if drawn == 1 else BANDS)}
    rows = {"table": _table, "csv": _csv, "json": _json}[options.format]
    write_rows([rows(each) for each in shown], columns, options.format)
    if options.format == "table" and drawn > 1:
        say(
            f"5% to 95% of {words.plural(drawn, 'balance')} of the same margins, links and trade "
            f"(seed {options.seed}); yields and compositions of ore are the same in all of them."
        )
    return 0


def _json(each: ConcentrationBand) -> dict[str, object]:
    drawn = {key: value for key, value in row(each).items() if key != "row"}
    return row(each.row, **(_renamed(drawn) if each.balances > 1 else {}))


def _renamed(drawn: dict[str, object]) -> dict[str, object]:
    """Bands beside the figures of the balance in use, which have the bare names."""
    return {f"{key}_band" if key in BANDED else key: value for key, value in drawn.items()}


def _csv(each: ConcentrationBand) -> dict[str, object]:
    leaders = each.row.leaders
    flat = {key: value for key, value in row(each.row).items() if key != "leaders"}
    flat |= {"top5": [one.id for one in leaders], "top5_share": [one.share for one in leaders]}
    if each.balances == 1:
        return flat
    flat["balances"] = each.balances
    for name in BANDED:
        band: Band = getattr(each, name)
        flat |= {f"{name}_p5": band.low, f"{name}_p50": band.median, f"{name}_p95": band.high}
    return flat | {
        "crma_holds": each.crma_holds,
        "top5_in_top5": [rank.in_top5 for rank in each.ranks],
        "top5_at_rank": [rank.at_rank for rank in each.ranks],
    }


def _table(each: ConcentrationBand) -> dict[str, object]:
    spans = {}
    for name in BANDED:
        band: Band = getattr(each, name)
        show = BANDS[name]
        spans[f"{name}_balances"] = f"{show(band.low)} to {show(band.high)}"
    return {
        **row(each.row),
        **spans,
        "crma_holds": each.crma_holds,
        "top1_holds": each.ranks[0].at_rank if each.ranks else None,
        "top5_hold": ", ".join(f"{rank.name} {percent(rank.in_top5)}" for rank in each.ranks),
    }
