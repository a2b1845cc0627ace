"""Every page on the shipped data, without a browser: it runs, and a link restores it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from graph.scenario import Outage, Scenario
from loaders import own_scenarios
from loaders.plans import encode
from ui import asking, playing, services
from ui.keeper import Figures, StoreKeeper
from ui.state import MEASURES
from ui.text import NBSP
from ui.viewmodels.measures import START_SIZES

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60


def page(name: str = "", **params: str) -> AppTest:
    """A page opened by its address, run once."""
    app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=SECONDS)
    for key, value in params.items():
        app.query_params[key.replace("__", ".")] = value
    if name:
        app.switch_page(f"views/{name}.py")
    app.run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, label: str) -> None:
    buttons = [each for each in app.button if isinstance(each, Button) and each.label == label]
    buttons[0].click().run()


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for scenarios of one's own in which there are none."""
    monkeypatch.setenv("MAGNETRACE_STATE", str(tmp_path))
    return own_scenarios.own_folder()


def shown(app: AppTest) -> str:
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.info]
    return re.sub(r"\\(.)", r"\1", "\n".join(part.value for part in parts))


def address(app: AppTest) -> dict[str, str]:
    """Without the scenario that a link carries: `plan` has it."""
    return {key: value for key, value in whole_address(app).items() if key != "plan"}


def whole_address(app: AppTest) -> dict[str, str]:
    found = app.query_params.items()
    return {key: value if isinstance(value, str) else value[0] for key, value in found}


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
    next(b for b in app.button if b.label == "Show its plants").click().run()
    assert address(app)["focus"] == "1"
    assert "of Japan, magnet, with" in shown(app)
    next(b for b in app.button if b.label == "Back to countries").click().run()
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


def test_the_ranks_stand_on_a_map() -> None:
    app = page("chokepoints", whose="EV", lost="country", region="asia")
    assert "On the map" in [part.value for part in app.header]
    assert "Costliest to lose, with the share of goods lost: China (" in shown(app)
    assert address(app) == {"whose": "EV", "lost": "country", "region": "asia"}


def test_the_costliest_site_is_answered_ranked_and_leads_to_its_place_in_the_chain() -> None:
    app = page("chokepoints", whose="EV", point="m_bayan_obo")
    assert app.title[0].value == "Chokepoints"
    assert re.search(
        r"If one site is lost, .+ costs EV most: \d+\s% of the goods of 52 weeks", shown(app)
    )
    assert "Bayan Obo" in [part.value for part in app.header]
    assert "Heaviest path: Bayan Obo → Other Baotou plants" in shown(app)
    link = app.get("page_link")[0]
    assert "focus=1" in link.proto.query_string
    assert "site=m_bayan_obo" in link.proto.query_string
    assert address(app) == {"whose": "EV", "point": "m_bayan_obo"}


def test_the_tightest_cut_follows_the_element_and_leads_into_the_chain() -> None:
    app = page("chokepoints", whose="EV", element="Dy", member="m_bayan_obo")
    assert re.search(r"At most .+ the Dy that EV takes can arrive: \d+ sites bound it", shown(app))
    assert re.search(r"Without China, \d+\s% of the Dy that EV takes is left", shown(app))
    link = app.get("page_link")[-1]
    assert link.label.replace("\\", "") == "See Bayan Obo in the chain"
    assert "item=Dy" in link.proto.query_string
    app.selectbox(key="element").set_value("Sm").run()
    assert not app.exception
    assert address(app)["element"] == "Sm"


def test_an_end_use_that_loses_nothing_still_has_its_cut() -> None:
    app = page("chokepoints", whose="medical", lost="corridor")
    assert "No single corridor that is lost costs medical anything within 52 weeks." in shown(app)
    assert "the NdPr that medical takes" in shown(app)


def test_a_case_nobody_ranks_gives_way_to_the_costliest() -> None:
    app = page("chokepoints", whose="<b>", lost="country", china="own", point="<script>")
    assert "If one country is lost, China costs all end uses together most" in shown(app)
    assert app.header[1].value == "China"
    assert app.session_state["china"] == "located"
    assert "lost" in address(app)
    assert "whose" not in address(app)


def test_a_cancelled_ranking_stays_cancelled_until_it_is_asked_for() -> None:
    app = page("chokepoints", whose="wind", lost="country")
    assert "If one country is lost" in shown(app)
    app.session_state["ranking-halted"] = True
    app.selectbox(key="whose").set_value("defence").run()
    assert "Cancelled. Nothing is ranked until you ask for it." in shown(app)
    assert "If one" not in shown(app)
    # What needs no ranking stands there all the same, and what is known already is shown.
    assert "the NdPr that defence takes" in shown(app)
    app.selectbox(key="whose").set_value("wind").run()
    assert "If one country is lost" in shown(app)
    app.selectbox(key="whose").set_value("defence").run()
    next(b for b in app.button if b.label == "Rank").click().run()
    assert not app.exception
    assert "If one country is lost" in shown(app)
    app.selectbox(key="whose").set_value("EV").run()
    assert "Cancelled" not in shown(app)


def test_portfolios_wait_for_a_question_and_a_link_carries_it() -> None:
    app = page("chokepoints", lost="country", budget="77", tiers="2", threats="kuantan-outage=2,x")
    assert app.multiselect[0].value == ["kuantan-outage"]
    assert (app.number_input(key="budget").value, app.number_input(key="tiers").value) == (77, 2)
    assert any(b.label == "Find portfolios" for b in app.button)
    assert "running costs" in shown(app)
    app.multiselect[0].set_value(["kuantan-outage", "full-export-stop"]).run()
    app.number_input(key="portfolio-weight-full-export-stop").set_value(3.0).run()
    assert not app.exception
    assert address(app)["threats"] == "kuantan-outage=2,full-export-stop=3"
    app.multiselect[0].set_value([]).run()
    assert "Choose at least one scenario." in shown(app)
    assert not any(b.label == "Find portfolios" for b in app.button)


def test_the_opening_scenario_runs_at_once() -> None:
    app = page("scenario")
    assert app.selectbox(key="draft-scenario").value == "april-2025-licences"
    assert "end uses of" in shown(app)
    assert "Why it loses: " in shown(app)


def test_two_scenarios_stand_side_by_side() -> None:
    app = page("scenario", scenario="april-2025-licences", compare="agreement-relief", week="12")
    assert "Side by side" in shown(app)
    assert address(app)["compare"] == "agreement-relief"
    assert address(app)["week"] == "12"


def test_a_ladder_is_climbed_and_left() -> None:
    app = page("scenario", scenario="escalation-ladder", steps="2", relief="30")
    assert "A ladder of moves and replies (2 of 8 steps), lifted in week 30" in shown(app)
    assert "The bill of each side" in shown(app)
    assert (address(app)["steps"], address(app)["relief"]) == ("2", "30")
    nothing = page("scenario", scenario="kuantan-outage", relief="30")
    assert "outage has no measure that an agreement could lift" in nothing.error[0].value


def test_both_bounds_are_computed_when_a_link_asks_for_them() -> None:
    assert "Over 52 weeks end uses lose" not in shown(page("scenario", scenario="quota-cut"))
    app = page("scenario", scenario="blacklist-us-defence", bracket="1")
    assert "without any adaptation" in shown(app)
    assert address(app)["bracket"] == "1"


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("scenario", {"lever": "tariff", "start": "100", "end": "500", "week": "300"}),
        ("scenario", {"lever": "tariff", "day": "9999-12-31"}),
        ("scenario", {"lever": "tariff", "day": "0001-01-01"}),
        ("scenario", {"scenario": "april-2025-licences", "relief": "300"}),
        ("chokepoints", {"threats": "april-2025-licences=0.01,full-export-stop=2"}),
        ("query", {"question": "who-is-hit", "p__minimum": "inf"}),
        ("query", {"question": "losses-in-week", "p__week": "9" * 20}),
    ],
)
def test_no_number_and_no_day_of_a_link_breaks_a_page(
    monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, str]
) -> None:
    monkeypatch.setattr(StoreKeeper, "wake", lambda keeper: setattr(keeper, "state", "starting"))
    page(name, **params)


def test_a_scenario_of_ones_own_is_a_link() -> None:
    params = {"lever": "outage", "target": "s_kuantan", "size": "100", "start": "0", "end": "8"}
    app = page("scenario", **params)
    assert "Outage of a site or a stage" in shown(app)
    assert address(app)["target"] == "s_kuantan"
    assert address(app)["end"] == "8"


@pytest.mark.usefixtures("own_folder")
def test_a_scenario_is_saved_renamed_copied_and_deleted() -> None:
    params = {"lever": "outage", "target": "s_kuantan", "size": "80", "end": "8"}
    app = page("scenario", **params)
    app.text_input(key="own-title").input("My outage").run()
    press(app, "Save as mine")
    assert app.selectbox(key="draft-scenario").value == "my-outage"
    assert address(app) == {"scenario": "my-outage"}
    assert "My outage" in shown(app)
    assert "Yours: My outage" in app.selectbox(key="draft-scenario").options
    assert "Yours: My outage" in page("scenario", **params).selectbox(key="draft-onto").options

    press(app, "Save a copy")
    assert address(app) == {"scenario": "my-outage-copy"}
    app.text_input(key="own-title").input("Quota cut").run()
    press(app, "Rename")
    assert r"quota\-cut is a scenario that ships" in app.error[0].value
    app.text_input(key="own-title").input("Another").run()
    press(app, "Rename")
    assert sorted(playing.own_scenarios().scenarios) == ["another", "my-outage"]

    for name in ("another", "my-outage"):
        kept = page("scenario", scenario=name)
        press(kept, "Delete")
        assert address(kept) == {"scenario": "april-2025-licences"}
    assert playing.own_scenarios().scenarios == {}


def test_a_link_carries_a_scenario_that_is_not_kept_here(own_folder: Path) -> None:
    mine = Scenario(
        name="x",
        title="Mine <b>",
        summary="S",
        levers=(Outage(name="out", sites=("s_kuantan",), end_week=8),),
        assumptions=(("STK07", 38.0),),
    )
    own_scenarios.save(own_folder, mine, mine.title)
    app = page("scenario", scenario="mine-b")
    link, said = whole_address(app), shown(app)
    assert set(link) == {"scenario", "plan"}
    assert "1 assumption changed. Car industry outside China" in said

    own_scenarios.delete(own_folder, "mine-b")
    other = page("scenario", **link)
    assert not other.warning
    assert shown(other) == said.replace("Yours: ", "From a link: ")
    assert "From a link: Mine <b>" in other.selectbox(key="draft-scenario").options
    assert whole_address(other) == link
    press(other, "Save as mine")
    assert playing.own_scenarios().scenarios["mine-b"].levers == mine.levers
    assert playing.own_scenarios().scenarios["mine-b"].assumptions == (("STK07", 38.0),)


def test_a_scenario_of_a_link_is_not_taken_for_one_kept_under_its_name(own_folder: Path) -> None:
    def stopped(site: str) -> Scenario:
        return Scenario("x", "Mine", f"{site} stops.", (Outage(name="out", sites=(site,)),))

    own_scenarios.save(own_folder, stopped("s_kuantan"), "Mine")
    plan = encode({"mine": stopped("m_bayan_obo")})
    app = page("scenario", scenario="mine", plan=plan)
    assert "m_bayan_obo stops." in shown(app).replace("\\", "")
    assert address(app) == {"scenario": "mine-from-link"}
    app.selectbox(key="draft-scenario").set_value("mine")
    press(app, "Run")
    assert "s_kuantan stops." in shown(app).replace("\\", "")
    assert address(app) == {"scenario": "mine"}


def test_a_link_that_is_damaged_says_so_and_shows_what_is_there() -> None:
    app = page("scenario", scenario="mine", plan="AAAA")
    warned = " ".join(re.sub(r"\\(.)", r"\1", each.value) for each in app.warning)
    assert "The scenario of this link cannot be read" in warned
    assert "Shown instead: “Export licences of April 2025”" in warned
    assert whole_address(app) == {"scenario": "april-2025-licences"}


def test_assumptions_of_a_file_can_be_changed_and_left(own_folder: Path) -> None:
    out = Outage(name="out", sites=("s_kuantan",), end_week=8)
    mine = Scenario("x", "Mine", "S", (out,), assumptions=(("STK07", 38.0),))
    own_scenarios.save(own_folder, mine, mine.title)
    app = page("scenario", scenario="mine")
    assert app.slider(key="assume-row-STK07").value == 38
    app.slider(key="assume-row-STK07").set_value(50.0).run()
    assert address(app)["assume"] == "STK07:50"
    press(app, "Back to the base values")
    assert address(app)["assume"] == "base"
    assert "assumption changed" not in shown(app)
    app.slider(key="assume-row-STK07").set_value(38.0).run()
    assert "assume" not in address(app)

    bad = Scenario("x", "Bad", "S", (out,), assumptions=(("STK99", 1.0),))
    own_scenarios.save(own_folder, bad, bad.title)
    assert "'STK99' is no assumption that a run can set" in page("scenario", scenario="bad").error[
        0
    ].value.replace("\\", "")


def test_a_link_to_a_scenario_that_is_not_here_says_so() -> None:
    app = page("scenario", scenario="my-secret", compare="<b>x</b>")
    warned = "\n".join(re.sub(r"\\(.)", r"\1", each.value) for each in app.warning)
    assert "There is no scenario called “my-secret” here" in warned
    assert "There is no scenario called “<b>x</b>” here" in warned
    assert "Shown instead: “Export licences of April 2025”" in warned
    app.run()
    assert len(app.warning) == 2
    app.selectbox(key="draft-scenario").set_value("quota-cut")
    press(app, "Run")
    assert len(app.warning) == 0


def test_a_scenario_that_does_not_fit_can_still_be_deleted(own_folder: Path) -> None:
    bad = Scenario("x", "x", "S", (Outage(name="out", sites=("nowhere",)),))
    own_scenarios.save(own_folder, bad, "Bad one")
    app = page("scenario", scenario="bad-one")
    assert "nowhere" in app.error[0].value
    press(app, "Delete")
    assert not app.error


def test_changed_assumptions_stand_in_the_link_and_beside_the_headline() -> None:
    before = shown(page("scenario"))
    app = page("scenario", assume="STK07:38")
    assert "1 assumption changed. Car industry outside China" in shown(app)
    assert "38 instead of 72" in shown(app)
    worth = [re.search(r"worth ([\d.]+)\sbn", text) for text in (before, shown(app))]
    assert all(worth)
    assert float(worth[0][1]) < float(worth[1][1])  # type: ignore[index]
    assert app.slider(key="assume-row-STK07").value == 38
    app.slider(key="assume-row-STK07").set_value(72.0).run()
    assert "assume" not in address(app)
    assert shown(app) == before
    app.slider(key="assume-row-LIC13").set_value(150.0).run()
    assert address(app)["assume"] == "LIC13:150"
    press(app, "Back to the base values")
    assert "assume" not in address(app)
    assert "assumption changed" not in shown(page("scenario", assume="STK07:x,nobody:4"))


def test_a_site_is_followed_through_the_run() -> None:
    app = page("scenario", site="eu_tesla", week="9")
    assert "in stock at component makers" in shown(app)
    assert "Why it loses: Tesla" in shown(app)
    assert address(app)["site"] == "eu_tesla"
    inside = page("scenario", box="magnet|JPN")
    assert inside.selectbox(key="site").label == "Site in Japan, magnet"
    press(inside, "All sites")
    assert inside.selectbox(key="site").label == "Site"
    assert "One site over time" in shown(page("scenario", box="x|y", site="nobody"))


def test_an_answer_stands_on_top_of_a_scenario() -> None:
    params = {"lever": "stockpile", "target": "USA", "size": "60", "start": "4", "end": "20"}
    app = page("scenario", onto="april-2025-licences", **params)
    assert "on top of “Export licences of April 2025”" in shown(app)
    assert "Side by side" in shown(app)
    assert address(app)["onto"] == "april-2025-licences"


def test_many_runs_are_drawn_when_asked_for() -> None:
    app = page("scenario", scenario="kuantan-outage", bands="1")
    assert "60 runs on 5 balances: end uses lose" in shown(app)
    assert address(app)["bands"] == "1"


def test_every_measure_opens_with_a_target() -> None:
    for lever in MEASURES:
        app = page("scenario", lever=lever, size=str(START_SIZES[lever]))
        assert not app.error, (lever, [error.value for error in app.error])


def test_a_measure_is_picked_from_its_card_told_and_run() -> None:
    app = page("scenario")
    app.segmented_control(key="way").set_value("own").run()
    assert address(app) == {"scenario": "april-2025-licences", "cards": "1"}
    assert "United States: 7 events since 2024" in shown(app)
    app.button(key="pick-tariff").click().run()
    assert (address(app)["lever"], address(app)["size"]) == ("tariff", "25")
    assert "cards" not in address(app)
    assert app.slider(key="draft-size").value == 25
    app.selectbox(key="draft-target").set_value("USA")
    app.slider(key="draft-size").set_value(40).run()
    assert f"United States puts a duty of 40{NBSP}% on magnets from China" in shown(app)
    assert address(app)["size"] == "25"  # a draft until it is run
    press(app, "Run")
    assert (address(app)["target"], address(app)["size"]) == ("USA", "40")
    app.segmented_control(key="way").set_value("kept").run()
    assert address(app) == {"scenario": "april-2025-licences"}


def test_the_day_of_week_0_dates_a_measure() -> None:
    params = {"lever": "outage", "target": "s_kuantan", "size": "100", "end": "8"}
    app = page("scenario", day="2025-11-03", **params)
    assert f"(3{NBSP}November{NBSP}2025 to 29{NBSP}December{NBSP}2025)" in shown(app)
    assert address(app)["day"] == "2025-11-03"
    assert "day" not in address(page("scenario", day="soon", **params))


def test_an_event_on_the_calendar_offers_its_scenario() -> None:
    app = page("scenario", scenario="quota-cut", event="PE026")
    assert "The scenario names no day: week 0 is drawn at the newest event" in shown(app)
    assert "Licences for seven medium and heavy rare earths" in shown(app)
    press(app, r"Run “Export licences of April 2025”")
    assert address(app) == {"scenario": "april-2025-licences", "event": "PE026"}
    assert f"Week 0 begins on 4{NBSP}April{NBSP}2025." in shown(app)
    params = {"lever": "outage", "target": "s_kuantan", "end": "8", "event": "PE051"}
    own = page("scenario", **params)
    press(own, f"Week 0 on 25{NBSP}November{NBSP}2025")
    assert address(own)["day"] == "2025-11-25"
    assert page("scenario", event="PE999").selectbox(key="event").value == ""


def test_an_impossible_scenario_is_said_and_not_raised() -> None:
    app = page("scenario", lever="outage", target="s_kuantan", start="9", end="4")
    assert "end_week must be later" in app.error[0].value.replace("\\", "")


def test_the_query_page_never_waits_for_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StoreKeeper, "wake", lambda keeper: setattr(keeper, "state", "starting"))
    app = page("query", question="who-is-hit", p__site="s_kuantan")
    assert "The graph store is starting" in shown(app)
    assert app.selectbox(key="p.site").value == "s_kuantan"
    assert "Read-only; at most 500 rows and 30 seconds." in shown(app)
    assert any("MATCH" in block.value for block in app.code)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ("worked out", "are being worked out"),
        ("none", "holds no figures on losing sites: too large."),
    ],
)
def test_a_question_on_figures_says_why_it_has_no_answer(
    monkeypatch: pytest.MonkeyPatch, figures: Figures, said: str
) -> None:
    def keeper_of(base: services.Base) -> StoreKeeper:
        return StoreKeeper(
            base.network, base.trace, state="running", figures=figures, figures_detail="too large"
        )

    monkeypatch.setattr(asking, "keeper_of", keeper_of)
    app = page("query", question="noticed-before-recovered")
    assert said in shown(app)
    assert not app.dataframe


def test_unknown_questions_and_parameters_fall_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StoreKeeper, "wake", lambda keeper: setattr(keeper, "state", "starting"))
    assert page("query", question="nothing").selectbox(key="question").value == (
        "china-share-by-stage"
    )
    app = page("query", question="who-is-hit", p__site="nobody", p__minimum="much", p__odd="1")
    assert app.selectbox(key="p.site").value == "s_kuantan"
    assert "p.odd" not in address(app)


def data_page(**params: str) -> AppTest:
    """The Data page; its address differs from its file, which a test knows after a first run."""
    app = page()
    app.query_params.update(params)
    app.switch_page("views/sources.py").run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize(
    ("tab", "expected"),
    [
        ("coverage", "What does not close"),
        ("validation", "None is a free output"),
        ("claims", "The published figure went in, so the two must agree"),
        ("events", "86 events"),
        ("ownership", "183 stakes in 120 sites and firms"),
        ("sources", "Pick a row to see the figures taken from it"),
        ("upload", "Nothing brought yet"),
        ("unknowns", "10 events whose end date has passed, state not verified"),
        ("years", "In 2025 China is highest with 270,000\u00a0t REO, 69\u00a0% of the world"),
    ],
)
def test_every_section_of_the_data_page_opens_by_link(tab: str, expected: str) -> None:
    app = data_page(tab=tab)
    assert app.title[0].value == "Data: can I trust it?"
    assert expected in shown(app)
    assert address(app) == ({} if tab == "coverage" else {"tab": tab})


def test_a_past_case_that_is_not_run_says_what_is_missing() -> None:
    app = data_page(tab="validation", past="quota-2011")
    assert "quota-2011 is not run" in shown(app)
    assert "imports or exports by month from 2010 to 2012" in shown(app)
    assert address(app) == {"tab": "validation", "past": "quota-2011"}
    assert data_page(tab="validation", past="<b>").session_state["past"] == "april-2025"


def test_events_are_filtered_and_picked_by_link() -> None:
    app = data_page(tab="events", instrument="export_licence", event="PE044")
    assert app.selectbox(key="instrument").value == "export_licence"
    assert "10 events" in shown(app)
    assert "suspension end date passed on 10 November 2026, status unverified" in shown(app)
    app.selectbox(key="actor").set_value("CHN").run()
    assert not app.exception
    assert address(app)["actor"] == "CHN"


def test_the_negotiators_of_the_article_are_marked_disputed() -> None:
    app = data_page(tab="events", event="PE033")
    assert "status: disputed" in shown(app)
    assert "named reports refute it" in shown(app)


def test_claims_about_one_thing_open_by_the_link_of_any_of_them() -> None:
    app = data_page(tab="claims", about="mine_mmr_2024_3")
    assert "Used 27,000\u00a0t\u00a0REO; others say 31,000 to 39,400\u00a0t\u00a0REO." in shown(app)
    assert "The article behind this project gives China over 70\u00a0% of capacity" in shown(app)
    assert address(app) == {"tab": "claims", "about": "mine_mmr_2024_1"}
    app.selectbox(key="about").set_value("negotiators_1").run()
    assert not app.exception
    assert "refuted: Mnuchin, Ross and Lighthizer for the USA" in shown(app)
    assert "Independent Sentinel" in shown(app)
    app.selectbox(key="about").set_value("").run()
    assert "348 claims about 121 things" in shown(app)
    assert address(app) == {"tab": "claims"}


def test_a_source_and_an_owner_open_by_link() -> None:
    app = data_page(tab="sources", source="usgs_mcs2026")
    assert "rows cite USGS Mineral Commodity Summaries 2026" in shown(app)
    app = data_page(tab="ownership", site="m_ngualla")
    assert "2 stakes in Ngualla" in shown(app)


def test_a_quantity_and_a_case_open_by_link() -> None:
    app = data_page(tab="years", quantity="price", material="Dy oxide", case="2010_embargo")
    assert app.selectbox(key="quantity").value == "price"
    assert app.selectbox(key="material").value == "Dy oxide"
    assert "In 2025 China is highest with 239\u00a0USD/kg" in shown(app)
    assert "they lie farthest apart for China in 2025: 224\u00a0USD/kg and 239" in shown(app)
    app.selectbox(key="measure").set_value("import_volume|t|month").run()
    assert not app.exception
    assert "rare earths, China to Japan, 8 values: highest 4,080\u00a0t in 2010-12" in shown(app)
    assert address(app) == {
        "tab": "years",
        "quantity": "price",
        "material": "Dy oxide",
        "case": "2010_embargo",
        "measure": "import_volume|t|month",
    }


@pytest.mark.parametrize(
    "params",
    [
        {"tab": "years", "quantity": "<b>", "material": "gold", "case": "x", "measure": "|"},
        {"tab": "years", "case": "other"},
        {"tab": "years", "quantity": "magnet_demand", "case": "quarters"},
        {"tab": "gold"},
        {"tab": "events", "instrument": "<b>", "actor": "XXX", "event": "nothing"},
        {"tab": "events", "instrument": "conflict", "actor": "AUS"},
        {"tab": "ownership", "site": "nobody"},
        {"tab": "ownership", "site": "m_bayan_obo"},
        {"tab": "sources", "source": "../../etc"},
        {"tab": "claims", "about": "<script>"},
    ],
)
def test_no_link_breaks_the_data_page(params: dict[str, str]) -> None:
    data_page(**params)
