"""What the tools share that write pages of docs/ from the code: tables, writing, checking."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table of Markdown; nothing where there are no rows. A bar in a cell stays a bar."""
    if rows:
        yield f"| {' | '.join(heads)} |"
        yield f"|{' --- |' * len(heads)}"
        yield from (f"| {' | '.join(_cell(text) for text in row)} |" for row in rows)
        yield ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def write_or_check(pages: Mapping[str, str], tool: str) -> int:
    """Write pages by name; with `--check` write nothing and name those that are not as they would
    be written. 0 when written, or when all is right."""
    check = "--check" in sys.argv[1:]
    wrong = [name for name, new in pages.items() if not _stands(DOCS / name, new)]
    for name in wrong:
        if check:
            print(f"docs/{name} is not what the code says; run tools/{tool}")
        else:
            (DOCS / name).write_text(pages[name], encoding="utf-8")
    return int(check and bool(wrong))


def _stands(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
