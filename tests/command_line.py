"""The command line as a user meets it: a process, its output, its exit code."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def environment(**more: str) -> dict[str, str]:
    """Without what the one who runs the tests has set for magnetrace."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MAGNETRACE", "NEO4J"))}
    return clean | {"PYTHONPATH": str(ROOT)} | more


def run(
    *arguments: str, home: Path | None = None, cwd: Path | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    more = {} if home is None else {"MAGNETRACE_STATE": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        env=environment(**more),
        cwd=cwd or ROOT.parent,
        input=typed,
        capture_output=True,
        text=True,
        timeout=180,
    )


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    """What a command that ended well printed as JSON."""
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
