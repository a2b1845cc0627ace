"""Ready-made networks: what is written as files and read again is the same."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import astuple, fields, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import six_sites
from ready_made import folder_of, parts

import loaders
from graph.errors import DataError
from graph.model import MATERIALS, Confidence, Flow, Role, Site, Stage, Status
from graph.network import Network
from graph.tracing import trace
from loaders.flow_checks import OXIDE_AT_MOST


def write(network: Network, folder: Path, kind: str) -> None:
    """A network as the tables of a ready-made one."""
    columns = [f.name for f in fields(Site)]
    left_out = {"controlled_through", "units", "unit", "usd_per_unit", "magnet_kg_per_unit"}

    def cell(value: object) -> object:
        return ";".join(map(str, value)) if isinstance(value, tuple) else value

    sites = [
        {
            name: cell(value)
            for name, value in zip(columns, astuple(site), strict=True)
            if name not in left_out
        }
        for site in network.sites.values()
    ]
    flows = [
        {
            **{"origin": f.origin, "target": f.target, "material": f.material},
            "tonnes": float(f.tonnes),
            **dict(zip(("ndpr", "dy", "tb", "sm", "other"), map(float, f.content), strict=True)),
            **{"confidence": f.confidence.value, "sources": cell(f.sources), "year": f.year},
        }
        for f in network.flows
    ]
    end_uses = [
        {
            **{"site": s.id, "units": s.units, "unit": s.unit},
            **{"usd_per_unit": s.usd_per_unit, "magnet_kg_per_unit": s.magnet_kg_per_unit},
        }
        for s in network.sites.values()
        if s.unit
    ]
    recovery = [
        {"site": site, "material": material, "share": float(share)}
        for (site, material), share in network.recovery.items()
    ]
    tables = {"sites": sites, "flows": flows, "end_uses": end_uses, "recovery": recovery}
    for name, rows in tables.items():
        if rows:
            _write_table(folder / f"{name}.{kind}", rows)
    if network.sources:
        _write_table(folder / "sources.csv", [
            {f.name: getattr(source, f.name) for f in fields(source)}
            for source in network.sources.values()
        ])  # fmt: skip


def _write_table(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    rows = list(rows)
    if path.suffix == ".parquet":
        parquet.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_network_written_and_read_is_the_same(tmp_path: Path, kind: str) -> None:
    network = replace(six_sites(), snapshot="2025")
    write(network, tmp_path, kind)
    assert parts(loaders.load(tmp_path)) == parts(network)


NAMES = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" ,\"'\n;"), min_size=1
).filter(lambda name: name == name.strip() and name[0] not in "=+-@")
TONNES = st.floats(1e-6, 1e9)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to six sites; flows lead from earlier to later ones, so that nothing goes round."""
    ids = draw(st.lists(st.from_regex(r"[a-zé0-9_]*[a-z0-9]", fullmatch=True), min_size=2,
                        max_size=6, unique=True))  # fmt: skip
    size = st.none() | st.floats(0, 1e12)
    sites = [
        Site(
            *(id, draw(NAMES), draw(st.sampled_from(Stage)), draw(st.sampled_from(["CHN", "AUS"]))),
            role=draw(st.sampled_from([role for role in Role if role is not Role.AGGREGATE])),
            status=draw(st.sampled_from(Status)),
            confidence=draw(st.sampled_from(Confidence)),
            start_year=draw(st.none() | st.integers(1900, 2100)),
            capacity=draw(size),
            lat=draw(st.none() | st.floats(-90, 90)),
            note=draw(st.just("") | NAMES),
            **(
                {"units": units, "unit": draw(NAMES), "usd_per_unit": draw(size)}
                if (units := draw(size)) is not None
                else {}
            ),
        )
        for id in ids
    ]
    pairs = [(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :]]
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(pairs), st.sampled_from(list(MATERIALS))),
            min_size=1,
            max_size=12,
            unique=True,
        )
    )
    flows = []
    for (origin, target), material in keys:
        tonnes = draw(TONNES)
        part = st.floats(0, OXIDE_AT_MOST[MATERIALS[material].basis] / 5)
        content = tuple(tonnes * draw(part) for _ in range(5))
        known, year = draw(st.sampled_from(Confidence)), draw(st.integers(2000, 2030))
        flows.append(Flow(origin, target, material, tonnes, content, known, (), year))
    recovery = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(ids), st.sampled_from(list(MATERIALS))), st.floats(0, 1)
        )
    )
    year = max(flow.year for flow in flows)
    return Network.of(sites, flows, snapshot="2025", year=year, recovery=recovery)


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from(["csv", "parquet"]))
def test_any_network_written_and_read_is_the_same(network: Network, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(network, Path(folder), kind)
        assert parts(loaders.load(Path(folder))) == parts(network)


CELLS = st.sampled_from(
    ["mine", "sep", "metal", "dy_oxide", "ndfeb", "1", "-1", "+2.5e3", "nan", "1e999", "", " ", '"',
     '""', "\n", "\r", "\r\n", ",", ";", "é", "\x00", "0x1", "1_0", ".", "5.", "=1"]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(CELLS, max_size=30), st.booleans())
def test_any_text_is_a_network_or_a_list_of_problems(cells: list[str], with_header: bool) -> None:
    text = ("origin,target,material,tonnes\n" if with_header else "") + ",".join(cells)
    with tempfile.TemporaryDirectory() as name:
        folder = folder_of(Path(name))
        (folder / "flows.csv").write_bytes(text.encode())
        found: object
        try:
            found = loaders.load(folder).flows
        except DataError as error:
            found = error.problems
        assert found


def test_the_shipped_network_survives_the_way_through_files(tmp_path: Path) -> None:
    network = loaders.load()
    write(network, tmp_path, "parquet")
    again = loaders.load(tmp_path)
    assert again.flows == network.flows
    assert [replace(site, controlled_through=()) for site in network.sites.values()] == list(
        again.sites.values()
    )
    shares = [trace(each).sites["eu_gm_ev"].china_share for each in (again, network)]
    assert shares[0] == shares[1] > 0.5
    report, shipped = loaders.check(tmp_path), loaders.check()
    assert report.problems == ()
    assert (report.sites, report.flows) == (len(network.sites), len(network.flows))
    assert (report.is_ready_made, shipped.is_ready_made) == (True, False)
    computed = [share for share in shipped.shares if share.basis == "computed"]
    assert list(report.shares) == computed
    assert report.imbalances == shipped.imbalances
