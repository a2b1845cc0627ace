"""Views worth looking at, by name: a link each, and a heading or words that stand on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedLink:
    """`says` is a pattern; `draws` names the kinds of picture that must be there, once each;
    `pictured` the looks, light or dark, that the guide shows a picture of."""

    path: str
    says: str
    draws: tuple[str, ...] = ()
    on_a_phone: bool = False
    pictured: tuple[str, ...] = ()


GRAPH, CHART = ".net[data-ready]", ".js-plotly-plot .main-svg"

NAMED_LINKS = {
    "brief": NamedLink("/", "^China makes 9", on_a_phone=True, pictured=("light", "dark")),
    "chain-japan-magnets": NamedLink(
        "/chain?box=magnet%7CJPN",
        "^Japan: magnet$",
        (GRAPH,),
        on_a_phone=True,
        pictured=("light",),
    ),
    "chain-japan-plants": NamedLink("/chain?box=magnet%7CJPN&focus=1", "^Japan: magnet$", (GRAPH,)),
    "chain-by-mass": NamedLink(
        "/chain?picture=sankey&box=magnet%7CJPN", "^Japan: magnet$", (CHART,)
    ),
    "chain-on-the-map": NamedLink("/chain?picture=map", "^Chain$", (CHART,)),
    "chain-of-a-country": NamedLink("/chain?country=EST", "^Chain$", (GRAPH,)),
    "chokepoints-of-cars": NamedLink("/chokepoints?whose=EV", "^Chokepoints$", (GRAPH,)),
    "scenario-licences": NamedLink(
        "/scenario?scenario=april-2025-licences&week=20",
        "^Export licences of April 2025",
        (GRAPH, CHART),
        on_a_phone=True,
        pictured=("light",),
    ),
    "scenario-unchosen": NamedLink("/scenario", "^Scenario$"),
    "scenario-cards": NamedLink(
        "/scenario?cards=1&picture=map&event=PE026", "^Scenario$", (CHART,)
    ),
    "compare-unchosen": NamedLink("/compare", "^Compare$"),
    "compare-answers": NamedLink(
        "/compare?against=answer-none,answer-stockpile,answer-capacity-2028,answer-thrifting",
        "^Compare$",
        (CHART,),
        pictured=("light",),
    ),
    "query-unasked": NamedLink("/query", "^Query$"),
    "query-ways-without-china": NamedLink(
        "/query?question=non-china-paths&p.element=Dy", "^Query$", (GRAPH,)
    ),
    "data": NamedLink("/data", "^Data: can I trust it"),
    "data-events": NamedLink("/data?tab=events", "^Data: can I trust it", (CHART,)),
    "data-validation": NamedLink("/data?tab=validation", "^Data: can I trust it", (CHART,)),
    "data-upload": NamedLink("/data?tab=upload", "^Data: can I trust it"),
    "data-glossary": NamedLink("/data?tab=glossary", "^Data: can I trust it"),
}
