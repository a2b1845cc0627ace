"""Ready-made networks: what is read from CSV and Parquet, and what stands beside it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from ready_made import FLOWS, as_parquet, folder_of, parts

import loaders
import loaders.kept
from graph.errors import DataError, UnknownName
from graph.model import MATERIALS, Confidence, Flow, Role, Site, Stage, Status
from graph.store import connect
from loaders.flow_checks import OXIDE_AT_MOST
from loaders.own_data import OVERLAY, from_files
from loaders.scenarios import scenarios
from ui.cli import main

A = Confidence.ASSUMED


def test_three_sites_are_read_as_they_stand(tmp_path: Path) -> None:
    network = loaders.load(folder_of(tmp_path))
    assert list(network.sites.values()) == [
        Site("mine", "Mine", Stage.MINE, "AUS"),
        Site("sep", "Separator, old", Stage.SEPARATION, "MYS"),
        Site("metal", "Metal maker", Stage.METAL, "CHN"),
    ]
    assert network.flows == (
        Flow("mine", "sep", "concentrate", 100.0, (20.0, 1.0, 0.5, 2.0, 76.5), A, (), 2023),
        Flow("sep", "metal", "ndpr_oxide", 20.0, (20.0, 0.0, 0.0, 0.0, 0.0), A, (), 2024),
    )
    assert (network.snapshot, network.year) == ("2025", 2024)
    assert (dict(network.recovery), dict(network.sources)) == ({}, {})
    assert network.outputs("sep") == network.flows[1:]


def test_every_table_and_column_reaches_the_network(tmp_path: Path) -> None:
    sites = (
        "id,name,stage,role,sector,country,lat,lon,operator,owner,controlling_country,status,"
        "start_year,capacity,capacity_unit,output,output_unit,output_year,elements,sources,"
        "confidence,note\n"
        "magnet,Magnets,magnet,residual,,JPN,35.5,-1,Op,Own,JPN,ramping,2020,1.5,t,0,t,2024,"
        "NdPr; Dy,ours;usgs_mcs2026,estimated,1+1\n"
        "car,Cars,end_use,,EV,USA,,,,,,,,,,,,,,,,\n"
    )
    network = loaders.load(
        folder_of(
            tmp_path,
            sites=sites,
            flows="origin,target,material,tonnes,ndpr,dy,tb,sm,other,confidence,sources\n"
            "magnet,car,ndfeb,10,3,0.2,0,0,0,reported,ours\n",
            recovery="site,material,share\nmagnet,ndpr_metal,0.95\n",
            end_uses="site,units,unit,usd_per_unit,magnet_kg_per_unit\ncar,5000,vehicles,40000,2\n",
            sources="id,title,publisher,date,url,licence,kind\n"
            "ours,Ledger,We,2025,,own,company\nunused,Other,We,2025,,own,company\n",
        ),
        snapshot="latest",
    )
    cited = ("ours", "usgs_mcs2026")
    assert network.sites["magnet"] == Site(
        *("magnet", "Magnets", Stage.MAGNET, "JPN", Role.RESIDUAL, Status.RAMPING),
        *(Confidence.ESTIMATED, cited, "JPN", (), "Op", "Own", "", 35.5, -1.0, 2020),
        *(1.5, "t", 0.0, "t", 2024, ("NdPr", "Dy")),
        note="1+1",
    )
    assert network.sites["car"] == Site(
        *("car", "Cars", Stage.END_USE, "USA"),
        sector="EV",
        units=5000.0,
        unit="vehicles",
        usd_per_unit=40000.0,
        magnet_kg_per_unit=2.0,
    )
    (flow,) = network.flows
    assert (flow.confidence, flow.sources, flow.year) == (Confidence.REPORTED, ("ours",), 2026)
    assert dict(network.recovery) == {("magnet", "ndpr_metal"): 0.95}
    assert set(network.sources) == set(cited)
    assert network.sources["ours"].title == "Ledger"
    assert (network.snapshot, network.year) == ("latest", 2026)


def test_parquet_is_the_same_network(tmp_path: Path) -> None:
    tables = {
        "recovery": "site,material,share\nsep,concentrate,0.9\n",
        "end_uses": "site,units,unit,usd_per_unit\nmetal,5,t,\n",
    }
    folder = folder_of(tmp_path, **tables)
    from_csv = loaders.load(folder)
    assert parts(loaders.load(as_parquet(folder))) == parts(from_csv)


def test_kinds_of_files_may_stand_side_by_side_and_words_be_coded(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    from_csv = loaders.load(folder)
    coded = pa.table(
        {
            "origin": pa.array(["mine", "sep"]).dictionary_encode(),
            "target": pa.array(["sep", "metal"], pa.large_string()),
            "material": ["concentrate", "ndpr_oxide"],
            "tonnes": pa.array([100, 20], pa.int32()),
            **{name: pa.array([value, None], pa.decimal128(9, 2)) for name, value in
               zip(("ndpr", "dy", "tb", "sm"), (20, 1, 0, 2), strict=True)},
            "other": ["76.5", ""],
            "sources": pa.nulls(2),
            "year": pa.array([2023, 2024], pa.int16()),
        }
    )  # fmt: skip
    parquet.write_table(coded, folder / "flows.parquet")
    (folder / "flows.csv").unlink()
    first, second = loaders.load(folder).flows
    assert first == replace(from_csv.flows[0], content=(20.0, 1.0, 0.0, 2.0, 76.5))
    assert second == from_csv.flows[1]


def test_blank_rows_spaces_and_a_byte_order_mark_are_no_problem(tmp_path: Path) -> None:
    plain = loaders.load(folder_of(tmp_path))
    flows = "\ufeff" + FLOWS.replace("mine,sep", " mine , sep") + ",,,,,,,,,\n   \n\n"
    assert parts(loaders.load(folder_of(tmp_path, flows=flows))) == parts(plain)


def test_pure_goods_hold_what_stoichiometry_says(tmp_path: Path) -> None:
    lines = "".join(f"mine,sep,{name},10\n" for name, m in MATERIALS.items() if m.element)
    network = loaders.load(folder_of(tmp_path, flows=f"origin,target,material,tonnes\n{lines}"))
    assert {flow.material: flow.content for flow in network.flows} == {
        "ndpr_oxide": (10.0, 0.0, 0.0, 0.0, 0.0),
        "dy_oxide": (0.0, 10.0, 0.0, 0.0, 0.0),
        "tb_oxide": (0.0, 0.0, 10.0, 0.0, 0.0),
        "sm_oxide": (0.0, 0.0, 0.0, 10.0, 0.0),
        "other_oxide": (0.0, 0.0, 0.0, 0.0, 10.0),
        "ndpr_metal": (11.765, 0.0, 0.0, 0.0, 0.0),
        "dy_metal": (0.0, pytest.approx(11.48), 0.0, 0.0, 0.0),
        "tb_metal": (0.0, 0.0, pytest.approx(11.76), 0.0, 0.0),
        "sm_metal": (0.0, 0.0, 0.0, pytest.approx(11.6), 0.0),
    }


def test_every_material_has_a_limit_that_pure_goods_keep() -> None:
    assert {material.basis for material in MATERIALS.values()} == set(OXIDE_AT_MOST)
    for material in MATERIALS.values():
        assert (material.oxide_per_tonne or 0.0) <= OXIDE_AT_MOST[material.basis]


def test_check_tells_what_does_not_balance_and_load_takes_it(tmp_path: Path) -> None:
    """The separator keeps 90% of 20 t NdPr and sends off 20; it balances at 100%."""
    recovery = "site,material,share\nsep,concentrate,0.9\n"
    flows = FLOWS.replace("20,1,0.5,2,76.5", "20,0,0,0,0")
    folder = folder_of(tmp_path, flows=flows, recovery=recovery)
    assert len(loaders.load(folder).flows) == 2
    (problem,) = loaders.check(folder).problems
    assert str(problem) == (
        "NdPr does not balance at Separator, old (sep); expected 18.000000 t a year out; "
        "got 20.000000 t. Look at its outputs, needs and links, or at its flows and recovery."
    )
    (folder / "recovery.csv").unlink()
    assert loaders.check(folder).problems == ()


def test_what_does_not_balance_is_capped_too(tmp_path: Path) -> None:
    sites = "id,name,stage,country\nmine,Mine,mine,AUS\nend,End,end_use,USA\n" + "".join(
        f"s{i},S{i},separation,CHN\n" for i in range(1050)
    )
    flows = "origin,target,material,tonnes\n" + "".join(
        f"mine,s{i},dy_oxide,2\ns{i},end,dy_oxide,1\n" for i in range(1050)
    )
    found = loaders.check(folder_of(tmp_path, sites=sites, flows=flows)).problems
    assert len(found) == 1001
    assert str(found[1000]) == (
        "50 more problems are not listed (an element does not balance at a site)."
    )


def test_a_boundary_that_takes_what_nobody_supplies_is_no_crash(tmp_path: Path) -> None:
    """Every site of the loop has inputs, so that nothing counts as supply of Dy."""
    sites = "id,name,stage,country,role\na,A,separation,AUS,\nb,B,metal_alloy,CHN,\n" + (
        "stock,Stock,separation,CHN,stock\nmine,Mine,mine,AUS,\n"
    )
    flows = (
        "origin,target,material,tonnes\nmine,a,ndpr_oxide,5\na,b,dy_oxide,2\nb,stock,dy_metal,1\n"
    )
    report = loaders.check(folder_of(tmp_path, sites=sites, flows=flows))
    (row,) = report.imbalances
    assert (row.site, row.element, row.tonnes) == ("stock", "Dy", pytest.approx(1.148))
    assert row.share_of_world == math.inf


def test_progress_runs_from_nothing_to_done(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    loaders.load(folder_of(tmp_path), progress=lambda step, done: told.append((step, done)))
    assert told[0] == ("Reading the table sites", 0.0)
    assert told[-1] == ("Ready", 1.0)
    assert [done for _, done in told] == sorted(done for _, done in told)


def test_nothing_is_kept_of_flows_that_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setattr(loaders.kept, "_cache_folder", lambda: cache)
    (tmp_path / "data").mkdir()
    folder = folder_of(tmp_path / "data")
    assert parts(loaders.kept.load_kept(folder)) == parts(loaders.load(folder))
    assert not cache.exists()


def test_a_zip_or_an_upload_with_flows_is_refused_with_the_way_that_works(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "end_uses.parquet").write_bytes(b"")
    own = from_files(
        [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())], OVERLAY, "mine"
    )
    with pytest.raises(DataError) as caught:
        loaders.load(own)
    refused = [p for p in caught.value.problems if p.what.endswith("is no table")]
    assert [problem.what for problem in refused] == [
        "'end_uses.parquet' is no table",
        "'flows.csv' is no table",
    ]
    assert {problem.advice for problem in refused} == {
        "Leave it out, or load a folder with flows of its own from the command line "
        "(magnetrace check --data FOLDER)."
    }


def test_a_folder_with_flows_is_taken_as_it_is_in_every_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path)
    assert main(["shares", "--data", str(folder), "--mode", "overlay", "--format", "csv"]) == 0
    assert "separation,NdPr,MYS" in capsys.readouterr().out
    monkeypatch.setenv("MAGNETRACE_DATA", str(folder))
    monkeypatch.setenv("MAGNETRACE_MODE", "overlay")
    assert [flow.key for flow in loaders.load().flows] == [
        "mine->sep:concentrate",
        "sep->metal:ndpr_oxide",
    ]
    assert list(loaders.snapshots()) == [
        *("pre-shock", "2025", "latest", "2028-on-time", "2028-late")
    ]


def test_a_snapshot_is_one_of_those_that_ship_or_a_year_of_theirs(tmp_path: Path) -> None:
    flows = FLOWS.replace(",year", "").replace(",2023", "").replace(",2024", "")
    folder = folder_of(tmp_path, flows=flows)
    network = loaders.load(folder, snapshot="2026")
    assert (network.snapshot, network.year, network.flows[0].year) == ("latest", 2026, 2026)
    with pytest.raises(UnknownName, match="no snapshot called '2019'"):
        loaders.load(folder, snapshot="2019")


def test_the_tables_beside_are_few_and_shipped_where_missing(tmp_path: Path) -> None:
    found = loaders.tables(folder_of(tmp_path))
    filled = {table for table in found if found[table]}
    assert filled == {"sources", "countries", "assumptions", "snapshots"}


def test_scenarios_are_the_shipped_ones_until_the_folder_has_its_own(tmp_path: Path) -> None:
    shipped = scenarios(loaders.data_folder())
    assert "april-2025-licences" in shipped
    assert scenarios(loaders.scenario_folder(folder_of(tmp_path))) == shipped
    (tmp_path / "scenarios").mkdir()
    assert scenarios(loaders.scenario_folder(tmp_path)) == {}


def test_the_command_line_checks_shares_and_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data", str(folder_of(tmp_path)))
    assert main(["check", *data]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("Problems in the data: 4\n")
    assert out.endswith("The network: 3 sites and 2 flows, given and not balanced.\n")
    assert "Claims" not in out
    assert "Dy does not balance at Separator, old (sep)" in out
    assert "check: Reading the table flows\n" in err

    assert main(["shares", *data, "--format", "csv"]) == 0
    out, err = capsys.readouterr()
    assert "separation,NdPr,MYS,output,computed,1.0,20.0,2024" in out
    assert "published" not in out.replace("published_used_as_input", "")
    assert "the flows do not balance everywhere" in err

    assert main(["load", *data]) == 0
    assert "The store holds 3 sites and 2 flows" in capsys.readouterr().out
    with connect() as store:
        meta = store.meta()
    assert meta is not None
    assert (meta.sites, meta.flows) == (3, 2)
