"""What the pages show, on networks whose every figure can be checked by hand."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from networks import flow, site, six_sites

from graph.indicators import chokepoints, stage_shares
from graph.model import Confidence, Role, Source, Stage
from graph.network import Network
from graph.tracing import trace
from ui import text, theme
from ui.charts.network import chain_drawing, plants_drawing
from ui.viewmodels import brief
from ui.viewmodels.chain import Chain, chain, lens_value, sentence, table
from ui.viewmodels.items import CHOICES, item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.panel import box_panel, site_panel
from ui.viewmodels.plants import FOCUS_CAP, STAGE_CAP, plants
from ui.viewmodels.plants import sentence as plants_sentence
from ui.viewmodels.plants import table as plants_table

NAMES = {"CHN": "China", "AUS": "Australia", "JPN": "Japan", "USA": "United States"}
ROOT = Path(__file__).resolve().parents[1]
HOSTILE = '<img src=x onerror="alert(1)"> [click](javascript:alert(1)) $x$ :red[x]'


def view(network: Network, id: str = "NdPr") -> tuple[Ledger, Chain]:
    ledger = Ledger.of(network, trace(network))
    return ledger, chain(ledger, item(id), NAMES)


def test_boxes_hold_their_share_of_the_stage() -> None:
    _, shown = view(six_sites())
    assert shown.boxes["mine|CHN"].share == pytest.approx(0.6)
    assert shown.boxes["mine|CHN"].amount == pytest.approx(60.0)
    assert shown.boxes["mine|AUS"].share == pytest.approx(0.4)
    assert shown.boxes["separation|MYS"].share == pytest.approx(1.0)
    assert shown.boxes["end_use|USA"].amount == pytest.approx(100.0)


def test_the_lenses_read_location_and_control() -> None:
    _, shown = view(six_sites())
    box = shown.boxes["magnet|JPN"]
    assert lens_value(box, "own") == pytest.approx(1.0)
    assert lens_value(box, "located") == pytest.approx(0.6)
    assert lens_value(box, "controlled") == pytest.approx(1.0)  # the Vietnamese metal maker
    assert box.touch.element == "NdPr"
    assert box.touch.mean == pytest.approx(0.6)
    assert box.touch.possible == pytest.approx(0.6)


def test_only_sites_that_handle_the_item_are_shown() -> None:
    _, shown = view(six_sites(), "Dy")
    assert shown.boxes == {}
    assert shown.links == ()
    _, other = view(six_sites(), "other")
    assert set(other.boxes) == {"mine|CHN", "mine|AUS", "separation|MYS", "end_use|outside"}
    _, good = view(six_sites(), "ndfeb")
    assert set(good.boxes) == {"magnet|JPN", "component|USA", "end_use|USA"}
    assert good.boxes["magnet|JPN"].amount == pytest.approx(300.0)
    assert good.item.unit == "t finished magnet"


def test_what_stands_outside_the_chain_has_no_share() -> None:
    _, shown = view(six_sites(), "other")
    outside = shown.boxes["end_use|outside"]
    assert outside.outside
    assert math.isnan(outside.share)
    assert outside.amount == pytest.approx(300.0)


def test_china_stands_in_the_top_row_and_the_top_row_is_free_without_it() -> None:
    _, shown = view(six_sites())
    assert shown.boxes["mine|CHN"].row == 0
    assert shown.boxes["mine|AUS"].row == 1
    assert shown.boxes["separation|MYS"].row == 1


def many_mines(count: int) -> Network:
    """China and `count` other countries mine 1, 2, 3 ... t of NdPr for one separator."""
    codes = [f"C{i:02d}" for i in range(count)]
    mines = [site(f"m_{code}", Stage.MINE, code) for code in ("CHN", *codes)]
    flows = [
        flow(mine.id, "sep", "concentrate", 10.0, float(i + 1)) for i, mine in enumerate(mines)
    ]
    return Network.of(
        [*mines, site("sep", Stage.SEPARATION, "MYS")], flows, snapshot="test", year=2025
    )


def test_small_countries_stand_together() -> None:
    _, shown = view(many_mines(9))
    mines = [box for box in shown.boxes.values() if box.stage is Stage.MINE]
    assert len(mines) == 8  # China, the six largest, the rest
    others = shown.boxes["mine|others"]
    assert others.sites == ("m_C02", "m_C01", "m_C00")
    assert others.amount == pytest.approx(2 + 3 + 4)
    assert sum(box.share for box in mines) == pytest.approx(1.0)
    assert others.row == 7


def test_links_carry_tonnes_and_the_small_ones_are_counted_not_drawn() -> None:
    _, shown = view(six_sites())
    links = {link.id: link for link in shown.links}
    link = links["magnet|JPN>component|USA"]
    assert link.amount == pytest.approx(100.0)
    assert link.touch.highest == pytest.approx(0.6)
    assert link.drawn
    assert not link.assumed
    network = six_sites()
    thin = replace(
        flow("sep_my", "magnet_jp", "ndpr_oxide", 1.0, 1.0), confidence=Confidence.ASSUMED
    )
    _, shown = view(
        Network.of(network.sites.values(), [*network.flows, thin], snapshot="test", year=2025)
    )
    small = {link.id: link for link in shown.links}["separation|MYS>magnet|JPN"]
    assert small.assumed
    assert not small.drawn
    assert shown.hidden_links == 1


def test_swarf_going_back_is_a_link_but_no_output() -> None:
    network = six_sites()
    back = flow("magnet_jp", "sep_my", "swarf", 50.0, 40.0)
    _, shown = view(
        Network.of(network.sites.values(), [*network.flows, back], snapshot="test", year=2025)
    )
    assert shown.boxes["magnet|JPN"].amount == pytest.approx(100.0)
    assert "magnet|JPN>separation|MYS" in {link.id for link in shown.links}


def test_the_table_twin_holds_every_box_in_whole_percent() -> None:
    _, shown = view(six_sites())
    twin = table(shown, "own")
    assert set(twin.ids) == set(shown.boxes)
    first = twin.rows[0]
    assert (first["Stage"], first["Country"], first["Share of stage"]) == ("Mine", "China", 60.0)
    assert sentence(shown) == "NdPr, 2025. China: 60\u00a0% of mine."


def test_the_panel_names_the_highest_element_and_the_mean() -> None:
    network = six_sites()
    dy = flow("mine_cn", "sep_my", "dy_oxide", 10.0, 0.0, 10.0)
    dy_on = flow("sep_my", "magnet_jp", "dy_oxide", 10.0, 0.0, 10.0)
    magnets = flow("magnet_jp", "motor_us", "ndfeb", 300.0, 100.0, 10.0)
    flows = [f for f in network.flows if f.key != magnets.key]
    both = Network.of(
        network.sites.values(),
        [*flows, dy, dy_on, magnets],
        snapshot="test",
        year=2025,
        sources=network.sources.values(),
    )
    ledger, shown = view(both, "magnet")
    panel = box_panel(ledger, shown, shown.boxes["magnet|JPN"])
    figures = {figure.label: figure for figure in panel.figures}
    touched = figures["Touched China, highest element: Dy"]
    assert touched.value == "100\u00a0%"
    assert "64\u00a0%" in touched.detail  # (60 + 10) of 110
    assert [row["Element"] for row in panel.elements] == ["NdPr", "Dy"]
    assert panel.suppliers[0]["Name"] == "VNM: metal & alloy, known link"
    assert panel.suppliers[0]["t/year"] == "100"
    assert panel.customers[0]["Touched"] == "100\u00a0% Dy"
    assert [source.id for source in panel.sources] == ["usgs_mcs2026"]


def test_the_panel_of_a_site_holds_what_is_published() -> None:
    network = six_sites()
    ledger = Ledger.of(network, trace(network))
    panel = site_panel(ledger, item("magnet"), network.sites["ev_us"], NAMES)
    facts = dict(panel.facts)
    assert facts["Units a year"] == "100,000\u00a0vehicles"
    assert facts["Magnets in a unit"] == "3.00\u00a0kg finished"
    assert panel.title == "Ev Us"
    assert panel.subtitle == "End use, United States"
    assert panel.customers == ()


def test_the_panel_shows_what_unknown_origin_could_add() -> None:
    network = six_sites()
    stock = site("old", Stage.SEPARATION, "ZZZ", role=Role.STOCK)
    draw = flow("old", "metal_vn", "ndpr_oxide", 100.0, 100.0)
    ledger, shown = view(
        Network.of(
            [*network.sites.values(), stock], [*network.flows, draw], snapshot="test", year=2025
        )
    )
    panel = box_panel(ledger, shown, shown.boxes["metal_alloy|VNM"])
    touched = next(f for f in panel.figures if f.label.startswith("Touched China"))
    assert touched.value == "30 to 80\u00a0%"


def test_plants_are_capped_and_say_what_is_hidden() -> None:
    count = FOCUS_CAP + 8
    mines = [site(f"m{i:02d}", Stage.MINE, "CHN") for i in range(count)]
    seps = [site(f"s{i:02d}", Stage.SEPARATION, "CHN") for i in range(STAGE_CAP + 4)]
    flows = [
        flow(mine.id, seps[i % len(seps)].id, "concentrate", 10.0, float(count - i))
        for i, mine in enumerate(mines)
    ]
    network = Network.of([*mines, *seps], flows, snapshot="test", year=2025)
    ledger, shown = view(network)
    found = plants(ledger, item("NdPr"), shown.boxes["mine|CHN"])
    assert sum(plant.in_focus for plant in found.plants) == FOCUS_CAP
    assert len(found.plants) == FOCUS_CAP + STAGE_CAP
    assert found.hidden_sites == 8
    assert found.hidden_neighbours == 4
    assert plants_sentence(found) == (
        "32 sites of China, mine, with 16 trading partners; not drawn: 8 smaller sites of its "
        "own and 4 smaller trading partners."
    )
    assert found.plants[0].site.id == "m00"
    assert len(plants_table(found, item("NdPr"), NAMES).rows) == len(found.plants)
    drawing = plants_drawing(found, "t oxide equivalent")
    assert {node["id"] for node in drawing.nodes} == {p.site.id for p in found.plants}


def test_the_drawing_is_plain_data_and_changes_its_revision_with_its_content() -> None:
    _, shown = view(six_sites())
    own, located = (chain_drawing(shown, lens) for lens in ("own", "located"))
    assert json.loads(json.dumps(own.nodes)) == own.nodes
    assert own.revision != located.revision
    assert own.revision == chain_drawing(shown, "own").revision
    china = next(node for node in own.nodes if node["id"] == "mine|CHN")
    assert china["color"]["background"] == theme.ramp(0.6)
    assert china["label"] == "China\n60\u00a0%"


def test_words_from_data_are_never_marked_up() -> None:
    network = six_sites()
    sites = [replace(s, name=HOSTILE) if s.id == "magnet_jp" else s for s in network.sites.values()]
    hostile = Network.of(sites, network.flows, snapshot="test", year=2025)
    ledger, shown = view(hostile)
    panel = box_panel(ledger, shown, shown.boxes["magnet|JPN"])
    shown_text = text.plain(panel.subtitle)
    assert "\\<img" in shown_text
    assert "\\[click\\]\\(javascript" in shown_text
    assert "\\$x\\$" in shown_text
    assert "\\:red" in shown_text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://x y", "", "//x"])
def test_only_web_addresses_become_links(url: str) -> None:
    assert text.web_address(url) is None
    assert text.web_address("https://www.usgs.gov/a?b=1") == "https://www.usgs.gov/a?b=1"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.854, "85 %"),
        (0.0, "0 %"),
        (0.001, "under 1 %"),
        (0.997, "over 99 %"),
        (1.0, "100 %"),
        (math.nan, "n/a"),
        (None, "n/a"),
    ],
)
def test_shares_read_one_way(value: float | None, expected: str) -> None:
    assert text.share(value).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(97_634, "97,600"), (12.34, "12.3"), (0, "0"), (0.0456, "0.05"), (1234.5, "1,230")],
)
def test_numbers_carry_three_digits(value: float, expected: str) -> None:
    assert text.number(value) == expected


def test_ranges_and_money_and_lists() -> None:
    assert text.share_range(0.78, 0.9) == "78 to 90\u00a0%"
    assert text.share_range(0.9, 0.901) == "90\u00a0%"
    assert text.usd(1.24e9) == "1.24\u00a0bn\u00a0USD"
    assert text.join(["a", "b", "c"]) == "a, b and c"
    assert text.shorten("Other component makers, electric cars", 20) == "Other component…"


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "expected"),
    [
        (39400.0, None, None, "t REO", "39,400 t REO"),
        (15.5, 11.0, 20.0, "kg", "11 to 20 kg"),
        (0.7, 0.7, None, "share", "70 % or more"),
        (0.001, None, 0.001, "share", "at most 0.1 %"),
        (0.646, None, None, "share", "64.6 %"),
        (45510000.0, None, None, "units", "45,510,000 units"),
    ],
)
def test_a_claim_reads_as_its_source_gives_it(
    value: float, low: float | None, high: float | None, unit: str, expected: str
) -> None:
    assert text.claimed(value, low, high, unit).replace("\u00a0", " ") == expected


@pytest.mark.parametrize("fill", [*theme.CHINA_RAMP, *theme.DAMAGE])
def test_ink_on_every_fill_is_readable(fill: str) -> None:
    assert theme.contrast(theme.ink_on(fill), fill) >= 4.5


def test_damage_has_a_colour_a_word_and_a_limit_for_every_step() -> None:
    assert len(theme.DAMAGE) == len(theme.DAMAGE_LEGEND) == len(theme.DAMAGE_LIMITS)
    for limit, words in zip(theme.DAMAGE_LIMITS, theme.DAMAGE_LEGEND, strict=True):
        assert f"{limit:.0%}".removesuffix("%") in words


@pytest.mark.parametrize("name", ["light", "dark"])
def test_main_buttons_and_links_are_readable(name: str) -> None:
    ground = {"light": "#FFFFFF", "dark": "#11161C"}[name]
    colour = theme.ACTION[name]
    assert theme.contrast(colour, ground) >= 4.5
    assert theme.contrast(theme.ink_on(colour), colour) >= 4.5
    assert theme.contrast(theme.INKS[name], ground) >= 4.5
    options = tomllib.loads((ROOT / "ui/.streamlit/config.toml").read_text("utf-8"))["theme"][name]
    assert (options["primaryColor"], options["backgroundColor"]) == (colour, ground)
    assert options["secondaryBackgroundColor"] == theme.RAISED[name]
    assert colour in theme.STYLE


def test_every_item_has_a_name() -> None:
    assert CHOICES["NdPr"] == "NdPr"
    assert all(CHOICES.values())


def test_the_brief_answers_in_one_sentence() -> None:
    network = six_sites()
    _, shown = view(network, "magnet")
    tiles = brief.tiles(stage_shares(network), (), shown)
    assert [tile.stage for tile in tiles] == [stage.label for stage in Stage]
    assert tiles[0].value == "60\u00a0%"
    assert tiles[0].basis == "of all rare earths mined, 2025"
    assert brief.answer(tiles, shown).endswith("60\u00a0% by mass has passed through China.")
    points = brief.points(chokepoints(network), NAMES, network.year)
    assert points[0].link.box.startswith(tuple(stage.value for stage in Stage))
    assert "100\u00a0%" in points[0].sentence


def test_sources_are_listed_by_use() -> None:
    network = six_sites()
    more = Source("own", "Own arithmetic", "-", "2026", "", "-", "own arithmetic")
    sites = [
        replace(s, sources=("own", "usgs_mcs2026")) if s.id == "mine_cn" else s
        for s in network.sites.values()
    ]
    both = Network.of(
        sites,
        network.flows,
        snapshot="test",
        year=2025,
        sources=[*network.sources.values(), more],
    )
    ledger, shown = view(both)
    panel = box_panel(ledger, shown, shown.boxes["mine|CHN"])
    assert {source.id for source in panel.sources} == {"own", "usgs_mcs2026"}


def test_figures_with_a_given_number_of_digits() -> None:
    assert (text.digits(39400.0), text.digits(0.123456, 4)) == ("39,400", "0.1235")
    assert (text.whole(1199.6), text.tenths(17.06)) == ("1,200", "17.1")
    assert text.share_tenths(0.6464) == "64.6\u00a0%"
