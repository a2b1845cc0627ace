"""What Neo4j itself says of every question and statement, without a Neo4j server.

Its parser and semantic analysis come as an npm package; `make test` puts it in tools/cypher where
npm is there. Each text is looked at as Cypher 5 and as Cypher 25.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from graph.queries import questions
from graph.store import figures, rows

TOOL = Path(__file__).resolve().parent.parent / "tools" / "cypher"
VERSIONS = ("CYPHER 5", "CYPHER 25")


def neo4j_says(statements: list[str]) -> list[list[str]]:
    """What is wrong in each statement, in order."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not (TOOL / "node_modules").is_dir():
        pytest.skip("npm could not install the packages of tools/cypher")
    asked = [
        {"text": text, "parameters": dict.fromkeys(re.findall(r"\$(\w+)", text), "")}
        for text in statements
    ]
    told = subprocess.run(
        [node, "lint.cjs"],
        cwd=TOOL,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[list[str]] = json.loads(told.stdout)
    return found


def test_what_is_wrong_is_found_and_versions_are_told_apart() -> None:
    later = "MATCH (s:Site) FILTER s.tonnes > 1 RETURN s.id AS id"
    broken, unknown, as_5, as_25 = neo4j_says(
        ["MATCH (n RETURN n", "MATCH (n) RETURN m", *(f"{each} {later}" for each in VERSIONS)]
    )
    assert "Invalid input 'RETURN'" in broken[0]
    assert "Variable `m` not defined" in unknown[0]
    assert "Invalid input 'FILTER'" in as_5[0]
    assert as_25 == []


@pytest.mark.parametrize("version", VERSIONS)
def test_neo4j_finds_nothing_wrong_in_questions(version: str) -> None:
    texts = [f"{version} {question.cypher}" for question in questions().values()]
    assert dict(zip(questions(), neo4j_says(texts), strict=True)) == {n: [] for n in questions()}


@pytest.mark.parametrize("version", VERSIONS)
def test_neo4j_finds_nothing_wrong_in_statements(version: str) -> None:
    nodes = [
        text
        for kind in (*rows.NODE_KINDS, rows.META)
        for text in (kind.constraint, kind.existing, kind.delete, kind.merge((kind.label,)))
    ]
    columns = ("tonnes", "confidence")
    edges = [
        text
        for kind in rows.EDGE_KINDS
        for text in (kind.existing, kind.delete, kind.create(columns), kind.update(columns))
    ]
    names = ("CLEAR", "KNOWN", "WRITE", "MARK", "STATE")
    texts = [*nodes, *edges, *(getattr(figures, name) for name in names)]
    told = neo4j_says([f"{version} {text}" for text in texts])
    assert dict(zip(texts, told, strict=True)) == {text: [] for text in texts}


def test_the_lock_names_no_address() -> None:
    lock = (TOOL / "package-lock.json").read_text("utf-8")
    assert "integrity" in lock
    assert "://" not in lock
