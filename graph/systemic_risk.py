"""The Economic Systemic Risk Index: what share of all output is lost if one site stops for good.

    scores = systemic_risk_index(origin, target, tonnes, sector, essential, final_demand)

Diem, Borsos, Reisch, Kertész and Thurner, Scientific Reports 12:7719 (2022): nobody adapts, except
that rivals in the market of a supplier that failed take over what they can. With W_ij what site i
sends site j, s_i all that i makes (sales and final demand), p its sector and psi the capacity left:

    sigma_i = min(1, s_i / sum over l in the market of i of s_l h^d_l)
    Pi_jk   = sum over i of sector k of sigma_i W_ij / (what j gets of sector k) (1 - h^d_i)
    Lam_j   = sum over i not essential of sigma_i W_ij / (all that j gets) (1 - h^d_i)
    h^d_j   = max(0, min(psi_j, 1 - max over essential k of Pi_jk, 1 - Lam_j))
    h^u_i   = max(0, min(psi_i, 1 - sum over j of W_ij / s_i (1 - h^u_j)))
    score_i = sum over j of s_j / (sum of s) (1 - min(h^d_j, h^u_j))

Every round takes all h of the round before it; both start from psi. The rounds end with the first
in which no h falls by more than the tolerance, as in the published code (GLcascade, fastcascade).
Without final demand a loop lets losses go round for ever: scores then hang on the tolerance.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from graph.arrays import check_length, check_tonnes, one_for_each, whole_numbers
from graph.engines import engine_of
from graph.packed import Index
from graph.plan import Floats, Ints, totals

NEGLIGIBLE, LINEAR, ESSENTIAL = 0, 1, 2
"""What a supplier's sector is to a customer's sector in the short term."""
CELLS = 1_000_000
"""Sites x cascades that numpy plays at once: 8 MB an array."""


@dataclass(frozen=True, slots=True, eq=False)
class SystemicRisk:
    """`scores` (0..1, share of all output) and `rounds` until the tolerance was met, by site."""

    scores: Floats
    rounds: Ints
    tolerance: float


def systemic_risk_index(
    origin: ArrayLike,
    target: ArrayLike,
    tonnes: ArrayLike,
    sector: ArrayLike,
    essential: ArrayLike,
    final_demand: ArrayLike | None = None,
    *,
    capacity: ArrayLike | None = None,
    market: ArrayLike | None = None,
    sites: ArrayLike | None = None,
    tolerance: float = 1e-2,
    threads: int = 1,
    engine: str = "auto",
) -> Floats:
    """The scores alone of `systemic_risk`, which says what goes in and what is raised."""
    return systemic_risk(
        origin,
        target,
        tonnes,
        sector,
        essential,
        final_demand,
        capacity=capacity,
        market=market,
        sites=sites,
        tolerance=tolerance,
        threads=threads,
        engine=engine,
    ).scores


def systemic_risk(
    origin: ArrayLike,
    target: ArrayLike,
    tonnes: ArrayLike,
    sector: ArrayLike,
    essential: ArrayLike,
    final_demand: ArrayLike | None = None,
    *,
    capacity: ArrayLike | None = None,
    market: ArrayLike | None = None,
    sites: ArrayLike | None = None,
    tolerance: float = 1e-2,
    threads: int = 1,
    engine: str = "auto",
) -> SystemicRisk:
    """The index of every site, or of `sites` in their order.

    Flow e takes `tonnes[e]` a year from site `origin[e]` to site `target[e]`; sites and sectors are
    numbers from 0. `sector` has one entry per site. `essential[k, l]` says what goods of sector k
    are to a site of sector l: 2 essential (it stops without them), 1 linear (it loses their share
    of all it gets), 0 without effect in the short term. `final_demand` is what a site makes for
    nobody in the graph, t a year.

    `capacity` is the share of its output that a struck site keeps, one number or one per site;
    without it nothing, as in the published index. Sites of one `market`, by default a sector,
    replace each other; a number of its own for every site takes replacement away. `tolerance` is in
    shares of a site's output.
    `engine` is `numpy`, `numba`, or `auto`: numba where it is installed. numba walks only sites
    that lose output; numpy plays all sites of many cascades at once. Scores agree to 1e-12, and are
    the same on any number of `threads`, which numba alone uses.

    Raises ValueError where the arrays do not fit together or hold what they cannot, ScenarioError
    for another engine, or for numba where it is missing.
    """
    economy = _economy(origin, target, tonnes, sector, essential, final_demand, market)
    count = len(economy.output)
    struck = np.arange(count) if sites is None else _below("sites", sites, count, "sites")
    share_kept = 0.0 if capacity is None else capacity
    kept = one_for_each("capacity", share_kept, count, "site", 0.0)[struck]
    if (kept > 1.0).any():
        raise ValueError(f"capacity is a share of output, at most 1, got {kept.max():g}")
    if not 0.0 < tolerance < 1.0:
        raise ValueError(f"tolerance must lie between 0 and 1, got {tolerance:g}")
    if threads < 1:
        raise ValueError(f"threads must be at least 1, got {threads}")
    risk = SystemicRisk(np.empty(len(struck)), np.empty(len(struck), dtype=np.int64), tolerance)
    if engine_of(engine) == "numpy":
        _by_numpy(economy, struck, kept, risk)
    else:
        _by_numba(economy, struck, kept, risk, threads)
    return risk


@dataclass(frozen=True, slots=True, eq=False)
class _Economy:
    """What the cascades read. A slot is one essential input of a site, or all its linear ones.

    Per site `output` and `market`; per market `size`, its output. Flows by origin: `sale_slot` with
    `sale_share`, the part of the slot that the flow fills. Flows by target: `buy_from` with
    `buy_share`, the part of the seller's output. Starts are one longer than what they index.
    """

    output: Floats
    market: Index
    size: Floats
    sale_start: Index
    sale_slot: Index
    sale_share: Floats
    slot_site: Index
    buy_start: Index
    buy_from: Index
    buy_share: Floats


def _economy(
    origin: ArrayLike,
    target: ArrayLike,
    tonnes: ArrayLike,
    sector: ArrayLike,
    essential: ArrayLike,
    final_demand: ArrayLike | None,
    market: ArrayLike | None,
) -> _Economy:
    kinds = np.asarray(essential)
    if kinds.ndim != 2 or kinds.shape[0] != kinds.shape[1]:
        raise ValueError(f"essential must be sectors x sectors, got shape {kinds.shape}")
    if not np.isin(kinds, (NEGLIGIBLE, LINEAR, ESSENTIAL)).all():
        raise ValueError("essential must hold 2 (essential), 1 (linear) or 0 (no effect) only")
    of_sector = _below("sector", sector, len(kinds), "rows of essential")
    count = len(of_sector)
    seller = _below("origin", origin, count, "sites in sector")
    buyer = _below("target", target, count, "sites in sector")
    weight = np.asarray(tonnes, dtype=np.float64)
    check_length("origin", len(seller), target=buyer, tonnes=weight)
    check_tonnes(weight)
    rivals = of_sector if market is None else whole_numbers("market", market)
    check_length("sector", count, market=rivals)
    demand = 0.0 if final_demand is None else final_demand
    output = one_for_each("final_demand", demand, count, "site", 0.0)
    output = output + totals(seller, weight, count)
    if not output.any():
        raise ValueError("no site makes anything: give flows, or final_demand above 0")

    kind = kinds[of_sector[seller], of_sector[buyer]]
    input_of = np.where(kind == ESSENTIAL, of_sector[seller], len(kinds))
    by_seller = np.argsort(seller, kind="stable")
    by_seller = by_seller[kind[by_seller] != NEGLIGIBLE]
    keys, slot = np.unique((buyer * (len(kinds) + 1) + input_of)[by_seller], return_inverse=True)
    slot_site, effective = keys // (len(kinds) + 1), weight[by_seller]
    filled = totals(slot, effective, len(keys))
    linear = keys % (len(kinds) + 1) == len(kinds)
    filled[linear] = totals(buyer, weight, count)[slot_site[linear]]
    by_buyer = np.argsort(buyer, kind="stable")
    groups, of_market = np.unique(rivals, return_inverse=True)
    return _Economy(
        output=output,
        market=of_market.astype(np.uint32),
        size=totals(of_market, output, len(groups)),
        sale_start=_starts(seller[by_seller], count),
        sale_slot=slot.astype(np.uint32),
        sale_share=effective / filled[slot],
        slot_site=slot_site.astype(np.uint32),
        buy_start=_starts(buyer, count),
        buy_from=seller[by_buyer].astype(np.uint32),
        buy_share=(weight / output[seller])[by_buyer],
    )


def _below(name: str, values: ArrayLike, bound: int, what: str) -> Ints:
    found = whole_numbers(name, values)
    if found.size and int(found.max()) >= bound:
        raise ValueError(
            f"{name} must be below {bound}, the number of {what}, got {int(found.max())}"
        )
    return found


def _starts(of: Ints, count: int) -> Index:
    """Where the run of each of `count` owners begins and ends once sorted by owner."""
    return np.concatenate([[0], np.cumsum(np.bincount(of, minlength=count))]).astype(np.uint32)


def _by_numba(e: _Economy, struck: Ints, kept: Floats, risk: SystemicRisk, threads: int) -> None:
    from graph.risk_kernel import score  # numba is an extra, and takes long to import

    member_start = _starts(e.market.astype(np.int64), len(e.size))
    member = np.argsort(e.market, kind="stable").astype(np.uint32)

    def part(one: int) -> None:
        own = slice(one, None, threads)  # neighbours cost alike, so each thread has as much to do
        scores, rounds = np.empty(len(struck[own])), np.empty(len(struck[own]), dtype=np.int64)
        score(
            struck[own].copy(),
            kept[own].copy(),
            risk.tolerance,
            e.output,
            e.market,
            e.size,
            member_start,
            member,
            e.sale_start,
            e.sale_slot,
            e.sale_share,
            e.slot_site,
            e.buy_start,
            e.buy_from,
            e.buy_share,
            scores,
            rounds,
        )
        risk.scores[own], risk.rounds[own] = scores, rounds

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(part, range(threads)):
            pass


def _by_numpy(e: _Economy, struck: Ints, kept: Floats, risk: SystemicRisk) -> None:
    count, slots = len(e.output), len(e.slot_site)
    lacks = sparse.csr_array(
        sparse.csc_array((e.sale_share, e.sale_slot, e.sale_start), shape=(slots, count))
    )
    unsold = sparse.csr_array(
        sparse.csc_array((e.buy_share, e.buy_from, e.buy_start), shape=(count, count))
    )
    sums = sparse.csr_array((e.output, (e.market, np.arange(count))), shape=(len(e.size), count))
    buyers, first = np.unique(e.slot_site, return_index=True)  # slots stand in order of sites
    weight = e.output / e.output.sum()
    width = max(1, CELLS // max(count, slots, 1))
    for begin in range(0, len(struck), width):
        batch = np.arange(begin, min(begin + width, len(struck)))
        psi = np.ones((count, len(batch)))
        psi[struck[batch], np.arange(len(batch))] = kept[batch]
        down, up, turn = psi, psi, 0
        while len(batch):
            turn += 1
            left = np.asarray(sums @ down)[e.market]
            made = np.broadcast_to(e.output[:, None], left.shape)
            passes = np.divide(made, left, out=np.ones_like(left), where=left > made) * (1.0 - down)
            now_down = psi.copy()
            if len(buyers):
                worst = np.maximum.reduceat(np.asarray(lacks @ passes), first, axis=0)
                now_down[buyers] = np.clip(1.0 - worst, 0.0, psi[buyers])
            now_up = np.clip(1.0 - np.asarray(unsold @ (1.0 - up)), 0.0, psi)
            fell = np.maximum(down - now_down, up - now_up).max(axis=0)
            down, up = now_down, now_up
            done = fell <= risk.tolerance
            risk.scores[batch[done]] = weight @ (1.0 - np.minimum(down, up)[:, done])
            risk.rounds[batch[done]] = turn
            batch = batch[~done]
            psi, down, up = psi[:, ~done], down[:, ~done], up[:, ~done]
