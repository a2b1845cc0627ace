"""The figures of every site from the tables: what the graph store is given after the network."""

from __future__ import annotations

from graph.figures import SiteFigures
from graph.parallel import never
from graph.ranking import goal_of, ranking
from graph.site_figures import site_figures
from loaders import Progress
from loaders.chokepoints import Desk, Stop, single_losses, survived

MOST_SURVIVED = 100
"""Sites whose time to survive is looked for: the most critical ones. It takes six runs a site."""


def figures_at(
    desk: Desk, *, progress: Progress = lambda *_: None, is_cancelled: Stop = never
) -> tuple[SiteFigures, ...] | None:
    """The figures of every site of a desk for sites; None when cancelled, as a part would mislead.

    Raises as `graph.site_figures.site_figures` does.
    """
    goal = goal_of(desk.bench)
    losses = single_losses(desk, progress=progress, is_cancelled=is_cancelled)
    costly = [each.case for each in ranking(goal, losses)[:MOST_SURVIVED]]
    weeks = survived(desk, goal, costly, progress=progress, is_cancelled=is_cancelled)
    if len(losses) < len(desk.cases) or len(weeks) < len(costly):
        return None
    return site_figures(
        desk.network,
        desk.bench,
        losses,
        survived=weeks,
        times=desk.times,
        threads=desk.threads,
    )
