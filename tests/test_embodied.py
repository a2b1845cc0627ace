"""Through whom content has passed: literal tonnes on small networks, and what must always hold."""

from __future__ import annotations

from collections import defaultdict
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import flow, site, six_sites

from graph import mixing
from graph.embodied import passed
from graph.mixing import Mixing, in_order
from graph.model import Flow, Role, Stage
from graph.network import Network
from loaders.kept import load_kept

ANY = {"any": ("car",)}


def alloyed(recycled: float = 0.0) -> Network:
    """Metal of a Chinese maker is alloyed in Japan with metal made there, and scrap comes in as
    oxide: 80 t mined in Australia, 20 t of unknown origin, 80 t made metal in China, 20 in Japan.
    Of the 100 t in magnets `recycled` go back as swarf to the separator, the mine gives that less.
    """
    sites = (
        site("mine", Stage.MINE, "AUS"),
        site("cracker", Stage.SEPARATION, "AUS", role=Role.INTERMEDIATE),
        site("sep", Stage.SEPARATION, "MYS", controlling_country="AUS"),
        site("scrap", Stage.SEPARATION, "ZZZ", role=Role.STOCK),
        site("maker", Stage.METAL, "CHN"),
        site("alloy", Stage.METAL, "JPN"),
        site("magnet", Stage.MAGNET, "DEU"),
        site("motor", Stage.COMPONENT, "DEU"),
        site("car", Stage.END_USE, "DEU", sector="EV"),
    )
    flows = [
        flow("mine", "cracker", "concentrate", 300, 80.0 - recycled),
        flow("cracker", "sep", "concentrate", 290, 80.0 - recycled),
        flow("sep", "maker", "ndpr_oxide", 60, 60.0),
        flow("scrap", "maker", "ndpr_oxide", 20, 20.0),
        flow("sep", "alloy", "ndpr_oxide", 20, 20.0),
        flow("maker", "alloy", "ndpr_metal", 68, 80.0),
        flow("alloy", "magnet", "ndpr_metal", 85, 100.0),
        flow("magnet", "motor", "ndfeb", 300, 100.0 - recycled),
        flow("motor", "car", "ndfeb", 300, 100.0 - recycled),
    ]
    if recycled:
        flows.append(flow("magnet", "sep", "swarf", recycled, recycled))
    return Network.of(sites, flows, snapshot="t", year=2025)


def test_every_stage_is_asked_on_its_own() -> None:
    found = dict(passed(six_sites(), {"cars": ("ev_us",)}))
    assert set(found) == {
        ("cars", stage, "NdPr")
        for stage in (Stage.MINE, Stage.SEPARATION, Stage.METAL, Stage.MAGNET)
    }
    mined = found["cars", Stage.MINE, "NdPr"]
    assert mined.through == {"mine_cn": pytest.approx(60.0), "mine_au": pytest.approx(40.0)}
    assert found["cars", Stage.SEPARATION, "NdPr"].through == {"sep_my": pytest.approx(100.0)}
    assert found["cars", Stage.MAGNET, "NdPr"].through == {"magnet_jp": pytest.approx(100.0)}
    assert mined.behind == {}


def test_metal_counts_where_it_became_metal_and_scrap_was_never_seen_in_a_mine() -> None:
    found = dict(passed(alloyed(), ANY))
    metal = found["any", Stage.METAL, "NdPr"]
    assert metal.through == {"maker": pytest.approx(80.0), "alloy": pytest.approx(20.0)}
    mined = found["any", Stage.MINE, "NdPr"]
    assert mined.through == {"mine": pytest.approx(80.0)}
    assert mined.behind == {"scrap": pytest.approx(20.0)}


def test_a_cracker_hands_on_and_a_stock_of_the_stage_counts() -> None:
    separated = dict(passed(alloyed(), ANY))["any", Stage.SEPARATION, "NdPr"]
    assert separated.through == {"sep": pytest.approx(80.0), "scrap": pytest.approx(20.0)}
    assert separated.behind == {}


def test_swarf_goes_round_and_keeps_where_it_was_mined() -> None:
    """Of 100 t in magnets 40 go back; 40 t are mined, 20 t come from scrap, so of the 60 t in cars
    two thirds were mined. Separated: 80 of every 100, swarf counted again."""
    found = dict(passed(alloyed(40.0), ANY))
    mined = found["any", Stage.MINE, "NdPr"]
    assert mined.through == {"mine": pytest.approx(40.0)}
    assert mined.behind == {"scrap": pytest.approx(20.0)}
    separated = found["any", Stage.SEPARATION, "NdPr"].through
    assert separated == {"sep": pytest.approx(48.0), "scrap": pytest.approx(12.0)}


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(0.1, 100)),
        max_size=20,
        unique_by=lambda edge: edge[:2],
    ),
    st.sampled_from([mixing.LARGEST_LOOP, 1]),
)
def test_upstream_and_downstream_give_the_same_total(
    edges: list[tuple[int, int, float]], largest: int
) -> None:
    """d'q = y'b for any wants d and any property b, in loops solved at once and gone round."""
    # Sites 6 to 11 feed 0 to 5, so that nothing goes round without coming in.
    pairs = [(i, j, t) for i, j, t in edges if i != j] + [(6 + i, i, 20.0) for i in range(6)]
    origin, target = (np.array([pair[end] for pair in pairs], dtype=np.intp) for end in (0, 1))
    f = np.array([pair[2] for pair in pairs])
    with mock.patch.object(mixing, "LARGEST_LOOP", largest):
        chain = in_order(origin, target, np.zeros(12, dtype=np.int_))
        mixed = Mixing(chain, f, np.ones(len(f), dtype=bool))
        b = np.r_[np.zeros(6), np.array([1.0, 0.0, 0.5, 0.25, 0.0, 1.0])]
        d = np.r_[np.arange(6.0), np.zeros(6)][:, None]
        asked_down = float(d[:, 0] @ mixed.downstream(b))
        stood = mixed.upstream(d)[:, 0]
    assert asked_down == pytest.approx(float(stood @ b), abs=1e-9)
    assert stood[6:].sum() == pytest.approx(d.sum())


def test_shipped_end_uses_lose_nothing_on_the_way() -> None:
    network = load_kept()
    uses = ("eu_vw", "eu_vestas", "eu_other_smco_eu")
    for (_, _, element), found in passed(network, {"some": uses}):
        e = ("NdPr", "Dy", "Tb", "Sm").index(element)
        held = sum(f.content[e] for use in uses for f in network.inputs(use))
        assert sum(found.through.values()) + sum(found.behind.values()) == pytest.approx(held)


def test_shipped_magnets_are_those_of_the_motor_makers() -> None:
    """Two tiers up, mixed by hand: the magnet makers of the component makers of Volkswagen."""
    network = load_kept()

    def mix(flows: tuple[Flow, ...]) -> dict[str, float]:
        return {f.origin: f.content[0] / sum(g.content[0] for g in flows) for f in flows}

    expected: dict[str, float] = defaultdict(float)
    held = sum(f.content[0] for f in network.inputs("eu_vw"))
    for motor, share in mix(network.inputs("eu_vw")).items():
        for magnet, of in mix(network.inputs(motor)).items():
            expected[magnet] += held * share * of
    found = dict(passed(network, {"vw": ("eu_vw",)}))["vw", Stage.MAGNET, "NdPr"].through
    assert found == pytest.approx(dict(expected))
