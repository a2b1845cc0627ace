"""Scenario files: the shipped ones, and what is said about a bad one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loaders
from graph.errors import ScenarioError
from graph.model import Stage
from graph.network import Network
from graph.scenario import (
    LEVERS,
    Agreement,
    Blacklist,
    ContentRule,
    Destination,
    ExportLicence,
    Lever,
    NewCapacity,
    Outage,
    Pair,
    PriceFall,
    PriceFloor,
    PriceRule,
    PriorityRule,
    ProcurementRule,
    Quota,
    Recycling,
    Scenario,
    Stockpile,
    Substitution,
    Tariff,
    TechnologyBan,
    UnitCost,
    Whitelist,
)
from graph.spread import simulate
from graph.targets import check_targets
from graph.who import Who
from loaders.scenarios import HEAD as HEADS
from loaders.scenarios import KINDS, check, parse, read, scenarios, to_toml

DATA = Path(__file__).resolve().parent.parent / "data"
SHIPPED = scenarios(DATA)
NAMES = sorted(SHIPPED)

HEAD = 'title = "T"\nsummary = "S"\n'


@pytest.fixture(scope="module")
def network() -> Network:
    return loaders.load(DATA)


def test_the_promised_scenarios_are_there() -> None:
    assert {
        "april-2025-licences",
        "full-export-stop",
        "quota-cut",
        "blacklist-us-defence",
        "myanmar-outage",
        "agreement-relief",
        "kuantan-outage",
        *("licence-tightening", "white-and-black-lists", "price-pressure"),
        *("technology-restriction", "us-tariff", "cooperation-cut", "relief-price-fall"),
        *("escalation-ladder", "october-2025-package", "dfars-2027", "kalgoorlie-outage"),
        *("japan-embargo", "answer-none", "answer-stockpile", "answer-capacity-2028"),
        "answer-thrifting",
    } <= SHIPPED.keys()


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_names_its_sources(name: str) -> None:
    with (DATA / "sources.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    assert SHIPPED[name].sources
    assert set(SHIPPED[name].sources) <= known


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_fits_the_shipped_network(name: str, network: Network) -> None:
    assert SHIPPED[name].snapshot in loaders.snapshots()
    assert check_targets(network, SHIPPED[name])
    result = simulate(network, SHIPPED[name], weeks=40)
    assert any(item.first_loss_week is not None for item in result.sites)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_scenarios_come_back_from_text_unchanged(name: str) -> None:
    assert parse(to_toml(SHIPPED[name]), name) == SHIPPED[name]


def test_relief_is_the_april_licence_lifted_in_week_12(network: Network) -> None:
    april, relief = SHIPPED["april-2025-licences"], SHIPPED["agreement-relief"]
    assert relief.levers[0] == april.levers[0]
    assert isinstance(relief.levers[1], Agreement)
    assert relief.levers[1].start_week == 12
    without, lifted = simulate(network, april), simulate(network, relief)
    before = {item.id: item.activity[:12] for item in without.sites}
    assert {item.id: item.activity[:12] for item in lifted.sites} == before
    assert sum(item.lost_usd or 0 for item in lifted.end_uses) < 0.8 * sum(
        item.lost_usd or 0 for item in without.end_uses
    )


def test_dates_become_weeks_since_the_start() -> None:
    scenario = parse(
        HEAD
        + """
        start = 2025-04-04
        [[lever]]
        kind = "outage"
        sites = ["a"]
        start = 2025-04-18
        end = "2025-05-08"
        """,
        "dated",
    )
    assert scenario.start == "2025-04-04"
    (lever,) = scenario.levers
    assert (lever.name, lever.start_week, lever.end_week) == ("outage", 2, 4)


EVERY_KIND: tuple[Lever, ...] = (
    ExportLicence(
        name="licence",
        approval=((0.0, 0.1), (30.0, 0.5)),
        destinations=(Destination("USA", delay_days=5.0, ceiling=0.5), Destination("JPN")),
        general_licences=(Pair("a", "b"), Pair(buyer="c")),
    ),
    Quota(name="quota", scope="export", kept=0.5, destinations=("USA",), elements=("Dy",)),
    Blacklist(name="list", buyers=("x",), sectors=("defence",), re_export=True, start_week=3),
    Whitelist(name="white", pairs=(Pair(seller="a"),), exempt_from=("list",)),
    Outage(name="out", countries=("MMR",), stage=Stage.MINE, remaining=0.25, end_week=4),
    Agreement(name="truce", lifts=("licence", "list"), start_week=12),
    ContentRule(name="content", threshold=0.01, refused=("defence",)),
    ProcurementRule(name="buy", buyers=Who(countries=("USA",), sectors=("defence",))),
    Tariff(name="duty", rate=0.25, sellers=Who(countries=("CHN",)), hs_codes=("8505",)),
    PriceRule(name="floor", mode="floor", size=82.0, price=49.0),
    PriceFall(name="fall", price=55.0, costs=(UnitCost("a", 60.0), UnitCost("b", 44.0))),
    TechnologyBan(name="know-how", hosts=Who(stages=("magnet",)), decay_per_year=0.1),
    Stockpile(name="lay in", action="build", material="ndfeb", days=60.0, end_week=26),
    NewCapacity(name="plant", material="ndfeb", tonnes_per_year=7000.0, start_week=52),
    Recycling(name="scrap", material="ndpr_oxide", share=0.04),
    Substitution(name="thrift", elements=("Dy", "Tb"), share=0.5),
    PriceFloor(name="paid", usd_per_kg=110.0, sites=("a",)),
    PriorityRule(name="first", buyers=Who(sectors=("defence",)), sellers=Who(countries=("USA",))),
)


def test_every_kind_of_lever_comes_back_from_text_unchanged() -> None:
    assert {type(lever) for lever in EVERY_KIND} == set(LEVERS)
    scenario = Scenario("all", "T", "S", EVERY_KIND, ("x_2025",), ("e",), "latest", "2025-04-04")
    assert parse(to_toml(scenario), "all") == scenario


def test_assumptions_stand_in_a_table_of_their_own() -> None:
    levers = '[[lever]]\nkind = "outage"\nsites = ["a"]\n'
    table = "[assumptions]\nSTK07 = 90\nELA01 = -0.1\n"
    first, last = (parse(HEAD + told, "s") for told in (table + levers, levers + table))
    assert first == last
    assert first.assumptions == (("ELA01", -0.1), ("STK07", 90.0))
    assert parse(to_toml(first), "s") == first
    for told, says in (
        ("assumptions = 4", r"assumptions stand in a table \[assumptions\], got 4"),
        ("[assumptions]\nSTK07 = true", "STK07 is a number"),
        ("[assumptions]\nSTK07 = nan", "STK07 is a number"),
        ("[assumptions]\n" + "".join(f"A{n} = 1\n" for n in range(101)), "at most 100"),
    ):
        with pytest.raises(ScenarioError, match=says):
            parse(HEAD + told, "s")


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_comes_back_unchanged(text: str) -> None:
    scenario = Scenario("s", text, text, (Outage(name=text, sites=(text,)),), events=(text,))
    assert parse(to_toml(scenario), "s") == scenario


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = ", "bad: no valid TOML"),
        ("title = 'T'\nsummary = S", "bad, line 2: no valid TOML"),
        ('summary = "S"', "title must be a text, got None"),
        (HEAD + 'levers = "x"', "bad, line 3: unknown key 'levers'; expected lever"),
        (HEAD + 'lever = "x"', r"levers stand in \[\[lever\]\] tables"),
        (HEAD + "sources = [1]", "sources is a list of texts"),
        (HEAD + "start = 4", "4 is no date such as 2025-04-04"),
        (HEAD + "start = 9999-12-31", "start is a day from 1900-01-01 to 2199-12-31, got 9999"),
        (
            HEAD + '[[lever]]\nkind = "tarif"',
            "no lever of kind 'tarif'; the kinds are export_licence",
        ),
        (HEAD + '[[lever]]\nkind = "quota"\nkept = 0.5', "bad, line 3: quota: scope is missing"),
        (
            HEAD + '[[lever]]\nkind = "outage"\nsite = ["a"]',
            "bad, line 5: outage: unknown key 'site'; expected sites",
        ),
        (HEAD + '[[lever]]\nkind = "outage"\nsites = "a"', "sites is a list of texts, got 'a'"),
        (HEAD + '[[lever]]\nkind = "outage"\nsites = ["a"]\nstage = "shop"', "is one of mine"),
        (
            HEAD + '[[lever]]\nkind = "outage"\nsites = ["a"]\nremaining = "half"',
            "remaining is a number up to a million million, got 'half'",
        ),
        (
            HEAD + '[[lever]]\nkind = "outage"\nsites = ["a"]\nstart = 2025-04-04',
            "dates need a `start` at the top",
        ),
        (
            HEAD
            + 'start = 2025-04-04\n[[lever]]\nkind = "outage"\nsites = ["a"]\nend = 2025-04-01',
            "lies before the start",
        ),
        (
            HEAD + '[[lever]]\nkind = "export_licence"\napproval = [1, 2]',
            r"approval is a list of \[day, share\]",
        ),
        (
            HEAD + '[[lever]]\nkind = "whitelist"\npairs = ["a"]',
            "pairs: table 1 is a table such as",
        ),
        (
            HEAD + '[[lever]]\nkind = "outage"\nsites = ["a"]\nremaining = 7.0',
            "share from 0 to 1, got 7.0",
        ),
    ],
)
def test_a_bad_file_is_told_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        parse(text, "bad")


def test_all_problems_of_a_file_are_told_at_once_each_with_its_line() -> None:
    text = """
title = 7
summary = '''
[[lever]] is only a word here, and so is kind = "x"
'''
colour = "red"

[[lever]]  # nothing wrong
kind = "outage"
sites = ["a"]

[[lever]]
kind = "export_licence"
destinations = [
    {country = "USA"},
    {land = "JPN"},
]
buyers = {countries = "USA"}
caught = 2
end_week = 4.5

[[lever]]
kind = "quotas"
"""
    found = check(text.encode(), "bad", "bad.toml")
    assert found.scenario is None
    assert [(each.file, each.line, each.what) for each in found.problems] == [
        ("bad.toml", 6, f"unknown key 'colour'; expected one of {', '.join(HEADS)}"),
        ("bad.toml", 2, "title must be a text, got 7"),
        (
            *("bad.toml", 14),
            "export_licence: destinations: table 2: unknown key 'land'; expected "
            "one of country, delay_days, ceiling, caught",
        ),
        ("bad.toml", 18, "export_licence: buyers: countries is a list of texts, got 'USA'"),
        ("bad.toml", 20, "export_licence: end_week is a whole number up to 10,000, got 4.5"),
        ("bad.toml", 23, f"no lever of kind 'quotas'; the kinds are {', '.join(KINDS)}"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = " + "[" * 5000, "too many brackets"),
        ("x = " + "9" * 5000, "no valid TOML"),
        ("#" * 70_000, "is larger than the 65,536 bytes"),
        (HEAD + '[[lever]]\nkind = "tariff"\nrate = nan', "rate is a number up to"),
        (HEAD + '[[lever]]\nkind = "tariff"\nrate = true', "rate is a number up to"),
        (HEAD + '[[lever]]\nkind = "outage"\nsites = ["a"]\nname = 5', "name is a text, got 5"),
        (HEAD + '[[lever]]\nkind = ["outage"]', "no lever of kind"),
        (HEAD + '[[lever]]\nkind = "outage"\nsites = ["a"]\nramp_weeks = 99999', "up to 10,000"),
        (HEAD + '[[lever]]\nkind = "whitelist"\npairs = 5', "pairs is a list of tables, got 5"),
        (HEAD + '[[lever]]\nkind = "outage"\nsites = ["a"]\n' * 101, "at most 100 levers"),
        (
            HEAD + '[[lever]]\nkind = "price_fall"\nprice = 5\ncosts = [{site = "a"}]',
            "usd_per_kg is missing",
        ),
    ],
)
def test_what_would_harm_is_refused(text: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        parse(text, "bad")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot read the scenario"):
        read(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(ScenarioError, match=r"latin\.toml: is not UTF-8"):
        read(tmp_path / "latin.toml")


def test_what_is_wrong_is_told_shortly_however_long_it_is() -> None:
    """And nothing of it steers a terminal."""
    kind = "y" * 9000 + "\\u001b[31m"
    (problem,) = check(
        f'title = "t"\nsummary = "s"\n[[lever]]\nkind = "{kind}"'.encode(), "x"
    ).problems
    assert len(str(problem)) < 700
    assert str(problem).startswith("x, line 4: no lever of kind 'yyy")
    (problem,) = check(b"", "a\x00\ufeff" + "b" * 9000).problems[:1]
    assert len(str(problem)) < 700
    assert "\x00" not in str(problem)
