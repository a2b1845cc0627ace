"""Whose lever cost what: losses followed upstream, with shares worked out by hand."""

from __future__ import annotations

import pytest
from networks import flow, site
from spreads import ALL_HEAVY, STEADY, run, sale

from graph.model import Stage
from graph.network import Network
from graph.scenario import Blacklist, ExportLicence, Outage, Quota


def two_makers() -> Network:
    return Network.of(
        (
            site("cn", Stage.MAGNET, "CHN"),
            site("jp", Stage.MAGNET, "JPN"),
            site("metal", Stage.METAL, "JPN"),
            site("motor", Stage.COMPONENT, "USA"),
            site("ev", Stage.END_USE, "USA", units=5200.0, unit="vehicles", usd_per_unit=10.0),
        ),
        (
            flow("metal", "jp", "ndpr_metal", 10.0, 10.0),
            flow("cn", "motor", "ndfeb", 75.0, 20.0, 1.0),
            flow("jp", "motor", "ndfeb", 25.0, 10.0, 1.0),
            flow("motor", "ev", "ndfeb", 100.0, 30.0, 2.0),
        ),
        snapshot="test",
        year=2025,
    )


def test_a_loss_is_divided_between_the_levers_that_made_it() -> None:
    licence = ExportLicence(name="licence", approval=((0.0, 0.0),), release_weeks=1e12)
    flood = Outage(name="flood", sites=("metal",), start_week=0)
    result = run(two_makers(), licence, flood, weeks=12, p=ALL_HEAVY)
    (ev,) = result.end_uses
    # At the end use licensed magnets miss from week 2 on, those without metal from week 3 on.
    assert ev.lost_units == pytest.approx(10 * 75 + 9 * 25)
    shares = {(item.lever, item.site, item.flow): item.share for item in result.because}
    assert shares.keys() == {("licence", "cn", "cn->motor:ndfeb"), ("flood", "metal", "")}
    assert sum(shares.values()) == pytest.approx(1.0)
    # The one seller misses 12 weeks of its 75 t a year, the other 11 weeks of its 25 t.
    by_licence = shares["licence", "cn", "cn->motor:ndfeb"]
    assert by_licence == pytest.approx(12 * 75 / (12 * 75 + 11 * 25))
    assert sum(item.lost_units for item in result.because) == pytest.approx(ev.lost_units)


def test_a_cause_names_the_flow_and_its_material() -> None:
    listed = Blacklist(name="list", buyers=("us",))
    result = run(sale({"us": ("USA", 1.0), "jp": ("JPN", 1.0)}), listed, p=STEADY)
    (cause,) = result.because
    assert (cause.end_use, cause.lever, cause.material) == ("ev_us", "list", "ndfeb")
    assert (cause.site, cause.flow) == ("maker", "maker->us:ndfeb")
    assert cause.share == pytest.approx(1.0)


def test_what_nobody_lost_has_no_cause() -> None:
    result = run(two_makers(), Outage(name="o", sites=("metal",), start_week=9), weeks=10)
    assert result.end_uses[0].lost_units == 0.0
    assert result.because == ()


def test_what_is_not_listed_is_summed_up_so_that_causes_add_up_to_the_loss() -> None:
    """Seven sellers of equal size under one licence: five are named, two stand together."""
    sellers = [site(f"cn{i}", Stage.MAGNET, "CHN") for i in range(7)]
    network = Network.of(
        [
            *sellers,
            site("motor", Stage.COMPONENT, "USA", sector="EV"),
            site("ev", Stage.END_USE, "USA", sector="EV", units=5200.0, unit="vehicles"),
        ],
        [
            *(flow(seller.id, "motor", "ndfeb", 10.0, 3.0, 0.1) for seller in sellers),
            flow("motor", "ev", "ndfeb", 70.0, 21.0, 0.7),
        ],
        snapshot="test",
        year=2025,
    )
    stop = Quota(name="stop", scope="export", kept=0.0)
    result = run(network, stop, weeks=6, p=ALL_HEAVY)
    shares = [(cause.lever, cause.site, cause.share) for cause in result.because]
    assert [site for _, site, _ in shares] == ["cn0", "cn1", "cn2", "cn3", "cn4", ""]
    assert [share for *_, share in shares] == pytest.approx([1 / 7] * 5 + [2 / 7])
    assert {lever for lever, *_ in shares} == {"stop"}
