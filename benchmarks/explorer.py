"""Time the explorer as a visitor meets it: paint, click, scenario run, large networks, ten at once.

It serves the pages on loopback with folders of their own and ends them again. One visitor uses a
real browser; ten at once are WebSocket clients that send what a browser sends, so that ten
browsers need not share the machine with the server. Beside the clock it prints the processor time
of the server for each action, which says more on a machine that does other work too.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import bulk
from machine import apart, print_load
from playwright.sync_api import Browser, Page, WebSocket, sync_playwright
from visitor import Visitor

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
START_SECONDS = 120
WAIT_MS = 120_000
FLOWS_A_SITE = 10
TICK = os.sysconf("SC_CLK_TCK")
QUIET_MS = 400
"""Nothing more has come for that long: an action's messages are all there."""
CLICK_BYTES = 50_000
CALM = """() => !document.querySelector(
    '[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stSpinner"]')"""


@dataclass(frozen=True, slots=True)
class Server:
    """The explorer while it runs: its address, and the process that serves the pages."""

    address: str
    pid: int

    def busy(self) -> float:
        """Processor seconds of the server so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def megabytes(self) -> float:
        """Memory that the server holds now."""
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        (line,) = (each for each in status if each.startswith("VmRSS"))
        return float(line.split()[1]) / 1024


@contextmanager
def explorer(data: Path | None = None) -> Iterator[Server]:
    """`magnetrace explore` on a free port, which knows nothing from earlier runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        own = {"XDG_CACHE_HOME": f"{folder}/cache", "MAGNETRACE_STATE": f"{folder}/state"}
        line = [sys.executable, "-m", "ui.cli", "explore", "--no-browser", "--port", str(port)]
        running = subprocess.Popen(
            [*line, *(("--data", str(data)) if data else ())],
            env=os.environ | own,
            stdout=subprocess.DEVNULL,
        )
        try:
            yield Server(f"http://127.0.0.1:{port}", _served_by(running, port))
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(30)


def _served_by(running: subprocess.Popen[bytes], port: int) -> int:
    """The process that answers, once the command has said so: the child of the command."""
    health = f"http://127.0.0.1:{port}/_stcore/health"
    deadline = time.monotonic() + START_SECONDS
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    while time.monotonic() < deadline and running.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=1):
                return int(children.read_text().split()[0])
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the explorer did not start")


@dataclass(slots=True)
class Action:
    """What one kind of action took: seconds, processor seconds of the server, bytes received."""

    name: str
    budget: float
    seconds: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    def line(self) -> str:
        middle = statistics.median(self.seconds)
        sent = statistics.median(self.received)
        return (
            f"{self.name:44} {middle:6.2f} s ({min(self.seconds):.2f} to {max(self.seconds):.2f})"
            f" of {self.budget:4.1f} s: {middle / self.budget:5.2f}"
            f"   server {statistics.median(self.busy):5.2f} s CPU   {sent / 1000:8.1f} kB"
        )


@dataclass(slots=True)
class Watched:
    """A page, and the bytes that its WebSocket has received."""

    page: Page
    server: Server
    received: int = 0
    errors: list[str] = field(default_factory=list)

    @contextmanager
    def timed(self, action: Action) -> Iterator[None]:
        """Time what is done inside; bytes and processor time count until nothing more comes."""
        self.quiet()
        started, busy, received = time.perf_counter(), self.server.busy(), self.received
        yield
        action.seconds.append(time.perf_counter() - started)
        self.quiet()
        action.busy.append(self.server.busy() - busy)
        action.received.append(self.received - received)

    def quiet(self) -> None:
        before = -1
        while before != self.received:
            before = self.received
            self.page.wait_for_timeout(QUIET_MS)


@contextmanager
def visit(browser: Browser, server: Server) -> Iterator[Watched]:
    """A page in a browser session of its own, nothing kept from earlier ones."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    watched = Watched(page, server)

    def listen(found: WebSocket) -> None:
        found.on("framereceived", count)

    def count(payload: str | bytes) -> None:
        watched.received += len(payload)

    page.on("websocket", listen)
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    yield watched
    context.close()
    if watched.errors:
        raise SystemExit(f"errors on the page: {watched.errors}")


# One visitor


def paint(watched: Watched, action: Action) -> None:
    """The Brief page from nothing to its answer and its six tiles."""
    with watched.timed(action):
        watched.page.goto(watched.server.address, wait_until="commit")
        watched.page.get_by_role("heading", name="China makes").wait_for()
        watched.page.get_by_test_id("stMetric").nth(5).wait_for()


def drawn(page: Page, view: str) -> None:
    page.locator(f'.net[data-view="{view}"][data-ready]').wait_for()


def open_graph(watched: Watched, action: Action, path: str = "/chain") -> None:
    """A graph from its link to drawn."""
    with watched.timed(action):
        watched.page.goto(f"{watched.server.address}{path}", wait_until="commit")
        drawn(watched.page, "plants" if "focus" in path else "chain")


def click_box(watched: Watched, action: Action, stage: str, view: str = "chain") -> str:
    """A click on the first box of a stage outside China, to its panel; the id of the box."""
    net = watched.page.locator(f'.net[data-view="{view}"]')
    id, spot = net.evaluate(
        """(net, stage) => {
            const chosen = net.dataset.selected, id = [...net.view.base.keys()].find(
                id => id.startsWith(stage + "|") && !id.endsWith("|CHN") && id !== chosen);
            return [id, net.view.network.canvasToDOM(net.view.network.getPositions([id])[id])];
        }""",
        stage,
    )
    with watched.timed(action):
        net.click(position=spot)
        watched.page.locator(f'.net[data-selected="{id}"]').wait_for()
        if view == "chain":
            named = re.compile(f": {stage}$")
            watched.page.get_by_role("heading", name=named).wait_for()
    return str(id)


def run_scenario(watched: Watched, action: Action, title: str) -> None:
    """Another scenario, from the press of Run to graph and charts of its result."""
    page = watched.page
    page.get_by_role("combobox", name="Scenario").click()
    page.get_by_role("option", name=title, exact=True).click()
    with watched.timed(action):
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_role("heading", name=title, exact=True).wait_for()
        page.locator(".js-plotly-plot").nth(1).wait_for()
        page.wait_for_function(CALM)
        drawn(page, "spread")


def one_visitor(browser: Browser, runs: int) -> None:
    first, warm = Action("Brief, first visitor of a new server", 2.5), Action("Brief", 2.5)
    again = Action("Brief, opened again", 2.5)
    chain = Action("Chain, from its link to drawn", 2.5)
    click = Action("click on a box to panel", 0.5)
    plants = Action("plants of a box", 2.5)
    scenario = Action("scenario, Run to drawn result", 2.0)
    spread = Action("click on a box of the spread", 0.5)
    with explorer() as server:
        with visit(browser, server) as watched:
            paint(watched, first)
        for _ in range(runs):
            with visit(browser, server) as watched:
                paint(watched, warm)
                paint(watched, again)
                open_graph(watched, chain)
                click_box(watched, click, "magnet")
                click_box(watched, click, "separation")
                open_graph(watched, plants, "/chain?box=magnet%7CCHN&focus=1")
        time_scenarios(browser, server, scenario, spread, runs)
        print(f"memory of the server {server.megabytes():.0f} MB")
    for action in (first, warm, again, chain, click, plants, scenario, spread):
        print(action.line())
    most = max(click.received + spread.received)
    print(f"most bytes of a click {most:,} of {CLICK_BYTES:,}: {most / CLICK_BYTES:.2f}")


def time_scenarios(
    browser: Browser, server: Server, action: Action, click: Action, runs: int
) -> None:
    """Each run is of a scenario that nobody has run before."""
    with visit(browser, server) as watched:
        watched.page.goto(f"{server.address}/scenario")
        drawn(watched.page, "spread")
        watched.page.get_by_role("combobox", name="Scenario").click()
        titles = watched.page.get_by_role("option").all_text_contents()
        watched.page.keyboard.press("Escape")
        for title in titles[1 : runs + 1]:
            run_scenario(watched, action, title)
            click_box(watched, click, "magnet", "spread")


# Large networks


def large(browser: Browser, sites: int, budget: float, runs: int) -> None:
    """A drawn network of the reader's own: its graph, a click, and the plants of a box."""
    print(f"\n{sites:,} sites, {sites * FLOWS_A_SITE:,} flows")
    shown = Action("Chain, from its link to drawn", budget)
    click, plants = Action("click on a box to panel", 0.5), Action("plants of a box", 2.5)
    with tempfile.TemporaryDirectory() as folder:
        size = ("--sites", str(sites), "--flows", str(sites * FLOWS_A_SITE))
        apart(bulk.__file__, "--way", "draw", "--folder", folder, *size)
        with explorer(Path(folder) / "csv") as server:
            first = Action("Chain, first visitor of a new server", budget)
            with visit(browser, server) as watched:
                open_graph(watched, first)
            for _ in range(runs):
                with visit(browser, server) as watched:
                    open_graph(watched, shown)
                    box = quote(click_box(watched, click, "magnet"))
                    open_graph(watched, plants, f"/chain?box={box}&focus=1")
                    told = watched.page.get_by_text("not drawn").first.text_content()
                    count = watched.page.locator(".net").evaluate("net => net.view.base.size")
            print(f"memory of the server {server.megabytes():.0f} MB; {count} drawn: {told}")
    for action in (first, shown, click, plants):
        print(action.line())


# Ten at once


def ten_at_once(users: int, walks: int, pause: float) -> None:
    """Visitors who all walk at the same time, and what went wrong."""
    taken: list[tuple[str, float]] = []
    errors: list[str] = []

    def walk(number: int) -> None:
        try:
            for turn in range(walks):
                with Visitor(server.address) as visitor:
                    taken.extend(visitor.walk(number + turn, pause))
        except Exception as error:
            errors.append(repr(error))

    with explorer() as server:
        with Visitor(server.address) as visitor:
            visitor.walk(0, 0)
        before, busy, started = server.megabytes(), server.busy(), time.perf_counter()
        threads = [threading.Thread(target=walk, args=(n,)) for n in range(users)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        busy, seconds = server.busy() - busy, time.perf_counter() - started
        after = server.megabytes()
    print(
        f"\n{users} visitors at once, {walks} walks each, {pause:g} s between "
        f"actions, {seconds:.1f} s; errors: {len(errors)}"
    )
    for error in errors[:5]:
        print(f"  {error}")
    for name in dict.fromkeys(name for name, _ in taken):
        print(percentiles(name, [each for action, each in taken if action == name]))
    print(percentiles("all", [each for _, each in taken]))
    print(
        f"server {busy / len(taken):.2f} s CPU an action; "
        f"{(after - before) / (users * walks):.1f} MB a session"
    )


def percentiles(name: str, seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    at = [ordered[min(len(ordered) - 1, int(part * len(ordered)))] for part in (0.5, 0.95)]
    return (
        f"{name:44} p50 {at[0]:5.2f} s  p95 {at[1]:5.2f} s  longest {ordered[-1]:5.2f} s"
        f" of 2.0 s: {at[1] / 2.0:5.2f}"
    )


def main() -> None:
    parts: dict[str, Callable[[Browser, int], None]] = {
        "one": one_visitor,
        "1000": lambda browser, runs: large(browser, 1000, 4.0, runs),
        "10000": lambda browser, runs: large(browser, 10_000, 10.0, runs),
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each is timed (5)")
    parser.add_argument("--users", type=int, default=10, help="visitors at once (10)")
    parser.add_argument("--walks", type=int, default=3, help="how often each of them walks (3)")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between actions (1)")
    parser.add_argument("--only", choices=(*parts, "ten"), help="one part alone")
    options = parser.parse_args()
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    print_load()
    if options.only != "ten":
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
            for name, part in parts.items():
                if options.only in (None, name):
                    part(browser, options.runs)
            browser.close()
    if options.only in (None, "ten"):
        ten_at_once(options.users, options.walks, options.pause)
    print_load()


if __name__ == "__main__":
    main()
