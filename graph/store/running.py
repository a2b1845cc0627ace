"""Ends a query where it runs: on the server, found by a mark in its text.

The driver has no word for it, but both servers list what runs and end it by its id (of a reader,
what the same user began). The embedded server lists no metadata of a query, only its text.
"""

from __future__ import annotations

import re
import secrets
import threading
from contextlib import suppress

from neo4j import READ_ACCESS, Driver, Query
from neo4j.exceptions import DriverError, Neo4jError

LISTED = 900
"""Characters of a text that are sure to be listed; the embedded server cuts it after 1,024."""
TRIES, PAUSE_S, PATIENCE_S = 20, 0.1, 2.0
"""A query may be given up before the server has it on its list."""
EXPLAINED = re.compile(r"\s*(?:EXPLAIN|PROFILE)\b", re.IGNORECASE)


def new_mark() -> str:
    return f"magnetrace {secrets.token_hex(8)}"


def marked(cypher: str, mark: str) -> str:
    """`cypher` with `mark` in a comment: behind it, so that errors keep their place, or before it
    where it is too long to be listed whole."""
    text = cypher.rstrip().removesuffix(";")
    if len(text) <= LISTED:
        return f"{text}\n// {mark}"
    prefix = EXPLAINED.match(text)
    cut = prefix.end() if prefix else 0
    return f"{text[:cut]} /* {mark} */ {text[cut:]}"


def end(driver: Driver, database: str, mark: str, worker: threading.Thread) -> None:
    """End the query with `mark`, for which `worker` waits, and wait until it has gone.

    Where the server does not let go within 2 s it stays to the server's own limit.
    """
    for _ in range(TRIES):
        with suppress(Neo4jError, DriverError, OSError):
            _terminate(driver, database, mark)
        worker.join(PAUSE_S)
        if not worker.is_alive():
            return


def _terminate(driver: Driver, database: str, mark: str) -> None:
    with driver.session(database=database, default_access_mode=READ_ACCESS) as session:
        listed = session.run(
            Query("SHOW TRANSACTIONS YIELD transactionId, currentQuery", timeout=PATIENCE_S)
        )
        found = [row["transactionId"] for row in listed if mark in (row["currentQuery"] or "")]
        if found:
            stop = Query("TERMINATE TRANSACTIONS $found", timeout=PATIENCE_S)
            session.run(stop, {"found": found}).consume()
