"""Questions that name an algorithm answer as its Python function does, on the shipped network."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from layered import layered
from networks import rebuilt
from states import Load

from graph import store
from graph.indicators import CONTROLLED, LOCATED, stage_shares
from graph.model import MATERIALS, Role, Stage
from graph.network import Network
from graph.passage import passages
from graph.queries import question
from graph.routes import ONE_SITE, single_routes
from loaders.kept import load_kept

GOODS = {"concentrate": "REO", "ndfeb": "NdFeB", "smco": "SmCo"}


def ask(name: str, **given: str | float) -> list[dict[str, object]]:
    asked = question(name)
    with store.connect() as opened:
        return opened.run(asked.cypher, asked.bind(given), limit=100_000).records()


def sparse(seed: int) -> Network:
    """A layered network of NdPr alone in which few sites have a second supplier, and nothing is
    recycled; what a site ships it also receives, or it enters there."""
    full, random_ = layered(seed), random.Random(seed)  # noqa: S311 - a network, not a secret
    kept = [
        replace(f, content=(f.content[0], 0.0, 0.0, 0.0, 0.0))
        for f in full.flows
        if f.material not in ("swarf", "dy_oxide") and random_.random() < 0.12
    ]
    plants = [replace(s, role=Role.PLANT, sector="defence") for s in full.sites.values()]
    return rebuilt(full, plants, kept)


@pytest.mark.parametrize(("by", "lens"), [("location", LOCATED), ("control", CONTROLLED)])
def test_hhi_is_that_of_the_shares(load: Load, by: str, lens: str) -> None:
    network = load_kept(None)
    load(network)
    expected: dict[tuple[str, str], tuple[float, float, float, str]] = {}
    for row in stage_shares(network, lens):
        key = (row.stage.value, row.material)
        world, largest, _, country = expected.get(key, (0.0, row.share, 0.0, row.country))
        assert row.hhi is not None
        expected[key] = (world + (row.tonnes or 0.0), largest, row.hhi, country)
    # Mines are given by element as well; they are one row of ore here.
    expected = {
        key: row for key, row in expected.items() if key[0] != Stage.MINE or key[1] == "REO"
    }
    found = {
        (
            str(row["stage"]),
            GOODS.get(str(row["material"])) or MATERIALS[str(row["material"])].element or "",
        ): (row["tonnes"], row["largest_share"], row["hhi"], row["largest"])
        for row in ask("hhi-by-stage", by=by)
    }
    assert found.keys() == expected.keys()
    for key, (tonnes, largest, hhi, country) in expected.items():
        assert found[key][:3] == pytest.approx((tonnes, largest, hhi), rel=1e-9), key
        assert found[key][3] == country, key


@pytest.mark.parametrize(("end_use", "element"), [("end_use_3", "NdPr"), ("end_use_7", "Dy")])
def test_what_passes_a_site_is_its_betweenness(load: Load, end_use: str, element: str) -> None:
    full = layered()
    network = rebuilt(full, (), [f for f in full.flows if f.material != "swarf"])
    load(network)
    found = {
        row["site"]: row["share"]
        for row in ask("top-sites-of-end-use", end_use=end_use, element=element)
    }
    assert len(found) > 100
    assert found == pytest.approx(
        {row.site: row.share for row in passages(network, element, end_use)}, rel=1e-9
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sites_that_every_way_passes_are_dominators(load: Load, seed: int) -> None:
    network = sparse(seed)
    load(network)
    found = {
        (row["end_use"], row["site"])
        for row in ask("sites-every-way-passes", sector="defence", element="NdPr")
    }
    expected = {
        (end_use, route.site)
        for route in single_routes(network, "NdPr")
        for end_use in route.end_uses
    }
    assert all(network.sites[site].role in ONE_SITE for _, site in expected)
    assert len(expected) >= 5
    assert found == expected
