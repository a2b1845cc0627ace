"""Who gains where scenarios are compared, and what each costs the side that imposes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from graph.limits import plants_shut
from graph.model import CHINA, Site, Stage
from graph.network import Network
from graph.scenario import PriceFall
from ui import text
from ui.viewmodels import bills as bill_rows
from ui.viewmodels.compare import LETTERS, Difference, Side
from ui.viewmodels.tables import Cell, Table, rounded, tenths

MAKERS = (Stage.MINE, Stage.SEPARATION, Stage.METAL, Stage.MAGNET)
LEAST = 0.0005
"""Share of normal output from which a plant counts as making more, an end use as losing less."""
SHOWN_MAKERS = 12
FIRST_OF_BILL = ("Side", "Own loss", "Loss abroad", "Loss abroad for each USD of its own")
READING_MAKERS = "Made above normal over the whole run, by overtime and spare capacity."


def sentences(found: Sequence[Difference], compared: Sequence[Side]) -> list[str]:
    """For every scenario after the first: how many lose less and more, and which country gains."""
    return [_sentence(found, side, place) for place, side in enumerate(compared) if place]


def _sentence(found: Sequence[Difference], side: Side, place: int) -> str:
    less = sum(1 for row in found if row.share(place) <= -LEAST)
    more = sum(1 for row in found if row.share(place) >= LEAST)
    if not less and not more:
        return f"{side.letter} against {LETTERS[0]}: all end uses lose the same."
    told = f"{side.letter} against {LETTERS[0]}: less is lost by {text.plural(less, 'end use')}, "
    told += f"more by {more}."
    gaps = _by_country(found, place)
    country = min(gaps, key=lambda name: gaps[name], default="")
    if country and rounded(gaps[country]) < 0:
        told += f" {country} gains most, {text.usd(-gaps[country])}."
    loser = max(gaps, key=lambda name: gaps[name], default="")
    if loser and rounded(gaps[loser]) > 0:
        told += f" {loser} loses {text.usd(gaps[loser])} more."
    return told


def _by_country(found: Sequence[Difference], place: int) -> dict[str, float]:
    """More lost than under the first, USD; by name of country."""
    gaps: dict[str, float] = {}
    for row in found:
        gap = row.lost[0].lost_usd if place == 0 else row.usd(place)
        if gap is not None:
            gaps[row.country] = gaps.get(row.country, 0.0) + gap
    return gaps


def countries(found: Sequence[Difference], compared: Sequence[Side]) -> Table:
    """What end uses lose by country, USD: under the first, and more or less under the others."""
    first = LETTERS[0]
    columns = {f"{first}: USD": _by_country(found, 0)} | {
        f"{side.letter} − {first}: USD": _by_country(found, place)
        for place, side in enumerate(compared)
        if place
    }
    gaps = list(columns.values())[1:] or list(columns.values())
    order = sorted(gaps[0], key=lambda name: (min(each[name] for each in gaps), name))
    rows: list[dict[str, Cell]] = [
        {"Country": name} | {head: rounded(each[name]) for head, each in columns.items()}
        for name in order
    ]
    finding = " ".join(sentences(found, compared)) or "Loss by country"
    return Table("countries", rows, finding, kinds=dict.fromkeys(columns, "usd"))


def makers(compared: Sequence[Side], network: Network, names: Mapping[str, str]) -> Table:
    """Plants outside China that make more than normal in any of the scenarios."""
    extra: dict[str, list[float]] = {}
    for side in compared:
        for found in side.result.sites:
            if _counts(network.sites[found.id]):
                made = float(np.mean(found.activity)) - 1.0
                extra.setdefault(found.id, []).append(made)
    gaining = [id for id, made in extra.items() if max(made) >= LEAST]
    gaining.sort(key=lambda id: (-max(extra[id]), id))
    rows: list[dict[str, Cell]] = [
        {
            "Plant": network.sites[id].name,
            "Country": names.get(network.sites[id].country, network.sites[id].country),
            "Stage": network.sites[id].stage.label,
        }
        | {side.letter: tenths(made) for side, made in zip(compared, extra[id], strict=True)}
        for id in gaining[:SHOWN_MAKERS]
    ]
    finding = (
        f"{text.plural(len(gaining), 'plant')} outside China make more than normal in at least one"
        + (f", {network.sites[gaining[0]].name} most." if gaining else ".")
    )
    letters = [side.letter for side in compared]
    kinds = dict.fromkeys(letters, "tenths")
    return Table("makers", rows, finding, kinds=kinds, widths={"Plant": 210, "Country": 100})


def _counts(site: Site) -> bool:
    return site.country != CHINA and site.stage in MAKERS and not site.role.is_boundary


def floors(compared: Sequence[Side], network: Network, names: Mapping[str, str]) -> Table:
    """Plants whose cost a scenario holds against a fallen price: who goes on and who stops."""
    fates: dict[str, dict[str, str]] = {}
    costs: dict[str, float] = {}
    for side in compared:
        for fall in side.scenario.levers:
            if isinstance(fall, PriceFall):
                shut = plants_shut(side.scenario, fall)
                for cost in fall.costs:
                    costs[cost.site] = cost.usd_per_kg
                    fates.setdefault(cost.site, {})[side.letter] = _fate(
                        cost.usd_per_kg, fall, cost.site in shut
                    )
    rows: list[dict[str, Cell]] = []
    for id in sorted(costs, key=lambda id: (-costs[id], id)):
        site = network.sites[id]
        if site.country != CHINA:
            row: dict[str, Cell] = {
                "Plant": site.name,
                "Country": names.get(site.country, site.country),
                "Cost, USD/kg": costs[id],
            }
            rest = "the price does not fall"
            row |= {side.letter: fates[id].get(side.letter, rest) for side in compared}
            rows.append(row)
    finding = "Plants outside China beside the price of NdPr that an agreement lets fall"
    widths = {"Plant": 160, "Country": 90}
    return Table("floors", rows, finding, kinds={"Cost, USD/kg": "number"}, widths=widths)


def _fate(cost: float, fall: PriceFall, is_shut: bool) -> str:
    price = f"at {text.digits(fall.price, 6)}"
    if is_shut:
        return f"{price}: stops after {text.plural(fall.patience_weeks, 'week')}"
    return f"{price}: a floor holds it" if cost > fall.price else f"{price}: earns its cost"


def bills(compared: Sequence[Side], names: Mapping[str, str]) -> Table:
    """What each scenario costs the side that imposes it, and its leverage; a line a side."""
    made = [(side, bill_rows.bills(side.result, names)) for side in compared]
    rows: list[dict[str, Cell]] = []
    for side, table in made:
        for row in table.rows:
            first: dict[str, Cell] = {"Scenario": side.letter}
            rows.append(first | {head: row[head] for head in FIRST_OF_BILL} | dict(row))
    return Table(
        name="bills",
        rows=rows,
        kinds=made[0][1].kinds,
        finding="What each scenario costs the side that imposes it, and what it costs the others",
    )
