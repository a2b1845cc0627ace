"""`magnetrace explore`: serve the pages on this machine, for this machine."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from types import FrameType

from graph.errors import MagnetraceError
from ui.cli_options import check_mode
from ui.output import progress, say

HOST = "127.0.0.1"
UNTIL_EOF = "--until-eof"
"""Has `ui.serve` end with its standard input."""
APP = Path(__file__).with_name("app.py")
START_TIMEOUT = 60.0
"""Seconds until the server must accept connections."""


def explore(options: argparse.Namespace) -> int:
    """Run Streamlit until it is stopped (Ctrl+C) and return its exit code."""
    _check_port(options.port)
    check_mode(options)
    if options.data:
        os.environ["MAGNETRACE_DATA"] = str(options.data.resolve())
    if options.data or options.mode:
        os.environ["MAGNETRACE_MODE"] = options.mode or "replace"
    address = f"http://{HOST}:{options.port}"
    # The server ends where this pipe does, also where this process is killed.
    server = subprocess.Popen(_server_command(options.port), stdin=subprocess.PIPE)
    signal.signal(signal.SIGTERM, _stop)
    shared = False
    try:
        shared = _store_runs()
        _build()
        _wait_until_it_answers(server, options.port)
        say(f"magnetrace: the explorer is at {address} (stop it with Ctrl+C)")
        sys.stdout.flush()
        if not options.no_browser and _has_screen():
            webbrowser.open(address)
        return _outcome(server.wait())
    except KeyboardInterrupt:
        return 0
    finally:
        _end(server)
        if not shared:
            _stop_store()


def _outcome(code: int) -> int:
    if code < 0:
        raise MagnetraceError(
            f"the explorer was ended from outside (signal {-code}); what was saved is still there, "
            "and links of open pages hold once it is started again: magnetrace explore"
        )
    return code


def _store_runs() -> bool:
    from graph.store import status  # imported while the server starts, beside it

    return status().state != "not running"


def _stop_store() -> None:
    """The store that the pages started ends with them; one that ran before is left to run."""
    from graph.store import stop

    stop()


def _build() -> None:
    """Keep the network ready for the pages, or say what is wrong with the data."""
    from loaders.kept import load_kept  # imported while the server starts, beside it

    with progress("build the graph") as advance:
        load_kept(progress=advance)


def _server_command(port: int) -> list[str]:
    # -P: a folder called graph or data where the user stands must not shadow ours.
    return [
        *(sys.executable, "-P", "-m", "ui.serve", UNTIL_EOF, "run", str(APP)),
        *("--server.address", HOST, "--server.port", str(port), "--server.headless", "true"),
        *("--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"),
        # Whatever the reader's own settings of Streamlit say.
        *("--server.enableCORS", "true", "--server.enableXsrfProtection", "true"),
        *("--logger.hideWelcomeMessage", "true", "--logger.level", "warning"),
    ]


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise MagnetraceError(
                f"port {port} on {HOST} cannot be used ({error.strerror}); "
                f"choose another: magnetrace explore --port {port + 1 if port < 65_535 else 8501}"
            ) from None


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise MagnetraceError(
                f"the explorer did not start (exit code {server.returncode}); "
                "the lines above say why"
            )
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise MagnetraceError(f"the explorer did not answer within {START_TIMEOUT:.0f} s")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _has_screen() -> bool:
    """Without one, `webbrowser` would start a text browser in this very terminal."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True
