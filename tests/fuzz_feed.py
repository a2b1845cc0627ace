"""How a parser is fed, and what is its fault: an error beside its own, or one that helps nobody."""

from __future__ import annotations

import re
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import fuzz_inputs as inputs

from graph.errors import MOST_PROBLEMS, DataError, MagnetraceError, Problem, ScenarioError, readable

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
LONGEST = 1_500
"""Characters of a message about one thing that is wrong."""
_HOME = tempfile.TemporaryDirectory(prefix="magnetrace-fuzz-")
FOLDER = Path(_HOME.name)
"""For files that are read by their path; gone when the process ends."""
Feed = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Parser:
    """`valid` makes inputs that are read without error, which `change` then changes. `seconds` is
    what one input may take at most. Parsers that are not `guided` run no code of ours that could
    guide (another program, or compiled code), or too slowly for it."""

    name: str
    feed: Feed
    errors: tuple[type[MagnetraceError], ...]
    valid: Callable[[], Sequence[bytes]]
    change: inputs.Change
    seconds: float = 5.0
    guided: bool = True


class UnclearError(AssertionError):
    """An error of ours that a reader could not use."""


class Hang(BaseException):
    """An input that took too long; no parser may catch it."""


def told(parser: Parser, data: bytes) -> tuple[str, ...]:
    """The errors that an input gives, without names and figures; none where it is read.

    Whatever else it raises is a fault of the parser.
    """
    with at_most(parser.seconds):
        try:
            parser.feed(data)
        except parser.errors as error:
            return tuple(dict.fromkeys(_shape(text) for text in _judged(error)))
    return ()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises Hang in what takes longer."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _judged(error: MagnetraceError) -> Iterable[str]:
    """What an error says, thing by thing. Raises UnclearError where a reader could not use it."""
    texts = [str(error)]
    if isinstance(error, DataError):
        texts = [str(problem) for problem in error.problems]
        by_file: dict[str, int] = {}
        for problem in error.problems:
            by_file[problem.file] = by_file.get(problem.file, 0) + 1
            _judge_problem(problem)
        if not texts or max(by_file.values()) > MOST_PROBLEMS + 2:
            raise UnclearError(f"{len(texts)} problems")
    elif isinstance(error, ScenarioError):
        texts = str(error).splitlines()
    for text in texts:
        if not text.strip() or len(text) > LONGEST:
            raise UnclearError(f"{len(text)} characters: {text[:200]}")
        if readable(text, len(text)) != text:
            raise UnclearError(f"signs that steer a terminal: {text!r}")
    return texts


def _judge_problem(problem: Problem) -> None:
    named = problem.file or problem.column or re.search("'.+'|[.]csv|balance", problem.what)
    if not (problem.what and named):
        raise UnclearError(f"no place: {problem}")
    if not (problem.advice or problem.expected or "more problems" in problem.what):
        raise UnclearError(f"nothing to do: {problem}")


def _shape(text: str) -> str:
    plain = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "…", text)
    return re.sub(r"\d+", "0", plain.split("; got")[0])[:160]


def as_text(data: bytes) -> str:
    """What a reader of text gets."""
    return data.decode(errors="replace")


def as_file(name: str, data: bytes) -> Path:
    """For a reader of files: `name` may lie in a folder."""
    path = FOLDER / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    return path
