"""What the driver or a server raises, told as one StoreError in one sentence or two."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    TransientError,
)

from graph.errors import StoreError
from graph.store import bounds

LONGEST_MESSAGE = 600

logging.getLogger("neo4j").addHandler(logging.NullHandler())
"""What it has to say reaches the user as a StoreError; without this it would be printed as well."""


def timed_out(seconds: float | None) -> StoreError:
    after = f"in {seconds:g} s" if seconds else "in the time the server allows"
    return StoreError(
        f"The query did not finish {after}. Make it narrower (a label, a shorter path, fewer "
        "starting points) or allow more time."
    )


@contextmanager
def one_clear_error(timeout: float | None = None) -> Iterator[None]:
    """Turn what the driver raises into one StoreError with the server's own message; `timeout` is
    that of the query that runs, if one does."""
    try:
        yield
    except AuthError as error:
        raise StoreError(
            f"The graph store refused the user name or password: {_said(error)}"
        ) from error
    except Neo4jError as error:
        code, message = error.code or "", _said(error)
        if "TimedOut" in code or "timed out" in message.lower():
            raise timed_out(timeout) from error
        if code.endswith(("Forbidden", "AccessMode")):
            raise StoreError(
                f"The store is open for reading only and refused this: {message}"
            ) from error
        if ".Statement." in code:
            raise StoreError(f"The query is not valid: {message}") from error
        if re.search("in-heap|heap budget exceeded", message):
            raise StoreError(
                "The query gathers more at once than the memory of the store allows; collect, sort "
                f"or combine fewer rows. {message}"
            ) from error
        if message.endswith("on commit"):
            raise StoreError(
                f"The graph store could not write ({message}); see that its disk has room. What "
                "was there before is there still."
            ) from error
        if isinstance(error, TransientError):
            raise StoreError(f"The graph store is too busy for this: {message}") from error
        raise StoreError(f"The graph store reports an error: {message}") from error
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
            f"The graph store does not answer ({error}). See that a Neo4j server runs; the "
            "embedded store is started anew by the next command."
        ) from error
    except (ValueError, TypeError, OverflowError) as error:
        raise StoreError(f"The graph store cannot be asked like this: {_said(error)}") from error


def _said(error: Exception) -> str:
    return one_line(getattr(error, "message", None) or str(error))


def one_line(message: str) -> str:
    """What a server said, on one line without control characters, cut where it goes on and on: it
    may quote the whole query."""
    words = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    return words if len(words) <= LONGEST_MESSAGE else f"{words[:LONGEST_MESSAGE]} …"
