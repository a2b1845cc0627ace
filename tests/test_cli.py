"""The command line as a user meets it: a process, its output, its exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

from loaders.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
END_USE_KEYS = [
    *("id", "name", "sector", "country", "unit", "baseline_per_week", "lost_units"),
    *("deferred_units", "lost_share", "lost_usd", "first_loss_week", "worst_week"),
    *("worst_share", "recovered_week"),
]
SHARE_KEYS = {
    *("stage", "material", "country", "measure", "basis", "share", "tonnes", "year"),
    *("published_used_as_input", "coverage", "sources"),
}


def environment(**more: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MAGNETRACE", "NEO4J"))}
    return clean | {"PYTHONPATH": str(ROOT)} | more


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user's folder of its own, so that the store of whoever runs the tests is left alone."""
    folder = tmp_path_factory.mktemp("home")
    yield folder
    run("stop", home=folder)


def run(
    *arguments: str, home: Path | None = None, cwd: Path | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    more = {} if home is None else {"MAGNETRACE_STATE": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        env=environment(**more),
        cwd=cwd or ROOT.parent,
        input=typed,
        capture_output=True,
        text=True,
        timeout=180,
    )


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data with a stage that does not exist in the first row of sites.csv."""
    folder = tmp_path_factory.mktemp("broken") / "data"
    shutil.copytree(ROOT / "data", folder)
    path = folder / "sites.csv"
    table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    table[1][table[0].index("stage")] = "smelting"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table)
    return folder


def test_help_lists_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    listed = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ")}
    assert {"explore", "check", "load", "shares", "scenarios", "simulate", "queries"} <= listed
    assert {"query", "shell", "status", "stop"} <= listed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "the following arguments are required: COMMAND (see: magnetrace --help)"),
        (
            ("shares", "--format", "xml"),
            "argument --format: invalid choice: 'xml' (choose from 'table', 'csv', 'json') "
            "(see: magnetrace shares --help)",
        ),
        (("shares", "--snapshot", "later"), "There is no snapshot called 'later'."),
        (
            ("simulate", "april-2025-licences", "--weeks", "0"),
            "argument --weeks: expected a whole number from 1 to 520, got '0' "
            "(see: magnetrace simulate --help)",
        ),
        (
            ("simulate", "april-2025-licence"),
            "There is no scenario called 'april-2025-licence'. Did you mean april-2025-licences?",
        ),
        (
            ("query",),
            "expected the name of a saved question, --cypher TEXT or --file PATH, one of the three",
        ),
        (("query", "--file", "no.cypher"), "no.cypher cannot be read (No such file or directory)"),
        (("query", "--cypher", "RETURN 1", "--param", "x"), "--param expects NAME=VALUE, got 'x'"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], sentence: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"magnetrace: {sentence}")
    assert done.stderr.count("\n") == 1


def test_unknown_question_suggests() -> None:
    done = run("query", "single-supplierz")
    assert done.returncode == 2
    assert done.stderr.startswith("magnetrace: There is no question called 'single-supplierz'.")
    assert "Traceback" not in done.stderr


def test_missing_folder_is_a_problem_of_the_run(tmp_path: Path) -> None:
    done = run("shares", "--data", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_traceback_only_on_debug(broken: Path) -> None:
    assert "Traceback" not in run("shares", "--data", str(broken)).stderr
    assert "Traceback" in run("shares", "--data", str(broken), "--debug").stderr
    assert "Traceback" in run("--debug", "shares", "--data", str(broken)).stderr


def test_shares_as_json_from_any_folder(tmp_path: Path) -> None:
    found = rows(run("shares", "--format", "json", cwd=tmp_path))
    assert set(found[0]) >= SHARE_KEYS
    (mined,) = (
        row
        for row in found
        if (row["stage"], row["material"], row["country"]) == ("mine", "REO", "CHN")
        and row["basis"] == "computed"
    )
    assert mined["tonnes"] == 270000.0
    assert mined["published_used_as_input"] is True
    assert {row["basis"] for row in found} == {"computed", "published"}


def test_shares_of_a_stage_add_up() -> None:
    found = rows(run("shares", "--format", "json", "--snapshot", "pre-shock"))
    sums: dict[tuple[object, ...], float] = {}
    for row in found:
        if row["basis"] == "computed" and row["measure"] == "output":
            key = (row["stage"], row["material"])
            sums[key] = sums.get(key, 0.0) + float(str(row["share"]))
    assert len(sums) >= 4
    assert all(total == pytest.approx(1.0) for total in sums.values())


def test_shares_as_csv_and_table_say_the_same() -> None:
    table = run("shares")
    sheet = run("shares", "--format", "csv")
    assert table.returncode == sheet.returncode == 0
    first = next(csv.DictReader(io.StringIO(sheet.stdout)))
    line = table.stdout.splitlines()[3].split()
    assert line[:3] == [first["stage"], first["material"], first["country"]]
    assert line[5] == f"{float(first['share']):.1%}"


def test_check_of_the_shipped_data_finds_no_problem() -> None:
    done = run("check", "--format", "json")
    assert done.returncode == 0, done.stdout
    report = json.loads(done.stdout)
    assert report["problems"] == []
    assert {"mine", "separation", "metal_alloy", "magnet"} <= {
        row["stage"] for row in report["comparisons"]
    }
    assert report["imbalances"]
    assert report["disagreements"]


def test_check_prints_every_group_of_claims_the_one_in_use_first() -> None:
    done = run("check", "--show", "claims", "--format", "csv")
    assert done.returncode == 0, done.stdout
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    claims = [row for row in found if row["about"] == "Mine output of Myanmar in 2024"]
    assert [(row["standing"], float(row["value"])) for row in claims] == [
        ("used", 27000),
        ("other", 31000),
        ("other", 39400),
    ]
    assert all(row["reason"] for row in found)
    shown = run("check").stdout
    assert f"{len(found)}; magnetrace check --show claims" in shown
    assert "Mine output of Myanmar" not in shown


def test_check_says_file_line_and_column_of_every_problem(broken: Path) -> None:
    done = run("check", "--data", str(broken))
    assert done.returncode == 1
    assert "sites.csv, line 2, column stage" in done.stdout
    assert "smelting" in done.stdout
    found = json.loads(run("check", "--data", str(broken), "--format", "json").stdout)
    assert found["problems"][0]["file"] == "sites.csv"
    assert found["problems"][0]["line"] == 2


def test_own_tables_lie_over_the_shipped_ones(tmp_path: Path) -> None:
    assert run("template", "mine", cwd=tmp_path).returncode == 0
    with (tmp_path / "mine" / "needs.csv").open("a", encoding="utf-8") as file:
        file.write("eu_midea,ndfeb,4001,,,assumed,own_assumption,\n")
    over = ("--data", str(tmp_path / "mine"), "--mode", "overlay")
    done = run("check", *over, "--format", "json", home=tmp_path)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["changes"] == [
        {"table": "needs", "added": 0, "changed": 1, "removed": 0, "same": 12}
    ]
    for command in (("shares",), ("scenarios",), ("simulate", "quota-cut", "--weeks", "2")):
        assert run(*command, *over, home=tmp_path).returncode == 0, command
    alone = run("check", "--data", str(tmp_path / "mine"))
    assert alone.returncode == 1
    assert "the source is not listed" in alone.stdout
    again = run("template", "mine", cwd=tmp_path)
    assert again.returncode == 1
    assert "needs.csv: the file is there already" in again.stderr
    packed = run("template", "all.zip", "--filled", cwd=tmp_path)
    assert packed.stdout == f"{len(TABLES) + 2} files in all.zip. README.txt explains them.\n"
    told = run("check", "--data", "all.zip", cwd=tmp_path)
    assert told.returncode == 0
    assert "Tables that differ from the shipped ones, in rows: none" in told.stdout


def test_a_mode_without_tables_is_wrong_usage() -> None:
    done = run("check", "--mode", "overlay")
    assert done.returncode == 2
    assert "name them with --data PATH" in done.stderr


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


def test_a_reader_that_leaves_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "shares", "--format", "json"],
        env=environment(),
        cwd=ROOT.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_store_is_filled_asked_and_stopped(home: Path) -> None:
    count = ("query", "--cypher", "MATCH (s:Site {country: $c}) RETURN s.id AS id ORDER BY id")
    found = rows(run(*count, "--param", "c=AUS", "--format", "json", home=home))
    assert {"id": "m_mt_weld"} in found
    shown = run("status", home=home)
    assert shown.returncode == 0
    assert shown.stdout.startswith("embedded: running at bolt://127.0.0.1:")
    assert "holds snapshot 2025" in shown.stdout
    short = run(*count, "--param", "c=AUS", "--limit", "1", "--format", "csv", home=home)
    assert short.stdout.splitlines()[0] == "id"
    assert len(short.stdout.splitlines()) == 2
    assert "only the first 1 row" in short.stderr
    assert run("stop", home=home).stdout == "stopped\n"
    assert run("stop", home=home).stdout == "the embedded store was not running\n"
    assert run("status", home=home).stdout == "embedded: not running\n"


def test_the_store_refuses_to_be_written_by_a_query(home: Path) -> None:
    done = run("query", "--cypher", "MATCH (s:Site) SET s.country = 'XXX'", home=home)
    assert done.returncode == 1
    assert "open for reading only" in done.stderr
    wrong = run("query", "--cypher", "MATCH (s:Site RETURN s", home=home)
    assert wrong.returncode == 1
    assert "The query is not valid" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_a_saved_question_is_answered(home: Path) -> None:
    found = rows(
        run("query", "who-is-hit", "--param", "site=s_kuantan", "--format", "json", home=home)
    )
    assert found
    wrong = run("query", "who-is-hit", "--param", "minimum=much", home=home)
    assert wrong.returncode == 2
    assert "must be a number; got 'much'" in wrong.stderr


def test_a_query_comes_from_a_file_or_standard_input(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "q.cypher"
    file.write_text(
        "// title: Sites of a country\n// parameter: c | text | EST | | Country\n\n"
        "MATCH (s:Site {country: $c}) RETURN s.id AS id ORDER BY id;\n"
    )
    asked = ("query", "--file", str(file), "--format", "csv")
    assert run(*asked, home=home).stdout.splitlines()[1:] == [
        "ma_neo_narva_alloy",
        "mg_neo_narva",
        "s_silmet",
    ]
    assert "m_mt_weld" in run(*asked, "--param", "c=AUS", home=home).stdout
    assert "parameter of q called 'd'" in run(*asked, "--param", "d=1", home=home).stderr
    piped = run(
        *("query", "--file", "-", "--format", "graphml"),
        home=home,
        typed="MATCH p = (:Site {id: 's_silmet'})-[:SUPPLIES]->() RETURN p",
    )
    assert piped.returncode == 0, piped.stderr
    graph = nx.parse_graphml(piped.stdout, force_multigraph=True)
    assert "s_silmet" in {node["id"] for _, node in graph.nodes(data=True)}
    assert {edge["type"] for _, _, edge in graph.edges(data=True)} == {"SUPPLIES"}
    assert run("query", "--file", "-", home=home, typed="// nothing\n").returncode == 2


def test_a_question_of_ones_own_is_listed_and_asked(home: Path) -> None:
    (home / "questions").mkdir(parents=True)
    (home / "questions" / "mine.cypher").write_text(
        "// title: Mine\n// parameter: n | number | 4 | | n\n// column: x | share |\n\n"
        "RETURN $n / 8.0 AS x"
    )
    listed = {each["name"]: each for each in rows(run("queries", "--format", "json", home=home))}
    assert listed["mine"]["title"] == "Mine"
    assert "who-is-hit" in listed
    assert "50.0%" in run("query", "mine", home=home).stdout
    assert rows(run("query", "mine", "--param", "n=6", "--format", "json", home=home)) == [
        {"x": 0.75}
    ]


def test_load_writes_the_snapshot_asked_for(home: Path) -> None:
    done = run("load", "--snapshot", "pre-shock", home=home)
    assert done.returncode == 0, done.stderr
    assert "The store holds" in done.stdout
    assert "load: nodes" in done.stderr
    assert "holds snapshot pre-shock" in run("status", home=home).stdout


def test_explore_serves_on_loopback_and_stops_cleanly(tmp_path: Path, home: Path) -> None:
    run("stop", home=home)
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "explore", "--port", str(port), "--no-browser"],
        env=environment(MAGNETRACE_STATE=str(home), HOME=str(tmp_path)),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            while f"http://127.0.0.1:{port}" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            assert "mail" not in said.lower()
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                try:
                    url = f"http://127.0.0.1:{port}/"
                    with urllib.request.urlopen(url, timeout=5) as answer:
                        assert "<html" in answer.read().decode()
                    break
                except OSError:
                    time.sleep(0.2)
            else:
                pytest.fail("the explorer did not answer")
            assert run("query", "who-says-so", home=home).returncode == 0
        finally:
            process.terminate()
        assert process.wait(timeout=30) == 0
    assert "not running" in run("status", home=home).stdout, "its store goes with the explorer"


def test_explore_says_that_a_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("explore", "--port", str(port), "--no-browser")
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 cannot be used (Address already in use)" in done.stderr


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
