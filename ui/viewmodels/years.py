"""What is published by year: lines by country and subject, editions beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from graph.model import Source
from loaders.countries import UNKNOWN, WORLD
from loaders.series import Key, YearValue, newest_of
from loaders.tables import Row
from ui import text
from ui.viewmodels.claims import titles
from ui.viewmodels.events import words
from ui.viewmodels.lines import SHARE, Line, Lines, Mark, amount, lines
from ui.viewmodels.tables import Cell, Table, percent

CARRIED_YEARS = 3
"""An older value is drawn on to the year of the network over this many years at most."""
USED, OTHER = "in use", "other edition"

Series = Mapping[Key, tuple[YearValue, ...]]


def quantities(rows: Iterable[Row]) -> dict[str, str]:
    """Choices, with how many values each has, in the order of the table."""
    counts = Counter(row.text("quantity") for row in rows)
    return {name: f"{words(name)} ({text.plural(n, 'value')})" for name, n in counts.items()}


def materials(found: Iterable[YearValue]) -> dict[str, str]:
    """Choices of the filter; the first takes all."""
    counts = Counter(value.material for value in found)
    return {"": "All"} | {name: f"{name} ({counts[name]})" for name in sorted(counts)}


def of_material(found: Iterable[YearValue], material: str) -> tuple[YearValue, ...]:
    """The values of a material; an empty choice takes all."""
    return tuple(value for value in found if material in ("", value.material))


def chart(found: Sequence[YearValue], names: Mapping[str, str], year: int) -> Lines:
    """The lines of one quantity; `year` is the year that older values are carried to."""
    every = series(found)
    labels = _labels(every, names)
    drawn = [_line(labels[key], of, year) for key, of in every.items()]
    return lines(drawn, (value.unit for value in found), sentence(found, names, year))


def series(found: Iterable[YearValue]) -> Series:
    """The values by series."""
    every: dict[Key, tuple[YearValue, ...]] = {}
    for value in found:
        every[value.key] = (*every.get(value.key, ()), value)
    return every


def _line(label: str, found: Sequence[YearValue], year: int) -> Line:
    used = tuple(_mark(label, value) for value in found if value.used)
    others = tuple(_mark(label, value) for value in found if not value.used)
    last = max(value.year for value in found if value.used)
    near = 0 < year - last <= CARRIED_YEARS
    return Line(label, used, others, (last, year) if near else ())


def _mark(label: str, value: YearValue) -> Mark:
    known = text.CONFIDENCE_WORDS[value.confidence]
    said = f"{label}, {value.year}: {amount(value.value, value.unit)}, {known}"
    if not value.used:
        said += f" ({OTHER}: {', '.join(value.sources)})"
    return Mark(value.year, value.value, value.confidence, said)


def _labels(every: Series, names: Mapping[str, str]) -> dict[Key, str]:
    """Country, subject, and the material where there are several."""
    several = len({material for *_, material in every}) > 1
    return {key: _label(key, names, several) for key in every}


def _label(key: Key, names: Mapping[str, str], with_material: bool) -> str:
    _, subject, country, material = key
    known = "" if country == UNKNOWN and subject else names.get(country, country)
    known = "World" if country == WORLD else known
    label = ", ".join(part for part in (known, subject, material if with_material else "") if part)
    return label[:1].upper() + label[1:]


def sentence(found: Sequence[YearValue], names: Mapping[str, str], year: int) -> str:
    """The finding: the highest of the year, what is carried forward, where editions differ."""
    if not found:
        return "Nothing is published for this choice."
    every = series(found)
    labels = _labels(every, names)
    first, last = min(value.year for value in found), max(value.year for value in found)
    said = f"{text.plural(len(every), 'line')}, {first}"
    said += f" to {last}." if last > first else "."
    newest = {key: new for key, of in every.items() if (new := newest_of(of, year))}
    said += _highest(newest, labels, {value.unit for value in found}, year)
    old = sum(carried for _, carried in newest.values())
    if old:
        verb = "is" if old == 1 else "are"
        said += f" {text.plural(old, 'line')} {verb} carried forward to {year} from an older year."
    return said + _widest(found, labels)


def _highest(
    newest: Mapping[Key, tuple[YearValue, bool]],
    labels: Mapping[Key, str],
    units: set[str],
    year: int,
) -> str:
    if len(units) > 1:
        return f" They count different things ({text.join(sorted(units))}): choose one to compare."
    now = [value for value, carried in newest.values() if not carried and value.country != WORLD]
    if not now:
        return ""
    first = max(now, key=lambda value: value.value)
    said = f" In {year} {labels[first.key]} is highest with {amount(first.value, first.unit)}"
    world = newest.get((first.quantity, "", WORLD, first.material))
    if world and not world[1] and world[0].value and first.unit != SHARE:
        said += f", {text.share(first.value / world[0].value)} of the world"
    return f"{said}."


def _widest(found: Iterable[YearValue], labels: Mapping[Key, str]) -> str:
    """The year of a line for which publications lie farthest apart, world totals aside."""
    years: dict[tuple[Key, int], list[YearValue]] = {}
    for value in found:
        years.setdefault((value.key, value.year), []).append(value)
    several = {
        at: sorted(given, key=lambda v: v.value) for at, given in years.items() if len(given) > 1
    }
    if not several:
        return ""
    word = text.plural(len(several), "year of a line has", "years of lines have")
    said = f" {word} several editions"
    apart = {
        (key, year): of[-1].value - of[0].value
        for (key, year), of in several.items()
        if key[2] != WORLD
    }
    if not any(apart.values()):
        return f"{said}."
    widest = max(apart, key=lambda at: apart[at])
    low, *_, high = several[widest]
    return (
        f"{said}; they lie farthest apart for {labels[widest[0]]} in {widest[1]}: "
        f"{amount(low.value, low.unit)} and {amount(high.value, high.unit)}."
    )


def newest(found: Sequence[YearValue], names: Mapping[str, str], year: int) -> Table:
    """What each line says for a year: published for it, or carried forward from an older one."""
    every = series(found)
    labels = _labels(every, names)
    rows: list[dict[str, Cell]] = []
    for key, of in every.items():
        last = newest_of(of, year)
        if last is None:
            continue
        value, carried = last
        rows.append(
            {
                "Line": labels[key],
                "Value": _cell(value),
                "Unit": "" if value.unit == SHARE else value.unit,
                f"For {year}": f"carried forward from {value.year}" if carried else "published",
                "Known": text.CONFIDENCE_WORDS[value.confidence],
            }
        )
    said = f"The newest value in use of each line, not after {year}."
    return Table("newest", rows, said, kinds=_kinds(found))


def table(
    found: Sequence[YearValue], names: Mapping[str, str], sources: Mapping[str, Source]
) -> Table:
    """Every value with its publication, newest first within a line."""
    labels = _labels(series(found), names)
    listed = sorted(found, key=lambda v: (v.key, -v.year, not v.used))
    rows: list[dict[str, Cell]] = [
        {
            "Line": labels[value.key],
            "Year": str(value.year),
            "Value": _cell(value),
            "Unit": "" if value.unit == SHARE else value.unit,
            "Range": _range(value),
            "Edition": USED if value.used else OTHER,
            "Known": text.CONFIDENCE_WORDS[value.confidence],
            "Source": titles(value.sources, sources),
            "Note": value.note,
        }
        for value in listed
    ]
    return Table("years", rows, text.plural(len(rows), "value") + ".", kinds=_kinds(found))


def _cell(value: YearValue) -> float | None:
    return percent(value.value) if value.unit == SHARE else value.value


def _kinds(found: Iterable[YearValue]) -> dict[str, str]:
    return {"Value": "share" if {value.unit for value in found} == {SHARE} else "number"}


def _range(value: YearValue) -> str:
    low, high = (None if v is None else amount(v, value.unit) for v in (value.low, value.high))
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else f"up to {high}" if high else ""
