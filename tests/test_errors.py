"""Messages stay short and readable, however long and strange what they tell of is."""

from __future__ import annotations

import pytest

from graph.errors import DataError, Problem, ScenarioError, listed, readable
from graph.store.trouble import one_line
from loaders.lines import printable
from ui.output import line


def test_a_long_line_loses_its_middle() -> None:
    assert readable("abcdefghij", 8) == "abcdef … ij"
    assert readable("abcdefgh", 8) == "abcdefgh"


def test_what_steers_a_terminal_or_is_not_seen_is_replaced() -> None:
    assert readable("a\x1b[31mb\u202ec\ufeffd\ud800e\u200bf\x85g\th") == "a?[31mb?c?d?e?f?g h"
    assert readable("Dy, 1\u00a0t, é, 💥") == "Dy, 1\u00a0t, é, 💥"


@pytest.mark.parametrize(
    "text",
    ["می\u200cخواهم", "क्\u200dष", "ක්\u200dර", "👩\u200d🚀", "👩🏽\u200d🚀", "❤️\u200d🔥"],
    ids=["Persian", "Hindi", "Sinhala", "emoji", "emoji with a tone", "emoji with a variant"],
)
def test_a_joiner_between_letters_or_emoji_stays(text: str) -> None:
    assert readable(text) == text
    assert line(text) == printable(text) == one_line(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("si\u200dte", "si?te"),
        ("\u200cمی", "?می"),
        ("می\u200d", "می?"),
        ("می\u200c\u200cخ", "می??خ"),
        ("می\u200c خ", "می? خ"),
        ("می\u200bخ", "می?خ"),
        ("👩\u200dx", "👩?x"),
        ("م\u202eی\u2066خ\u200fد", "م?ی?خ?د"),
    ],
)
def test_a_sign_that_hides_or_turns_text_does_not(text: str, shown: str) -> None:
    assert readable(text) == shown
    assert line(text) == shown.replace("?", " ")


def test_a_problem_repeats_no_more_than_a_reader_reads() -> None:
    told = str(Problem("x" * 5000, "f" * 5000, 1, got="y" * 5000))
    assert len(told) == len(", line 1: ; got .") + 3 * len("x" * 600 + " … ")


def test_a_message_of_several_lines_is_bounded_line_by_line() -> None:
    assert str(ScenarioError("a\n" + "b" * 2000)) == "a\n" + "b" * 750 + " … " + "b" * 250


def test_problems_are_listed_file_by_file() -> None:
    many = [Problem("wrong", "a.csv", line) for line in range(1500)]
    found = listed([*many, Problem("wrong", "b.csv", 1)])
    assert len(found) == 1003
    assert str(DataError(found)).splitlines()[-1] == "  a.csv: 499 more problems are not listed."
