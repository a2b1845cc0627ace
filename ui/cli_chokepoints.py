"""`magnetrace chokepoints`: what costs an end use or a sector most if it is lost."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence

from graph.contingency import Case, Loss, loss_of
from graph.critical import CriticalCase, critical_cases
from graph.draws import Range
from graph.errors import UnknownName
from graph.ranking import (
    Goal,
    Pair,
    goal_of,
    pair_candidates,
    pairs_among,
    rank_pairs,
    rank_stability,
    ranking,
    sector_losses,
)
from loaders import Progress
from loaders.chokepoints import Desk, desk_of, drawn_shares, pair_losses, single_losses, survived
from ui import text as words
from ui.cli_data import own_data
from ui.cli_options import INTERRUPTED, UsageError
from ui.cli_parser_chokepoints import SYNERGY
from ui.interrupts import until_interrupted
from ui.output import Columns, amount, line, money, percent, progress, row, say, warn, write_rows


def _path(value: object) -> str:
    stops = value["path"] if isinstance(value, Mapping) else ()
    return " > ".join(line(stop["name"]) for stop in stops)


ROWS: Columns = {
    "rank": line,
    "name": line,
    "country": line,
    "stage": line,
    "lost_usd": money,
    "lost_share": percent,
    "first_loss_week": line,
    "tts_days": line,
    "ttr": line,
    "gap": line,
    "china_share": percent,
    "single_route": line,
    "rank_stability": percent,
    "because": _path,
}
PAIRS: Columns = {
    "rank": line,
    "synergy_rank": line,
    "first_name": line,
    "second_name": line,
    "lost_usd": money,
    "lost_share": percent,
    "synergy_usd": money,
    "synergy_share": percent,
}
USES: Columns = {
    "sector": line,
    "name": line,
    "country": line,
    "lost_units": amount,
    "unit": line,
    "lost_usd": money,
    "lost_share": percent,
    "sector_lost_usd": money,
    "sector_lost_share": percent,
}
WEEKLY = (
    "Weeks count from 0. The model moves in steps of a week, so that times are right to +/-7 days. "
    "No time to survive: an outage as long as the run goes unnoticed. No time to recover: no "
    "assumption says how long that takes; in brackets low and high."
)

Stop = Callable[[], bool]


def run_chokepoints(options: argparse.Namespace) -> int:
    """Lose every case of a kind and print those that cost most, or pairs of them.

    After Ctrl-C what is finished is printed.
    """
    if options.draws and (options.pairs or options.case):
        raise UsageError("--draws says how sure the ranks of single losses are; drop it")
    if options.pairs and options.case:
        raise UsageError("--case shows one single loss; it does not go with --pairs")
    desk = desk_of(
        own_data(options),
        snapshot=options.snapshot,
        kind=options.by,
        weeks=options.weeks,
        threads=options.threads,
    )
    goal = goal_of(desk.bench, options.goal)
    if options.case:
        return _one(options, desk, goal)
    with until_interrupted() as stop, progress("Chokepoints") as tell:
        singles = single_losses(desk, progress=tell, is_cancelled=stop)
        if options.pairs:
            show = _pairs(options, desk, goal, singles, tell, stop)
        else:
            show = _singles(options, desk, goal, singles, tell, stop)
        early = stop()
    if len(singles) < len(desk.cases):
        warn(f"{len(singles)} of {len(desk.cases)} cases were finished; ranks are among those")
    show()
    return INTERRUPTED if early else 0


def _singles(
    options: argparse.Namespace,
    desk: Desk,
    goal: Goal,
    singles: Mapping[Case, Loss],
    tell: Progress,
    stop: Stop,
) -> Callable[[], None]:
    ranked = ranking(goal, singles)
    shown = ranked[: options.top]
    times = survived(desk, goal, [each.case for each in shown], progress=tell, is_cancelled=stop)
    draws = drawn_shares(
        desk,
        goal,
        options.draws,
        seed=options.seed,
        balances=options.balances,
        progress=tell,
        is_cancelled=stop,
    )
    found = critical_cases(
        desk.network,
        desk.bench,
        goal,
        shown,
        survived=times,
        stability=rank_stability(draws) if draws else None,
        times=desk.times,
        lens=options.lens,
    )

    def show() -> None:
        if len(times) < len(shown):
            warn(f"{len(times)} of {len(shown)} times to survive were finished")
        if len(draws) < options.draws:
            warn(f"{len(draws)} of {options.draws} draws were finished")
        rows = [_shown(each) if options.format == "table" else row(each) for each in found]
        write_rows(rows, ROWS, options.format)
        if options.format == "table":
            quiet = len(singles) - len(ranked)
            say(f"{_setting(options, desk)} {quiet} of {len(singles)} cost nothing. {WEEKLY}")
            if draws:
                say(
                    f"Rank stability: part of {words.plural(len(draws), 'draw')} of assumptions "
                    f"and balances (seed {options.seed}) with the case among the first five."
                )

    return show


def _pairs(
    options: argparse.Namespace,
    desk: Desk,
    goal: Goal,
    singles: Mapping[Case, Loss],
    tell: Progress,
    stop: Stop,
) -> Callable[[], None]:
    candidates = pair_candidates(desk.network, goal, singles, options.among)
    wanted = pairs_among(candidates)
    found = pair_losses(desk, wanted, progress=tell, is_cancelled=stop)
    pairs: Sequence[Pair] = rank_pairs(goal, singles, found)
    if options.pairs == SYNERGY:
        pairs = sorted(pairs, key=lambda pair: pair.synergy_rank)

    def show() -> None:
        if len(found) < len(wanted):
            warn(f"{len(found)} of {len(wanted)} pairs were finished; ranks are among those")
        write_rows([_pair(each) for each in pairs[: options.top]], PAIRS, options.format)
        if options.format == "table":
            say(
                f"{_setting(options, desk)} {words.plural(len(found), 'pair')} of the "
                f"{len(candidates)} costliest. Synergy is the loss of the pair less that of each "
                "alone."
            )

    return show


def _one(options: argparse.Namespace, desk: Desk, goal: Goal) -> int:
    cases = {case.id: case for case in desk.cases}
    if options.case not in cases:
        raise UnknownName(options.by, options.case, cases)
    case = cases[options.case]
    rows = [
        row(use, sector_lost_usd=sector.lost_usd, sector_lost_share=sector.lost_share)
        for sector in sector_losses(desk.bench, loss_of(desk.bench, (case,)))
        for use in sector.end_uses
        if use.id in goal.ids
    ]
    write_rows(rows, USES, options.format)
    if options.format == "table":
        say(f"{line(case.name)}. {_setting(options, desk)}")
    return 0


def _setting(options: argparse.Namespace, desk: Desk) -> str:
    whose = f"of {line(options.goal)}" if options.goal else "of all end uses"
    return (
        f"Losses {whose} in {words.plural(options.weeks, 'week')} (snapshot "
        f"{desk.network.snapshot}); dollars where a value is known."
    )


def _shown(each: CriticalCase) -> dict[str, object]:
    because = each.because
    at_least = "at least " if because.ttr_missing and because.ttr_range else ""
    return row(
        each,
        ttr=at_least + _days(because.ttr_range),
        gap=at_least + _days(because.gap_days) if because.gap_days else "",
    )


def _days(span: Range | None) -> str:
    return "" if span is None else f"{span.base:,.0f} ({span.low:,.0f} to {span.high:,.0f})"


def _pair(pair: Pair) -> dict[str, object]:
    found = row(pair)
    return {
        "rank": pair.rank,
        "synergy_rank": pair.synergy_rank,
        "kind": pair.first.kind,
        "first_id": pair.first.id,
        "first_name": pair.first.name,
        "second_id": pair.second.id,
        "second_name": pair.second.name,
        **{key: found[key] for key in ("lost_usd", "lost_share", "synergy_usd", "synergy_share")},
    }
