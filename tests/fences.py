"""The fenced blocks of the pages, and how a line of a shell block is taken apart."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
FENCE = re.compile(
    r'^( *)```(\w*)(?: title="([^"\n]+)")?\n(.*?)^\1```[ ]*$', re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Fence:
    """A block; `output` is the ```text block right behind it, what running it must print, and
    `title` the file that it is the content of."""

    page: str
    line: int
    language: str
    body: str
    output: str | None = None
    title: str | None = None

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a shell block: what is set before it, its words, and where they are led."""

    words: tuple[str, ...]
    settings: Mapping[str, str]
    stdin: str = ""
    into: str | None = None


def fences(page: Path) -> Iterator[Fence]:
    """All blocks of a page, in order; an output belongs to the block before it."""
    text = page.read_text("utf-8")
    found = list(FENCE.finditer(text))
    for number, match in enumerate(found):
        behind = found[number + 1] if number + 1 < len(found) else None
        adjoining = (
            behind and behind[2] == "text" and not text[match.end() : behind.start()].strip()
        )
        line = text.count("\n", 0, match.start()) + 1
        output = behind[4] if behind and adjoining and match[2] != "text" else None
        yield Fence(page.name, line, match[2], dedented(match[4], len(match[1])), output, match[3])


def dedented(body: str, by: int) -> str:
    return "".join(line[by:] if line.strip() else "\n" for line in body.splitlines(keepends=True))


def commands(fence: Fence) -> list[str]:
    """The lines of a shell block without comments, those that end in a backslash joined."""
    joined = fence.body.replace("\\\n", " ")
    return [line for line in joined.splitlines() if shlex.split(line, comments=True)]


def taken_apart(line: str) -> Line:
    """A line as a shell would read it, as far as the pages go: settings, a pipe from `echo`, `>`
    and `<`. What a shell would replace before the program sees it is refused."""
    bare = re.sub(r"\s#.*", "", re.sub(r"'[^']*'", "", line))
    if re.search(r"[$`]", bare):
        raise ValueError(f"a shell would replace a part of {line!r}; use single quotes")
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    lexer.whitespace_split = True
    words = list(lexer)
    stdin, into = "", None
    if "|" in words:
        before, words = words[: words.index("|")], words[words.index("|") + 1 :]
        if before[0] != "echo":
            raise ValueError(f"only echo is piped here, not {line!r}")
        stdin = " ".join(before[1:]) + "\n"
    if ">" in words:
        words, into = words[: words.index(">")], words[words.index(">") + 1]
    if "<" in words:
        words, name = words[: words.index("<")], words[words.index("<") + 1]
        stdin = Path(name).read_text("utf-8")
    settings = {}
    while words and re.fullmatch(r"[A-Z0-9_]+=.*", words[0], re.DOTALL):
        key, value = words.pop(0).split("=", 1)
        settings[key] = value
    return Line(tuple(words), settings, stdin, into)


def agrees(printed: str, shown: str) -> bool:
    """Whether what is printed is what a page shows, but for spaces and the rules of tables. A line
    of `...` stands for any lines, and at the end of a line for the rest of it."""
    return _agrees(_lines(printed), _lines(shown))


def _lines(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [line for line in lines if line.strip("─ ")]


def _agrees(have: Sequence[str], want: Sequence[str]) -> bool:
    if not want:
        return not have
    if want[0] == "...":
        return any(_agrees(have[start:], want[1:]) for start in range(len(have) + 1))
    return bool(have) and _fits(have[0], want[0]) and _agrees(have[1:], want[1:])


def _fits(have: str, want: str) -> bool:
    return have.startswith(want[:-3]) if want.endswith(" ...") else have == want
