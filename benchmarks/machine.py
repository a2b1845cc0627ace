"""What the benchmarks share: memory, load, and parts that run in processes of their own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys


def peak_bytes() -> int:
    """Largest memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024)


def peak_mb() -> float:
    """The same in MB of 1024 x 1024 bytes."""
    return peak_bytes() / 1024**2


def print_load() -> None:
    """What else the machine does, by which a time has to be read."""
    print("load of the machine: {:.1f}, {:.1f}, {:.1f}".format(*os.getloadavg()), flush=True)


def apart(file: str, *arguments: str, patience: float | None = None) -> str:
    """What a program prints with `arguments`, in a process of its own.

    That starts with the peak memory of its parent, so that even drawing a network runs in one.
    Raises subprocess.TimeoutExpired after `patience` seconds.
    """
    line = [sys.executable, file, *arguments]
    done = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True, timeout=patience)
    return done.stdout
