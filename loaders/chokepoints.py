"""Losing one thing after the other on the tables: once, over draws, in pairs, and for how long.

What a case costs does not change until the tables or the code do, so it is kept in the cache
folder, for all end uses at once. Flows given as they are are not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph.contingency import Bench, Case, Loss, bench_of, cases_of, losses_of, weeks_survived
from graph.draws import Range, draw
from graph.network import Network
from graph.parallel import never, on_threads
from graph.parameters import SpreadParameters
from graph.ranking import Goal
from graph.scenario import Scenario
from loaders import Data, Progress, flows_given, tables
from loaders.cache import Arrays, cache_folder, keep, packed, read_arrays
from loaders.kept import fingerprint, load_kept
from loaders.parameters import ranges, recovery_times, spread_parameters
from loaders.studies import alternative_balance, balances_of
from loaders.tables import Tables

MOST_KEPT = 1000
"""Files of losses in the cache folder; the oldest go first."""
NO_POLICY = Scenario("", "", "", ())

Event = tuple[Case, ...]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Desk:
    """A network, and everything needed to lose the cases of one kind on it.

    `times` are the days that `graph.recovery` reads; `mark` stands for the tables and the code, and
    is empty where nothing is kept.
    """

    data: Data | None
    network: Network
    parameters: SpreadParameters
    ranges: Mapping[str, Range]
    times: Mapping[str, Range]
    bench: Bench
    kind: str
    cases: tuple[Case, ...]
    mark: str
    threads: int = 2


def desk_of(
    data: Data | None, *, snapshot: str, kind: str, weeks: int = 52, threads: int = 2
) -> Desk:
    """Raises as `loaders.load`, `graph.contingency.cases_of` and `bench_of` do."""
    network = load_kept(data, snapshot=snapshot)
    return desk_on(network, tables(data), data=data, kind=kind, weeks=weeks, threads=threads)


def desk_on(
    network: Network,
    found: Tables,
    *,
    data: Data | None,
    kind: str,
    weeks: int = 52,
    threads: int = 2,
    keep: bool = True,
) -> Desk:
    """A desk on a network that is at hand, and the tables it was built from; without `keep` nothing
    goes to the disk. Raises as `graph.contingency.cases_of` and `bench_of` do."""
    parameters = spread_parameters(found)
    return Desk(
        data=data,
        network=network,
        parameters=parameters,
        ranges=ranges(found),
        times=recovery_times(found),
        bench=bench_of(network, parameters, weeks),
        kind=kind,
        cases=cases_of(network, (kind,)),
        mark=fingerprint(data) if keep and flows_given(data) is None else "",
        threads=threads,
    )


def single_losses(
    desk: Desk, *, progress: Progress = lambda *_: None, is_cancelled: Stop = never
) -> dict[Case, Loss]:
    """What each case costs alone. When cancelled, what is finished is returned and not kept."""
    events = [(case,) for case in desk.cases]
    found = _losses(desk, desk.bench, events, ("alone",), _steps(progress, "cases"), is_cancelled)
    return {case: loss for (case,), loss in found.items()}


def pair_losses(
    desk: Desk,
    pairs: Sequence[Event],
    *,
    progress: Progress = lambda *_: None,
    is_cancelled: Stop = never,
) -> dict[Event, Loss]:
    """What pairs of cases cost at once; kept and cancelled as `single_losses`."""
    name = ("pairs", *(_key(pair) for pair in pairs))
    return _losses(desk, desk.bench, pairs, name, _steps(progress, "pairs"), is_cancelled)


def drawn_shares(
    desk: Desk,
    goal: Goal,
    draws: int,
    *,
    seed: int,
    balances: int,
    progress: Progress = lambda *_: None,
    is_cancelled: Stop = never,
) -> tuple[dict[str, float], ...]:
    """By draw the share of the goal that each case (by id) costs: what
    `graph.ranking.rank_stability` reads.

    Draw i takes its assumptions from the seed and i, as the runs of `magnetrace simulate --runs`
    do, and the balances in turn. What the goods are worth is that of the balance in use. When
    cancelled, the draws that are finished are returned; each is kept by itself.
    """
    count = balances_of(desk.data, balances)
    built: dict[int, tuple[Network, tuple[Case, ...]]] = {0: (desk.network, desk.cases)}
    found = []
    for number in range(draws):
        progress(f"Draw {number + 1} of {draws}", number / draws)
        balance = number % count
        name = ("draw", seed, balance, number)
        kept = _kept(desk, name)
        if kept is None and not is_cancelled():
            if balance not in built:
                built[balance] = _balance(desk, seed, balance)
            kept = _one_draw(desk, *built[balance], seed, number, name, is_cancelled)
        if kept is None:
            break
        found.append(_shares(desk.bench, goal, kept))
    return tuple(found)


def _balance(desk: Desk, seed: int, number: int) -> tuple[Network, tuple[Case, ...]]:
    snapshot = desk.network.snapshot
    network = alternative_balance(desk.data, snapshot=snapshot, seed=seed, number=number)
    return network, cases_of(network, (desk.kind,))


def _one_draw(
    desk: Desk,
    network: Network,
    cases: Sequence[Case],
    seed: int,
    number: int,
    name: tuple[object, ...],
    is_cancelled: Stop,
) -> Arrays | None:
    drawn = draw(NO_POLICY, desk.parameters, desk.ranges, seed, number).parameters
    bench = bench_of(network, drawn, desk.bench.weeks)
    events = [(case,) for case in cases]
    found = losses_of(bench, events, threads=desk.threads, is_cancelled=is_cancelled)
    if len(found) < len(events):
        return None
    arrays = _arrays(bench, found)
    _keep(desk, name, arrays)
    return arrays


def survived(
    desk: Desk,
    goal: Goal,
    cases: Sequence[Case],
    *,
    progress: Progress = lambda *_: None,
    is_cancelled: Stop = never,
) -> dict[Case, int]:
    """Weeks that the goal survives without each case. When cancelled, only what is finished."""
    name = ("survived", *goal.ids)
    kept = _kept(desk, name) or {}
    known = dict(zip(kept["keys"].tolist(), kept["weeks"].tolist(), strict=True)) if kept else {}
    missing = [case for case in cases if case.id not in known]
    tell = _steps(progress, "times to survive")

    def time_of(case: Case) -> tuple[str, int]:
        return case.id, weeks_survived(desk.bench, case, goal.uses)

    times = on_threads(time_of, missing, desk.threads, is_cancelled)
    for done, (id, weeks) in enumerate(times, 1):
        known[id] = weeks
        tell(done, len(missing))
    if missing:
        keys, times_known = list(known), list(known.values())
        _keep(desk, name, {"keys": np.array(keys, dtype=str), "weeks": np.array(times_known)})
    return {case: known[case.id] for case in cases if case.id in known}


def _losses(
    desk: Desk,
    bench: Bench,
    events: Sequence[Event],
    name: tuple[object, ...],
    tell: Callable[[int, int], None],
    is_cancelled: Stop,
) -> dict[Event, Loss]:
    kept = _kept(desk, name)
    if kept is not None and kept["keys"].tolist() == [_key(event) for event in events]:
        parts = zip(events, kept["missed"], kept["first"], strict=True)
        return {event: Loss(missed, first) for event, missed, first in parts}
    found = losses_of(bench, events, threads=desk.threads, progress=tell, is_cancelled=is_cancelled)
    if len(found) == len(events):
        found = {event: found[event] for event in events}
        _keep(desk, name, _arrays(bench, found))
    return found


def _arrays(bench: Bench, found: Mapping[Event, Loss]) -> Arrays:
    shape = (len(found), len(bench.end_uses))
    return {
        "keys": np.array([_key(event) for event in found], dtype=str),
        "uses": np.array([site.id for site in bench.end_uses], dtype=str),
        "missed": np.array([loss.missed for loss in found.values()], dtype=float).reshape(shape),
        "first": np.array([loss.first for loss in found.values()], dtype=np.int64).reshape(shape),
    }


def _shares(bench: Bench, goal: Goal, arrays: Arrays) -> dict[str, float]:
    """The share of the goal lost by case; balances may list the same end uses in another order."""
    column = {id: i for i, id in enumerate(arrays["uses"].tolist())}
    order = [column[site.id] for site in bench.end_uses]
    missed = arrays["missed"][:, order]
    return {key: goal.share(row) for key, row in zip(arrays["keys"].tolist(), missed, strict=True)}


def _key(event: Event) -> str:
    return " & ".join(case.id for case in event)


def _steps(progress: Progress, what: str) -> Callable[[int, int], None]:
    """Tells tenths: a line for each case would be too much where there is no terminal."""
    return lambda done, of: progress(f"{10 * (10 * done // of)}% of {of} {what}", done / of)


def _path(desk: Desk, name: tuple[object, ...]) -> Path:
    about = (desk.mark, desk.network.snapshot, desk.bench.weeks, desk.kind, *name)
    return _cache_folder() / f"{hashlib.sha256(repr(about).encode()).hexdigest()[:32]}.npz"


def _cache_folder() -> Path:
    return cache_folder("losses")


def _kept(desk: Desk, name: tuple[object, ...]) -> Arrays | None:
    """Arrays that fit together, or None: then they are made anew."""
    arrays = read_arrays(_path(desk, name)) if desk.mark else None
    if arrays is None or "keys" not in arrays:
        return None
    rows = arrays["keys"].shape
    table = (*rows, *(arrays["uses"].shape if "uses" in arrays else ()))
    shapes = {key: value.shape for key, value in arrays.items() if key not in ("keys", "uses")}
    fits = shapes in ({"weeks": rows}, {"missed": table, "first": table})
    return arrays if fits else None


def _keep(desk: Desk, name: tuple[object, ...], arrays: Arrays) -> None:
    if desk.mark:
        keep(_path(desk, name), packed(arrays), MOST_KEPT)
