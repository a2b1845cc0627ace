"""Who can sell to whom: prior weights of sales, before any of them is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graph.model import Site
from loaders.facts import Facts, Rule

Array = NDArray[np.float64]

KNOWN_LINK = "PRI01"
SPREAD = "PRI06"
ANY = "*"


def prior(
    facts: Facts,
    material: str,
    sellers: Sequence[Site],
    buyers: Sequence[Site],
    sizes: Array,
    needs: Array,
    known: set[tuple[str, str]],
    random: np.random.Generator | None = None,
) -> Array:
    """Weights (sellers, buyers): market rule x size of seller x size of buyer, known links more.

    With `random` each weight is also multiplied by a lognormal factor, which gives another
    balance that fits the same margins and links.
    """
    weights = np.array([[weight(facts, material, s, b) for b in buyers] for s in sellers])
    links = np.array([[(s.id, b.id) in known for b in buyers] for s in sellers])
    table: Array = weights * np.where(links, facts.base(KNOWN_LINK), 1.0)
    table = table * sizes[:, None] * needs[None, :]
    if random is not None:
        table *= np.exp(random.normal(0.0, facts.base(SPREAD), table.shape))
    return table


def weight(facts: Facts, material: str, seller: Site, buyer: Site) -> float:
    """The weight of the most particular rule that fits; 1 where none does."""
    fitting = [
        rule
        for rule in facts.rules
        if rule.material in {material, "any"} and _fits(facts, rule, seller, buyer)
    ]
    if not fitting:
        return 1.0
    return max(fitting, key=lambda rule: _particularity(facts, rule)).weight


def _fits(facts: Facts, rule: Rule, seller: Site, buyer: Site) -> bool:
    if rule.target.startswith("use:"):
        _, sector, country = rule.target.split(":")
        target = buyer.sector == sector and buyer.country == country
    else:
        target = rule.target in {
            ANY,
            buyer.id,
            buyer.country,
            facts.regions[buyer.country],
        }
    if rule.origin == "same":
        return target and seller.country == buyer.country
    if rule.origin == "same_region":
        return target and facts.regions[seller.country] == facts.regions[buyer.country]
    return target and rule.origin in {
        ANY,
        seller.id,
        seller.country,
        facts.regions[seller.country],
    }


def _particularity(facts: Facts, rule: Rule) -> tuple[bool, ...]:
    """A rule for a use beats one for a site, for home, for a country, for anybody.

    A sale at home stays a sale at home: the rules for trade never speak of it.
    """
    return (
        rule.target.startswith("use:"),
        rule.origin in {"same", "same_region"},
        rule.origin in facts.sites,
        rule.material != "any" and (rule.origin != ANY or rule.target != ANY),
        rule.target != ANY,
    )
