"""What the driver or a server raises, told as one StoreError in one sentence or two.

Codes are those of Neo4j's documentation (Status Codes, all errors); the embedded server uses some
of them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    TransientError,
)

from graph.errors import StoreError, joins
from graph.store import bounds

LONGEST_MESSAGE = 600
SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
ADVICE = {
    "Neo.ClientError.Database.DatabaseNotFound": "There is no such database on that server; name "
    "one that exists in NEO4J_DATABASE.",
    "Neo.ClientError.Security.CredentialsExpired": "The password has to be changed first, in Neo4j "
    "Browser or cypher-shell.",
    "Neo.ClientError.Security.AuthenticationRateLimit": "Too many wrong passwords; wait some "
    "seconds and try again.",
    "Neo.ClientError.Security.TokenExpired": "The login has expired; log in again.",
    "Neo.TransientError.General.DatabaseUnavailable": "The database is starting or stopped; try "
    "again once it is online.",
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": "The database is set to read-only, so "
    "that nothing can be loaded into it.",
    "Neo.ClientError.Schema.ConstraintValidationFailed": "Nodes of the same key are there already; "
    "give magnetrace a database of its own.",
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": "The query needs more memory than the "
    "server gives it; make it narrower.",
}
"""What to do, by the server's code."""

logging.getLogger("neo4j").addHandler(logging.NullHandler())
"""What it has to say reaches the user as a StoreError; without this it would be printed as well."""


def check_address(uri: str) -> None:
    """Raise StoreError where `uri` is no address that the driver speaks Bolt to."""
    try:
        scheme = urlsplit(uri).scheme
    except ValueError:
        scheme = ""
    if scheme not in SCHEMES:
        raise StoreError(
            f"This is not an address of a graph store: {uri!r}. Expected one that starts with "
            f"{', '.join(f'{known}://' for known in SCHEMES[:-1])} or {SCHEMES[-1]}://, such as "
            "neo4j://localhost:7687."
        )


def timed_out(seconds: float | None) -> StoreError:
    after = f"in {seconds:g} s" if seconds else "in the time the server allows"
    return StoreError(
        f"The query did not finish {after}. Make it narrower (a label, a shorter path, fewer "
        "starting points) or allow more time."
    )


@contextmanager
def one_clear_error(
    uri: str, database: str, timeout: float | None = None, *, writes: bool = False
) -> Iterator[None]:
    """Turn what the driver raises into one StoreError with the server's own message; `timeout` is
    that of the query that runs, if one does."""
    try:
        yield
    except AuthError as error:
        raise StoreError(
            f"The graph store refused the user name or password: {_said(error)}"
        ) from error
    except Neo4jError as error:
        raise _told(error, database, timeout, writes) from error
    except ConfigurationError as error:
        raise StoreError(f"This is not an address of a graph store: {error}") from error
    except RecursionError as error:
        raise bounds.nested_too_deeply() from error
    except (DriverError, OSError) as error:
        if timeout is not None:
            raise StoreError(
                "The graph store broke off while it worked on this query. A query that wants more "
                "memory than the store may take ends the embedded one: build shorter texts and "
                "lists, collect less. Nothing stored is lost; the next command starts it anew. "
                "Where it is a Neo4j server, see that it runs."
            ) from error
        raise StoreError(
            f"The graph store does not answer ({_said(error)}). {_unanswered(uri)}"
        ) from error
    except (ValueError, TypeError, OverflowError) as error:
        raise StoreError(f"The graph store cannot be asked like this: {_said(error)}") from error


def _told(error: Neo4jError, database: str, timeout: float | None, writes: bool) -> StoreError:
    code, message = error.code or "", _said(error)
    if "TimedOut" in code or "timed out" in message.lower():
        return timed_out(timeout)
    if advice := ADVICE.get(code):
        return StoreError(f"The graph store reports: {message} {advice}")
    if code.endswith(("Forbidden", "AccessMode")):
        if f"'{database}'" in message:
            return StoreError(
                f"There is no database {database!r} that this user may read: {message}. Name one "
                "in NEO4J_DATABASE, or use another user."
            )
        if writes:
            return StoreError(f"This user may not write into the store: {message}")
        return StoreError(f"The store is open for reading only and refused this: {message}")
    if ".Statement." in code:
        return StoreError(f"The query is not valid: {message}")
    if re.search("in-heap|heap budget exceeded", message):
        return StoreError(
            "The query gathers more at once than the memory of the store allows; collect, sort "
            f"or combine fewer rows. {message}"
        )
    if message.endswith("on commit"):
        return StoreError(
            f"The graph store could not write ({message}); see that its disk has room. What "
            "was there before is there still."
        )
    if isinstance(error, TransientError):
        return StoreError(f"The graph store is too busy for this: {message}")
    return StoreError(f"The graph store reports an error: {message}")


def _unanswered(uri: str) -> str:
    advice = "See that a Neo4j server runs; the embedded store is started anew by the next command."
    if urlsplit(uri).scheme.endswith(("+s", "+ssc")):
        advice += " The address asks for encryption (+s): without it where the server has none."
    return advice


def _said(error: Exception) -> str:
    return one_line(getattr(error, "message", None) or str(error))


def one_line(message: str) -> str:
    """What a server said, on one line without control characters, cut where it goes on and on: it
    may quote the whole query. A line of the query with a mark below it is left out, for on one line
    the mark points nowhere; the line and column are told before."""
    lines = message.rstrip().splitlines()
    told = " ".join(lines[:-2] if lines and lines[-1].strip() == "^" else lines)
    seen = (c if c.isprintable() or joins(told, i) else " " for i, c in enumerate(told))
    words = " ".join("".join(seen).split())
    return words if len(words) <= LONGEST_MESSAGE else f"{words[:LONGEST_MESSAGE]} …"
