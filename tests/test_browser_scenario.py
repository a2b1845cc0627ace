"""The Scenario page in a real browser: scenarios of one's own, assumptions, a site over time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_app import Watched, click_node, picture, ready, serve, watch
from playwright.sync_api import Browser, expect
from states import own_store

from loaders.scenarios import check

GOOD = """# by hand
title = "Mine <b>alone</b>"
summary = "A site stops."
[[lever]]
kind = "outage"
name = "out"
sites = ["s_kuantan"]
end_week = 8
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a state folder of its own: what is kept there stands on the page of others."""
    folder = tmp_path_factory.mktemp("kept")
    with own_store(folder), serve() as address:
        yield address


def test_a_scenario_is_saved_downloaded_changed_and_brought(
    alone: str, watched: Watched, tmp_path: Path
) -> None:
    page = watched.page
    page.goto(f"{alone}/scenario?lever=outage&target=s_kuantan&end=8")
    page.get_by_text("Save, copy, share").click()
    page.get_by_label("Name", exact=True).fill("Kuantan out")
    page.get_by_role("button", name="Save as mine").click()
    expect(page.get_by_text("Saved as “Kuantan out”.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/scenario\?scenario=kuantan-out&plan=[\w-]+$"))
    expect(page.get_by_role("heading", name="Kuantan out")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download (.toml)").click()
    assert saved.value.suggested_filename == "kuantan-out.toml"
    content = Path(saved.value.path()).read_bytes()
    scenario = check(content, "kuantan-out").scenario
    assert scenario is not None
    assert scenario.title == "Kuantan out"

    bad = tmp_path / "bad.toml"
    bad.write_bytes(content.replace(b"s_kuantan", b"s_nowhere") + b"\n[[lever]]\nkind = 'x'\n")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(bad)
    expect(page.get_by_text("1 problem. Nothing was saved.")).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"bad\.toml, line \d+: no lever of kind 'x'"))
    ).to_be_visible()

    good = tmp_path / "Mine Alone.toml"
    good.write_text(GOOD, encoding="utf-8")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(good)
    expect(page.get_by_text("“Mine <b>alone</b>” is yours now.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"scenario=mine-alone&plan=[\w-]+$"))
    expect(page.get_by_role("heading", name="Mine <b>alone</b>")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted mine-alone.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"scenario=april-2025-licences$"))


def test_a_box_an_end_use_and_the_link_select_the_same_site(alone: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{alone}/scenario")
    net = ready(page, "spread")
    before = picture(net)
    click_node(net, "magnet|JPN")
    expect(page).to_have_url(re.compile("box=magnet%7CJPN"))
    expect(net).to_have_attribute("data-selected", "magnet|JPN")
    expect(page.get_by_text("Site in Japan, magnet")).to_be_visible()
    assert picture(net) == before
    page.goto(f"{alone}/scenario?site=eu_tesla")
    expect(page.get_by_text("NdFeB magnets in stock at component makers").first).to_be_visible()
    expect(page.get_by_role("heading", name="Why it loses: Tesla Model 3/Y")).to_be_visible()
    page.get_by_role("link", name="See it in the chain").click()
    expect(page).to_have_url(re.compile(r"/chain\?.*site=eu_tesla"))
    expect(page.get_by_text("Tesla Model 3/Y").first).to_be_visible()


def test_an_assumption_is_set_by_its_slider_and_reset_by_one_click(
    alone: str, watched: Watched
) -> None:
    page = watched.page
    page.goto(f"{alone}/scenario?scenario=april-2025-licences&assume=STK07%3A38")
    expect(page.get_by_text("1 assumption changed.")).to_be_visible()
    slider = page.get_by_role("slider", name="Car industry outside China")
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"assume=STK07%3A39"))
    page.get_by_role("button", name="Back to the base values").click()
    expect(page.get_by_text("1 assumption changed.")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("assume"))


def test_what_counts_most_is_found_with_a_bar_and_can_be_cancelled(
    alone: str, watched: Watched
) -> None:
    page = watched.page
    page.goto(f"{alone}/scenario?scenario=kuantan-outage")
    page.get_by_role("button", name="Find which assumptions count most").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Find which assumptions count most").click()
    expect(page.get_by_text("Most depends on this:")).to_be_visible(timeout=120_000)


def test_the_player_has_a_speed_and_stands_still_where_motion_is_not_wanted(
    alone: str, browser: Browser
) -> None:
    with watch(browser) as moving:
        page = moving.page
        page.goto(f"{alone}/scenario?scenario=april-2025-licences")
        net = ready(page, "spread")
        page.get_by_label("Speed").select_option("fourfold")
        page.get_by_role("button", name="Play").click()
        expect(net).to_have_attribute("data-step-ms", "112.5")
        page.get_by_label("Speed").select_option("half")
        expect(net).to_have_attribute("data-step-ms", "900")
        page.get_by_role("button", name="Pause").click()
        moving.assert_clean()
    with watch(browser, reduced_motion="reduce") as still:
        page = still.page
        page.goto(f"{alone}/scenario?scenario=april-2025-licences")
        net = ready(page, "spread")
        before = picture(net)
        page.get_by_role("button", name="Play").click()
        expect(net).to_have_attribute("data-week", "51")
        expect(page.get_by_role("button", name="Play")).to_be_visible()
        assert picture(net) == before
        still.assert_clean()


def test_a_copied_link_shows_the_same_to_who_does_not_keep_the_scenario(
    alone: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.goto(f"{alone}/scenario?lever=licence&target=listed&size=3&assume=STK07%3A38")
    save = page.get_by_text("Save, copy, share")
    expect(save).to_be_visible(timeout=90_000)
    save.click()
    page.get_by_label("Name", exact=True).fill("Strict licences")
    page.get_by_role("button", name="Save as mine").click()
    expect(page.get_by_text("Saved as “Strict licences”.")).to_be_visible()
    expect(page).to_have_url(re.compile("scenario=strict-licences&plan="))
    headline = page.get_by_text(re.compile("lose output within 52 weeks"))
    said, link = headline.inner_text(), page.url
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted strict-licences.")).to_be_visible()
    with watch(browser) as other:
        other.page.goto(link)
        expect(other.page.get_by_role("heading", name="Strict licences")).to_be_visible()
        expect(other.page.get_by_text(said)).to_be_visible()
        expect(other.page.get_by_text("1 assumption changed.")).to_be_visible()
        other.assert_clean()
