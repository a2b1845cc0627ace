"""Fixtures for tests in a real browser: the app on a free port, a browser that asks nobody else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from command_line import free_port
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Position,
    Route,
    expect,
    sync_playwright,
)
from states import own_store

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
START_SECONDS = 60
WAIT_MS = 30_000
KNOWN_404 = ("/_stcore/health", "/_stcore/host-config")
"""Asked by Streamlit below the path of a page that is opened by its link; harmless."""
CALM = """() => {
    const busy = document.querySelector(
        '[data-testid="stStatusWidget"], [data-testid="stSpinner"], [data-testid="stSkeleton"], '
        + '[data-stale="true"]');
    const words = document.body.innerText;
    if (busy || words !== window.lastWords) {
        window.lastWords = words;
        window.calmSince = performance.now();
    }
    return performance.now() - window.calmSince > 3000;
}"""
"""A page fades what it is about to replace."""
CALM_MS = 180_000

CLICKS = 3
AT_REST = """async (net, id) => {
    const spot = () => net.view.network.canvasToDOM(net.view.network.getPositions([id])[id]);
    const place = () => {
        const { x, y, width, height } = net.getBoundingClientRect(), at = spot();
        return [x, y, width, height, at.x, at.y].map(Math.round).join();
    };
    let last = place(), since = performance.now();
    while (performance.now() - since < 300) {
        await new Promise(next => setTimeout(next, 50));
        const now = place();
        if (now !== last) since = performance.now();
        last = now;
    }
    net.hit = undefined;
    net.view.network.once("click", event => { net.hit = event.nodes[0] ?? ""; });
    return spot();
}"""
"""Where a node stands once it has stood there for 0.3 s; what is clicked next is kept as `hit`."""
WAS_HIT = """async (net, id) => {
    for (let wait = 0; wait < 40 && net.hit === undefined; wait++) {
        await new Promise(next => setTimeout(next, 50));
    }
    return net.hit === id;
}"""

expect.set_options(timeout=WAIT_MS)


@dataclass
class Watched:
    """A page with everything it did that it should not: hosts asked, errors, dialogs."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def assert_clean(self) -> None:
        assert self.outside == []
        assert self.errors == []
        assert self.dialogs == []


def browser_path() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("no browser found: install one (Debian: apt-get install chromium)")
    return found


@contextmanager
def serve(data: Path | None = None) -> Iterator[str]:
    """The real app on a free loopback port; its address. It knows nothing from earlier runs."""
    port = free_port()
    extra = {"MAGNETRACE_DATA": str(data)} if data else {}
    with tempfile.TemporaryFile() as log, tempfile.TemporaryDirectory() as folder:
        app = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(ROOT / "ui" / "app.py")),
                *("--server.port", str(port), "--server.fileWatcherType", "none"),
            ],
            cwd=folder,
            env=os.environ | {"XDG_CACHE_HOME": f"{folder}/cache"} | extra,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(app, f"{address}/_stcore/health")
            yield address
        finally:
            app.terminate()
            app.wait(20)


def _wait(app: subprocess.Popen[bytes], health: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and app.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=1):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the app did not answer at {health} within {START_SECONDS} s")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a store of its own, which no test fills with another network."""
    folder = tmp_path_factory.mktemp("app")
    with ExitStack() as served:
        with own_store(folder):
            address = served.enter_context(serve())
        yield address
    with own_store(folder):
        pass


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_path(), args=list(ARGUMENTS))
        yield launched
        launched.close()


@contextmanager
def watch(browser: Browser, width: int = 1440, height: int = 900, **more: str) -> Iterator[Watched]:
    """A fresh page in a fresh session that can reach loopback and files only; at its end it must
    have asked nobody else, and be free of errors and dialogs."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, accept_downloads=True, **more
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    watched = Watched(page)

    def gate(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in ("data", "blob", "file") or address.hostname == "127.0.0.1":
            route.continue_()
        else:
            watched.outside.append(route.request.url)
            route.abort()

    def hear(message: ConsoleMessage) -> None:
        where = urlsplit(message.location.get("url", "")).path
        if message.type == "error" and not where.endswith(KNOWN_404):
            watched.errors.append(f"{message.text} ({where})")

    context.route("**/*", gate)
    page.on("console", hear)
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    page.on("dialog", lambda dialog: (watched.dialogs.append(dialog.message), dialog.dismiss()))
    yield watched
    context.close()
    watched.assert_clean()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    with watch(browser) as found:
        yield found


def ready(page: Page, view: str) -> Locator:
    """The network view called `view`, once it has drawn."""
    net = page.locator(f'.net[data-view="{view}"][data-ready]')
    net.wait_for()
    expect(page.locator(".net")).to_have_count(1)
    return net


def calm(page: Page) -> None:
    """Wait until nothing on the page has changed for three seconds, from now on."""
    page.evaluate("window.lastWords = undefined")
    page.wait_for_function(CALM, polling=250, timeout=CALM_MS)


def click_node(net: Locator, id: str) -> None:
    """Click a node where it is drawn, once it is at rest; again where the graph was drawn anew in
    the meantime and took no click."""
    for _ in range(CLICKS):
        net.click(position=net.evaluate(AT_REST, id))
        if net.evaluate(WAS_HIT, id):
            return
    pytest.fail(f"the graph took no click on {id}")


def picture(net: Locator) -> dict[str, object]:
    """Where everything stands: positions, scale and place of the camera."""
    found: dict[str, object] = net.evaluate(
        """net => ({
            positions: net.view.network.getPositions(),
            scale: net.view.network.getScale(),
            camera: net.view.network.getViewPosition(),
        })"""
    )
    return found


def click_spot(plot: Locator, spot: Position) -> None:
    """Click inside a chart. Plotly answers to what the pointer has come to rest on."""
    plot.hover(position=spot, force=True)
    plot.page.wait_for_timeout(200)
    plot.click(position=spot, force=True)
