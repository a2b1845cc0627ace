"""`magnetrace scenarios`, `simulate` and `backtest`: what they print, and from which files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from command_line import ROOT, rows, run

END_USE_KEYS = [
    *("id", "name", "sector", "country", "unit", "baseline_per_week", "lost_units"),
    *("deferred_units", "lost_share", "lost_usd", "first_loss_week", "worst_week"),
    *("worst_share", "recovered_week"),
]


def test_scenarios_are_listed() -> None:
    names = {row["name"] for row in rows(run("scenarios", "--format", "json"))}
    assert {
        *("april-2025-licences", "full-export-stop", "quota-cut"),
        *("blacklist-us-defence", "myanmar-outage", "agreement-relief"),
    } <= names


def test_simulate_prints_the_promised_keys() -> None:
    done = run("simulate", "full-export-stop", "--weeks", "8", "--seed", "3", "--format", "json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert list(result)[:7] == [
        *("scenario", "snapshot", "weeks", "seed", "end_uses", "sites", "because")
    ]
    assert (result["scenario"], result["weeks"], result["seed"]) == ("full-export-stop", 8, 3)
    assert list(result["end_uses"][0]) == END_USE_KEYS
    assert len(result["sites"][0]["activity"]) == 8


def test_simulate_is_the_same_for_the_same_seed() -> None:
    call = ("simulate", "april-2025-licences", "--weeks", "12", "--format", "csv")
    first, second = run(*call), run(*call)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert first.stdout != run(*call, "--seed", "8").stdout


def test_many_runs_carry_bands() -> None:
    call = ("simulate", "april-2025-licences", "--runs", "3", "--balances", "2", "--weeks", "16")
    done = run(*call, "--format", "json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["runs"], result["balances"], result["seed"]) == (3, 2, 7)
    assert list(result["end_uses"][0]["lost_share"]) == ["low", "median", "high"]
    assert len(result["end_uses"][0]["weekly"]) == 16
    assert "nine runs of ten" in run(*call).stdout
    refused = run(*call, "--compare", "agreement-relief")
    assert refused.returncode == 2
    assert "--runs, --bracket and --compare each stand alone" in refused.stderr


def test_several_scenarios_stand_below_each_other() -> None:
    call = ("simulate", "answer-none", "--compare", "answer-stockpile", "--weeks", "30")
    done = run(*call)
    assert done.returncode == 0, done.stderr
    assert "answer-stockpile" in done.stdout
    many = csv.DictReader(run(*call, "--format", "csv").stdout.splitlines())
    assert {row["scenario"] for row in many} == {"answer-none", "answer-stockpile"}
    assert json.loads(run(*call, "--format", "json").stdout)["compared"][0]["scenario"] == (
        "answer-stockpile"
    )


def test_simulate_says_the_finding_and_shows_the_worst_hit() -> None:
    done = run("simulate", "full-export-stop", "--weeks", "20")
    assert done.returncode == 0, done.stderr
    title, finding = done.stdout.splitlines()[:2]
    assert title == "Nothing leaves China (snapshot 2025, seed 7)"
    assert "lose output within 20 weeks" in finding
    assert "because: " in done.stdout


def test_simulate_prints_both_bounds() -> None:
    call = ("simulate", "full-export-stop", "--weeks", "40", "--bracket")
    done = run(*call)
    assert done.returncode == 0, done.stderr
    assert "without any adaptation" in done.stdout.splitlines()[1]
    found = json.loads(run(*call, "--format", "json").stdout)
    assert list(found) == [
        *("scenario", "snapshot", "weeks", "seed", "end_uses", "lost_share", "lost_usd"),
        *("rounds", "blocks", "notes"),
    ]
    whole = found["lost_usd"]
    assert whole["no_adaptation"] > whole["weekly"] > whole["best_case"] > 0
    first = next(csv.DictReader(io.StringIO(run(*call, "--format", "csv").stdout)))
    assert first["id"] == found["end_uses"][0]["id"]
    assert float(first["lost_share_weekly"]) == found["end_uses"][0]["lost_share"]["weekly"]


def test_simulate_takes_a_file_of_your_own(tmp_path: Path) -> None:
    source = (ROOT / "data" / "scenarios" / "myanmar-outage.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(source, encoding="utf-8")
    done = run("simulate", "mine.toml", "--weeks", "4", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    missing = run("simulate", "other.toml", cwd=tmp_path)
    assert missing.returncode == 1
    assert "other.toml" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_simulate_takes_the_assumptions_of_a_file(tmp_path: Path) -> None:
    source = (ROOT / "data/scenarios/april-2025-licences.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(source, encoding="utf-8")
    few = source.replace("[[lever]]", "[assumptions]\nSTK07 = 38\n\n[[lever]]", 1)
    (tmp_path / "few.toml").write_text(few, encoding="utf-8")
    call = ("simulate", "mine.toml", "--compare", "few.toml", "--weeks", "16", "--format", "json")
    done = run(*call, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    def lost(one: dict[str, list[dict[str, float | None]]]) -> float:
        return sum(loss["lost_usd"] or 0.0 for loss in one["end_uses"])

    assert lost(found["compared"][0]) > 2 * lost(found)
    (tmp_path / "few.toml").write_text(few.replace("38", "3800"), encoding="utf-8")
    wrong = run("simulate", "few.toml", "--weeks", "4", cwd=tmp_path)
    assert wrong.returncode == 1
    assert "STK07 lies between" in wrong.stderr


def test_a_past_case_as_table_csv_and_json() -> None:
    done = run("backtest", "april-2025", "--runs", "2", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == [
        *("case", "title", "snapshot", "reason", "start", "seeds", "months", "destinations"),
        *("targets", "errors", "calibration", "notes"),
    ]
    assert (found["snapshot"], found["seeds"]) == ("pre-shock", [7, 8])
    (trough,) = [t for t in found["targets"] if t["id"] == "T1"]
    assert (trough["verdict"], trough["runs"], trough["nature"]) == ("pass", 2, "fitted")
    done = run("backtest", "japan-2010", "--runs", "1", "--show", "targets", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["id"], row["verdict"]) for row in rows] == [
        ("J1", "fail"),
        ("J2", "pass"),
        ("J3", "fail"),
    ]
    done = run("backtest", "price-2021", "--runs", "1")
    assert done.returncode == 0
    assert "P1" in done.stdout
    assert "note: Pr-Nd oxide cost 598,000 CNY a tonne" in done.stdout
    listed = run("backtest", "--format", "csv").stdout.splitlines()
    assert [row.split(",")[0] for row in listed[1:]] == [
        *("april-2025", "japan-2010", "price-2021", "quota-2011"),
    ]


def test_a_past_case_that_is_not_run_is_a_problem_and_an_unknown_one_wrong_usage() -> None:
    refused = run("backtest", "quota-2011")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("magnetrace: quota-2011 is not run, since an honest run needs")
    unknown = run("backtest", "april-2052")
    assert unknown.returncode == 2
    assert "Did you mean april-2025" in unknown.stderr
