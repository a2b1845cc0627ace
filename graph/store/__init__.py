"""The graph store: Cypher over Bolt, on the embedded server or on Neo4j."""

from graph.store.bolt import Meta, Schema, Store
from graph.store.figures import named_in as names_figures
from graph.store.hits import RunRows, StoredRun, run_rows
from graph.store.hits import check_name as check_run_name
from graph.store.hits import named_in as names_runs
from graph.store.loading import LoadReport
from graph.store.results import GraphEdge, GraphNode, QueryResult, ResultGraph
from graph.store.rows import SCHEMA_VERSION, data_hash
from graph.store.servers import StoreStatus, connect, start, status, stop

__all__ = [
    "SCHEMA_VERSION",
    "GraphEdge",
    "GraphNode",
    "LoadReport",
    "Meta",
    "QueryResult",
    "ResultGraph",
    "RunRows",
    "Schema",
    "Store",
    "StoreStatus",
    "StoredRun",
    "check_run_name",
    "connect",
    "data_hash",
    "names_figures",
    "names_runs",
    "run_rows",
    "start",
    "status",
    "stop",
]
