"""The figures of all sites of a network: one set, as the graph store holds it."""

from __future__ import annotations

from collections.abc import Mapping

from graph.bypass import without_bypass
from graph.contingency import Bench, Case, Loss
from graph.critical import days_survived
from graph.draws import Range
from graph.errors import DataError
from graph.figures import SiteFigures
from graph.model import MAGNET_ELEMENTS, Stage
from graph.network import Network
from graph.passage import passages
from graph.ranking import goal_of, ranking
from graph.recovery import recoveries
from graph.site_risk import site_risks


def site_figures(
    network: Network,
    bench: Bench,
    losses: Mapping[Case, Loss],
    *,
    survived: Mapping[Case, int],
    times: Mapping[str, Range],
    threads: int = 2,
) -> tuple[SiteFigures, ...]:
    """The figures of every site, in the order of the network.

    `losses` holds what each case of the kind site costs alone, `survived` weeks by case where they
    were looked for, `times` days by row of assumptions.csv. Raises ScenarioError where the network
    has no end uses.
    """
    goal = goal_of(bench)
    cases = {case.id: case for case in losses}
    ranked = {each.case.id: each for each in ranking(goal, losses)}
    recovered = recoveries(network, losses, times)
    single = without_bypass(network, goal.ids, losses)
    risks = {risk.site: risk.score for risk in site_risks(network, threads=threads)}
    passed = {element: _passed(network, element) for element in MAGNET_ELEMENTS}
    found = []
    for id in network.sites:
        case, rank = cases.get(id), ranked.get(id)
        days = recovered[case].days if case else None
        found.append(
            SiteFigures(
                site=id,
                criticality=rank.lost_share if rank else 0.0 if case else None,
                first_loss_week=rank.first_loss_week if rank else None,
                tts_days=days_survived(bench, survived.get(case)) if case else None,
                ttr_days=days.base if days else None,
                single_route=case in single if case else None,
                esri=risks.get(id),
                betweenness={name: share[id] for name, share in passed.items() if id in share},
            )
        )
    return tuple(found)


def _passed(network: Network, element: str) -> dict[str, float]:
    """Shares of all sites before the end uses; empty where none of the element arrives there."""
    try:
        shares = {row.site: row.share for row in passages(network, element)}
    except DataError:
        return {}
    return {
        site.id: shares.get(site.id, 0.0)
        for site in network.sites.values()
        if site.stage is not Stage.END_USE
    }
