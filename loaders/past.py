"""What every past case shares: what goes in, what comes out, and the rows in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.backtest import ErrorRow, Modelled, MonthRow, Observed, errors, month_rows
from graph.errors import HistoryError
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.plan import Ints, Plan
from graph.scenario import Scenario
from graph.shipments import month_shares, month_tonnes, weekly_shares, weeks_until
from graph.spread import trajectory_of
from graph.trajectory import Trajectory, arrived
from graph.verdicts import Account, Target, Verdict, judge
from loaders.calibration import Calibrated
from loaders.tables import Tables


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a case is run from; `network` gives that of a snapshot.

    The first of `seeds` is the run that is shown.
    """

    network: Callable[[str], Network]
    tables: Tables
    scenarios: Mapping[str, Scenario]
    parameters: SpreadParameters
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """A past case, held against what was observed.

    `months` are the flows that the case is about, `destinations` others of which single months are
    known.
    """

    case: str
    title: str
    snapshot: str
    reason: str
    start: str
    seeds: tuple[int, ...]
    months: tuple[MonthRow, ...]
    destinations: tuple[MonthRow, ...]
    targets: tuple[Verdict, ...]
    errors: tuple[ErrorRow, ...]
    calibration: tuple[Calibrated, ...]
    notes: tuple[str, ...]


def require(case: str, needs: Mapping[str, object]) -> None:
    """Raises HistoryError with every need that is None or empty."""
    missing = [words for words, found in needs.items() if not found]
    if missing:
        raise HistoryError(case, missing, "Add the observations with their sources, or leave it.")


def played(
    network: Network, scenario: Scenario, inputs: Inputs, months: Sequence[str]
) -> list[tuple[Plan, Trajectory]]:
    """One run a seed, long enough for all months."""
    weeks = weeks_until(date.fromisoformat(scenario.start), months[-1])
    return [
        trajectory_of(network, scenario, weeks=weeks, seed=seed, parameters=inputs.parameters)
        for seed in inputs.seeds
    ]


def modelled(
    runs: Sequence[tuple[Plan, Trajectory]],
    lanes: Ints,
    start: str,
    months: Sequence[str],
    *,
    on_arrival: bool = False,
) -> Modelled | None:
    """The months of some lanes in every run, as shipped or as arrived; None without lanes."""
    if not len(lanes):
        return None
    shares = [
        month_shares(
            weekly_shares(
                plan, lanes, arrived(run.shipped, plan.lane_lag) if on_arrival else run.shipped
            ).tolist(),
            date.fromisoformat(start),
            months,
        )
        for plan, run in runs
    ]
    return Modelled(month_tonnes(runs[0][0], lanes), tuple(shares))


def side_by_side(
    seen: Iterable[Observed],
    said: Mapping[str, Modelled | None],
    rivals: Mapping[str, Mapping[str, float]],
    months: Sequence[str],
) -> tuple[MonthRow, ...]:
    """The months of several flows."""
    return tuple(row for one in seen for row in month_rows(one, said.get(one.flow), rivals, months))


def off(rows: Iterable[MonthRow], seen: Iterable[Observed]) -> tuple[ErrorRow, ...]:
    """Errors of all flows that the rows hold."""
    return errors(rows, {one.flow: one.baseline_t for one in seen})


def verdicts(
    targets: Sequence[Target],
    seen: Account,
    runs: Sequence[Account],
    rival: Mapping[str, float],
    months: Sequence[str],
) -> tuple[Verdict, ...]:
    """All targets; the rival cuts every flow alike and knows no grades, stocks or licences."""
    naive = Account(dict.fromkeys(seen.shares, rival), seen.baseline_t)
    return judge(targets, seen, runs, naive, months)
