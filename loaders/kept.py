"""Keep built networks between runs: building one takes seconds, reading it back a fraction.

A kept network holds for the very files it was built from, tables and code; any change of one of
them builds anew. Files are JSON in the user's cache folder and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from graph.model import Confidence, Flow, Role, Site, Source, Stage, Status
from graph.network import Network
from loaders import Data, Progress, data_folder, data_mode, flows_given, load, shipped_folder
from loaders.cache import cache_folder, keep
from loaders.own_data import REPLACE, OwnData

MOST_KEPT = 12
"""Files in the cache folder; the oldest go first."""


def load_kept(
    data: Data | None = None, *, snapshot: str = "2025", progress: Progress | None = None
) -> Network:
    """As `loaders.load`, from the cache where these very tables were built before."""
    if flows_given(data) is not None:  # nothing is built, and no copy would be read faster
        return load(data, snapshot=snapshot, progress=progress)
    # Only what can be the name of a snapshot becomes part of a path; `load` judges the others.
    named = re.fullmatch("[a-z0-9-]{1,40}", snapshot)
    path = _cache_folder() / f"{snapshot if named else ''}-{fingerprint(data)}.json"
    network = _read(path) if named else None
    if network is None:
        network = load(data, snapshot=snapshot, progress=progress)
        keep(path, to_json(network).encode(), MOST_KEPT)
    elif progress is not None:
        progress("Ready", 1.0)
    return network


def fingerprint(data: Data | None = None) -> str:
    """Changes whenever a table or the code that builds networks does.

    Data in memory count by their bytes, files by size and time.
    """
    here = Path(__file__).resolve().parent
    files = [
        *shipped_folder().glob("*.csv"),
        *here.glob("*.py"),
        *(here.parent / "graph").glob("*.py"),
    ]
    if isinstance(data, OwnData):
        own = data.fingerprint
    else:
        place, own = data_folder(data), data_mode() if data is None else REPLACE
        tables = [*place.glob("*.csv"), *place.glob("*.xlsx")]
        files += [place] if place.is_file() else tables
    states = {f: f.stat() for f in files if f.exists()}
    state = sorted((str(f), s.st_size, s.st_mtime_ns) for f, s in states.items())
    return hashlib.sha256(repr((own, state)).encode()).hexdigest()[:16]


def to_json(network: Network) -> str:
    """The network as JSON text that `from_json` reads back unchanged."""
    return json.dumps(
        {
            "snapshot": network.snapshot,
            "year": network.year,
            "sites": [asdict(site) for site in network.sites.values()],
            "flows": [astuple(flow) for flow in network.flows],
            "sources": [asdict(source) for source in network.sources.values()],
            "recovery": [[*key, share] for key, share in network.recovery.items()],
        },
        allow_nan=False,
    )


def from_json(text: str) -> Network:
    """Raises ValueError, KeyError or TypeError where the text is no network."""
    raw = json.loads(text)
    return Network.of(
        (_site(row) for row in raw["sites"]),
        (
            Flow(origin, target, material, tonnes, tuple(content), Confidence(known), tuple(by), at)
            for origin, target, material, tonnes, content, known, by, at in raw["flows"]
        ),
        snapshot=raw["snapshot"],
        year=raw["year"],
        sources=(Source(**row) for row in raw["sources"]),
        recovery={(site, material): share for site, material, share in raw["recovery"]},
    )


def _site(row: Mapping[str, Any]) -> Site:
    typed = {
        "stage": Stage(row["stage"]),
        "role": Role(row["role"]),
        "status": Status(row["status"]),
        "confidence": Confidence(row["confidence"]),
        "sources": tuple(row["sources"]),
        "elements": tuple(row["elements"]),
        "controlled_through": tuple(row["controlled_through"]),
    }
    return Site(**{**row, **typed})


def _cache_folder() -> Path:
    return cache_folder("networks")


def _read(path: Path) -> Network | None:
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except Exception:  # a damaged file fails in any way; what it held is made anew
        return None
