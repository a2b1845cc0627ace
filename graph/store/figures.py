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
from graph.model import MAGNET_ELEMENTS
from graph.store.rows import META, SITE, Row

BETWEENNESS = {element: f"betweenness_{element.lower()}" for element in MAGNET_ELEMENTS}
FIGURES = (
    *("criticality", "first_loss_week", "tts_days", "ttr_days", "single_route", "esri"),
    *BETWEENNESS.values(),
)
"""Names of the properties."""
WRITING = "writing"
"""Stands for the hash while figures are written. Servers read what is committed at that moment,
page by page, so that a query beside the commit may meet some sites before it and some after."""
BUSY = (
    "The figures of sites are being written, or that was broken off. Ask again in a moment; if "
    "that does not help: magnetrace load --figures writes them anew."
)
STATE = f"MATCH (m:{META.label}) RETURN m.figures"

CLEAR = f"MATCH (s:{SITE.label}) REMOVE {', '.join(f's.{name}' for name in FIGURES)}"
WRITE = f"UNWIND $rows AS row MATCH (s:{SITE.label} {{{SITE.key}: row.site}}) SET s += row.figures"
KNOWN = (
    f"UNWIND $rows AS row MATCH (s:{SITE.label} {{{SITE.key}: row.site}}) RETURN count(s) AS known"
)
MARK = (
    f"MATCH (m:{META.label} {{data_hash: $data_hash}}) SET m.figures = $figures "
    "RETURN count(m) AS marked"
)


def named_in(cypher: str) -> bool:
    """Whether a query reads a figure. `first_loss_week` is also what a run tells of a site."""
    names = set(FIGURES) - ({"first_loss_week"} if re.search(r"\bHITS\b", cypher) else set())
    return bool(re.search(rf"\b({'|'.join(sorted(names))})\b", cypher))


def figure_rows(figures: Iterable[SiteFigures]) -> list[Row]:
    """A row a site: what there is no figure for is left out."""
    return [{"site": each.site, "figures": _properties(each)} for each in figures]


def figures_hash(rows: Sequence[Row]) -> str:
    """Changes whenever a figure does."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def write(session: Session, rows: Sequence[Row], data_hash: str) -> None:
    """Replace all figures in one transaction, marked as being written from before until after it.

    Raises StoreError, and changes nothing, where the store does not hold the network of that hash.
    """
    session.execute_write(_begin, rows, data_hash)
    session.execute_write(_replace, rows)
    session.execute_write(_mark, data_hash, figures_hash(rows))


def _begin(transaction: ManagedTransaction, rows: Sequence[Row], data_hash: str) -> None:
    _mark(transaction, data_hash, WRITING)
    known = transaction.run(KNOWN, rows=rows).single(strict=True)["known"]
    if known != len(rows):
        raise StoreError("Some figures are of sites that the graph store does not hold.")


def _replace(transaction: ManagedTransaction, rows: Sequence[Row]) -> None:
    transaction.run(CLEAR).consume()
    transaction.run(WRITE, rows=rows).consume()


def _mark(transaction: ManagedTransaction, data_hash: str, figures: str) -> None:
    marked = transaction.run(MARK, data_hash=data_hash, figures=figures).single(strict=True)
    if marked["marked"] != 1:
        raise StoreError(
            "The graph store holds another network than the one these figures are of; load it "
            "first: magnetrace load --figures does both."
        )


def _properties(figures: SiteFigures) -> Row:
    passed = {BETWEENNESS[element]: share for element, share in figures.betweenness.items()}
    own: Row = {
        name: getattr(figures, name) for name in FIGURES if name not in BETWEENNESS.values()
    }
    return {name: value for name, value in (own | passed).items() if value is not None}
