"""The figures of sites in the store: written after the network, all of them or none.

They take longer to work out than the network takes to load, so they come later, and they stand on
assumptions that the network does not, so they have a hash of their own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence

from neo4j import ManagedTransaction, Session

from graph.errors import StoreError
from graph.figures import SiteFigures
from graph.store.rows import LEDGER, META, SITE, Row

BETWEENNESS = {element: f"betweenness_{element.lower()}" for element in LEDGER}
FIGURES = (
    *("criticality", "first_loss_week", "tts_days", "ttr_days", "single_route", "esri"),
    *BETWEENNESS.values(),
)
"""Names of the properties."""

CLEAR = f"MATCH (s:{SITE.label}) REMOVE {', '.join(f's.{name}' for name in FIGURES)}"
WRITE = (
    f"UNWIND $rows AS row MATCH (s:{SITE.label} {{{SITE.key}: row.site}}) SET s += row.figures "
    "RETURN count(s) AS written"
)
MARK = (
    f"MATCH (m:{META.label} {{data_hash: $data_hash}}) SET m.figures = $figures "
    "RETURN count(m) AS marked"
)


def named_in(cypher: str) -> bool:
    """Whether a query reads a figure."""
    return bool(re.search(rf"\b({'|'.join(FIGURES)})\b", cypher))


def figure_rows(figures: Iterable[SiteFigures]) -> list[Row]:
    """A row a site: what there is no figure for is left out."""
    return [{"site": each.site, "figures": _properties(each)} for each in figures]


def figures_hash(rows: Sequence[Row]) -> str:
    """Changes whenever a figure does."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def write(session: Session, rows: Sequence[Row], data_hash: str) -> None:
    """Replace all figures in one transaction. Raises StoreError, and changes nothing, where the
    store does not hold the network of that hash."""
    session.execute_write(_replace, rows, data_hash)


def _replace(transaction: ManagedTransaction, rows: Sequence[Row], data_hash: str) -> None:
    marked = transaction.run(MARK, data_hash=data_hash, figures=figures_hash(rows)).single()
    if not marked or marked["marked"] != 1:
        raise StoreError(
            "The graph store holds another network than the one these figures are of; load it "
            "first: magnetrace load --figures does both."
        )
    transaction.run(CLEAR).consume()
    written = transaction.run(WRITE, rows=rows).single()
    if not written or written["written"] != len(rows):
        raise StoreError("Some figures are of sites that the graph store does not hold.")


def _properties(figures: SiteFigures) -> Row:
    passed = {BETWEENNESS[element]: share for element, share in figures.betweenness.items()}
    own: Row = {
        name: getattr(figures, name) for name in FIGURES if name not in BETWEENNESS.values()
    }
    return {name: value for name, value in (own | passed).items() if value is not None}
