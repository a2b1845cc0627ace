"""What travels with everything that is saved: year, scenario, data, sources and link."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import Source
from graph.network import Network
from ui.viewmodels.report import Made

NO_SCENARIO = "none: the chain as it stands"
EVERY_SOURCE = "publications: Data page, Sources"


@dataclass(frozen=True, slots=True)
class About:
    """Where figures come from; `network` is that of the snapshot they are of."""

    network: Network
    scenario: str
    made: Made

    @property
    def year(self) -> str:
        return f"{self.network.year} (snapshot {self.network.snapshot})"

    @property
    def source(self) -> str:
        """In one line; the publications behind it are `publications`."""
        return f"magnetrace {self.made.version}, {self.made.data}; {EVERY_SOURCE}"


def facts(about: About) -> tuple[tuple[str, str], ...]:
    """Heads and texts, one a line."""
    return (
        ("Year", about.year),
        ("Scenario", about.scenario or NO_SCENARIO),
        ("Source", about.source),
        ("Made", f"{about.made.date} with magnetrace {about.made.version}"),
        ("Link", about.made.link) if about.made.link else ("Command", about.made.command),
    )


def caption(about: About) -> tuple[str, ...]:
    """The same as few lines under a picture."""
    made = about.made
    return (
        f"Year: {about.year}. Scenario: {about.scenario or NO_SCENARIO}.",
        f"Source: {about.source}. Made {made.date}.",
        made.link or made.command,
    )


def publications(network: Network) -> tuple[Source, ...]:
    """All that sites and flows of a network cite, by title."""
    citing = (*(s.sources for s in network.sites.values()), *(f.sources for f in network.flows))
    cited = {id for ids in citing for id in ids}
    known = (network.sources[id] for id in cited if id in network.sources)
    return tuple(sorted(known, key=lambda source: (source.title, source.id)))
