"""The page on what a program of one's own can call: signatures and docstrings as they stand."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from importlib import import_module
from typing import Any

from generated import table
from levers_page import prose

HEAD = """# The Python API

What a program of your own can call: pure functions over frozen dataclasses, none of which is ever
changed. Amounts are tonnes a year in the basis of their material, content is tonnes of oxide
equivalent, shares are 0..1, weeks count from 0. Wrong input raises an error of `graph.errors` that
says what, where, and what was expected.

```python
from graph.indicators import china_share, stage_shares
from graph.model import ELEMENTS, Stage
from graph.spread import simulate
from graph.store import connect
from graph.tracing import trace
from loaders import load, scenario_folder, tables
from loaders.parameters import assumed_in
from loaders.scenarios import scenarios

network = load(snapshot="2025")
magnets = china_share(stage_shares(network), Stage.MAGNET, "NdFeB")
print(f"of all NdFeB magnets China makes {{magnets.share:.0%}}")

traced = trace(network)
touched = traced.sites["eu_gm_ev"].by_element[ELEMENTS.index("Dy")]
print(f"of the dysprosium in GM's electric cars {{touched:.0%}} has been in China")

scenario = scenarios(scenario_folder())["april-2025-licences"]
parameters, scenario = assumed_in(tables(), scenario)
result = simulate(network, scenario, weeks=52, seed=7, parameters=parameters)
lost = sum(loss.lost_usd or 0 for loss in result.end_uses)
print(f"the licences of April 2025 cost {{lost / 1e9:.1f}} bn USD in a year")

with connect(read_only=False) as store:
    store.load(network, traced)
    answer = store.run("MATCH (s:Site {{country: $c}}) RETURN count(s)", {{"c": "AUS"}})
print(f"{{answer.rows[0][0]}} sites in Australia")
```

```text
{printed}
```

The rest of this page is written from the code by `python tools/reference_docs.py`. What is not on
it can change without a word in the [list of changes](../CHANGELOG.md).
"""
PRINTED = """of all NdFeB magnets China makes 93%
of the dysprosium in GM's electric cars 87% has been in China
the licences of April 2025 cost 49.6 bn USD in a year
12 sites in Australia"""
PARTS = {
    "Load and check": {
        "loaders": ("load", "check", "tables", "snapshots", "scenario_folder"),
        "graph.network": ("Network",),
        "graph.model": ("Site", "Flow"),
    },
    "Shares and origin": {
        "graph.tracing": ("trace", "Trace", "ChinaShare"),
        "graph.indicators": ("stage_shares", "china_share", "ShareRow"),
        "graph.concentration": ("concentration",),
        "graph.structure": ("tightest_cut", "without_china"),
    },
    "Scenarios": {
        "loaders.scenarios": ("scenarios", "read", "parse", "to_toml"),
        "loaders.parameters": ("assumed_in",),
        "graph.scenario": ("Scenario",),
        "graph.spread": ("simulate", "Result"),
        "graph.losses": ("EndUseLoss",),
        "graph.bracket": ("bracket",),
    },
    "Graphs of your own": {
        "graph.arrays": ("plan_of_arrays",),
        "graph.weekly": ("run",),
        "graph.systemic_risk": ("systemic_risk_index", "systemic_risk"),
        "graph.site_risk": ("site_risks",),
    },
    "The graph store": {
        "graph.store": ("connect", "Store", "QueryResult"),
        "graph.queries": ("questions",),
    },
}
"""What the page holds, by theme and module. [Levers](levers.md) have a page of their own."""


def page() -> str:
    """The whole page as text."""
    lines = [HEAD.format(printed=PRINTED)]
    for theme, modules in PARTS.items():
        lines += [f"## {theme}\n"]
        for module, names in modules.items():
            for name in names:
                lines += _entry(module, name, getattr(import_module(module), name))
    return "\n".join(lines)


def _entry(module: str, name: str, what: Any) -> Iterator[str]:
    yield f"### `{module}.{name}`\n"
    if not inspect.isclass(what):
        yield from _function(name, what)
        return
    yield f"{prose(what.__doc__ or '')}\n"
    if is_dataclass(what):
        shown = [field for field in fields(what) if not field.name.startswith("_")]
        yield from table(
            ("field", "type", "default"),
            [(f"`{f.name}`", f"`{f.type}`", _default(f.default)) for f in shown],
        )
    for each, method in vars(what).items():
        of_class = isinstance(method, classmethod)
        function = method.__func__ if of_class else method
        if inspect.isfunction(function) and not each.startswith("_") and function.__doc__:
            yield from _function(f"{what.__name__}.{each}" if of_class else f".{each}", function)


def _function(name: str, function: Callable[..., Any]) -> Iterator[str]:
    yield f"```text\n{_signature(name, function)}\n```\n"
    yield f"{prose(inspect.getdoc(function) or '')}\n"


def _signature(name: str, function: Callable[..., Any]) -> str:
    """How it is called, annotations as they are written; a parameter a line where it is long."""
    found = inspect.signature(function)
    own = [each for key, each in found.parameters.items() if key not in ("self", "cls")]
    shown = [_parameter(each) for each in own]
    if named := [n for n, each in enumerate(own) if each.kind is each.KEYWORD_ONLY]:
        shown.insert(named[0], "*")
    answer = f" -> {found.return_annotation}"
    line = f"{name}({', '.join(shown)}){answer}"
    return line if len(line) <= 100 else f"{name}(\n    {f',{chr(10)}    '.join(shown)},\n){answer}"


def _parameter(each: inspect.Parameter) -> str:
    shown = "..." if callable(each.default) else repr(each.default)
    default = "" if each.default is each.empty else f" = {shown}"
    return f"{each.name}: {each.annotation}{default}"


def _default(value: object) -> str:
    return "" if value is MISSING else f"`{value!r}`"
