"""Judged by history: the past cases that the model is held against, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from graph.errors import UnknownName
from graph.network import Network
from loaders import Data, april_2025, earlier, scenario_folder, shipped_folder, tables
from loaders.kept import load_kept
from loaders.own_data import OwnData
from loaders.parameters import spread_parameters
from loaders.past import Backtest, Inputs
from loaders.scenarios import scenarios

SEED = 7
RUNS = 20
"""Runs beside each other by default: seeds from SEED on."""


@dataclass(frozen=True, slots=True)
class Case:
    """A past case: what it is, what it is held against, and the scenario of the same levers."""

    title: str
    against: str
    run: Callable[[Inputs], Backtest]
    scenario: str = ""


CASES = {
    april_2025.NAME: Case(
        april_2025.TITLE,
        "China's exports of magnets by month, total and USA",
        april_2025.run,
        april_2025.SCENARIO,
    ),
    "japan-2010": Case(
        "Halt of shipments to Japan, autumn 2010",
        "Japan's imports of rare earths from China by month",
        earlier.halt_2010,
    ),
    "price-2021": Case(
        "Price peak of 2021 and 2022",
        "China's exports of magnets by month: no shortage, so no alarm",
        earlier.peak_2021,
    ),
    "quota-2011": Case(
        "Export quotas of 2010 to 2012",
        "nothing: the data do not hold what an honest run needs",
        earlier.quota_2011,
    ),
}


def case_of(scenario: str) -> str | None:
    """The past case that a shipped scenario is held against; None where there is none."""
    return next((name for name, case in CASES.items() if case.scenario == scenario), None)


def backtest(
    name: str,
    data: Data | None = None,
    *,
    seed: int = SEED,
    runs: int = RUNS,
    network: Callable[[str], Network] | None = None,
) -> Backtest:
    """Run a past case `runs` times, with seeds from `seed` on.

    `network` gives the network of a snapshot by its name; without it, networks are built from
    `data` and kept.

    Raises UnknownName for a case that does not exist, HistoryError where the data do not hold what
    it needs, DataError where they are wrong.
    """
    if name not in CASES:
        raise UnknownName("past case", name, CASES)
    found = tables(data)
    own = data if isinstance(data, Path) else None
    folder = shipped_folder() if isinstance(data, OwnData) else None
    inputs = Inputs(
        network=network or partial(_kept, data),
        tables=found,
        scenarios=scenarios(folder or scenario_folder(own)),
        parameters=spread_parameters(found),
        seeds=tuple(range(seed, seed + runs)),
    )
    return CASES[name].run(inputs)


def _kept(data: Data | None, snapshot: str) -> Network:
    return load_kept(data, snapshot=snapshot)
