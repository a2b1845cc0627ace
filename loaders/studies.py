"""A study of many runs from the tables: ranges of assumptions and alternative balances."""

from __future__ import annotations

from dataclasses import replace

from graph.ensemble import Study
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
    snapshot = scenario.snapshot
    networks = [load_kept(data, snapshot=snapshot)]
    if flows_given(data) is None:
        for number in range(1, balances):
            progress(f"Balance {number + 1} of {balances}", number / balances)
            networks.append(load(data, snapshot=snapshot, seed=seed * 1000 + number))
    found = tables(data)
    return Study(
        networks=tuple(networks),
        scenario=replace(scenario, snapshot=snapshot),
        parameters=spread_parameters(found),
        ranges=ranges(found),
        weeks=weeks,
        seed=seed,
    )
