"""What a release holds: one version everywhere, a bill of materials, licences, a container file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from ui.version import program_version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITED = {
    "cff-version", "message", "type", "title", "authors", "version", "license", "keywords",
}  # fmt: skip
"""Keys that are used, of the Citation File Format 1.2.0."""


def _tool(name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, f"tools/{name}.py", *arguments],
        cwd=ROOT,
        env=variables or None,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    done = _tool("sbom", SOURCE_DATE_EPOCH="1800000000")
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_the_version_stands_in_one_place() -> None:
    assert program_version() == version("magnetrace") == PROJECT["version"]
    told = re.compile(rf"""["']{re.escape(PROJECT["version"])}["']""")
    code = [path for folder in ("graph", "loaders", "ui") for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in code if told.search(path.read_text(encoding="utf-8"))] == []
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_citation_is_of_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert set(cited) == CITED
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "software"
    assert cited["version"] == PROJECT["version"]
    assert cited["license"] == PROJECT["license"]
    assert cited["keywords"] == PROJECT["keywords"]
    assert [set(author) for author in cited["authors"]] == [{"name"}]


def test_the_page_on_licences_is_what_the_packages_say() -> None:
    done = _tool("licences", "--check")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_package_under_a_gpl_is_told() -> None:
    """The page is not written where a package, or a part of one, is under a GPL and not named."""
    script = (
        "import sys; sys.path.insert(0, 'tools'); import licences; "
        "del licences.NAMED['reportlab']; del licences.NAMED['scipy']; "
        "real = licences.packages(); import dataclasses; "
        "real[0] = dataclasses.replace(real[0], licence='AGPL-3.0-only'); "
        "licences.packages = lambda: real; "
        "sys.exit(licences.main(['--check']))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert done.stdout == "under a GPL and not named: altair, reportlab, scipy\n"


def test_the_bill_of_materials_has_the_shape_of_cyclonedx(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert bill["metadata"]["timestamp"] == "2027-01-15T08:00:00Z"
    root = bill["metadata"]["component"]
    assert (root["name"], root["version"]) == ("magnetrace", PROJECT["version"])
    flat = [
        *bill["components"],
        *(part for c in bill["components"] for part in c.get("components", ())),
    ]
    refs = [component["bom-ref"] for component in flat]
    assert len(refs) == len(set(refs))
    for component in flat:
        assert component["type"] in {"library", "platform"}
        assert component["name"]
        for licence in component.get("licenses", ()):
            assert set(licence) <= {"expression", "license"}
    assert {entry["ref"] for entry in bill["dependencies"]} <= {root["bom-ref"], *refs}
    assert {ref for entry in bill["dependencies"] for ref in entry["dependsOn"]} <= set(refs)


def test_the_bill_of_materials_holds_what_a_user_installs(bill: dict[str, Any]) -> None:
    pins = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    )
    held = {c["name"]: c for c in bill["components"] if c["purl"].startswith("pkg:pypi/")}
    assert {name: c["version"] for name, c in held.items()}.items() <= pins.items()
    assert held["streamlit"]["scope"] == "required"
    assert held["numba"]["scope"] == "optional"
    assert "pytest" not in held
    inside = {part["name"] for part in held["arcadedb-embedded"]["components"]}
    assert {"OpenJDK runtime", "arcadedb-engine", "lucene-core"} <= inside
    scripts = {c["name"] for c in bill["components"] if c["purl"].startswith("pkg:npm/")}
    assert {"@codemirror/view", "vis-network"} <= scripts


def test_the_same_installation_gives_the_same_bill(bill: dict[str, Any]) -> None:
    again = json.loads(_tool("sbom", SOURCE_DATE_EPOCH="1800000000").stdout)
    assert again == bill


def test_the_container_runs_as_nobody_special_and_publishes_nothing() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    steps = [line for line in text.splitlines() if re.match(r"[A-Z]+ ", line)]
    assert [line for line in steps if line.startswith("FROM")] == ["FROM debian:bookworm-slim"]
    assert steps.index("USER reader") < next(
        i for i, s in enumerate(steps) if s.startswith("ENTRY")
    )
    assert not any(line.startswith("EXPOSE") for line in steps)
    assert "Not built by its authors" in text
    copied = {word for line in steps if line.startswith("COPY") for word in line.split()[1:-1]}
    assert [name for name in copied if not (ROOT / name).exists()] == []
