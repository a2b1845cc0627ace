"""The errors magnetrace raises on purpose; everything else is a bug.

MagnetraceError
├── DataError        a table, a file or a network is wrong; carries every problem found
├── UnknownName      a site, scenario, query or target does not exist; carries suggestions
├── ScenarioError    a scenario cannot be read or does not fit the network
├── HistoryError     a past case is not run, because the data lack what an honest run needs
├── KeptRunsError    a file of finished runs belongs to something else or cannot be read
├── ClusterError     a cluster cannot be reached, has lost its workers or runs other versions
└── StoreError       the graph store cannot be started, reached or asked
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

MOST_CHARS = 1000
"""Of a line of a message, however much of an input it would repeat."""
MOST_OF_A_PART = 600
# What steers a terminal, turns the direction of text, is not seen, or cannot be written as UTF-8.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_JOINERS = "\u200c\u200d"
_LATIN = "\u024f"
"""The last of its letters: among them a joiner only hides."""


def readable(text: str, most: int = MOST_CHARS) -> str:
    """A line as a message may hold it; of a long one the middle is left out."""
    if len(text) > most:
        text = f"{text[: most - most // 4]} … {text[-most // 4 :]}"
    return _UNSEEN.sub(_seen, text)


def _seen(found: re.Match[str]) -> str:
    if found[0] == "\t":
        return " "
    return found[0] if joins(found.string, found.start()) else "?"


def joins(text: str, at: int) -> bool:
    """Whether a sign is a joiner in its place: between two letters of a script that is written
    with joiners, such as Persian or Hindi, or between two emoji."""
    sides = text[at - 1 : at] + text[at + 1 : at + 2]
    return text[at] in _JOINERS and len(sides) == 2 and all(map(_takes_joiners, sides))


def _takes_joiners(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return sign > _LATIN and (kind[0] in "LM" or kind in ("So", "Sk"))


class MagnetraceError(Exception):
    """Base of all errors with a message meant for the user, which is made `readable`."""

    def __init__(self, message: str) -> None:
        super().__init__("\n".join(readable(line) for line in message.split("\n")))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the data: what, where, what was expected, what to do."""

    what: str
    file: str = ""
    line: int | None = None
    column: str = ""
    expected: str = ""
    got: str = ""
    advice: str = ""

    def __post_init__(self) -> None:
        for part in ("what", "file", "column", "expected", "got", "advice"):
            object.__setattr__(self, part, readable(getattr(self, part), MOST_OF_A_PART))

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (
                self.file,
                f"line {self.line}" if self.line is not None else "",
                f"column {self.column}" if self.column else "",
            )
            if part
        )
        text = f"{where}: {self.what}" if where else self.what
        if self.expected:
            text += f"; expected {self.expected}"
        if self.got:
            text += f"; got {self.got}"
        return f"{text}. {self.advice}" if self.advice else f"{text}."


MOST_PROBLEMS = 1000
"""Problems of one file, or of one kind in a large one, that are listed; the others are counted."""


def not_listed(count: int, file: str = "", column: str = "", kind: str = "") -> Problem:
    """Stands for the problems that are only counted."""
    what = f"{count:,} more problems are not listed"
    return Problem(f"{what} ({kind})" if kind else what, file, column=column)


def listed(problems: Iterable[Problem]) -> list[Problem]:
    """The first MOST_PROBLEMS of each file, and what reading says of the others of its own."""
    most = MOST_PROBLEMS + 1
    seen: Counter[str] = Counter()
    kept = []
    for problem in problems:
        seen[problem.file] += 1
        if seen[problem.file] <= most:
            kept.append(problem)
    return kept + [not_listed(count - most, file) for file, count in seen.items() if count > most]


class DataError(MagnetraceError):
    """The data are wrong; `problems` holds all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) in the data:\n{shown}")


class UnknownName(MagnetraceError):  # noqa: N818 - reads as what it says
    """A name that nothing answers to."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.suggestions = tuple(get_close_matches(name, tuple(known), n=3, cutoff=0.5))
        hint = f" Did you mean {', '.join(self.suggestions)}?" if self.suggestions else ""
        super().__init__(f"There is no {kind} called {name!r}.{hint}")


class ScenarioError(MagnetraceError):
    """A scenario cannot be read, or asks for something the network does not have."""


class HistoryError(MagnetraceError):
    """A past case is not run; `missing` says what the data would have to hold."""

    def __init__(self, case: str, missing: Iterable[str], advice: str) -> None:
        self.what = f"{case} is not run, since an honest run needs what the data do not hold"
        self.missing, self.advice = tuple(missing), advice
        listed = "".join(f"\n  - {item}" for item in self.missing)
        super().__init__(f"{self.what}:{listed}\n{advice}")


class KeptRunsError(MagnetraceError):
    """A file of finished runs belongs to another study, is damaged or in use."""


class ClusterError(MagnetraceError):
    """A cluster cannot be reached, has lost its workers for good, or runs other versions."""


class StoreError(MagnetraceError):
    """The graph store cannot be started, reached or asked."""
