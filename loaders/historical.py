"""Small networks of past years, a country a site, from what customs and ministries published.

They hold what the observations hold and nothing else: no composition, no stocks, no third
countries. Tonnes are gross, as customs weigh them.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import CHINA, UNKNOWN_COUNTRY, Confidence, Flow, Role, Site, Stage
from graph.network import Network
from loaders.observed import months_between

JAPAN, USA, EUROPE = "JPN", "USA", "EUU"
BEFORE_HALT = months_between("2010-01", "2010-08")


def japan_2010(
    china_month_t: float, others_year_t: float, usa_year_t: float, sources: tuple[str, ...]
) -> Network:
    """China and the rest of the world supply Japan; China also the USA.

    `china_month_t` is a normal month of Japan's imports from China, the others are a year, all in
    gross tonnes of rare earths (HS 2805.30 and 2846; for the USA 2846 alone). China's plants stand
    for these two customers only, so what they can make up later is no more than their overtime.
    """
    sites = (
        _site("china", "China, rare earths for Japan and the USA", Stage.SEPARATION, CHINA),
        _site("others", "Other suppliers of Japan", Stage.SEPARATION, UNKNOWN_COUNTRY),
        _site("japan", "Japanese plants that use rare earths", Stage.METAL, JAPAN),
        _site("japan_use", "What they are used for in Japan", Stage.END_USE, JAPAN, Role.OTHER_USE),
        _site("usa_use", "Users in the USA", Stage.END_USE, USA, Role.OTHER_USE),
    )
    china_year_t = 12 * china_month_t
    ways = (
        ("china", "japan", china_year_t),
        ("others", "japan", others_year_t),
        ("japan", "japan_use", china_year_t + others_year_t),
        ("china", "usa_use", usa_year_t),
    )
    flows = [
        Flow(
            origin=origin,
            target=target,
            material="other_oxide",
            tonnes=tonnes,
            content=(0.0, 0.0, 0.0, 0.0, tonnes),
            confidence=Confidence.ESTIMATED,
            sources=sources,
            year=2010,
        )
        for origin, target, tonnes in ways
    ]
    return Network.of(sites, flows, snapshot="japan-2010", year=2010)


def price_2021(
    made_t: float, export_month_t: float, parts: Mapping[str, float], sources: tuple[str, ...]
) -> Network:
    """China's magnet makers and whom they supply: by country, the rest abroad, China itself.

    `made_t` is finished magnets a year, `export_month_t` a month of exports, `parts` the share
    (0..1) of exports that goes to each country.
    """
    exports = 12 * export_month_t
    tonnes = {country: share * exports for country, share in parts.items()}
    tonnes[UNKNOWN_COUNTRY] = exports - sum(tonnes.values())
    tonnes[CHINA] = made_t - exports
    sites = [_site("makers", "China's magnet makers", Stage.MAGNET, CHINA)]
    flows = []
    for country, amount in tonnes.items():
        motors, use = f"motors_{country.lower()}", f"use_{country.lower()}"
        sites.append(_site(motors, f"Makers of motors, {country}", Stage.COMPONENT, country))
        sites.append(_site(use, f"End uses, {country}", Stage.END_USE, country))
        flows += [
            Flow(
                origin=origin,
                target=target,
                material="ndfeb",
                tonnes=amount,
                content=(0.0, 0.0, 0.0, 0.0, 0.0),
                confidence=Confidence.ESTIMATED,
                sources=sources,
                year=2021,
            )
            for origin, target in (("makers", motors), (motors, use))
        ]
    return Network.of(sites, flows, snapshot="price-2021", year=2021)


def _site(id: str, name: str, stage: Stage, country: str, role: Role = Role.PLANT) -> Site:
    return Site(id=id, name=name, stage=stage, country=country, role=role)
