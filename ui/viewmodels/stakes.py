"""Who owns what: sites controlled from another country, and the stakes of one thing owned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph.indicators import ShareRow, outputs
from graph.model import CHINA, UNKNOWN_COUNTRY
from graph.network import Network
from loaders.tables import Row
from ui import text
from ui.viewmodels.brief import MATERIAL_WORDS
from ui.viewmodels.tables import Cell, Table, percent


def shares_of_stage(network: Network) -> dict[str, tuple[float, str]]:
    """By site: its largest share (0..1) of a stage's output, and of which material."""
    best: dict[str, tuple[float, str]] = {}
    for (_, material), made in outputs(network).items():
        world = sum(made.values())
        for id, tonnes in made.items():
            best[id] = max(best.get(id, (0.0, "")), (tonnes / world, material))
    return best


def abroad(network: Network, names: Mapping[str, str]) -> Table:
    """Sites whose controlling owner sits in another, known country; the largest first."""
    shares = shares_of_stage(network)
    sites = [
        site
        for site in network.sites.values()
        if UNKNOWN_COUNTRY not in (site.country, site.controlling_country)
        and site.country != site.controlling_country
        and not site.role.is_boundary
    ]
    sites.sort(key=lambda site: (-shares.get(site.id, (0.0, ""))[0], site.name))
    rows: list[dict[str, Cell]] = []
    for site in sites:
        share, material = shares.get(site.id, (None, ""))
        rows.append(
            {
                "Site": site.name,
                "Stage": site.stage.label,
                "Country": names.get(site.country, site.country),
                "Controlled from": names.get(site.controlling_country, site.controlling_country),
                "Through": " ← ".join(site.controlled_through) or site.owner,
                "Of its stage": None if share is None else percent(share),
                "Measured in": material,
                "Status": site.status.value,
            }
        )
    running = sum(1 for site in sites if site.id in shares)
    finding = (
        f"{text.plural(len(sites), 'site')} controlled from another country; "
        f"{running} of them produce in this network."
    )
    ids = tuple(site.id for site in sites)
    return Table("abroad", rows, finding, ids=ids, kinds={"Of its stage": "share"})


def two_lenses(
    located: Sequence[ShareRow], controlled: Sequence[ShareRow], names: Mapping[str, str]
) -> Table:
    """China's share and the concentration of each stage, by location and by control."""
    stages = {(r.stage, r.material): r.hhi for r in located if r.material != "other"}
    index = {(r.stage, r.material): r.hhi for r in controlled}
    here, owned = (
        {(r.stage, r.material): r.share for r in rows if r.country == CHINA}
        for rows in (located, controlled)
    )
    rows: list[dict[str, Cell]] = [
        {
            "Stage": key[0].label,
            "Of": MATERIAL_WORDS.get(key[1], key[1]),
            "China, located": percent(here.get(key, 0.0)),
            "China, controlled": percent(owned.get(key, 0.0)),
            "HHI, located": _index(hhi),
            "HHI, controlled": _index(index.get(key)),
        }
        for key, hhi in stages.items()
    ]
    apart = max(stages, key=lambda k: abs(here.get(k, 0.0) - owned.get(k, 0.0)), default=None)
    finding = "No stage has a computed output."
    if apart:
        stage, material = apart
        finding = (
            f"Location and control part most for {text.lower_first(stage.label)}, "
            f"{MATERIAL_WORDS.get(material, material)}: {names.get(CHINA, CHINA)} has "
            f"{text.share(here.get(apart, 0.0))} by location and "
            f"{text.share(owned.get(apart, 0.0))} by control. "
            "HHI: sum of the squared shares of countries, 1 is one country alone."
        )
    kinds = {"China, located": "share", "China, controlled": "share"}
    kinds |= {"HHI, located": "number", "HHI, controlled": "number"}
    return Table("lenses", rows, finding, kinds=kinds)


def _index(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def choices(rows: Iterable[Row], network: Network) -> dict[str, str]:
    """Everything owned in the stakes, by id or firm, with the name to show."""
    owned = {row.text("owned") for row in rows}
    shown = {id: network.sites[id].name if id in network.sites else id for id in owned}
    return dict(sorted(shown.items(), key=lambda item: item[1].lower()))


def stakes(rows: Iterable[Row], owned: str, shown: str, names: Mapping[str, str]) -> Table:
    """The dated stakes in one thing owned, newest first."""
    mine = [row for row in rows if row.text("owned") == owned]
    mine.sort(key=lambda row: row.text("from"), reverse=True)
    found: list[dict[str, Cell]] = []
    for row in mine:
        share, country = row.optional("stake"), row.text("owner_country")
        found.append(
            {
                "Owner": row.text("owner"),
                "Country": names.get(country, country),
                "Stake": text.NO_VALUE
                if share is None
                else f"{text.digits(share * 100, 4)}{text.NBSP}%",
                "From": row.text("from"),
                "To": row.text("to"),
                "Known": row.text("confidence"),
                "Note": row.text("note"),
            }
        )
    finding = (
        f"{text.plural(len(found), 'stake')} in {shown}. Rows of one owner are values at "
        "different dates and do not add up."
    )
    return Table("stakes", found, finding)


def sentence(rows: Iterable[Row]) -> str:
    """How much the stakes hold."""
    owned = [row.text("owned") for row in rows]
    things = text.plural(len(set(owned)), "site or firm", "sites and firms")
    return f"{text.plural(len(owned), 'stake')} in {things}."
