"""Writes docs/licences.md from what is installed: `python tools/licences.py`.

`--check` writes nothing and ends with 1 where the page is not what the packages say, or where
something under a GPL is not named here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import distribution
from pathlib import Path

from installed import DEV, EXTRA, ROOT, RUN, Package, jars, packages, scripts

PAGE = ROOT / "docs" / "licences.md"
GPL = re.compile(r"\b[AL]?GPL|general public license", re.IGNORECASE)
GRANT = re.compile(
    r"under\s+the\s+terms\s+of\s+the\s+GNU|\b[AL]?GPL-\d|COPYING\.L?GPL"
    r"|general public license\s+(version|v)",
    re.IGNORECASE,
)
"""What stands where something is under a GPL, and not where one is only spoken of, as in the
licences of Python and Mozilla."""
NOTICE = re.compile(r"licen[cs]e|copying|notice|/legal/", re.IGNORECASE)
NAMED = {
    "arcadedb-embedded": "Apache-2.0 itself; brings a Java runtime (OpenJDK), GPL v2 with the "
    "Classpath Exception, as a program of its own that magnetrace starts and speaks to over Bolt. "
    "Its texts are in `arcadedb_embedded/jre/legal/`. Two libraries in it, Lucene and Jakarta XML "
    "Binding, mention the LGPL and GPL in their notes, of a word list and of tools for tests.",
    "numpy": "the wheel for Linux brings libgfortran (GPL v3 with the GCC Runtime Library "
    "Exception) and libquadmath (LGPL v2.1), linked dynamically and unchanged.",
    "pillow": "the wheel brings FreeType, under the FreeType Licence or the GPL v2 as one likes, "
    "and liblzma (0BSD), whose notice names the GPL and LGPL for other parts of XZ Utils.",
    "playwright": "for tests only; brings Node.js (MIT), whose notices hold the GPL of scripts "
    "that one of its parts is built with, with an exception for what they build.",
    "reportlab": "BSD itself; brings the font DarkGarden, GPL v2 or later with an exception for "
    "documents. Reports are set in Bitstream Vera and hold nothing of it.",
    "scipy": "as numpy.",
}
"""Packages that bring something under a GPL, LGPL or AGPL, and what that is."""
HEAD = """# Licences

magnetrace is under [Apache-2.0](../LICENSE). It ships none of the Python packages below: pip
fetches them, each under its own licence. What follows is what their metadata say, in the versions
of `constraints.txt`, on Linux; it is no legal advice. Facts in `data/` come from the publications
in `data/sources.csv`, with the licence of each.

This page is written by `python tools/licences.py`. The bill of materials of
[a release](release.md) holds the same, with versions.
"""
COPYLEFT = """No Python package here is itself under one of them. These bring a part that is, or
whose notices hold the text:
"""
SERVER = """The wheel `arcadedb-embedded` holds these Java libraries beside the runtime. None states
the GPL, LGPL or AGPL as its licence.
"""
UNSTATED = """Where nothing stands, the metadata of the file state no licence. Of these the parts of
ArcadeDB, Agrona, Lucene, Micrometer and SmallRye are commonly known as Apache-2.0, those of GraalVM
(`collections`, `graal-sdk`, `jniutils`, `nativeimage`, `polyglot`, `word`) as UPL-1.0 and its copy
of `xz` as 0BSD; the wheel does not say so.
"""
IN_THE_PAGES = """JavaScript that reaches the browser from here: CodeMirror with its parts, whose
texts are in `ui/components/cypher_editor/LICENSES.txt`, and vis-network, taken from pyvis. The
scripts, styles and fonts of Streamlit and Plotly come with their packages: Source Sans, Source
Serif and Source Code under OFL-1.1, Material Symbols under Apache-2.0.
"""


def mentions() -> dict[str, list[str]]:
    """Packages with notices by which something is under a GPL, and those files."""
    found = {}
    for package in packages():
        files = [
            str(file)
            for file in distribution(package.name).files or ()
            if NOTICE.search(f"/{file}") and file.suffix not in {".py", ".pyc", ".js"}
            if (path := Path(str(file.locate()))).is_file()
            if GRANT.search(path.read_text("utf-8", "replace"))
        ]
        if files:
            found[package.name] = files
    return found


def unnamed() -> list[str]:
    """What is under a GPL, or holds a part that is, and is not in NAMED."""
    stated = [package.name for package in packages() if GPL.search(package.licence)]
    libraries = [f"{jar.name} in arcadedb-embedded" for jar in jars() if GPL.search(jar.licence)]
    return sorted({*stated, *libraries, *(name for name in mentions() if name not in NAMED)})


def page() -> str:
    """The page as it should be."""
    found = packages()
    parts = [HEAD]
    for purpose, heading in (
        (RUN, "Needed to run"),
        (EXTRA, "Only with the extras"),
        (DEV, "Only to develop and test"),
    ):
        parts += [f"## {heading}\n", _packages(p for p in found if p.purpose == purpose)]
    named = "".join(f"- **{name}**: {said}\n" for name, said in NAMED.items())
    libraries = [(jar.name, jar.licence) for jar in jars()]
    in_pages = [(name, licence) for name, _, licence in scripts()]
    parts += ["## GPL, LGPL and AGPL\n", COPYLEFT, named]
    parts += ["## Inside the embedded server\n", SERVER, _table("library", libraries), UNSTATED]
    parts += ["## In the pages\n", IN_THE_PAGES, _table("package", in_pages)]
    return "\n".join(parts)


def _packages(rows: Iterable[Package]) -> str:
    return _table("package", [(package.name, package.licence) for package in rows])


def _table(of: str, rows: Sequence[tuple[str, str]]) -> str:
    lines = [(of, "licence it states"), ("---", "---"), *rows]
    return "".join(f"| {name} | {licence} |\n" for name, licence in lines)


def main(arguments: Sequence[str]) -> int:
    if missing := unnamed():
        print(f"under a GPL and not named: {', '.join(missing)}")
        return 1
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE.name} is not what is installed; run: python tools/licences.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
