"""What is installed, as its metadata say: which packages, for what, under which licence.

Read by `tools/licences.py` and `tools/sbom.py`.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
RUN, EXTRA, DEV = "run", "extra", "dev"

EXPRESSIONS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Words of older metadata and the SPDX identifier they mean. BSD alone says not which of the BSD
licences, so that it stays as it is."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package of Python, as it is installed here."""

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]
    """Canonical names of what it needs on this system."""
    purpose: str
    """RUN, EXTRA or DEV: the least of them that asks for it."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One library of the embedded server."""

    name: str
    version: str
    licence: str
    """As its own metadata say; empty where they say nothing."""
    sha256: str


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def project() -> dict[str, Any]:
    """The table `project` of pyproject.toml: the one place of the version."""
    table: dict[str, Any] = tomllib.loads(_text("pyproject.toml"))["project"]
    return table


def packages() -> list[Package]:
    """All that the project and its extras need, sorted by canonical name."""
    table = project()
    extras = dict(table["optional-dependencies"])
    dev = extras.pop("dev")
    found: dict[str, str] = {}
    for purpose, lines in (
        (RUN, table["dependencies"]),
        (EXTRA, [line for group in extras.values() for line in group]),
        (DEV, dev),
    ):
        for name in _closure(Requirement(line) for line in lines):
            found.setdefault(name, purpose)
    return [_package(name, found[name]) for name in sorted(found)]


def jars() -> list[Jar]:
    """The libraries inside the wheel of the embedded server."""
    folder = Path(str(distribution("arcadedb-embedded").locate_file("arcadedb_embedded"))) / "jars"
    return [_jar(path) for path in sorted(folder.glob("*.jar"))]


def scripts() -> list[tuple[str, str, str]]:
    """Name, version and licence of each JavaScript package inside the files that ship."""
    listed = re.findall(
        r"^(\S+) (\d[\d.]*), (\S+)$",
        _text("ui/components/cypher_editor/LICENSES.txt"),
        re.MULTILINE,
    )
    library = Path(str(distribution("pyvis").locate_file("pyvis"))) / "lib"
    head = next(library.glob("vis-9.1.*/vis-network.min.js")).read_text("utf-8")[:2000]
    version = re.search(r"@version (\S+)", head)
    stated = version[1] if version else "not stated"
    return sorted([*listed, ("vis-network", stated, "Apache-2.0 OR MIT")])


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _closure(wanted: Iterable[Requirement]) -> set[str]:
    """Canonical names of these and of all that they need here."""
    waiting, found = list(wanted), dict[str, set[str]]()
    while waiting:
        need = waiting.pop()
        name, extras = canonical(need.name), {"", *need.extras}
        if not extras <= found.get(name, set()):
            found[name] = found.get(name, set()) | extras
            waiting += _needs(distribution(need.name), extras)
    return set(found)


def _needs(of: Distribution, extras: set[str]) -> list[Requirement]:
    return [
        need
        for need in map(Requirement, of.requires or ())
        if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras)
    ]


def _package(name: str, purpose: str) -> Package:
    of = distribution(name)
    needs = sorted({canonical(need.name) for need in _needs(of, {""})})
    return Package(of.metadata["Name"], of.version, licence_of(of), tuple(needs), purpose)


def licence_of(of: Distribution) -> str:
    """Its licence expression; where it has none, what its classifiers or its licence field say.

    The field comes last: older packages wrote the whole text into it.
    """
    if "License-Expression" in of.metadata:
        return of.metadata["License-Expression"]
    classified = [
        EXPRESSIONS.get(said, said)
        for line in of.metadata.get_all("Classifier") or []
        if line.startswith("License ::") and (said := line.rsplit(" :: ", 1)[-1])
    ]
    field = (of.metadata.get_all("License") or [""])[0].strip()
    short = EXPRESSIONS.get(field, field) if field and "\n" not in field and len(field) < 40 else ""
    if classified and not (classified == ["BSD"] and short.startswith("BSD-")):
        return " AND ".join(sorted(set(classified)))
    return short or "not stated"


def _jar(path: Path) -> Jar:
    stem = path.stem
    parted = re.fullmatch(r"(.+?)-(\d.*)", stem)
    name, version = (parted[1], parted[2]) if parted else (stem, "")
    with zipfile.ZipFile(path) as archive:
        licence = _licence_in(archive)
    return Jar(name, version, licence, hashlib.sha256(path.read_bytes()).hexdigest())


def _licence_in(archive: zipfile.ZipFile) -> str:
    """What the manifest or the Maven description inside a library states; empty for nothing."""
    names = archive.namelist()
    for pom in (n for n in names if re.fullmatch(r"META-INF/maven/.*/pom\.xml", n)):
        stated = re.search(rb"<licenses>(.*?)</licenses>", archive.read(pom), re.DOTALL)
        if stated:
            found = re.findall(r"<name>\s*(.*?)\s*</name>", stated[1].decode("utf-8"), re.DOTALL)
            return ", ".join(sorted(set(found)))
    if "META-INF/MANIFEST.MF" not in names:
        return ""
    # A long line of a manifest goes on, after a space, on the next one.
    manifest = re.sub(r"\r?\n ", "", archive.read("META-INF/MANIFEST.MF").decode("utf-8"))
    said = re.search(r"^Bundle-License: (.*?)\s*$", manifest, re.MULTILINE)
    if not said:
        return ""
    return said[1].split(";")[0].strip('" ')
