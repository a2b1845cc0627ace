"""Scenarios of the user's own: kept as files, whole or not at all, and found by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from graph.errors import ScenarioError, UnknownName
from graph.scenario import Outage, Quota, Scenario
from loaders import own_scenarios as own
from loaders.scenarios import parse, to_toml
from ui.cli_scenario import find_scenario

OUT = Scenario("own", "Some title", "Eight weeks.", (Outage(name="out", sites=("a",), end_week=8),))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Kuantan aus, März", "kuantan-aus-marz"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\con.toml\0", "c-con-toml"),
        ("东京", "scenario"),
        ("x" * 200, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_a_title_becomes_a_name_that_is_no_path(title: str, name: str) -> None:
    assert own.name_of(title) == name
    assert own.name_of(name) == name


def test_what_is_saved_comes_back_and_can_be_run_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGNETRACE_STATE", str(tmp_path))
    folder = own.own_folder()
    assert folder == tmp_path.resolve() / "scenarios"
    kept = own.save(folder, OUT, "  Kuantan\n out ")
    assert kept == replace(OUT, name="kuantan-out", title="Kuantan out")
    assert own.own_scenarios(folder) == own.OwnScenarios({"kuantan-out": kept})
    assert find_scenario("kuantan-out", None) == kept
    with pytest.raises(UnknownName, match="kuantan-out"):
        find_scenario("kuantan-oud", None)
    own.delete(folder, "kuantan-out")
    own.delete(folder, "kuantan-out")
    assert own.own_scenarios(folder) == own.OwnScenarios({})


def test_no_name_is_taken_twice(tmp_path: Path) -> None:
    own.save(tmp_path, OUT, "First")
    with pytest.raises(ScenarioError, match="called first already"):
        own.save(tmp_path, OUT, "FIRST!")
    with pytest.raises(ScenarioError, match="quota-cut is a scenario that ships"):
        own.save(tmp_path, OUT, "Quota cut", {"quota-cut"})
    with pytest.raises(ScenarioError, match="needs a name"):
        own.save(tmp_path, OUT, " \n ")
    assert [path.name for path in own.files(tmp_path)] == ["first.toml"]


def test_renaming_moves_the_file_and_keeps_the_levers(tmp_path: Path) -> None:
    own.save(tmp_path, OUT, "First")
    own.save(tmp_path, OUT, "Second")
    assert own.rename(tmp_path, "first", "Third") == replace(OUT, name="third", title="Third")
    assert own.rename(tmp_path, "third", "THIRD").title == "THIRD"
    assert sorted(own.own_scenarios(tmp_path).scenarios) == ["second", "third"]
    with pytest.raises(ScenarioError, match="called second already"):
        own.rename(tmp_path, "third", "Second")
    with pytest.raises(ScenarioError, match="no scenario 'first' of yours"):
        own.rename(tmp_path, "first", "Fourth")
    assert own.own_scenarios(tmp_path).scenarios["third"].levers == OUT.levers


def test_a_file_is_brought_as_it_is_or_not_at_all(tmp_path: Path) -> None:
    content = b"# by hand\n" + to_toml(OUT).encode()
    found = own.bring(tmp_path, content, "My File.toml")
    assert found.scenario == replace(OUT, name="my-file")
    assert (tmp_path / "my-file.toml").read_bytes() == content
    again = own.bring(tmp_path, content, "my-file.toml")
    assert again.scenario is None
    assert "called my-file already" in again.problems[0].what
    bad = own.bring(tmp_path, content + b"[[lever]]\nkind = 'x'\n[[lever]]\nkind = 'y'", "b.toml")
    assert [(each.file, each.line) for each in bad.problems] == [("b.toml", 14), ("b.toml", 16)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "my-file.toml"]


def test_a_bad_file_takes_none_of_the_others_with_it(tmp_path: Path) -> None:
    kept = own.save(tmp_path, OUT, "Good")
    (tmp_path / "bad.toml").write_text("title = 1")
    (tmp_path / "Not Ours.toml").write_text(to_toml(OUT))
    found = own.own_scenarios(tmp_path)
    assert found.scenarios == {"good": kept}
    assert [(each.file, each.what, each.advice) for each in found.problems] == [
        ("bad.toml", "title must be a text, got 1", ""),
        ("bad.toml", "summary must be a text, got None", ""),
        ("Not Ours.toml", "the scenario is not used", "Call it not-ours.toml."),
    ]


def test_nothing_is_left_behind_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    own.save(tmp_path, OUT, "Good")
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ScenarioError, match="No space left on device"):
        own.save(tmp_path, OUT, "Other")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "good.toml"]


def test_a_folder_in_use_is_waited_for_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "LOCK_SECONDS", 0.05)
    with (
        FileLock(tmp_path / ".lock"),
        pytest.raises(ScenarioError, match="another program is changing it"),
    ):
        own.delete(tmp_path, "x")


def test_a_folder_that_cannot_be_made_keeps_nobody_from_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAGNETRACE_STATE", str(tmp_path / "file" / "below"))
    folder = own.own_folder()
    assert own.own_scenarios(folder) == own.OwnScenarios({})
    assert own.state_of(folder) == "[]"
    assert find_scenario("quota-cut", None).name == "quota-cut"
    with pytest.raises(UnknownName):
        find_scenario("mine", None)
    with pytest.raises(ScenarioError, match="cannot be changed: Not a directory"):
        own.save(folder, OUT, "Mine")


def test_no_more_are_kept_than_can_be_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "MOST_KEPT", 2)
    own.save(tmp_path, OUT, "a")
    own.save(tmp_path, OUT, "b")
    with pytest.raises(ScenarioError, match="At most 2 scenarios are kept"):
        own.save(tmp_path, OUT, "c")


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    title = '"""\n[[lever]] = <img src=x onerror=alert(1)> \\u0000 '
    kept = own.save(
        tmp_path, replace(OUT, levers=(Quota(name=title, scope="export", kept=0),)), title
    )
    assert own.own_scenarios(tmp_path).scenarios == {kept.name: kept}
    assert parse(to_toml(kept), kept.name) == kept
