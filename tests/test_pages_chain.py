"""The brief and the chain on the shipped data: they run, and a link restores them."""

from __future__ import annotations

import pytest
from app_pages import address, page, press, shown


def test_the_brief_shows_six_stages_with_their_shares() -> None:
    app = page()
    assert [metric.label for metric in app.metric] == [
        *("Mine", "Separation", "Metal & alloy"),
        *("Magnet", "Motor & component", "End use"),
    ]
    shares = [int(metric.value.removesuffix("\u00a0%")) for metric in app.metric]
    assert shares[0] in range(66, 73)
    assert all(share in range(85, 98) for share in shares[1:4])
    assert "by mass has passed through China" in shown(app)


def test_the_chain_opens_without_a_selection() -> None:
    app = page("chain")
    assert "Click a box" in shown(app)
    assert address(app) == {}


def test_a_link_restores_box_item_and_lens() -> None:
    app = page("chain", item="Dy", lens="located", box="magnet|JPN")
    assert app.selectbox(key="item").value == "Dy"
    assert app.session_state["lens"] == "located"
    assert "Japan: magnet" in shown(app)
    assert address(app) == {"item": "Dy", "lens": "located", "box": "magnet|JPN"}


@pytest.mark.parametrize(
    "params",
    [
        {"item": "gold", "lens": "none", "box": "nowhere|XXX"},
        {"box": "<script>", "focus": "1", "site": "nobody"},
        {"box": "end_use|outside"},
        {"item": "smco", "box": "magnet|CHN", "focus": "1"},
        {"picture": "map", "box": "nowhere|XXX", "site": "nobody", "region": "moon"},
        {"picture": "map", "item": "smco", "lens": "controlled", "box": "magnet|CHN", "focus": "1"},
    ],
)
def test_no_link_breaks_the_chain(params: dict[str, str]) -> None:
    page("chain", **params)


def test_the_chain_follows_another_element() -> None:
    app = page("chain", box="separation|CHN")
    app.selectbox(key="item").set_value("Sm").run()
    assert not app.exception
    assert address(app)["item"] == "Sm"
    assert "China: separation" in shown(app)


def test_plants_of_a_box_and_back() -> None:
    app = page("chain", box="magnet|JPN")
    press(app, "Show its plants")
    assert address(app)["focus"] == "1"
    assert "of Japan, magnet, with" in shown(app)
    press(app, "Back to countries")
    assert "focus" not in address(app)


def test_the_site_of_a_link_opens_its_own_panel() -> None:
    app = page("chain", box="separation|MYS", focus="1", site="s_kuantan")
    assert "Separation, Malaysia" in shown(app)


def test_the_map_of_a_link_shows_the_site_it_selects() -> None:
    app = page("chain", picture="map", lens="located", site="s_kuantan", region="asia")
    assert "Separation, Malaysia" in shown(app)
    assert "2025, Lynas Malaysia (LAMP, Kuantan/Gebeng). Largest flows between" in shown(app)
    assert "Coasts: Natural Earth 4.1.0" in shown(app)
    assert "No borders are drawn" in shown(app)
    assert address(app) == {
        **{"picture": "map", "lens": "located", "site": "s_kuantan", "region": "asia"},
    }


def test_the_map_shows_the_plants_of_a_box_and_their_partners_alone() -> None:
    whole = page("chain", picture="map", box="magnet|JPN")
    few = page("chain", picture="map", box="magnet|JPN", focus="1")
    counts = [len(app.dataframe[0].value) for app in (whole, few)]
    assert 0 < counts[1] < counts[0]
    assert "2025, magnet in Japan" in shown(few)
