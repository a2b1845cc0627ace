"""What a study and the code that runs it are known by: equal marks, equal results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from operator import attrgetter
from pathlib import Path
from platform import python_version_tuple
from typing import Any

from graph.ensemble import Study

COUNTED = ("numpy", "scipy", "distributed", "dask")
"""Packages that must agree between all machines, beside Python and magnetrace."""


def mark_of(study: Study) -> str:
    """Changes whenever the scenario, an assumption, its range, a network, the weeks or the seed do.

    The same in every process and on every machine, for numbers of Python and of numpy alike.
    """
    digest = hashlib.sha256()
    for part in (study.scenario, study.parameters, study.ranges, study.weeks, study.seed):
        digest.update(f"{_spelled(part)}\n".encode())
    for network in study.networks:
        head = (network.snapshot, network.year, network.recovery)
        digest.update(f"{_spelled(head)}\n".encode())
        for item in (*network.sites.values(), *network.flows):
            digest.update(f"{_spelled(item)}\n".encode())
    return digest.hexdigest()


@cache
def code_mark() -> str:
    """Changes with every edit of the model's code."""
    here = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(here.rglob("*.py")):
        digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def versions() -> dict[str, str]:
    """Versions on this machine of whatever results depend on."""
    return {
        "python": ".".join(python_version_tuple()[:2]),
        "magnetrace": f"{_version('magnetrace')} (model {code_mark()})",
        **{name: _version(name) for name in COUNTED},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _spelled(value: Any) -> str:
    match value:
        case Enum():
            return _spelled(value.value)
        case None | bool() | int() | str():
            return repr(value)
        case float():
            return repr(float(value))
        case Mapping():
            return f"{{{','.join(sorted(f'{_spelled(k)}:{_spelled(value[k])}' for k in value))}}}"
        case Set():
            return f"{{{','.join(sorted(map(_spelled, value)))}}}"
        case list() | tuple():
            return f"({','.join(map(_spelled, value))})"
    if is_dataclass(value):
        return f"{type(value).__name__}{_spelled(tuple(_values(value)))}"
    return _spelled(value.item())  # a number of numpy


def _values(record: Any) -> Iterator[Any]:
    return (attrgetter(field.name)(record) for field in fields(record))
