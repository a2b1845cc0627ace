"""How much one query may ask for, answer and hold up, whichever server answers it.

The server bounds its time and its memory; what is bounded here it does not bound, or not clearly:
a message above its own limit is never answered at all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from neo4j import Record
from neo4j.graph import Path

from graph.errors import StoreError

QUERY_BYTES = 100_000
"""The longest shipped question has some 2,000; the embedded server reads this much in a second."""
PARAMETER_BYTES = 4_000_000
RESULT_BYTES = 64_000_000
"""As text and numbers; Python holds about five times that."""
FETCH_ROWS = 200
"""Rows on their way at once: what may come on top of RESULT_BYTES before it is noticed."""
DEPTH = 100
"""Lists and maps within one another; the driver itself ends at some hundred."""
AT_ONCE = 8
WAIT_S = 10.0
NUMBER_BYTES = 8

_turns = threading.BoundedSemaphore(AT_ONCE)


def check_request(cypher: str, parameters: Mapping[str, object]) -> None:
    """Raise StoreError where a query or its parameters are too large to be sent."""
    for what, value, most, advice in (
        ("The query is", cypher, QUERY_BYTES, "Give long lists as parameters."),
        ("The parameters are", parameters, PARAMETER_BYTES, "Ask in several parts."),
    ):
        if size(value, most) > most:
            raise StoreError(f"{what} larger than the {most:,} bytes the store takes. {advice}")


def take(records: Iterable[Record], count: int) -> list[Record]:
    """The first `count` records. Raises StoreError once they take more than RESULT_BYTES."""
    taken: list[Record] = []
    left = RESULT_BYTES
    for record in islice(records, count):
        left -= size(record.values(), left)
        if left < 0:
            raise StoreError(
                f"The answer is larger than {RESULT_BYTES:,} bytes (after {len(taken):,} rows). "
                "Return fewer rows, or properties instead of whole nodes, lists and paths."
            )
        taken.append(record)
    return taken


def size(value: object, most: int) -> int:
    """About how many bytes `value` takes: text as UTF-8, anything else that is one value 8.

    Counting ends above `most`. Raises StoreError where it is nested deeper than DEPTH.
    """
    total = 0
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting and total <= most:
        item, depth = waiting.pop()
        if depth > DEPTH:
            raise nested_too_deeply()
        match item:
            case str():
                total += len(item) if item.isascii() else len(item.encode(errors="surrogatepass"))
            case bytes() | bytearray():
                total += len(item)
            case Mapping():
                total += NUMBER_BYTES
                waiting.extend((part, depth + 1) for pair in item.items() for part in pair)
            case Path():
                waiting.extend((part, depth + 1) for part in (*item.nodes, *item.relationships))
            case list() | tuple() | set() | frozenset():
                total += NUMBER_BYTES
                waiting.extend((part, depth + 1) for part in item)
            case _:
                total += NUMBER_BYTES
    return total


def nested_too_deeply() -> StoreError:
    return StoreError(
        f"The query or its answer is nested too deeply: lists and maps may stand in one another "
        f"{DEPTH} times."
    )


@contextmanager
def turn(seconds: float) -> Iterator[None]:
    """One of the AT_ONCE queries that this process may have running, until the server answered.

    Raises StoreError where none becomes free in half of `seconds`, or in 10 s.
    """
    if not _turns.acquire(timeout=min(seconds / 2, WAIT_S)):
        raise StoreError(
            f"{AT_ONCE} queries are running already, which is as many as may at once. Ask again "
            "when one of them is done."
        )
    try:
        yield
    finally:
        _turns.release()
