"""What a lever touches in a network: its flows and sites, with a clear error where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from graph.errors import ScenarioError
from graph.mixing import Array
from graph.model import ELEMENTS, MATERIALS, Flow, Site, Stage
from graph.network import Network
from graph.scenario import (
    Agreement,
    Blacklist,
    ContentRule,
    ExportLicence,
    Lever,
    NewCapacity,
    Outage,
    Pair,
    PriceFall,
    PriceFloor,
    PriceRule,
    PriorityRule,
    ProcurementRule,
    Quota,
    Recycling,
    Scenario,
    Stockpile,
    Substitution,
    Tariff,
    TechnologyBan,
    Whitelist,
)
from graph.tracing import shares_from
from graph.who import (
    ANYONE,
    Who,
    among,
    expand,
    goods_of,
    known_countries,
    known_owners,
    known_sectors,
    known_sites,
    members,
    owners_of,
)

NEGLIGIBLE = 1e-9
"""Shares below it are rounding."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Keys of the flows and ids of the sites a lever can limit (or, for a whitelist, free)."""

    flows: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


def targets_of(network: Network, lever: Lever) -> Targets:
    """Flows and sites of `network` that `lever` touches. Raises ScenarioError where none does."""
    match lever:
        case ExportLicence():
            found = Targets(flows=_licensed(network, lever))
        case Quota(scope="export"):
            found = Targets(flows=_exports(network, lever))
        case Quota():
            found = Targets(sites=_producers(network, lever))
        case Blacklist():
            found = Targets(flows=_blacklisted(network, lever))
        case Whitelist():
            _known_pairs(network, lever.name, lever.pairs)
            found = Targets(flows=_keys(network, lambda flow: exempt(flow, lever.pairs)))
        case Outage():
            found = Targets(sites=_struck(network, lever))
        case ContentRule():
            found = Targets(flows=_with_content(network, lever))
        case ProcurementRule():
            found = Targets(flows=_turned_away(network, lever))
        case Tariff() | PriceRule():
            found = Targets(flows=_sales(network, lever))
        case PriceFall():
            ids = [cost.site for cost in lever.costs]
            known_sites(network, lever.name, ids)
            found = Targets(sites=tuple(id for id in ids if network.outputs(id)))
        case PriceFloor():
            known_sites(network, lever.name, lever.sites)
            return Targets(sites=lever.sites)
        case TechnologyBan():
            hosts = members(network, lever.name, lever.hosts)
            found = Targets(sites=tuple(sorted(id for id in hosts if network.outputs(id))))
        case Substitution():
            found = Targets(sites=_users(network, lever))
        case Stockpile() | NewCapacity() | Recycling():
            bought = _to(network, lever.name, lever.buyers)
            found = Targets(
                flows=_keys(
                    network,
                    lambda flow: (
                        flow.material == lever.material
                        and flow.target in bought
                        and not is_assembly(network, flow)
                    ),
                )
            )
        case PriorityRule():
            sellers = _to(network, lever.name, lever.sellers)
            bought = members(network, lever.name, lever.buyers)
            found = Targets(
                flows=_keys(network, lambda f: f.origin in sellers and f.target in bought)
            )
        case Agreement():
            return Targets()
    if not (found.flows or found.sites):
        raise ScenarioError(
            f"{lever.name} ({lever.kind}) touches nothing in snapshot {network.snapshot}: "
            f"{_why_nothing(lever)}"
        )
    return found


def check_targets(network: Network, scenario: Scenario) -> dict[str, Targets]:
    """Targets of every lever by its name. Raises ScenarioError at the first that has none."""
    return {lever.name: targets_of(network, lever) for lever in scenario.levers}


def exempt(flow: Flow, pairs: Iterable[Pair]) -> bool:
    """True where one of the pairs covers the flow."""
    return any(
        pair.seller in ("", flow.origin) and pair.buyer in ("", flow.target) for pair in pairs
    )


def is_assembly(network: Network, flow: Flow) -> bool:
    """True for motors and other goods that contain magnets: no rare-earth good in customs terms."""
    return network.sites[flow.origin].stage is Stage.COMPONENT


def _licensed(network: Network, lever: ExportLicence) -> tuple[str, ...]:
    known_countries(network, lever.name, (lever.country,))
    known_countries(network, lever.name, [item.country for item in lever.destinations])
    _known_pairs(network, lever.name, lever.general_licences)
    sellers, buyers = (_to(network, lever.name, who) for who in (lever.sellers, lever.buyers))
    goods = goods_of(lever.name, lever.hs_codes) or lever.materials
    listed = [
        flow
        for flow in network.flows
        if _leaves(network, flow, (lever.country,))
        and flow.material in goods
        and flow.origin in sellers
        and flow.target in buyers
        and not exempt(flow, lever.general_licences)
        and (MATERIALS[flow.material].element is None or _contains(flow, lever.elements))
    ]
    if not any(_contains(flow, lever.elements) for flow in listed):
        return ()
    return tuple(flow.key for flow in listed)


def _to(network: Network, lever: str, who: Who) -> frozenset[str]:
    return frozenset(network.sites) if who == ANYONE else members(network, lever, who)


def _sales(network: Network, lever: Tariff | PriceRule) -> tuple[str, ...]:
    """Flows across a border from the sellers to the buyers, of the goods."""
    sellers, buyers = (_to(network, lever.name, who) for who in (lever.sellers, lever.buyers))
    goods = goods_of(lever.name, lever.hs_codes) or lever.materials
    return _keys(
        network,
        lambda flow: (
            flow.origin in sellers
            and flow.target in buyers
            and network.sites[flow.origin].country != network.sites[flow.target].country
            and not is_assembly(network, flow)
            and among(flow.material, goods)
            and _contains(flow, lever.elements)
        ),
    )


def _with_content(network: Network, lever: ContentRule) -> tuple[str, ...]:
    """Flows between third countries that hold enough of what has been in the country."""
    known_countries(network, lever.name, (lever.country,))
    buyers, its_own = _to(network, lever.name, lever.buyers), expand((lever.country,))
    highest = _highest(shares_from(network, its_own), lever.elements)
    return tuple(
        flow.key
        for flow, share in zip(network.flows, highest, strict=True)
        if flow.target in buyers
        and network.sites[flow.origin].country not in {*its_own, ""}
        and network.sites[flow.origin].country != network.sites[flow.target].country
        and not is_assembly(network, flow)
        and share >= lever.threshold
    )


def _turned_away(network: Network, lever: ProcurementRule) -> tuple[str, ...]:
    """Flows to the buyers, from others, that hold more than allowed."""
    known_countries(network, lever.name, (lever.country,))
    buyers, its_own = members(network, lever.name, lever.buyers), expand((lever.country,))
    shares = shares_from(network, its_own, controlled=lever.controlled)
    return tuple(
        flow.key
        for flow, share in zip(network.flows, _highest(shares, lever.elements), strict=True)
        if flow.target in buyers
        and flow.origin not in buyers
        and share > lever.threshold + NEGLIGIBLE
    )


def _highest(shares: Array, elements: tuple[str, ...]) -> list[float]:
    """By flow, the highest share among the elements (all where none is named); -1 without any."""
    asked = [among(element, elements) for element in ELEMENTS]
    highest: list[float] = np.nan_to_num(shares, nan=-1.0)[:, asked].max(axis=1).tolist()
    return highest


def _users(network: Network, lever: Substitution) -> tuple[str, ...]:
    """Magnet makers that save an element, or buyers of magnets that save the good."""
    buyers = _to(network, lever.name, lever.buyers)
    return tuple(
        site.id
        for site in network.sites.values()
        if site.id in buyers
        and any(
            flow.material in lever.materials and not is_assembly(network, flow)
            if lever.materials
            else site.stage is Stage.MAGNET and _contains(flow, lever.elements)
            for flow in network.inputs(site.id)
        )
    )


def _exports(network: Network, lever: Quota) -> tuple[str, ...]:
    known_countries(network, lever.name, (*lever.countries, *lever.destinations))
    known_owners(network, lever.name, lever.owners)
    return _keys(
        network,
        lambda flow: (
            _leaves(network, flow, lever.countries)
            and among(flow.material, lever.materials)
            and among(network.sites[flow.target].country, expand(lever.destinations))
            and _contains(flow, lever.elements)
            and _owned(network.sites[flow.origin], lever.owners)
        ),
    )


def _producers(network: Network, lever: Quota) -> tuple[str, ...]:
    known_countries(network, lever.name, lever.countries)
    known_owners(network, lever.name, lever.owners)
    stage = Stage.MINE if lever.scope == "mining" else Stage.SEPARATION
    return tuple(
        site.id
        for site in network.sites.values()
        if site.stage is stage
        and site.country in expand(lever.countries)
        and _owned(site, lever.owners)
        and not site.role.is_boundary
        and any(
            among(flow.material, lever.materials) and _contains(flow, lever.elements)
            for flow in network.outputs(site.id)
        )
    )


def _blacklisted(network: Network, lever: Blacklist) -> tuple[str, ...]:
    known_countries(network, lever.name, (lever.country, *lever.buyer_countries))
    known_sites(network, lever.name, lever.buyers)
    known_owners(network, lever.name, lever.owners)
    known_sectors(network, lever.name, lever.sectors)
    listed = {site.id for site in network.sites.values() if _is_listed(site, lever)}
    direct = {
        flow.key
        for flow in network.flows
        if flow.target in listed and _leaves(network, flow, (lever.country,))
    }
    if lever.re_export:
        highest = _highest(shares_from(network, expand((lever.country,))), ())
        direct |= {
            flow.key
            for flow, share in zip(network.flows, highest, strict=True)
            if flow.target in listed
            and network.sites[flow.origin].country != network.sites[flow.target].country
            and share >= lever.reexport_threshold
        }
    return _keys(network, lambda flow: flow.key in direct and among(flow.material, lever.materials))


def _is_listed(site: Site, lever: Blacklist) -> bool:
    if site.id in lever.buyers:
        return True
    if not owners_of(site).isdisjoint(lever.owners):
        return True
    return bool(lever.buyer_countries or lever.sectors) and (
        among(site.country, expand(lever.buyer_countries)) and among(site.sector, lever.sectors)
    )


def _struck(network: Network, lever: Outage) -> tuple[str, ...]:
    known_sites(network, lever.name, lever.sites)
    known_countries(network, lever.name, lever.countries)
    return tuple(
        site.id
        for site in network.sites.values()
        if (network.inputs(site.id) or network.outputs(site.id))
        and (
            site.id in lever.sites
            or (
                site.country in expand(lever.countries)
                and (lever.stage is None or site.stage is lever.stage)
                and not site.role.is_boundary
            )
        )
    )


def _leaves(network: Network, flow: Flow, countries: Iterable[str]) -> bool:
    origin, target = network.sites[flow.origin], network.sites[flow.target]
    return (
        origin.country in expand(countries)
        and target.country != origin.country
        and not is_assembly(network, flow)
    )


def _contains(flow: Flow, elements: tuple[str, ...]) -> bool:
    return not elements or any(flow.content[ELEMENTS.index(element)] > 0 for element in elements)


def _owned(site: Site, owners: tuple[str, ...]) -> bool:
    return not owners or not owners_of(site).isdisjoint(owners)


def _keys(network: Network, wanted: Callable[[Flow], bool]) -> tuple[str, ...]:
    return tuple(flow.key for flow in network.flows if wanted(flow))


def _known_pairs(network: Network, lever: str, pairs: Iterable[Pair]) -> None:
    known_sites(network, lever, [id for pair in pairs for id in (pair.seller, pair.buyer) if id])


def _why_nothing(lever: Lever) -> str:
    match lever:
        case ExportLicence():
            return (
                f"no flow of {', '.join(lever.materials)} with {', '.join(lever.elements)} leaves "
                f"{lever.country}. Widen materials or elements"
            )
        case Quota(scope="export"):
            return f"no such goods leave {', '.join(lever.countries)}. Widen the goods it covers"
        case Quota():
            return f"no {lever.scope} site in {', '.join(lever.countries)} runs. Change countries"
        case Blacklist():
            return (
                f"no goods go from {lever.country} straight to the listed buyers. "
                "Name other buyers, or set re_export to reach them through third countries"
            )
        case ContentRule():
            return (
                f"no goods of third countries hold {lever.threshold:g} of it. Lower the threshold"
            )
        case ProcurementRule():
            return f"nothing the buyers take has been in {lever.country}. Name other buyers"
        case Tariff() | PriceRule():
            return "no such goods cross a border from the sellers to the buyers. Widen one of them"
        case Stockpile() | NewCapacity() | Recycling():
            return f"the buyers take no {lever.material}. Name another material or other buyers"
        case Substitution():
            return "none of the buyers uses it. Name other buyers, elements or materials"
        case PriorityRule():
            return "none of the sellers supplies one of the buyers. Widen one of them"
        case Whitelist():
            return "no flow joins the listed pairs. Leave one side empty, or name other sites"
        case _:
            return "no site that runs matches. Change sites, countries or stage"
