"""A layered network of the shipped one's size and shape, for timing questions on it."""

from __future__ import annotations

import random
from itertools import pairwise

from graph.model import CHINA, Confidence, Flow, Role, Site, Source, Stage
from graph.network import Network

COUNTRIES = (CHINA, "AUS", "USA", "JPN", "DEU", "VNM", "MYS", "FRA", "EST", "MMR")
LAYERS = (
    (Stage.MINE, 30, "concentrate"),
    (Stage.SEPARATION, 50, "ndpr_oxide"),
    (Stage.METAL, 50, "ndpr_metal"),
    (Stage.MAGNET, 80, "ndfeb"),
    (Stage.COMPONENT, 70, "ndfeb"),
    (Stage.END_USE, 50, ""),
)
CUSTOMERS = 15
MADE_UP = Source("made_up", "Made up for a test", "magnetrace", "", "", "", "own arithmetic")


def layered(seed: int = 7) -> Network:
    """330 sites and about 4,600 flows: every site sells to fifteen of the next stage, half the
    separators also deliver Dy, and magnet makers send swarf back to recyclers."""
    random_ = random.Random(seed)  # noqa: S311 - a network, not a secret
    layers = [
        [
            Site(
                id=f"{stage.value}_{number}",
                name=f"{stage.label} {number}",
                stage=stage,
                country=random_.choice((CHINA, *COUNTRIES)),
                controlling_country=random_.choice(COUNTRIES),
                role=Role.RECYCLER if stage is Stage.SEPARATION and number % 8 == 0 else Role.PLANT,
                owner=f"Owner {number % 40}",
                operator=f"Operator {number}",
                sources=(MADE_UP.id,),
            )
            for number in range(count)
        ]
        for stage, count, _ in LAYERS
    ]
    flows = []
    for (sellers, buyers), (_, _, material) in zip(pairwise(layers), LAYERS, strict=False):
        for seller in sellers:
            for buyer in random_.sample(buyers, CUSTOMERS):
                tonnes = random_.uniform(1, 100)
                content = (tonnes * 0.3, tonnes * 0.02, tonnes * 0.005, 0.0, tonnes * 0.1)
                flows.append(_flow(seller, buyer, material, tonnes, content))
                if material == "ndpr_oxide" and random_.random() < 0.5:
                    flows.append(_flow(seller, buyer, "dy_oxide", 1.0, (0.0, 1.0, 0.0, 0.0, 0.0)))
    recyclers = [site for site in layers[1] if site.role is Role.RECYCLER]
    for maker in layers[3]:
        content = (2.0, 0.2, 0.0, 0.0, 1.0)
        flows.append(_flow(maker, random_.choice(recyclers), "swarf", 5.0, content))
    sites = [site for layer in layers for site in layer]
    return Network.of(sites, flows, snapshot="layered", year=2025, sources=(MADE_UP,))


def _flow(
    origin: Site, target: Site, material: str, tonnes: float, content: tuple[float, ...]
) -> Flow:
    return Flow(origin.id, target.id, material, tonnes, content, Confidence.ASSUMED, (), 2025)
