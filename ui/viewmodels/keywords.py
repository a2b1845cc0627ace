"""Words of Cypher that a reader needs, for completion."""

from __future__ import annotations

# fmt: off
KEYWORDS = (
    "MATCH", "OPTIONAL MATCH", "WHERE", "RETURN", "WITH", "UNWIND", "ORDER BY", "SKIP", "LIMIT",
    "UNION", "CALL", "CASE", "WHEN", "THEN", "ELSE", "END", "AS", "AND", "OR", "XOR", "NOT", "IN",
    "IS NULL", "IS NOT NULL", "CONTAINS", "STARTS WITH", "ENDS WITH", "DISTINCT", "DESC", "EXISTS",
    "COUNT", "EXPLAIN", "PROFILE", "true", "false", "null",
)
FUNCTIONS = (
    "abs", "allShortestPaths", "avg", "ceil", "coalesce", "collect", "count", "endNode", "floor",
    "head", "keys", "labels", "last", "length", "max", "min", "nodes", "percentileCont",
    "properties", "range", "reduce", "relationships", "round", "shortestPath", "size", "split",
    "sqrt", "startNode", "stDev", "substring", "sum", "tail", "toFloat", "toInteger", "toLower",
    "toString", "toUpper", "trim", "type",
)
# fmt: on
