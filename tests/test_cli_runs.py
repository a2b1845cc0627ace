"""`simulate --store` and `runs` on the shipped tables and the real store."""

from __future__ import annotations

import json

import pytest
from states import ask

from graph import store
from ui.cli import main
from ui.viewmodels.stored import ASK

Capture = pytest.CaptureFixture[str]
OUTAGE = ("simulate", "kuantan-outage", "--weeks", "30")


@pytest.fixture(autouse=True)
def no_runs(capsys: Capture) -> None:
    assert main(["load"]) == 0
    with store.connect(read_only=False) as opened:
        for run in opened.runs():
            opened.delete_run(run.name)
    capsys.readouterr()


def listed(capsys: Capture) -> list[dict[str, object]]:
    assert main(["runs", "--format", "json"]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_a_run_is_stored_as_it_is_printed(capsys: Capture) -> None:
    assert main(["simulate", "april-2025-licences", "--format", "json", "--store"]) == 0
    said = capsys.readouterr()
    printed = json.loads(said.out)
    assert "stored as 'april-2025-licences'" in said.err
    (run,) = listed(capsys)
    assert (run["name"], run["snapshot"], run["seed"]) == (printed["scenario"], "2025", 7)
    assert (run["weeks"], run["scenario"]) == (52, "april-2025-licences")
    keys = ("lost_share", "lost_units", "lost_usd", "first_loss_week", "worst_week")
    hit = {
        loss["id"]: [loss[key] for key in keys]
        for loss in printed["end_uses"]
        if loss["first_loss_week"] is not None
    }
    assert len(hit) > 10
    found = ask(
        "MATCH (:Scenario)-[h:HITS]->(e:EndUse) WHERE h.lost_units IS NOT NULL "
        f"RETURN e.id, {', '.join(f'h.{key}' for key in keys)}"
    )
    assert {id: values for id, *values in found} == hit
    activity = {site["id"]: site["activity"] for site in printed["sites"]}
    by_week = ask("MATCH (:Scenario)-[h:HITS]->(s) RETURN s.id, h.lost_share_by_week")
    assert len(by_week) == run["sites_hit"]
    assert [weeks for _, weeks in by_week] == [
        [1 - made for made in activity[id]] for id, _ in by_week
    ]
    limits = ask(
        "MATCH (:Scenario)-[:APPLIES]->(m:Measure)-[l:LIMITS]->(s:Site) WHERE l.lost_tonnes > 0 "
        "RETURN m.name, s.id"
    )
    named = {(cause["lever"], cause["site"]) for cause in printed["because"] if cause["site"]}
    assert named
    assert named <= {(str(lever), site) for lever, site in limits}


def test_the_query_of_the_page_names_every_site_on_the_way() -> None:
    """On the whole chain, against lists put together here: the server plans by size."""
    assert main(["simulate", "full-export-stop", "--store"]) == 0
    hits = ask(
        "MATCH (:Scenario)-[h:HITS]->(e:EndUse) WHERE h.lost_share > 0 "
        "RETURN e.id, h.through, h.through_share"
    )
    expected = sorted(
        (str(use), str(site), share)
        for use, sites, shares in hits
        for site, share in zip(sites, shares, strict=True)  # type: ignore[call-overload]
    )
    assert len(expected) > 1000
    by_id = ASK.replace("use.name", "use.id").replace("plant.name", "plant.id")
    with store.connect() as opened:
        found = opened.run(by_id, limit=10_000).rows
    assert (
        sorted((str(use), str(plant), share) for _, use, _, _, plant, _, share in found) == expected
    )


def test_runs_are_named_listed_replaced_and_deleted(capsys: Capture) -> None:
    assert main([*OUTAGE, "--store", "first try"]) == 0
    assert main([*OUTAGE, "--store"]) == 0
    assert main(["simulate", "kuantan-outage", "--weeks", "10", "--seed", "1", "--store"]) == 0
    capsys.readouterr()
    assert [(run["name"], run["weeks"], run["seed"]) for run in listed(capsys)] == [
        ("first try", 30, 7),
        ("kuantan-outage", 10, 1),
    ]
    assert main(["runs"]) == 0
    head, *_ = capsys.readouterr().out.strip().splitlines()
    assert head.split() == [
        *("name", "scenario", "snapshot", "seed", "weeks", "stored", "measures", "sites", "hit"),
        *("lost", "usd"),
    ]
    assert main(["runs", "--delete", "first-try"]) == 2
    assert "Did you mean first try?" in capsys.readouterr().err
    assert main(["runs", "--delete", "first try"]) == 0
    assert capsys.readouterr().out == "deleted first try\n"
    assert [run["name"] for run in listed(capsys)] == ["kuantan-outage"]


def test_a_load_of_another_state_says_which_runs_go(capsys: Capture) -> None:
    assert main([*OUTAGE, "--store", "mine"]) == 0
    assert main(["load"]) == 0
    capsys.readouterr()
    assert [run["name"] for run in listed(capsys)] == ["mine"]
    assert main(["load", "--snapshot", "latest"]) == 0
    assert "made on another network: the runs mine" in capsys.readouterr().err
    assert listed(capsys) == []
    assert main([*OUTAGE, "--store", "mine"]) == 1
    assert "holds another network" in capsys.readouterr().err
    assert listed(capsys) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--store", "--compare", "full-export-stop"), "--store keeps one run"),
        (("--store", "--runs", "5"), "--store keeps one run"),
        (("--store", "--bracket"), "--store keeps one run"),
    ],
)
def test_many_runs_are_not_stored(capsys: Capture, options: tuple[str, ...], said: str) -> None:
    assert main([*OUTAGE, *options]) == 2
    assert said in capsys.readouterr().err


def test_a_name_that_cannot_be_is_told_before_the_run(capsys: Capture) -> None:
    assert main([*OUTAGE, "--store", "a/b"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "letters, digits" in said.err
