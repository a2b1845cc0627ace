"""Where end uses are assembled, on hand-made rows and on the shipped tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import loaders
from graph.model import Confidence, Role, Site, Stage
from loaders.assembly import Places, check_assembly, place
from loaders.facts import read_facts
from loaders.snapshots import find_snapshot
from loaders.tables import Row, Tables, Value

CAR = Site("eu_car", "Car", Stage.END_USE, "JPN", sources=("a",))


def demand(id: str, region: str, units: float, **more: Value) -> Row:
    values: dict[str, Value] = {
        "id": id, "end_use": "eu_car", "sector": "EV", "region": region, "year": 2025,
        "units": units, "kg_base": 2.0, "role": "named",
        "confidence": "reported", "sources": ("b",),
        "magnet_basis": "finished", "magnet_type": "NdFeB", "usd_per_unit": None, "unit": "cars",
    }  # fmt: skip
    return Row("demand", 2, values | more)


def share(demand: str, country: str, share: float, confidence: str = "assumed") -> Row:
    return Row(
        "assembly",
        2,
        {
            "demand": demand,
            "country": country,
            "share": share,
            "confidence": confidence,
            "sources": ("c",),
        },
    )


def tables(demand: tuple[Row, ...], assembly: tuple[Row, ...] = ()) -> Tables:
    names = {"JPN": "JPN", "USA": "USA", "DEU": "EU", "EUU": "EU", "THA": "REST", "ZZZ": "REST"}
    countries = tuple(
        Row("countries", i, {"iso3": iso, "name": iso.title(), "region": region})
        for i, (iso, region) in enumerate(names.items())
    )
    sites = (Row("sites", 2, {"id": "eu_car"}),)
    rows: Mapping[str, tuple[Row, ...]] = {
        "demand": demand, "assembly": assembly, "countries": countries, "sites": sites,
    }  # fmt: skip
    return Tables(rows)


def units(places: Places) -> dict[str, float]:
    return {id: sum(part.units for part in parts) for id, parts in places.parts.items()}


def test_the_country_with_most_units_keeps_the_name() -> None:
    rows = (demand("d_nam", "NAM", 100.0), demand("d_jpn", "JPN", 50.0))
    shares = (share("d_nam", "USA", 0.7), share("d_nam", "JPN", 0.3))
    places = place(tables(rows, shares), {"eu_car": CAR})

    assert units(places) == pytest.approx({"eu_car": 80.0, "eu_car_usa": 70.0})
    assert places.sites["eu_car"] == CAR
    abroad = places.sites["eu_car_usa"]
    assert (abroad.name, abroad.country, abroad.lat) == ("Car, Usa", "USA", None)
    assert abroad.sources == ("a", "b", "c")
    assert abroad.confidence is Confidence.ASSUMED
    assert places.home == {"eu_car_usa": "eu_car"}


def test_headquarters_without_a_plant_makes_nothing() -> None:
    rows = (demand("d", "WLD", 100.0),)
    places = place(tables(rows, (share("d", "THA", 1.0),)), {"eu_car": CAR})
    assert units(places) == {"eu_car": 100.0}
    assert places.sites["eu_car"].country == "THA"
    assert places.home == {}


def test_europe_is_the_makers_own_country_or_europe_as_a_whole() -> None:
    rows = (demand("d", "EUR", 10.0),)
    assert place(tables(rows), {"eu_car": CAR}).sites["eu_car"].country == "EUU"
    german = Site("eu_car", "Car", Stage.END_USE, "DEU")
    assert place(tables(rows), {"eu_car": german}).sites["eu_car"].country == "DEU"


def test_shares_that_do_not_add_up_are_named() -> None:
    rows = (demand("d", "WLD", 1.0),)
    (problem,) = check_assembly(tables(rows, (share("d", "THA", 0.6),)))
    assert str(problem) == (
        "assembly.csv, line 2, column share: the shares of d do not add up; "
        "expected 1 over all its rows; got 0.6. Correct the shares."
    )


def test_world_output_without_a_place_is_named() -> None:
    (problem,) = check_assembly(tables((demand("d", "WLD", 1.0),)))
    assert problem.what == "nothing says where these units are assembled"
    assert check_assembly(tables((demand("d", "WLD", 1.0, role="total"),))) == []


@pytest.fixture(scope="module")
def shipped() -> Tables:
    return loaders.tables(Path(loaders.data_folder()))


def test_a_japanese_maker_builds_in_america_too(shipped: Tables) -> None:
    facts = read_facts(shipped, find_snapshot(shipped, "2025"))
    cars = {id: facts.sites[id].units for id in facts.sites if id.startswith("eu_toyota_hev")}
    assert cars == pytest.approx(
        {
            "eu_toyota_hev": 0.4 * 1_270_000 + 0.55 * 3_160_000,
            "eu_toyota_hev_usa": 0.6 * 1_270_000,
            "eu_toyota_hev_chn": 0.25 * 3_160_000,
            "eu_toyota_hev_euu": 0.15 * 3_160_000,
            "eu_toyota_hev_tha": 0.05 * 3_160_000,
        }
    )
    assert facts.sites["eu_seagate"].country == "THA"


def test_suppliers_follow_a_maker_within_their_region(shipped: Tables) -> None:
    links = read_facts(shipped, find_snapshot(shipped, "2025")).links
    assert ("co_hdd_vcm", "eu_seagate_mys") in links
    assert ("co_hdd_vcm", "eu_seagate_chn") not in links


def test_end_uses_close_the_world_total_and_totals_stay_out(shipped: Tables) -> None:
    network = loaders.load(snapshot="2025")
    used = [
        flow.tonnes
        for site in network.sites.values()
        if site.stage is Stage.END_USE
        for flow in network.inputs(site.id)
        if flow.material == "ndfeb"
    ]
    assert sum(used) == pytest.approx(220_100.0, rel=1e-6)
    totals = [s.id for s in network.sites.values() if s.role is Role.AGGREGATE]
    assert all(not network.inputs(id) and not network.outputs(id) for id in totals)
    ids = {row.text("id") for row in shipped["sites"]}
    assert {"eu_world_ev", "eu_world_wind"} <= ids & set(totals)
