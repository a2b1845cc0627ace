"""Runs that take long show how far they are and can be left; short ones show nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace

import pytest
from app_pages import address, page, press, shown
from networks import six_sites
from streamlit import rerun

from graph.scenario import NOTHING
from graph.spread import simulate, trajectory_of
from ui.components import running


def test_a_run_that_takes_long_can_be_left_and_taken_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It blocks until the test lets it go: whoever leaves need not wait for it."""
    go_on, runs = threading.Event(), list[str]()

    def slow(*given: object, **more: object) -> object:
        runs.append("run")
        assert go_on.wait(60)
        return trajectory_of(*given, **more)  # type: ignore[arg-type]

    told: list[str] = []

    def leaving(_works: object, mark: str) -> None:
        told.append(mark)
        running._leave(mark)
        rerun()

    monkeypatch.setattr(running, "PATIENCE", 0.01)
    monkeypatch.setattr(running, "_show", leaving)
    monkeypatch.setattr("ui.playing.trajectory_of", slow)
    params = {"lever": "outage", "target": "s_kuantan", "size": "71", "end": "7"}
    app = page("scenario", **params)
    assert "This run was left." in shown(app)
    assert len(told) == 1
    assert "Why it loses" not in shown(app)
    go_on.set()
    monkeypatch.setattr(running, "PATIENCE", 60)
    press(app, "Run it")
    assert "This run was left." not in shown(app)
    assert "One site over time" in shown(app)
    assert runs == ["run"]  # what had begun was not begun anew
    assert address(app)["size"] == "71"


def test_the_bar_says_how_many_runs_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = running.Work(), running.Work()
    done = (NOTHING, simulate(six_sites(), replace(NOTHING, snapshot="test"), weeks=1))
    first.set_result(done)
    told: list[tuple[str, float]] = []

    @contextmanager
    def bar(_said: str, _leave: object) -> Iterator[Callable[[str, float], None]]:
        yield lambda step, part: told.append((step.split(",")[0], part))

    def look(waiting: list[Future[object]], *_: object) -> None:
        assert waiting == [second]
        if len(told) == 2:
            second.set_result(done)

    monkeypatch.setattr(running, "working", bar)
    monkeypatch.setattr(running, "wait", look)
    running._show([first, second], "mark")
    assert told == [("1 of 2 runs", 0.5), ("1 of 2 runs", 0.5)]
