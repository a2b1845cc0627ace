"""The floor plan of the house: who may import whom, and what a page may hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"graph", "loaders", "ui", "tests"}
MAY_IMPORT = {"graph": {"graph"}, "loaders": {"graph", "loaders"}, "ui": {"graph", "loaders", "ui"}}
IO_MODULES = {
    "asyncio", "csv", "ftplib", "glob", "http", "io", "json", "logging", "neo4j", "os", "pathlib",
    "pickle", "requests", "shutil", "socket", "sqlite3", "streamlit", "subprocess", "tempfile",
    "time", "tomllib", "urllib",
}  # fmt: skip
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
LONGEST = 400


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names of everything a module imports, wherever in it that happens."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the floor plan"
            assert node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def is_arithmetic(node: ast.AST) -> bool:
    """A calculation; joining texts or lists is none."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ARITHMETIC):
        return False
    joins = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)
    return not any(
        isinstance(side, joins) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def forbidden_imports(path: Path, allowed: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for name in imports(parse(path))
        if name.split(".")[0] in OURS - allowed
    ]


def test_folders_import_only_downwards() -> None:
    wrong = [
        problem
        for folder, allowed in MAY_IMPORT.items()
        for path in files(folder)
        for problem in forbidden_imports(path, allowed)
    ]
    assert wrong == []


def test_core_does_no_input_or_output() -> None:
    wrong = []
    for path in sorted((ROOT / "graph").glob("*.py")):
        tree = parse(path)
        for name in imports(tree):
            if name.split(".")[0] in IO_MODULES or name.startswith(
                ("graph.store", "graph.queries", "graph.runs")
            ):
                wrong.append(f"{path.name} imports {name}")
        wrong += [
            f"{path.name}, line {node.lineno}: {node.func.id}()"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"open", "print", "input"}
        ]
    assert wrong == []


def test_pages_hold_no_arithmetic_and_know_no_library_of_numbers_or_graphs() -> None:
    wrong = []
    pages = files("ui/views")
    assert len(pages) >= 4
    for path in pages:
        tree = parse(path)
        for name in imports(tree):
            if name.split(".")[0] in {"networkx", "neo4j", "numpy", "scipy", "pandas"}:
                wrong.append(f"{path.name} imports {name}")
        wrong += [
            f"{path.name}, line {node.lineno}: arithmetic"
            for node in ast.walk(tree)
            if is_arithmetic(node)
        ]
    assert wrong == []


def test_pictures_are_built_without_streamlit() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for folder in ("ui/viewmodels", "ui/charts")
        for path in files(folder)
        for name in imports(parse(path))
        if name.split(".")[0] == "streamlit"
    ]
    assert wrong == []


def test_no_file_beside_the_main_script_shadows_a_package() -> None:
    """Streamlit puts ui/ first on the path: ui/graph.py would be imported instead of graph/."""
    taken = {path.stem for path in (ROOT / "ui").iterdir()}
    assert not taken & {"graph", "loaders", "data", "ui"}


def test_tests_are_flat() -> None:
    assert [p for p in (ROOT / "tests").rglob("*.py") if p.parent != ROOT / "tests"] == []
    assert not (ROOT / "tests" / "__init__.py").exists()


@pytest.mark.parametrize("folder", ["graph", "loaders", "ui", "tests", "tools", "benchmarks"])
def test_modules_stay_small(folder: str) -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in files(folder)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_the_rule_finds_what_it_forbids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    module = tmp_path / "wrong.py"
    module.write_text("def late():\n    from ui.text import share\n    import graph.model\n")
    assert forbidden_imports(module, {"graph"}) == ["wrong.py imports ui.text.share"]


def test_the_rule_tells_arithmetic_from_joining() -> None:
    def found(text: str) -> bool:
        return any(is_arithmetic(node) for node in ast.walk(ast.parse(text)))

    assert found("share * 100")
    assert found("lost - kept")
    assert not found("'a' + name")
    assert not found("options + ['other']")
