"""What a lever touches in a network: its flows and sites, with a clear error where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from graph.errors import ScenarioError
from graph.model import ELEMENTS, MATERIALS, Flow, Site, Stage
from graph.network import Network
from graph.scenario import (
    Agreement,
    Blacklist,
    ExportLicence,
    Lever,
    Outage,
    Pair,
    Quota,
    Scenario,
    Whitelist,
)
from graph.tracing import trace


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
    _known_countries(network, lever.name, (lever.country,))
    _known_countries(network, lever.name, [item.country for item in lever.destinations])
    _known_pairs(network, lever.name, lever.general_licences)
    listed = [
        flow
        for flow in network.flows
        if _leaves(network, flow, (lever.country,))
        and flow.material in lever.materials
        and not exempt(flow, lever.general_licences)
        and (MATERIALS[flow.material].element is None or _contains(flow, lever.elements))
    ]
    if not any(_contains(flow, lever.elements) for flow in listed):
        return ()
    return tuple(flow.key for flow in listed)


def _exports(network: Network, lever: Quota) -> tuple[str, ...]:
    _known_countries(network, lever.name, (*lever.countries, *lever.destinations))
    return _keys(
        network,
        lambda flow: (
            _leaves(network, flow, lever.countries)
            and _in(flow.material, lever.materials)
            and _in(network.sites[flow.target].country, lever.destinations)
            and _contains(flow, lever.elements)
        ),
    )


def _producers(network: Network, lever: Quota) -> tuple[str, ...]:
    _known_countries(network, lever.name, lever.countries)
    stage = Stage.MINE if lever.scope == "mining" else Stage.SEPARATION
    return tuple(
        site.id
        for site in network.sites.values()
        if site.stage is stage
        and site.country in lever.countries
        and not site.role.is_boundary
        and any(
            _in(flow.material, lever.materials) and _contains(flow, lever.elements)
            for flow in network.outputs(site.id)
        )
    )


def _blacklisted(network: Network, lever: Blacklist) -> tuple[str, ...]:
    _known_countries(network, lever.name, (lever.country, *lever.buyer_countries))
    _known_sites(network, lever.name, lever.buyers)
    owners = {name for site in network.sites.values() for name in (site.owner, site.operator)}
    _known(lever.name, "owner", lever.owners, owners - {""})
    sectors = {site.sector for site in network.sites.values()}
    _known(lever.name, "sector", lever.sectors, sectors - {""})
    listed = {site.id for site in network.sites.values() if _is_listed(site, lever)}
    direct = {
        flow.key
        for flow in network.flows
        if flow.target in listed and _leaves(network, flow, (lever.country,))
    }
    if lever.re_export:
        traced = trace(network).flows
        direct |= {
            flow.key
            for flow, share in zip(network.flows, traced, strict=True)
            if flow.target in listed
            and network.sites[flow.origin].country != network.sites[flow.target].country
            and share.china_share >= lever.reexport_threshold
        }
    return _keys(network, lambda flow: flow.key in direct and _in(flow.material, lever.materials))


def _is_listed(site: Site, lever: Blacklist) -> bool:
    if site.id in lever.buyers:
        return True
    if lever.owners and (site.owner in lever.owners or site.operator in lever.owners):
        return True
    return bool(lever.buyer_countries or lever.sectors) and (
        _in(site.country, lever.buyer_countries) and _in(site.sector, lever.sectors)
    )


def _struck(network: Network, lever: Outage) -> tuple[str, ...]:
    _known_sites(network, lever.name, lever.sites)
    _known_countries(network, lever.name, lever.countries)
    return tuple(
        site.id
        for site in network.sites.values()
        if (network.inputs(site.id) or network.outputs(site.id))
        and (
            site.id in lever.sites
            or (
                site.country in lever.countries
                and (lever.stage is None or site.stage is lever.stage)
                and not site.role.is_boundary
            )
        )
    )


def _leaves(network: Network, flow: Flow, countries: Iterable[str]) -> bool:
    origin, target = network.sites[flow.origin], network.sites[flow.target]
    return (
        origin.country in tuple(countries)
        and target.country != origin.country
        and not is_assembly(network, flow)
    )


def _contains(flow: Flow, elements: tuple[str, ...]) -> bool:
    return not elements or any(flow.content[ELEMENTS.index(element)] > 0 for element in elements)


def _in(value: str, allowed: tuple[str, ...]) -> bool:
    return not allowed or value in allowed


def _keys(network: Network, wanted: Callable[[Flow], bool]) -> tuple[str, ...]:
    return tuple(flow.key for flow in network.flows if wanted(flow))


def _known_countries(network: Network, lever: str, names: Iterable[str]) -> None:
    _known(lever, "country", names, {site.country for site in network.sites.values()})


def _known_sites(network: Network, lever: str, names: Iterable[str]) -> None:
    _known(lever, "site", names, network.sites)


def _known_pairs(network: Network, lever: str, pairs: Iterable[Pair]) -> None:
    _known_sites(network, lever, [id for pair in pairs for id in (pair.seller, pair.buyer) if id])


def _known(lever: str, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    choices = sorted(known)
    for name in names:
        if name not in choices:
            close = get_close_matches(name, choices, n=3, cutoff=0.5)
            hint = f" Did you mean {', '.join(close)}?" if close else ""
            raise ScenarioError(f"{lever}: no {what} called {name!r} in this network.{hint}")


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
        case Whitelist():
            return "no flow joins the listed pairs. Leave one side empty, or name other sites"
        case _:
            return "no site that runs matches. Change sites, countries or stage"
