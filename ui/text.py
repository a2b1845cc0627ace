"""How figures and names read: one way everywhere."""

from __future__ import annotations

import math
import re

NBSP = "\u00a0"
NO_VALUE = "n/a"

ELEMENT_NAMES = {
    "NdPr": "NdPr",
    "Dy": "Dy",
    "Tb": "Tb",
    "Sm": "Sm",
    "other": "other rare earths",
}
CONFIDENCE_WORDS = {
    "reported": "reported",
    "estimated": "estimated",
    "assumed": "assumed",
    "memory": "from memory, no source seen",
}
ROLE_WORDS = {
    "plant": "Plant",
    "residual": "Unnamed rest of the stage in this country",
    "recycler": "Recycler",
    "intermediate": "Intermediate plant (does not count as separated oxide)",
    "aggregate": "Sum of other rows",
    "undocumented": "Undocumented supply",
    "stock": "Stock",
    "other_use": "Use outside the magnet chain",
    "imbalance": "What does not close",
}

SHORT_FORMS = {"Other component makers, ": "Others: "}


def share(value: float | None) -> str:
    """A share (0..1) in percent: "85 %"; near the ends "under 1 %" and "over 99 %"."""
    if value is None or math.isnan(value):
        return NO_VALUE
    if 0 < value < 0.005:
        return f"under{NBSP}1{NBSP}%"
    if 0.995 <= value < 1 - 1e-9:
        return f"over{NBSP}99{NBSP}%"
    return f"{value:.0%}".replace("%", f"{NBSP}%")


def share_range(low: float | None, high: float | None) -> str:
    """Two shares as "78 to 90 %", or one of them where they read the same."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return NO_VALUE
    first, last = share(low), share(high)
    if first == last:
        return last
    if first.startswith("under") or last.startswith("over"):
        return f"{first} to {last}"
    return f"{first.removesuffix(f'{NBSP}%')} to {last}"


def number(value: float | None) -> str:
    """Three significant digits with thousands separators, never more than the figure carries."""
    if value is None or math.isnan(value):
        return NO_VALUE
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.{max(0, min(digits, 2))}f}"


def tonnes(value: float | None) -> str:
    """Tonnes a year: "97,600 t"."""
    text = number(value)
    return text if text == NO_VALUE else f"{text}{NBSP}t"


def quantity(value: float | None, unit: str) -> str:
    text = number(value)
    return text if text == NO_VALUE else f"{text}{NBSP}{unit}".rstrip()


def exact(value: float, unit: str) -> str:
    """A figure as its source gives it: "39,400 t REO", a share (0..1) in percent "64.6 %"."""
    shown, unit = (value * 100, "%") if unit == "share" else (value, unit)
    return f"{digits(shown)}{NBSP}{unit.replace(' ', NBSP)}"


def digits(value: float, most: int = 10) -> str:
    """A figure with the digits it was given, at most so many: "39,400", "0.35"."""
    return f"{value:,.{most}g}"


def whole(value: float) -> str:
    """To the next whole number: "1,200"."""
    return f"{value:,.0f}"


def tenths(value: float) -> str:
    """One digit behind the point, where a whole number says too little: "17.1"."""
    return f"{value:,.1f}"


def share_tenths(value: float) -> str:
    """A share (0..1) in percent with one digit behind the point: "64.6 %"."""
    return f"{tenths(100 * value)}{NBSP}%"


def claimed(value: float, low: float | None, high: float | None, unit: str) -> str:
    """A claimed figure with its range; a bound alone reads "or more" or "at most"."""
    if low is not None and high is not None and low < high:
        return f"{exact(low, unit).split(NBSP)[0]} to {exact(high, unit)}"
    if low is not None and high is None:
        return f"{exact(value, unit)} or more"
    if high is not None and low is None:
        return f"at most {exact(value, unit)}"
    return exact(value, unit)


def usd(value: float | None) -> str:
    """US dollars: "1.2 bn USD", "34 m USD"."""
    if value is None or math.isnan(value):
        return NO_VALUE
    for size, word in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if abs(value) >= size:
            return f"{number(value / size)}{NBSP}{word}{NBSP}USD"
    return f"{number(value)}{NBSP}USD"


def week(value: int | None) -> str:
    return "never" if value is None else f"week{NBSP}{value}"


def abbreviate(name: str) -> str:
    """A site's name as short as it stays clear."""
    for long, short in SHORT_FORMS.items():
        name = name.replace(long, short)
    return name


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 site", "12 sites"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def join(words: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def shorten(text: str, width: int) -> str:
    """Cut at a word where that keeps most of the text; an ellipsis marks the cut."""
    if len(text) <= width:
        return text
    cut = text[: width - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > width * 0.6 else cut).rstrip(" ,(") + "…"


def plain(text: str) -> str:
    """Text from data for a Markdown place: no formatting, links, pictures, formulas or icons."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:^=])", r"\\\1", re.sub(r"[ \t\r\n]+", " ", text))


def web_address(url: str) -> str | None:
    """The address if it is an ordinary web address, else nothing."""
    return url if re.fullmatch(r"https?://[^\s<>()\[\]\"'`\\]+", url) else None
