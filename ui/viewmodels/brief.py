"""The start page: the answer in one sentence, the stages, and where the chain is tightest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.indicators import Chokepoint, ShareRow
from graph.model import CHINA, ELEMENTS, Stage
from loaders.published import Comparison
from ui import text
from ui.state import UrlState
from ui.viewmodels.chain import Chain

TILE_MATERIALS = {
    Stage.MINE: "REO",
    Stage.SEPARATION: "NdPr",
    Stage.METAL: "NdPr",
    Stage.MAGNET: "NdFeB",
}
MATERIAL_WORDS = {
    "REO": "all rare earths mined",
    "NdPr": "NdPr",
    "NdFeB": "NdFeB magnets",
    "SmCo": "SmCo magnets",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """China's share of one stage as text, with what others publish."""

    stage: str
    value: str
    basis: str
    beside: str
    link: UrlState


@dataclass(frozen=True, slots=True)
class Point:
    """One tight point and the view that shows it."""

    sentence: str
    link: UrlState


@dataclass(frozen=True, slots=True)
class Question:
    """A ready question and the page (a key of the navigation) and view that answer it."""

    words: str
    page: str
    link: UrlState


QUESTIONS = (
    Question(
        "Through whom does China's dysprosium reach the world's magnets?",
        "chain",
        UrlState(item="Dy", lens="located", box=f"{Stage.SEPARATION.value}|{CHINA}"),
    ),
    Question(
        "What did the April 2025 licences cost, and what would an agreement in week 12 have saved?",
        "scenario",
        UrlState(scenario="april-2025-licences", compare="agreement-relief"),
    ),
    Question(
        "Which single site costs electric cars most if it is lost, and for how long?",
        "chokepoints",
        UrlState(whose="EV"),
    ),
)
MORE = (
    Question(
        "Which answer helps most if licences come: stocks, thrift or new plants?",
        "compare",
        UrlState(),
    ),
    Question(
        "Which end uses cannot be reached without China, element by element?",
        "query",
        UrlState(question="end-uses-without-alternative"),
    ),
)


def about(sites: int, flows: int) -> str:
    """What this is, and what it is not."""
    return (
        f"magnetrace follows rare earths from mine to end use through {text.plural(sites, 'site')} "
        f"and {text.plural(flows, 'flow')}, and says of each what share of it touched China and "
        "how that is known. Ask where the chain hangs on few, or stop a part of it and see week by "
        "week who runs short. It is a model on published figures: who buys from whom is mostly "
        "estimated, stocks are assumed, and it forecasts neither prices nor politics."
    )


def answer(tiles: Iterable[Tile], chain: Chain) -> str:
    """How exposed the world is, in one sentence."""
    found = {tile.stage: tile.value for tile in tiles}
    abroad = [
        box
        for box in chain.boxes.values()
        if box.stage is Stage.END_USE and box.country != CHINA and not box.outside
    ]
    amount = sum(box.amount for box in abroad)
    touched = sum(box.amount * box.touch.mean for box in abroad)
    return (
        f"China makes {found[Stage.MAGNET.label]} of the world's NdFeB magnets and "
        f"{found[Stage.METAL.label]} of the metal in them; of the magnet elements that reach end "
        f"uses outside China, {text.share(touched / amount)} by mass has passed through China."
        if amount > 0
        else f"China makes {found[Stage.MAGNET.label]} of the world's NdFeB magnets."
    )


def tiles(
    shares: Iterable[ShareRow], comparisons: Iterable[Comparison], chain: Chain
) -> tuple[Tile, ...]:
    """One tile a stage: published stages from the share rows, the last two from the flows."""
    rows = {
        (row.stage, row.material): row
        for row in shares
        if row.country == CHINA and row.basis == "computed"
    }
    compared = {(c.stage, c.material): c for c in comparisons}
    return tuple(_tile(stage, rows, compared, chain) for stage in Stage)


def _tile(
    stage: Stage,
    rows: Mapping[tuple[Stage, str], ShareRow],
    compared: Mapping[tuple[Stage, str], Comparison],
    chain: Chain,
) -> Tile:
    material = TILE_MATERIALS.get(stage, "")
    row = rows.get((stage, material))
    box = chain.boxes.get(f"{stage.value}|{CHINA}")
    item = material if material in ELEMENTS else "magnet"
    link = UrlState(item=item, box=f"{stage.value}|{CHINA}")
    if row is None:
        value = box.share if box else None
        return Tile(
            stage.label,
            text.share(value),
            f"of the magnet elements, {chain.year}",
            "no published share of this stage",
            link,
        )
    return Tile(
        stage.label,
        text.share(row.share),
        f"of {MATERIAL_WORDS[material]}, {row.year}",
        _published(compared.get((stage, material))),
        link,
    )


def _published(found: Comparison | None) -> str:
    if found is None:
        return "no published share in the data"
    if found.agrees is None:
        return f"published for {found.year}: {text.share(found.published)}"
    newest = max((year for _, year, *_ in found.others), default=0)
    every = [found.published, *(s for s, year, *_ in found.others if year >= newest - 1)]
    every += [limit for limit in (found.low, found.high) if limit is not None]
    spread = text.share_range(min(every), max(every))
    used = "; went in as an input" if found.published_used_as_input else ""
    beside = "" if spread == text.share(found.published) else f" (newest claims {spread})"
    return f"published {text.share(found.published)}{beside}{used}"


def points(
    chokepoints: Iterable[Chokepoint], names: Mapping[str, str], year: int
) -> tuple[Point, ...]:
    """The tightest points in words, each with the view that shows it."""
    return tuple(_point(point, names, year) for point in chokepoints)


def _point(point: Chokepoint, names: Mapping[str, str], year: int) -> Point:
    who = names.get(point.country, point.country)
    if point.kind == "site":
        who = f"{point.name} ({who})"
    item = point.material if point.material in ELEMENTS else "magnet"
    box = f"{point.stage.value}|{point.country}"
    return Point(
        f"{point.stage.label}: {who} makes {text.share(point.share)} of the world's "
        f"{MATERIAL_WORDS.get(point.material, point.material)} at this stage ({year})",
        UrlState(item=item, box=box, focus=point.kind == "site", site=point.id)
        if point.kind == "site"
        else UrlState(item=item, box=box),
    )
