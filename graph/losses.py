"""What a run cost: by end use, by site and by product, in units, money and shares.

Weeks count from 0. A week counts as lost where activity stands below 99.5% of the baseline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model import Site, Stage
from graph.plan import WEEKS_PER_YEAR, Floats, Plan, totals
from graph.trajectory import Trajectory

TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class EndUseLoss:
    """The loss of one end use.

    Units are of `unit`, or tonnes of magnets where the number of goods is not known. What is
    missed and made up again by overtime within the run is `deferred_units`; what is still missing
    at its end is `lost_units`. `lost_share` is of the baseline of the whole run, `worst_share` of
    the baseline of `worst_week`. `recovered_week` is the first week from which activity stays at
    the baseline, None if it does not come.
    """

    id: str
    name: str
    sector: str
    country: str
    unit: str
    baseline_per_week: float
    lost_units: float
    deferred_units: float
    lost_share: float
    lost_usd: float | None
    first_loss_week: int | None
    worst_week: int | None
    worst_share: float
    recovered_week: int | None


@dataclass(frozen=True, slots=True)
class UnitLoss:
    """How much one end use loses in a run, whenever that is; units and shares as `EndUseLoss`."""

    id: str
    name: str
    sector: str
    country: str
    unit: str
    baseline_per_week: float
    lost_units: float
    lost_share: float
    lost_usd: float | None


@dataclass(frozen=True, slots=True)
class SiteLoss:
    """The loss of one site: `lost_share` of the run, and activity week by week (1 = baseline)."""

    id: str
    name: str
    stage: str
    country: str
    lost_share: float
    first_loss_week: int | None
    worst_week: int | None
    worst_share: float
    activity: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ProductLoss:
    """Output of one product of a stage in one country: tonnes lost, and the share by week."""

    stage: str
    country: str
    material: str
    baseline_t_per_week: float
    lost_t: float
    lost_share: float
    activity: tuple[float, ...]


def site_activity(plan: Plan, trajectory: Trajectory) -> Floats:
    """Activity per week (rows) and site; 1 where a site does nothing in the network."""
    site = plan.line_site
    return np.stack(
        [
            1.0 - totals(site, plan.line_weight * (1.0 - made), len(plan.sites))
            for made in trajectory.made
        ]
    )


def end_use_losses(plan: Plan, trajectory: Trajectory) -> tuple[EndUseLoss, ...]:
    """Losses of the end uses proper, largest share first."""
    losses = []
    for line, site, per_week in _end_uses(plan):
        made = trajectory.made[:, line]
        lost_weeks = max(0.0, float(trajectory.unmade[-1, line]))
        missed_weeks = max(lost_weeks, float(np.maximum(0.0, 1.0 - made).sum()))
        lost = lost_weeks * per_week
        first, worst, worst_share, recovered = _moments(made)
        losses.append(
            EndUseLoss(
                id=site.id,
                name=site.name,
                sector=site.sector,
                country=site.country,
                unit=_unit(site),
                baseline_per_week=per_week,
                lost_units=lost,
                deferred_units=(missed_weeks - lost_weeks) * per_week,
                lost_share=lost_weeks / len(made),
                lost_usd=_usd(site, lost),
                first_loss_week=first,
                worst_week=worst,
                worst_share=worst_share,
                recovered_week=recovered,
            )
        )
    return tuple(sorted(losses, key=lambda loss: (-loss.lost_share, loss.id)))


def unit_losses(plan: Plan, lost_weeks: Floats, weeks: int) -> tuple[UnitLoss, ...]:
    """Losses of the end uses from the weeks of baseline each loses in `weeks` weeks.

    `lost_weeks` has a value for each end use, in the order of the plan's lines. Largest share
    first.
    """
    losses = []
    for (_, site, per_week), missed in zip(_end_uses(plan), lost_weeks.tolist(), strict=True):
        lost = missed * per_week
        losses.append(
            UnitLoss(
                id=site.id,
                name=site.name,
                sector=site.sector,
                country=site.country,
                unit=_unit(site),
                baseline_per_week=per_week,
                lost_units=lost,
                lost_share=missed / weeks,
                lost_usd=_usd(site, lost),
            )
        )
    return tuple(sorted(losses, key=lambda loss: (-loss.lost_share, loss.id)))


def end_use_values(plan: Plan) -> Floats:
    """US dollars of goods each end use makes in a week, in the order of the plan's lines.

    Where units or their value are not known, its magnets count at the median value that a tonne
    of magnets has in the end uses of known value; where none is known, at one dollar a tonne.
    """
    known = stated_values(plan)
    tonnes, valued = plan.line_tonnes[plan.line_final], ~np.isnan(known)
    a_tonne = float(np.median(known[valued] / tonnes[valued])) if valued.any() else 1.0
    return np.where(valued, known, a_tonne * tonnes)


def stated_values(plan: Plan) -> Floats:
    """As `end_use_values`, nan where units or their value are not known."""
    return np.array([_usd(site, per_week) or np.nan for _, site, per_week in _end_uses(plan)])


def site_losses(plan: Plan, activity: Floats) -> tuple[SiteLoss, ...]:
    """Losses of all sites that run, in order of id."""
    losses = []
    for column in sorted(set(plan.line_site.tolist())):
        site = plan.sites[column]
        made = activity[:, column]
        first, worst, worst_share, _ = _moments(made)
        losses.append(
            SiteLoss(
                id=site.id,
                name=site.name,
                stage=site.stage.value,
                country=site.country,
                lost_share=max(0.0, float((1.0 - made).mean())),
                first_loss_week=first,
                worst_week=worst,
                worst_share=worst_share,
                activity=tuple(made.tolist()),
            )
        )
    return tuple(losses)


def product_losses(plan: Plan, trajectory: Trajectory) -> tuple[ProductLoss, ...]:
    """Output of separation, metal and magnet making by country and material, most lost first."""
    members: dict[tuple[str, str, str], list[int]] = {}
    for line, place in enumerate(plan.line_site.tolist()):
        site = plan.sites[place]
        made_here = site.stage in (Stage.MINE, Stage.SEPARATION, Stage.METAL, Stage.MAGNET)
        product = plan.line_product[line].partition("/")[0]
        if made_here and not plan.line_sink[line] and not site.role.is_boundary:
            members.setdefault((site.stage.value, site.country, product), []).append(line)
    losses = []
    for (stage, country, material), lines in members.items():
        tonnes = plan.line_tonnes[lines]
        share = 1.0 - (1.0 - trajectory.made[:, lines]) @ (tonnes / tonnes.sum())
        lost = max(0.0, float((1.0 - share).mean()))
        losses.append(
            ProductLoss(
                stage=stage,
                country=country,
                material=material,
                baseline_t_per_week=float(tonnes.sum()),
                lost_t=lost * len(share) * float(tonnes.sum()),
                lost_share=lost,
                activity=tuple(share.tolist()),
            )
        )
    return tuple(
        sorted(losses, key=lambda loss: (-loss.lost_share, loss.stage, loss.country, loss.material))
    )


def _moments(made: Floats) -> tuple[int | None, int | None, float, int | None]:
    """First week lost, worst week, share lost in it, first week of lasting recovery."""
    below = np.flatnonzero(made < 1.0 - TOLERANCE)
    if not len(below):
        return None, None, 0.0, None
    worst = int(made.argmin())
    after = int(below[-1]) + 1
    return int(below[0]), worst, float(1.0 - made[worst]), after if after < len(made) else None


def _end_uses(plan: Plan) -> list[tuple[int, Site, float]]:
    """Line, site and goods a week (in the site's unit) of every end use proper."""
    found = []
    for line, site in zip(np.flatnonzero(plan.line_final).tolist(), plan.end_uses, strict=True):
        units = None if site.units is None else site.units / WEEKS_PER_YEAR
        found.append((line, site, float(plan.line_tonnes[line]) if units is None else units))
    return found


def _unit(site: Site) -> str:
    return site.unit if site.units is not None else "t magnets"


def _usd(site: Site, lost_units: float) -> float | None:
    if site.units is None or site.usd_per_unit is None:
        return None
    return lost_units * site.usd_per_unit
