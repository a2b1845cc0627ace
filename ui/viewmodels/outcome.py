"""What a run did, for people: a headline, losses by end use, causes, and the spread by week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.ensemble import Ensemble
from graph.losses import EndUseLoss
from graph.model import MATERIALS, Site
from graph.network import Network
from graph.scenario import Scenario
from graph.spread import Result
from ui import text
from ui.viewmodels.chain import Chain, counted_rows
from ui.viewmodels.items import Item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.tables import Cell, Table, percent, rounded

SHOWN = 12
CAUSES = 15
ELSEWHERE = "elsewhere, all together"
READING = (
    "Stocks behind an end use are its own and those of the component makers that supply it: the "
    "first are gone when a twentieth of them is, by what their holders use. A stock can be gone "
    "for a week or two before or after goods are missed, for some still arrive."
)


@dataclass(frozen=True, slots=True)
class Bars:
    """Losses of the end uses hit hardest: one series a scenario, shares 0..1.

    `spans` are the 5 and 95 % of drawn runs of the first scenario, where runs were drawn.
    """

    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    labels: tuple[tuple[str, ...], ...]
    finding: str
    spans: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """Value made by end uses week by week, share of normal: one series a scenario."""

    series: tuple[tuple[str, tuple[float, ...]], ...]
    finding: str


def headline(result: Result) -> str:
    """The finding of a run in one sentence."""
    hit = [loss for loss in result.end_uses if loss.first_loss_week is not None]
    if not hit:
        return f"No end use loses anything in {result.weeks} weeks: stocks and spare capacity hold."
    lost = sum(loss.lost_usd or 0.0 for loss in hit)
    worst = max(hit, key=lambda loss: loss.worst_share)
    first = min(hit, key=lambda loss: (loss.first_loss_week, -loss.lost_share))
    return (
        f"{text.plural(len(hit), 'end use')} of {len(result.end_uses)} lose output within "
        f"{result.weeks} weeks, worth {text.usd(lost)} where a value is known. "
        f"{first.name} runs short first, in {text.week(first.first_loss_week)}; "
        f"{worst.name} falls lowest, by {text.share(worst.worst_share)} in "
        f"{text.week(worst.worst_week)}."
    )


def comparison(first: Result, second: Result, titles: tuple[str, str]) -> str:
    """What the second run saves or costs against the first."""
    a, b = (sum(loss.lost_usd or 0.0 for loss in run.end_uses) for run in (first, second))
    if a == b:
        return "Both cost the same."
    word = "less" if b < a else "more"
    return (
        f"Beside it, “{titles[1]}” costs {text.usd(b)} over the same {first.weeks} weeks: "
        f"{text.usd(abs(a - b))} {word}."
    )


def losses(
    result: Result,
    names: Mapping[str, str],
    empty: Mapping[str, tuple[int | None, int | None]],
) -> Table:
    """Every end use that lost something, hardest hit first.

    `empty` has the weeks in which the first and half of the stocks behind an end use are gone.
    """
    hit = [loss for loss in result.end_uses if loss.first_loss_week is not None]
    return Table(
        name="losses",
        ids=tuple(loss.id for loss in hit),
        rows=[
            {
                "End use": loss.name,
                "Sector": loss.sector,
                "Country": names.get(loss.country, loss.country),
                "Lost": percent(loss.lost_share),
                "Lost USD": None if loss.lost_usd is None else rounded(loss.lost_usd),
                "First stocks gone, week": empty[loss.id][0],
                "Half of them, week": empty[loss.id][1],
                "First week short": loss.first_loss_week,
                "Worst week": loss.worst_week,
                "Lost in worst week": percent(loss.worst_share),
                "Back to normal, week": loss.recovered_week,
                "Lost units": rounded(loss.lost_units),
                "Made up later": rounded(loss.deferred_units),
                "Unit": loss.unit,
            }
            for loss in hit
        ],
        kinds={
            "Lost": "share",
            "Lost in worst week": "share",
            "Lost units": "number",
            "Made up later": "number",
            "Lost USD": "usd",
        },
        finding=headline(result),
    )


def differences(
    first: Result, second: Result, titles: tuple[str, str], names: Mapping[str, str]
) -> Table:
    """Losses of two runs side by side, largest difference first."""
    other = {loss.id: loss for loss in second.end_uses}
    pairs = [(loss, other[loss.id]) for loss in first.end_uses if loss.id in other]
    pairs = [(a, b) for a, b in pairs if a.lost_units + b.lost_units > 0]
    pairs.sort(key=lambda pair: -abs(pair[0].lost_share - pair[1].lost_share))
    return Table(
        name="differences",
        rows=[
            {
                "End use": a.name,
                "Country": names.get(a.country, a.country),
                f"Lost: {titles[0]}": percent(a.lost_share),
                f"Lost: {titles[1]}": percent(b.lost_share),
                "Difference, units": rounded(b.lost_units - a.lost_units),
                "Unit": a.unit,
                "Difference, USD": None
                if a.lost_usd is None or b.lost_usd is None
                else rounded(b.lost_usd - a.lost_usd),
            }
            for a, b in pairs
        ],
        kinds={
            f"Lost: {titles[0]}": "share",
            f"Lost: {titles[1]}": "share",
            "Difference, units": "number",
            "Difference, USD": "usd",
        },
        finding=comparison(first, second, titles),
    )


def causes(result: Result, network: Network) -> Table:
    """Where the levers bite, for the end uses that lose most."""
    rank = {loss.id: place for place, loss in enumerate(result.end_uses)}
    ranked = sorted(result.because, key=lambda c: (rank.get(c.end_use, len(rank)), -c.share))
    return Table(
        name="causes",
        rows=[
            {
                "End use": network.sites[cause.end_use].name,
                "Because of": cause.lever or "not followed to a measure",
                "At": network.sites[cause.site].name if cause.site in network.sites else ELSEWHERE,
                "Goods": MATERIALS[cause.material].name if cause.material else "",
                "Part of its loss": percent(cause.share),
            }
            for cause in ranked
            if cause.share >= 0.005
        ][:CAUSES],
        kinds={"Part of its loss": "share"},
        finding="Where the levers bite, for the end uses that lose most",
    )


def bars(runs: Sequence[tuple[str, Result]], drawn: Ensemble | None = None) -> Bars:
    """The end uses hit hardest in any of the runs, with their bands where runs were drawn."""
    spans = {band.id: band.lost_share for band in drawn.end_uses} if drawn else {}
    by_id: dict[str, list[EndUseLoss]] = {}
    for _, result in runs:
        for loss in result.end_uses:
            by_id.setdefault(loss.id, []).append(loss)
    ranked = sorted(
        (found for found in by_id.values() if len(found) == len(runs)),
        key=lambda found: -max(loss.lost_share for loss in found),
    )
    shown = [found for found in ranked[:SHOWN] if max(loss.lost_share for loss in found) > 0.0005]
    top = shown[0][0].name if shown else "no end use"
    return Bars(
        names=tuple(text.shorten(found[0].name, 54) for found in shown),
        series=tuple(
            (title, tuple(found[i].lost_share for found in shown))
            for i, (title, _) in enumerate(runs)
        ),
        labels=tuple(
            tuple(
                f"{found[i].name}: {text.share(found[i].lost_share)}, "
                + text.quantity(found[i].lost_units, found[i].unit)
                for found in shown
            )
            for i in range(len(runs))
        ),
        finding=f"Share of {runs[0][1].weeks} weeks of output lost by end use; most by {top}",
        spans=tuple((spans[found[0].id].low, spans[found[0].id].high) for found in shown)
        if spans
        else (),
    )


def value_lines(runs: Sequence[tuple[str, Result]], network: Network) -> Lines:
    """Value made by end uses with a known value, as a share of normal, week by week."""
    series = []
    for title, result in runs:
        sites = [(loss, network.sites[loss.id]) for loss in result.sites]
        valued = [(loss.activity, _value(site)) for loss, site in sites if _value(site) > 0]
        total = sum(value for _, value in valued)
        made = sum(
            (np.array(activity) * value for activity, value in valued), np.zeros(result.weeks)
        )
        series.append((title, tuple((made / total).tolist()) if total else ()))
    lowest = min((min(values) for _, values in series if values), default=1.0)
    return Lines(
        tuple(series),
        f"Value made by end uses, share of normal by week; lowest {text.share(lowest)}",
    )


def _value(site: Site) -> float:
    return (site.units or 0.0) * (site.usd_per_unit or 0.0)


def frames(ledger: Ledger, chain: Chain, result: Result) -> dict[str, list[float]]:
    """Activity of every box by week (1 is normal)."""
    boxes = {box.id: box.sites for box in chain.boxes.values() if not box.outside}
    return activities(ledger, chain.item, boxes, result)


def activities(
    ledger: Ledger, item: Item, groups: Mapping[str, Iterable[str]], result: Result
) -> dict[str, list[float]]:
    """Activity of groups of sites by week (1 is normal), each site weighed by what it handles."""
    amounts = ledger.amounts(item)
    activity = {loss.id: np.array(loss.activity) for loss in result.sites}
    found = {}
    for name, ids in groups.items():
        sites = [ledger.network.sites[id] for id in ids if id in activity]
        weights = [float(amounts[list(counted_rows(ledger, s, amounts))].sum()) for s in sites]
        made = sum(w * activity[s.id] for w, s in zip(weights, sites, strict=True))
        found[name] = np.round(made / sum(weights), 4).tolist() if sum(weights) else []
    return {name: weeks for name, weeks in found.items() if weeks}


def spread_table(frames: Mapping[str, Sequence[float]], chain: Chain, week: int) -> Table:
    """The played picture as rows: the week shown and the worst week of every box."""
    shown = f"Lost in week {week}"
    boxes = sorted(chain.boxes.values(), key=lambda b: (b.stage.order, b.row))
    return Table(
        name="spread",
        ids=tuple(box.id for box in boxes if box.id in frames),
        rows=[
            {
                "Stage": box.stage.label,
                "Country": box.name,
                **lost_cells(frames[box.id], week),
            }
            for box in boxes
            if box.id in frames
        ],
        kinds={shown: "share", "Lost in worst week": "share"},
        finding="Output lost by country and stage",
    )


def lost_cells(weeks: Sequence[float], week: int) -> dict[str, Cell]:
    """What a place lost in the week shown and in its worst."""
    return {
        f"Lost in week {week}": _lost(weeks, week),
        "Lost in worst week": _lost(weeks, worst_week(weeks)),
        "Worst week": worst_week(weeks),
    }


def worst_week(weeks: Sequence[float]) -> int:
    return list(weeks).index(min(weeks))


def _lost(weeks: Sequence[float], week: int) -> float | None:
    return percent(max(0.0, 1.0 - weeks[min(week, len(weeks) - 1)]))


def spread_sentence(frames: Mapping[str, Sequence[float]], chain: Chain, result: Result) -> str:
    """What the played spread shows, for those who cannot see it."""
    lows = {id: min(weeks) for id, weeks in frames.items()}
    if not lows or min(lows.values()) > 0.95:
        return f"No country loses more than 5{text.NBSP}% at any stage in {result.weeks} weeks."
    low = min(lows, key=lambda id: lows[id])
    box, week = chain.boxes[low], worst_week(frames[low])
    return (
        f"Hardest hit: {box.name}, {text.lower_first(box.stage.label)}, "
        f"down {text.share(1 - lows[low])} in {text.week(week)}."
    )


def facts(scenario: Scenario, result: Result) -> str:
    """How the run was made, in one line."""
    return (
        f"Snapshot {result.snapshot}, {result.weeks} weeks, seed {result.seed}. "
        + " ".join(result.notes)
        + (f" Follows: {'; '.join(scenario.events)}." if scenario.events else "")
    )
