"""A query that is given up ends where it runs, on the embedded server."""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Callable

import pytest
from states import ENDLESS, at_work

from graph.errors import StoreError
from graph.store import Store
from graph.store.running import LISTED, marked


class PressedError(Exception):
    """What a page raises when its reader presses a button."""


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def test_a_cancelled_query_has_gone_from_the_server(opened: Store) -> None:
    seen: list[str] = []
    beside = threading.Timer(0.4, lambda: seen.extend(at_work(opened)))
    beside.start()
    started = time.monotonic()
    with pytest.raises(StoreError, match="The query was cancelled"):
        opened.run(ENDLESS, is_cancelled=after(1.0))
    assert time.monotonic() - started < 4
    beside.join()
    assert len(seen) == 1
    assert at_work(opened) == []


def test_a_query_without_time_has_gone_from_the_server(opened: Store) -> None:
    with pytest.raises(StoreError, match=r"did not finish in 0\.5 s"):
        opened.run(ENDLESS, timeout=0.5)
    assert at_work(opened) == []


def test_ctrl_c_ends_the_query_on_the_server(opened: Store) -> None:
    threading.Timer(0.5, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        opened.run(ENDLESS)
    assert at_work(opened) == []


def test_what_the_question_raises_reaches_the_caller(opened: Store) -> None:
    def press() -> bool:
        raise PressedError

    with pytest.raises(PressedError):
        opened.run(ENDLESS, is_cancelled=press)
    assert at_work(opened) == []


def test_only_the_query_meant_is_ended(opened: Store) -> None:
    answers: list[object] = []
    other = "UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b RETURN count(*) AS n"
    beside = threading.Thread(target=lambda: answers.append(opened.run(other).rows))
    beside.start()
    with pytest.raises(StoreError, match="cancelled"):
        opened.run(ENDLESS, is_cancelled=after(0.2))
    beside.join(30)
    assert answers == [((9_000_000,),)]


def test_a_long_query_is_found_as_well(opened: Store) -> None:
    long = ENDLESS.replace("a * b = -1", f"a * b = size('{'x' * 5000}') - 5001")
    with pytest.raises(StoreError, match="cancelled"):
        opened.run(long, is_cancelled=after(0.5))
    assert at_work(opened) == []


@pytest.mark.parametrize(
    ("cypher", "expected"),
    [
        ("RETURN 1", "RETURN 1\n// m"),
        ("RETURN 1 ; \n", "RETURN 1 \n// m"),
        ("RETURN 1 // done", "RETURN 1 // done\n// m"),
        ("RETURN '" + "x" * LISTED + "'", " /* m */ RETURN '" + "x" * LISTED + "'"),
        ("explain RETURN '" + "x" * LISTED, "explain /* m */  RETURN '" + "x" * LISTED),
    ],
)
def test_the_mark_is_a_comment_that_is_listed(cypher: str, expected: str) -> None:
    assert marked(cypher, "m") == expected


def test_a_semicolon_at_the_end_is_no_error(opened: Store) -> None:
    assert opened.run("RETURN 1 AS n;").rows == ((1,),)
    assert opened.run("RETURN 1 AS n // ; done").rows == ((1,),)
