"""What a company or a country holds of the chain: its share of each stage, and its sites."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graph.model import Stage
from ui import text
from ui.viewmodels.chain import Chain, amount_head, counted_rows
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.tables import Table, rounded, tenths


@dataclass(frozen=True, slots=True)
class Holdings:
    sentence: str
    table: Table


def holdings(
    ledger: Ledger, chain: Chain, who: str, sites: Collection[str], names: Mapping[str, str]
) -> Holdings:
    """The sites of `who`, in the order of the chain, the largest of a stage first."""
    network, amounts = ledger.network, ledger.amounts(chain.item)
    size = {
        id: float(amounts[list(counted_rows(ledger, network.sites[id], amounts))].sum())
        for id in sites
    }
    whole: dict[Stage, float] = defaultdict(float)
    for box in chain.boxes.values():
        if not box.outside:
            whole[box.stage] += box.amount
    held: dict[Stage, float] = defaultdict(float)
    for id, amount in size.items():
        if not network.sites[id].role.is_boundary:
            held[network.sites[id].stage] += amount
    parts = [
        f"{text.share(held[stage] / whole[stage])} of {text.lower_first(stage.label)}"
        for stage in Stage
        if held[stage] > 0 and whole[stage] > 0
    ]
    sentence = f"{who}, {chain.item.name}, {chain.year}: " + (
        f"{text.join(parts)}." if parts else "nothing of it passes through these sites."
    )
    ranked = sorted(sites, key=lambda id: (network.sites[id].stage.order, -size[id], id))
    amount_name = amount_head(chain.item)
    rows = []
    for id in ranked:
        site = network.sites[id]
        total = whole[site.stage]
        share = size[id] / total if total > 0 and not site.role.is_boundary else math.nan
        rows.append(
            {
                "Site": site.name,
                "Share of stage": tenths(share),
                "Stage": site.stage.label,
                amount_name: rounded(size[id]),
                "Country": names.get(site.country, site.country),
            }
        )
    kinds = {"Share of stage": "tenths", amount_name: "number"}
    table = Table(f"{chain.item.id}-{who}", rows, sentence, tuple(ranked), kinds, {"Site": 150})
    return Holdings(sentence, table)
