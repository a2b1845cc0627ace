"""What costs an end use most if it is lost: the answer, the ranks, one case in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph.contingency import CORRIDOR, COUNTRY, FIRM, GOODS, SITE
from graph.critical import CriticalCase
from graph.indicators import CONTROLLED, LOCATED
from graph.model import Site
from graph.ranking import EVERYTHING
from ui import text
from ui.state import UrlState
from ui.viewmodels.chain import Chain
from ui.viewmodels.tables import Cell, Table, percent, rounded, tenths

KIND_WORDS = {SITE: "Site", FIRM: "Firm", COUNTRY: "Country", CORRIDOR: "Corridor"}
LENS_WORDS = {LOCATED: "Touched China", CONTROLLED: "Controlled from China"}
EVERYBODY = "all end uses together"
DAYS_A_MONTH = 365.25 / 12
MONTHS_FROM = 90
"""Days from which a time reads in months."""
READING = (
    "Each is lost from the first week to the end of the run; weeks count from 0 and are right to "
    "7 days. TTS, time to survive: the longest outage that nobody notices. TTR, time to recover: "
    "built anew, or for a corridor bought elsewhere, by the times in assumptions.csv; a dash where "
    "these say nothing, ≥ where they speak of a part alone. Gap: TTR less TTS. "
    "Dollars count goods of known value."
)


def goals(end_uses: Iterable[Site], names: Mapping[str, str]) -> dict[str, str]:
    """Whose loss can be asked for: everybody's, a sector's, an end use's."""
    sites = sorted(end_uses, key=lambda site: site.name.casefold())
    sectors = sorted({site.sector for site in sites if site.sector}, key=str.casefold)
    return (
        {EVERYTHING: "All end uses"}
        | {sector: f"Sector: {sector}" for sector in sectors}
        | {site.id: f"{site.name} ({names.get(site.country, site.country)})" for site in sites}
    )


def goal_name(goal: str, end_uses: Iterable[Site]) -> str:
    """A goal inside a sentence."""
    named = {site.id: site.name for site in end_uses}
    return named.get(goal, goal) if goal != EVERYTHING else EVERYBODY


def case_name(case: CriticalCase, names: Mapping[str, str]) -> str:
    """A case by name, countries in words."""
    if case.kind == COUNTRY:
        return names.get(case.id, case.id)
    if case.kind == CORRIDOR:
        ends, good = case.id.rsplit(":", 1)
        seller, buyer = (names.get(end, end) for end in ends.split(">"))
        return f"{GOODS[good]} from {seller} to {buyer}"
    return case.name


def answer(
    found: Sequence[CriticalCase], kind: str, whose: str, weeks: int, names: Mapping[str, str]
) -> str:
    """The costliest case in one sentence; `whose` as `goal_name` gives it."""
    one = text.lower_first(KIND_WORDS[kind])
    if not found:
        return f"No single {one} that is lost costs {whose} anything within {weeks} weeks."
    first = found[0]
    return (
        f"If one {one} is lost, {case_name(first, names)} costs {whose} most: "
        f"{text.share(first.lost_share)} of the goods of {weeks} weeks, {_times(first)}."
    )


def _times(case: CriticalCase) -> str:
    parts = [f"first felt in {text.week(case.first_loss_week)}", _survived(case.tts_days)]
    if case.ttr_days is not None:
        verb = "replaced" if case.kind == CORRIDOR else "rebuilt"
        least = "at least " if case.because.ttr_missing else ""
        parts.append(f"{verb} in {least}{long(case.ttr_days)}")
    return text.join(parts)


def _survived(days: int | None) -> str:
    if days is None:
        return "a shorter outage not noticed"
    return f"survived {text.plural(days, 'day')}" if days else "survived under a week"


def long(days: float) -> str:
    """A time in days, from 90 days on in months."""
    if days < MONTHS_FROM:
        return text.plural(round(days), "day")
    return text.plural(round(days / DAYS_A_MONTH), "month")


def table(
    found: Sequence[CriticalCase], names: Mapping[str, str], view: str, finding: str
) -> Table:
    """The ranks as rows; `view` tells one ranking from another."""
    return Table(
        name=view,
        ids=tuple(case.id for case in found),
        rows=[_row(case, names) for case in found],
        kinds={
            "Lost": "tenths",
            "USD": "usd",
            "TTS, days": "number",
            "Gap, days": "number",
            "China": "share",
        },
        widths={"Name": 280, "Stage": 140, "TTR, days": 165},
        finding=finding,
    )


def _row(case: CriticalCase, names: Mapping[str, str]) -> dict[str, Cell]:
    gap = case.because.gap_days
    return {
        "Rank": case.rank,
        "Name": case_name(case, names),
        "Country": names.get(case.country, case.country),
        "Stage": case.stage.label if case.stage else "",
        "Lost": tenths(case.lost_share),
        "USD": None if case.lost_usd is None else rounded(case.lost_usd),
        "First week": case.first_loss_week,
        "TTS, days": case.tts_days,
        "TTR, days": _ttr(case),
        "Gap, days": float(round(gap.base)) if gap else None,
        "China": percent(case.china_share),
        "Single route": "yes" if case.single_route else "no",
    }


def _ttr(case: CriticalCase) -> str | None:
    span = case.because.ttr_range
    if span is None:
        return None
    least = "≥ " if case.because.ttr_missing else ""
    return f"{least}{text.whole(span.base)} ({text.whole(span.low)} to {text.whole(span.high)})"


def ttr_range(case: CriticalCase) -> str | None:
    """Low to high of the time to recover, in days."""
    span = case.because.ttr_range
    if span is None:
        return None
    least = "at least " if case.because.ttr_missing else ""
    return f"{least}{text.whole(span.low)} to {text.whole(span.high)}"


def chosen(found: Sequence[CriticalCase], point: str) -> CriticalCase | None:
    """The case of that id, else the costliest."""
    first = found[0] if found else None
    return next((case for case in found if case.id == point), first)


def story(case: CriticalCase, whose: str) -> tuple[str, ...]:
    """A case in sentences: what it costs, through whom, how long, and whether a way leads round."""
    because = case.because
    usd = "" if case.lost_usd is None else f" ({text.usd(case.lost_usd)})"
    said = [
        f"Rank {case.rank}: {text.share(case.lost_share)} of the goods of {whose}{usd}, "
        f"{_times(case)}."
    ]
    if because.path:
        stops = " → ".join(stop.name for stop in because.path)
        said.append(
            f"Heaviest path: {stops}. Along it came {text.tonnes(because.path_tonnes)} of magnet "
            "elements (oxide equivalent) in a year."
        )
    if because.ttr_range:
        rows = text.join(list(because.ttr_rows))
        said.append(f"Time to recover: {ttr_range(case)} days, by {rows} of assumptions.csv.")
    if because.ttr_missing:
        said.append(f"Not known how long it takes to recover: {because.ttr_missing}.")
    said.append(
        "Single route: without it a magnet element no longer reaches some of these end uses."
        if case.single_route
        else "Some other way leads round it for every element, whatever it can carry."
    )
    return tuple(said)


def link(case: CriticalCase, chain: Chain, year: str) -> UrlState | None:
    """Where the case stands in the chain: its site, or the first of its heaviest path; nothing
    where that is not drawn. A country opens as a box."""
    site = case.id if case.kind == SITE else next((stop.id for stop in case.because.path), "")
    return site_link(site, chain, year, plants=case.kind != COUNTRY)


def site_link(site: str, chain: Chain, year: str, *, plants: bool = True) -> UrlState | None:
    """A site among the plants of its box, or only the box."""
    box = next((box.id for box in chain.boxes.values() if site in box.sites), None)
    if box is None:
        return None
    more = {"focus": True, "site": site} if plants else {}
    return UrlState(year=year, item=chain.item.id, box=box, **more)  # type: ignore[arg-type]
