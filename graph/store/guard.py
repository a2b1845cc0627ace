"""Which queries are not run on a server that cannot keep a reader to reading by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

ALLOWED_PROCEDURES = frozenset(
    {
        "db.labels",
        "db.propertyKeys",
        "db.relationshipTypes",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
        "db.schema.visualization",
    }
)


def refusal(plan: Mapping[str, Any] | None) -> str | None:
    """Why a query with this plan (of EXPLAIN, as the driver gives it) must not run, or None."""
    if not plan:
        return "the server gave no plan for it, so that it cannot be seen to only read"
    for operator in _operators(plan):
        name = str(operator.get("operatorType", "")).split("@")[0]
        if name == "LoadCSV":
            return "LOAD CSV reads files and addresses and is not allowed here"
        if name == "ProcedureCall":
            procedure = _procedure(operator.get("args") or {})
            if procedure not in ALLOWED_PROCEDURES:
                return f"the procedure {procedure or 'in it'} is not on the list of allowed ones"
    return None


def _operators(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting = [plan]  # a query of many clauses has a plan as deep as it is long
    while waiting:
        yield (operator := waiting.pop())
        waiting.extend(operator.get("children") or ())


def _procedure(arguments: Mapping[str, Any]) -> str:
    text = str(arguments.get("Details") or arguments.get("Signature") or "")
    return text.split("(")[0].strip()
