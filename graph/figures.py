"""What is known of a site beyond its flows: what its loss costs, how soon, how long, how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """The figures of one site; None where there is none.

    `criticality` is the share (0..1) of the value of all end uses that is lost over the run if the
    site is lost from its first week on; `first_loss_week`, counted from 0, is when that is noticed
    (`graph.ranking`). `tts_days` is the longest outage that nobody notices, in whole weeks
    (`graph.contingency`), `ttr_days` the base of the time to recover (`graph.recovery`).
    `single_route` says that no other way leads to some end use (`graph.bypass`). All these are of
    named plants only. `esri` (0..1) is the Economic Systemic Risk Index in gross tonnes
    (`graph.site_risk`). `betweenness` holds by element the share (0..1) of what end uses hold that
    has passed the site (`graph.passage`).
    """

    site: str
    criticality: float | None
    first_loss_week: int | None
    tts_days: int | None
    ttr_days: float | None
    single_route: bool | None
    esri: float | None
    betweenness: Mapping[str, float]
