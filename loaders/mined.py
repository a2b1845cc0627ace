"""What mines make in a snapshot: as published, moved to its year with the country's total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graph.model import Confidence, Role, Site, Stage
from loaders.series import values
from loaders.snapshots import Snapshot
from loaders.tables import Tables

ORE = "reo"
COUNTED = {Role.PLANT, Role.RESIDUAL}
"""Rows of a mine that a country's total is made of."""


def mined(
    tables: Tables,
    sites: Mapping[str, Site],
    snapshot: Snapshot,
    plans: Mapping[tuple[str, str], float],
) -> dict[str, Site]:
    """Sites with the output of mines in the year of the snapshot.

    A figure of another year is moved in proportion to the country's published total where both
    years are known, and else carried forward as it is. Plans only add.
    """
    totals = {
        (total.country, total.year): total.value
        for total in values(tables, "mine_output")
        if total.used and not total.subject
    }
    changed = dict(sites)
    for id, site in sites.items():
        if site.stage is not Stage.MINE or site.role not in COUNTED:
            continue
        output, year = site.output, site.output_year
        if output and year is not None and year != snapshot.year:
            then, now = totals.get((site.country, year)), totals.get((site.country, snapshot.year))
            if then and now is not None:
                changed[id] = replace(
                    site,
                    output=output * now / then,
                    output_year=snapshot.year,
                    confidence=Confidence.ESTIMATED,
                )
        plan = plans.get((id, ORE), 0.0)
        if plan > (output or 0.0):
            changed[id] = replace(site, output=plan, output_year=snapshot.year)
    return changed
