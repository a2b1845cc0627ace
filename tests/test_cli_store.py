"""`magnetrace load`, `query`, `status`, `stop` and `explore`, with a store of their own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest
from command_line import environment, free_port, rows, run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user's folder of its own, so that the store of whoever runs the tests is left alone."""
    folder = tmp_path_factory.mktemp("home")
    yield folder
    run("stop", home=folder)


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
