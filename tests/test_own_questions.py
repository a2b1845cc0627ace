"""Questions of one's own: kept whole or not at all, read back as they were."""

from __future__ import annotations

import os
import stat
from importlib.resources import files
from pathlib import Path

import pytest

from graph.errors import StoreError, UnknownName
from ui import own_questions
from ui.own_questions import OwnQuestion, delete, parse, save, suggested_name, write

MINE = OwnQuestion(
    "big-suppliers",
    "Who sends more than a share",
    "To see who matters",
    "// two lines\nMATCH (s:Site {country: $country})-[f:SUPPLIES]->()\n"
    "WHERE f.tonnes > $least AND s.id IN $ids AND s.name <> $name RETURN s.id AS id",
    {"country": "AUS", "least": "2.5", "ids": '["a", "b"]', "name": '"7"'},
    frozenset(),
    {"id": ""},
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAGNETRACE_STATE", str(tmp_path))
    return tmp_path / "questions"


def test_what_is_kept_comes_back(own_folder: Path) -> None:
    path = save(MINE)
    assert path == own_folder / "big-suppliers.cypher"
    assert path.read_text("utf-8").startswith(
        "// title: Who sends more than a share\n// why: To see who matters\n"
        "// parameter: country | text | AUS | | country\n"
        "// parameter: least | number | 2.5 | | least\n"
        '// parameter: ids | value | ["a", "b"] | | ids\n'
        "// parameter: name | text | 7 | | name\n"
        "// column: id |  | As returned\n\n// two lines\nMATCH"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = own_questions.own_questions()["big-suppliers"]
    assert (found.title, found.why, found.cypher) == (MINE.title, MINE.why, MINE.cypher)
    assert found.bind() == {"country": "AUS", "least": 2.5, "ids": ["a", "b"], "name": "7"}
    assert found.bind({"least": "3", "name": "8"})["least"] == 3
    assert found.bind({"name": "8"})["name"] == "8"


def test_a_name_that_is_taken_is_not_lost() -> None:
    save(MINE)
    other = OwnQuestion(MINE.name, "Another", "", "RETURN 1 AS n")
    with pytest.raises(StoreError, match="There is a question called big-suppliers already"):
        save(other)
    assert own_questions.own_questions()[MINE.name].title == MINE.title
    save(other, replace=True)
    assert own_questions.own_questions()[MINE.name].title == "Another"


def test_a_write_that_fails_leaves_what_was_there(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(MINE)

    def full(handle: int, *_: object, **__: object) -> None:
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(StoreError, match="No space left on device"):
        save(OwnQuestion(MINE.name, "Another", "", "RETURN 1 AS n"), replace=True)
    assert [path.name for path in own_folder.iterdir()] == ["big-suppliers.cypher"]
    assert own_questions.own_questions()[MINE.name].title == MINE.title


@pytest.mark.parametrize("name", ["", "../other", "A", "a b", "a.cypher", "x" * 61, "-a"])
def test_names_that_are_no_names(name: str, own_folder: Path) -> None:
    with pytest.raises(StoreError, match="A name is up to 60"):
        save(OwnQuestion(name, "t", "", "RETURN 1"))
    with pytest.raises(UnknownName):
        delete(name)
    assert not own_folder.exists()


@pytest.mark.parametrize("default", ["a | b", "a\nb", " a"])
def test_a_default_that_breaks_the_header_is_refused(default: str) -> None:
    with pytest.raises(StoreError, match="cannot be kept"):
        save(OwnQuestion("q", "t", "", "RETURN $x", {"x": default}))


def test_a_title_of_several_lines_stays_one_line() -> None:
    text = write(OwnQuestion("q", "a\n// parameter: b", "c\r\nd", "RETURN 1"))
    assert text == "// title: a // parameter: b\n// why: c d\n\nRETURN 1\n"
    assert parse("q", text).cypher == "RETURN 1"


def test_deleting() -> None:
    save(MINE)
    delete(MINE.name)
    assert own_questions.own_questions() == {}
    with pytest.raises(UnknownName, match="no question of your own called 'big-suppliers'"):
        delete(MINE.name)


def test_files_that_are_no_question_are_passed_over(own_folder: Path) -> None:
    save(MINE)
    (own_folder / "binary.cypher").write_bytes(b"\xff\xfe\x00")
    (own_folder / "huge.cypher").write_bytes(b"x" * (own_questions.MOST_BYTES + 1))
    assert list(own_questions.own_questions()) == ["big-suppliers"]


def test_a_file_without_header_is_all_query() -> None:
    text = "// what: I do\nMATCH (n) // x\nRETURN $y"
    assert parse("q", "// hello\nRETURN 1").cypher == "// hello\nRETURN 1"
    assert parse("q", "MATCH (n)\n// title: no\nRETURN n").title == "q"
    assert parse("q", text).cypher == "MATCH (n) // x\nRETURN $y"
    with pytest.raises(StoreError, match="q needs a value for y"):
        parse("q", text).bind()
    with pytest.raises(UnknownName, match="parameter of q called 'z'"):
        parse("q", text).bind({"z": "1"})


def test_a_shipped_question_can_be_read_as_ones_own() -> None:
    (shipped,) = (path for path in Path(str(files("graph.queries"))).rglob("who-is-hit.cypher"))
    found = own_questions.read(shipped)
    assert found.title == "Who is hit if a site stops"
    assert found.bind() == {"site": "s_kuantan", "minimum": 0.01}
    assert found.units["share"] == "share"
    assert found.cypher.startswith("UNWIND [")


def test_a_title_suggests_a_name() -> None:
    assert suggested_name("  Who sends > 5 % to Ürümqi? ") == "who-sends-5-to-r-mqi"
    assert suggested_name("稀土") == ""
