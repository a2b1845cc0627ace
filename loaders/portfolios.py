"""The frontier of cost against expected loss on the tables, kept in the cache folder.

It does not change until the tables, the code or what is asked do. Flows given as they are, and what
a reader brings to a page, are not kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graph.portfolio import Frontier, Measure, Portfolio, frontier
from graph.scenario import Scenario
from loaders import Progress
from loaders.cache import cache_folder, keep
from loaders.chokepoints import Desk

MOST_KEPT = 200
"""Files in the cache folder; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a frontier is asked for: budgets in US dollars, scenarios with weights above 0."""

    budgets: tuple[float, ...]
    scenarios: tuple[tuple[Scenario, float], ...]
    seed: int = 7
    rounds: int = 100


def frontier_of(
    desk: Desk,
    measures: Sequence[Measure],
    asked: Question,
    *,
    progress: Progress = lambda *_: None,
) -> Frontier:
    """The frontier, from the cache where this very one was made before. Raises as
    `graph.portfolio.frontier` and `progress` do; then nothing is kept."""
    found = kept_frontier(desk, asked)
    if found is None:
        found = frontier(
            desk.network,
            desk.bench,
            measures,
            asked.scenarios,
            asked.budgets,
            seed=asked.seed,
            rounds=asked.rounds,
            progress=progress,
        )
        if desk.mark:
            keep(_path(desk, asked), json.dumps(asdict(found)).encode(), MOST_KEPT)
    return found


def kept_frontier(desk: Desk, asked: Question) -> Frontier | None:
    """A frontier that was made before; None where there is none or its file is damaged."""
    return _read(_path(desk, asked)) if desk.mark else None


def _read(path: Path) -> Frontier | None:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        bought = tuple(Portfolio(**_tuples(each)) for each in raw.pop("portfolios"))
        return Frontier(**_tuples(raw), portfolios=bought)
    except Exception:  # a damaged file fails in any way; what it held is made anew
        return None


def _tuples(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _cache_folder() -> Path:
    return cache_folder("portfolios")


def _path(desk: Desk, asked: Question) -> Path:
    about = repr((desk.mark, desk.network.snapshot, desk.bench.weeks, asked))
    return _cache_folder() / f"{hashlib.sha256(about.encode()).hexdigest()[:32]}.json"
