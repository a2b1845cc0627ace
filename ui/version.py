"""The version of the program that runs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """As installed."""
    try:
        return version("magnetrace")
    except PackageNotFoundError:
        return "(not installed)"
