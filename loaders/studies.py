"""A study of many runs from the tables: ranges of assumptions and alternative balances."""

from __future__ import annotations

from graph.ensemble import Study
from graph.network import Network
from graph.scenario import Scenario
from loaders import Data, Progress, flows_given, load, tables
from loaders.kept import load_kept
from loaders.parameters import ranges, spread_parameters


def study(
    data: Data | None,
    scenario: Scenario,
    *,
    weeks: int,
    seed: int,
    balances: int,
    progress: Progress = lambda *_: None,
) -> Study:
    """The balance in use and others of the same margins, links and trade, drawn from the seed.

    Flows given as they are have one balance only. Raises as `loaders.load` does.
    """
    found = tables(data)
    return Study(
        networks=alternative_balances(
            data, snapshot=scenario.snapshot, seed=seed, count=balances, progress=progress
        ),
        scenario=scenario,
        parameters=spread_parameters(found),
        ranges=ranges(found),
        weeks=weeks,
        seed=seed,
    )


def alternative_balances(
    data: Data | None,
    *,
    snapshot: str,
    seed: int,
    count: int,
    progress: Progress = lambda *_: None,
) -> tuple[Network, ...]:
    """The balance in use and others of the same margins, links and trade, `count` in all.

    Flows given as they are have one balance only. Raises as `loaders.load` does.
    """
    networks = [load_kept(data, snapshot=snapshot)]
    for number in range(1, balances_of(data, count)):
        progress(f"Balance {number + 1} of {count}", number / count)
        networks.append(alternative_balance(data, snapshot=snapshot, seed=seed, number=number))
    return tuple(networks)


def balances_of(data: Data | None, count: int) -> int:
    """How many of `count` balances there are: flows given as they are have one only."""
    return count if flows_given(data) is None else 1


def alternative_balance(data: Data | None, *, snapshot: str, seed: int, number: int) -> Network:
    """Balance `number` of those of a seed: 0 is the one in use. Raises as `loaders.load` does."""
    if number == 0:
        return load_kept(data, snapshot=snapshot)
    return load(data, snapshot=snapshot, seed=seed * 1000 + number)
