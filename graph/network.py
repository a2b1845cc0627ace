"""The chain as an immutable network of sites and flows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import networkx as nx

from graph.errors import DataError, Problem, UnknownName
from graph.model import ELEMENTS, Flow, Site, Source


@dataclass(frozen=True, slots=True)
class Network:
    """Sites and the flows between them in one snapshot. Build it with `Network.of`.

    `recovery[site, material]` is the share (0..1) of an input's content that leaves the site
    again in its products; 1 where nothing is said.
    """

    snapshot: str
    year: int
    sites: Mapping[str, Site]
    flows: tuple[Flow, ...]
    sources: Mapping[str, Source]
    recovery: Mapping[tuple[str, str], float]
    _inputs: Mapping[str, tuple[Flow, ...]] = field(repr=False)
    _outputs: Mapping[str, tuple[Flow, ...]] = field(repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """To travel to other processes, which a read-only mapping cannot."""
        return _rebuilt, (
            self.snapshot,
            self.year,
            tuple(self.sites.values()),
            self.flows,
            tuple(self.sources.values()),
            dict(self.recovery),
        )

    @classmethod
    def of(
        cls,
        sites: Iterable[Site],
        flows: Iterable[Flow],
        *,
        snapshot: str,
        year: int,
        sources: Iterable[Source] = (),
        recovery: Mapping[tuple[str, str], float] | None = None,
    ) -> Network:
        """Check references and build. Raises DataError with every problem found."""
        site_list, flow_list = tuple(sites), tuple(flows)
        by_id = {site.id: site for site in site_list}
        problems = []
        if len(by_id) < len(site_list):
            seen: set[str] = set()
            for site in site_list:
                if site.id in seen:
                    problems.append(Problem(f"two sites are called {site.id!r}"))
                seen.add(site.id)
        keys: set[str] = set()
        inputs: dict[str, list[Flow]] = defaultdict(list)
        outputs: dict[str, list[Flow]] = defaultdict(list)
        for flow in flow_list:
            for end in (flow.origin, flow.target):
                if end not in by_id:
                    problems.append(Problem(f"flow {flow.key} names {end!r}, which is no site"))
            if flow.key in keys:
                problems.append(Problem(f"flow {flow.key} stands twice"))
            keys.add(flow.key)
            inputs[flow.target].append(flow)
            outputs[flow.origin].append(flow)
        if problems:
            raise DataError(problems)
        return cls(
            snapshot=snapshot,
            year=year,
            sites=MappingProxyType(by_id),
            flows=flow_list,
            sources=MappingProxyType({source.id: source for source in sources}),
            recovery=MappingProxyType(dict(recovery or {})),
            _inputs=MappingProxyType({k: tuple(v) for k, v in inputs.items()}),
            _outputs=MappingProxyType({k: tuple(v) for k, v in outputs.items()}),
        )

    def site(self, id: str) -> Site:
        """The site called `id`. Raises UnknownName with suggestions."""
        try:
            return self.sites[id]
        except KeyError:
            raise UnknownName("site", id, self.sites) from None

    def inputs(self, id: str) -> tuple[Flow, ...]:
        """Flows into a site; empty for a mine."""
        return self._inputs.get(id, ())

    def outputs(self, id: str) -> tuple[Flow, ...]:
        """Flows out of a site; empty for an end use."""
        return self._outputs.get(id, ())

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """A networkx copy: one node a site, one edge a flow keyed by material."""
        g: nx.MultiDiGraph[str] = nx.MultiDiGraph(snapshot=self.snapshot, year=self.year)
        for site in self.sites.values():
            g.add_node(
                site.id,
                name=site.name,
                stage=site.stage.value,
                role=site.role.value,
                country=site.country,
                controlling_country=site.controlling_country,
                sector=site.sector,
                confidence=site.confidence.value,
            )
        for flow in self.flows:
            g.add_edge(
                flow.origin,
                flow.target,
                key=flow.material,
                tonnes=flow.tonnes,
                confidence=flow.confidence.value,
                **dict(zip(ELEMENTS, flow.content, strict=True)),
            )
        return g


def _rebuilt(
    snapshot: str,
    year: int,
    sites: tuple[Site, ...],
    flows: tuple[Flow, ...],
    sources: tuple[Source, ...],
    recovery: dict[tuple[str, str], float],
) -> Network:
    return Network.of(
        sites, flows, snapshot=snapshot, year=year, sources=sources, recovery=recovery
    )
