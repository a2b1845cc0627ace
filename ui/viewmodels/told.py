"""What a form is about to run, in one sentence."""

from __future__ import annotations

from datetime import date, timedelta

from ui import text
from ui.state import UrlState


def day_of(start: str, week: int) -> date | None:
    """The calendar day on which a week begins; None where week 0 has none."""
    try:
        return date.fromisoformat(start) + timedelta(weeks=week)
    except (ValueError, OverflowError):
        return None


def when(day: date) -> str:
    """ "4 April 2025"."""
    return f"{day.day}{text.NBSP}{day:%B}{text.NBSP}{day.year}"


def kept(title: str, state: UrlState, beside: str, weeks: int) -> str:
    """A scenario that is kept, as far as it is climbed, and what stands beside it."""
    said = f"Runs “{title}” over {weeks} weeks"
    if state.steps:
        said += f", the first {text.plural(state.steps, 'step')} only"
    if state.relief:
        said += f", lifted in {text.week(state.relief)}"
    return f"{said}, beside “{beside}”." if beside else f"{said}."


def measure(state: UrlState, target: str, start: str, onto: str) -> str:
    """One measure with its size and span; `start` is the day of week 0 where there is one."""
    days = [day_of(start, week) for week in (state.start, state.end)]
    dates = f" ({when(days[0])} to {when(days[1])})" if days[0] and days[1] else ""
    said = f"{_does(state, target)}, from {text.week(state.start)} to {text.week(state.end)}{dates}"
    if state.relief:
        said += f"; an agreement lifts it in {text.week(state.relief)}"
    return f"{said}, on top of “{onto}”." if onto else f"{said}."


def _does(state: UrlState, target: str) -> str:
    size = f"{state.size}{text.NBSP}%"
    goods = text.lower_first(target)
    country, _, rest = target.partition(": ")
    buyers = "all buyers" if rest == "all buyers" else f"{rest} buyers"
    match state.lever:
        case "licence":
            return f"China puts {goods} under licence and never approves {size} of the buyers"
        case "quota":
            return f"China cuts {goods} by {size}"
        case "blacklist":
            said = f"Chinese sellers no longer supply {buyers} in {country}"
            return f"{said}, nor do others with {size} Chinese content" if state.size else said
        case "price":
            return f"China sells magnets to {target} {size} above the market"
        case "content":
            free = f"more than {size}" if state.size else "any"
            refused = " and refuses defence" if goods != "all buyers wait for approval" else ""
            return f"China licenses foreign goods with {free} Chinese content{refused}"
        case "technology":
            return f"Plants in {target} that depend on China lose {size} of their capacity a year"
        case "tariff":
            return f"{target} puts a duty of {size} on magnets from China"
        case "procurement":
            free = f"more than {size} Chinese content" if state.size else "any Chinese content"
            return f"In {country}, {buyers} turn away goods with {free}"
        case "stockpile":
            return f"Buyers in {target} get {text.plural(state.size, 'day')} of magnets from stock"
        case "capacity":
            return f"New plants make {size} of the magnets that {target} buys"
        case "thrift":
            return f"Magnet makers in {target} save {size} of Dy and Tb"
        case _:
            less = "stands still" if state.size == 100 else f"makes {size} less"
            return f"{target} {less}"
