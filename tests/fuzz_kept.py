"""Parsers of what earlier runs kept: runs, networks, frontiers, arrays, the store's state."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import fuzz_inputs as inputs
from fuzz_feed import FOLDER, Parser, as_file
from networks import six_sites
from test_finished import study_of

from graph.ensemble import run_one
from graph.errors import KeptRunsError, StoreError
from graph.portfolio import Frontier, Portfolio
from graph.runs import finished
from graph.store import embedded
from loaders import cache as kept_arrays
from loaders import kept, portfolios


def _runs(data: bytes) -> None:
    path = as_file("runs", data)
    finished._opened(path, _study())


@cache
def _study() -> Any:
    return study_of()


def _finished() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs"
        list(
            finished.resumed(
                path, _study(), range(3), lambda _: (run_one(_study(), i) for i in range(3))
            )
        )
        return [path.read_bytes()]


def _network(data: bytes) -> None:
    kept._read(as_file("network.json", data))


def _frontier(data: bytes) -> None:
    portfolios._read(as_file("frontier.json", data))


def _frontiers() -> list[bytes]:
    nothing = (0.0, 0, 0.0, 0, None, None, False, ())
    bought = Portfolio(1.0, "greedy", ("a",), (1.0, 2.0, 3.0), *nothing)
    found = Frontier(("s",), (1.0,), 52, 9.0, 9.0, (bought,), 0)
    return [json.dumps(asdict(found)).encode()]


def _arrays(data: bytes) -> None:
    kept_arrays.read_arrays(as_file("arrays.npz", data))


def _packed() -> list[bytes]:
    import numpy as np

    return [kept_arrays.packed({"a": np.arange(9.0), "b": np.zeros((2, 3), dtype=np.int32)})]


def _server(data: bytes) -> None:
    as_file("state/store.json", data)
    # Never the state of a store that runs: its file would be lost.
    with patch.dict(os.environ, {"MAGNETRACE_STATE": str(FOLDER / "state")}):
        assert embedded.running() is None
        assert not embedded.stop()


def _servers() -> list[bytes]:
    server = embedded.Server(1, 7687, 2480, "x", "y", "/nowhere", True)
    return [json.dumps(asdict(server)).encode()]


PARSERS = (
    Parser("kept runs", _runs, (KeptRunsError,), _finished, inputs.in_signed),
    Parser(
        "kept network", _network, (), lambda: [kept.to_json(six_sites()).encode()], inputs.in_json
    ),
    Parser("kept frontier", _frontier, (), _frontiers, inputs.in_json),
    Parser("kept arrays", _arrays, (), _packed, inputs.in_zip),
    Parser("state of the store", _server, (StoreError,), _servers, inputs.in_json),
)
