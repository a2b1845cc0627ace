"""Writes docs/commands.md, docs/levers.md and docs/api.md from the code they describe:
`python tools/reference_docs.py`.

`--check` writes nothing and ends with 1 where a page is not what the code says.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import api_page  # noqa: E402
import commands_page  # noqa: E402
import levers_page  # noqa: E402
from generated import write_or_check  # noqa: E402

PAGES = {
    "commands.md": commands_page.page,
    "levers.md": levers_page.page,
    "api.md": api_page.page,
}


if __name__ == "__main__":
    sys.exit(write_or_check({name: page() for name, page in PAGES.items()}, "reference_docs.py"))
