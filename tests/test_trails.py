"""Through which sites a loss came, and what each lever took where: worked out by hand."""

from __future__ import annotations

import pytest
from networks import six_sites
from spreads import ALL_HEAVY, BARE, run
from test_causes import two_makers

from graph.scenario import Agreement, ExportLicence, Outage, Quota

WEEKS = 52.0


def test_a_loss_comes_through_every_site_on_its_way() -> None:
    """One chain from the mines on: all of the loss came through each site, none through the other
    mine, and not through the end use itself."""
    result = run(six_sites(), Outage(name="flood", sites=("mine_cn",)), weeks=20)
    assert [(item.end_use, item.site, item.share) for item in result.through] == [
        ("ev_us", "magnet_jp", 1.0),
        ("ev_us", "metal_vn", 1.0),
        ("ev_us", "mine_cn", 1.0),
        ("ev_us", "motor_us", 1.0),
        ("ev_us", "sep_my", 1.0),
    ]
    assert [(item.lever, item.site) for item in result.tolls] == [("flood", "mine_cn")]
    # 240 t of concentrate a year, nothing of it for 20 weeks.
    assert result.tolls[0].lost_tonnes == pytest.approx(240 * 20 / WEEKS)


def test_shares_of_two_routes_are_those_of_the_causes() -> None:
    licence = ExportLicence(name="licence", approval=((0.0, 0.0),), release_weeks=1e12)
    flood = Outage(name="flood", sites=("metal",), start_week=0)
    result = run(two_makers(), licence, flood, weeks=12, p=ALL_HEAVY)
    by_licence = 12 * 75 / (12 * 75 + 11 * 25)  # see test_causes
    assert {item.site: item.share for item in result.through} == pytest.approx(
        {"motor": 1.0, "cn": by_licence, "jp": 1 - by_licence, "metal": 1 - by_licence}
    )
    shares = {item.site: item.share for item in result.because}
    assert shares["cn"] == pytest.approx(by_licence)
    # 75 t of magnets a year held at the seller, 10 t of metal a year not made, for 12 weeks.
    assert [(item.lever, item.site, item.lost_tonnes) for item in result.tolls] == [
        ("flood", "metal", pytest.approx(10 * 12 / WEEKS)),
        ("licence", "cn", pytest.approx(75 * 12 / WEEKS)),
    ]


def test_a_lever_that_takes_nothing_has_no_toll() -> None:
    stop = Quota(name="stop", scope="export", kept=0.0)
    truce = Agreement(name="truce", lifts=("stop",))
    result = run(six_sites(), stop, truce, weeks=6, p=BARE)
    assert (result.tolls, result.through) == ((), ())


def test_a_quota_counts_at_every_seller_it_holds_back() -> None:
    """mine_cn sells 240 t abroad; half of it is let out."""
    half = Quota(name="half", scope="export", kept=0.5)
    (toll,) = run(six_sites(), half, weeks=6, p=BARE).tolls
    assert (toll.lever, toll.site) == ("half", "mine_cn")
    assert toll.lost_tonnes == pytest.approx(120 * 6 / WEEKS)
