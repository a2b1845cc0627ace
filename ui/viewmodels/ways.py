"""Why an end use lost, as ways to read: from a measure over the sites it struck to the end use."""

from __future__ import annotations

from dataclasses import dataclass

from graph.causes import Cause
from graph.contingency import CORRIDOR, SITE, Case
from graph.model import MATERIALS
from graph.network import Network
from graph.paths import Path, heaviest_paths
from graph.spread import Result
from ui import text


@dataclass(frozen=True, slots=True)
class Way:
    """A cause in words: its part of the loss, what holds back what, the sites on the way."""

    share: str
    held: str
    sites: str
    tonnes: str


def ways(result: Result, network: Network, end_use: str) -> tuple[Way, ...]:
    """The largest causes of the loss of one end use, each with the way most of it came by.

    None where nothing is lost, or nothing can be followed to a place.
    """
    causes = [cause for cause in result.because if cause.end_use == end_use and cause.site]
    found = {_case(cause): cause for cause in causes}
    paths = heaviest_paths(network, [end_use], found)
    return tuple(_way(network, cause, paths.get(case)) for case, cause in found.items())


def _way(network: Network, cause: Cause, path: Path | None) -> Way:
    goods = MATERIALS[cause.material].name if cause.material else "all output"
    sites = path.sites if path else (cause.site, cause.end_use)
    return Way(
        share=text.share(cause.share),
        held=f"{cause.lever} holds back {goods}",
        sites=" → ".join(network.sites[id].name for id in sites),
        tonnes=f"{text.tonnes(path.tonnes)} of magnet elements a year" if path else "",
    )


def _case(cause: Cause) -> Case:
    """The flow that a lever held back, or the site that it struck."""
    if cause.flow:
        return Case(
            CORRIDOR, f"{cause.lever} {cause.flow}", "", "", None, flows=frozenset({cause.flow})
        )
    return Case(SITE, f"{cause.lever} {cause.site}", "", "", None, sites=frozenset({cause.site}))
