"""The shell of the command line, on the real embedded server: at a terminal and from a pipe."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import environment
from networks import six_sites
from states import ENDLESS, at_work
from waiting import until

from graph import store
from graph.errors import StoreError, UnknownName
from graph.tracing import trace
from ui.cli_options import UsageError
from ui.shell import Shell

PATIENCE_S = 60
WAITING = "magnetrace> "


@pytest.fixture(scope="module", autouse=True)
def six_sites_stored(own_state: Path) -> Path:
    with store.connect(read_only=False) as opened:
        opened.load(six_sites(), trace(six_sites()))
    return own_state


@dataclass
class Terminal:
    process: subprocess.Popen[bytes]
    screen: int
    seen: str = ""

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def until(self, wanted: str) -> str:
        """What the terminal shows up to and with `wanted`; it is then forgotten."""
        deadline = time.monotonic() + PATIENCE_S
        while wanted not in self.seen:
            ready, _, _ = select.select([self.screen], [], [], 0.2)
            if ready:
                try:
                    self.seen += os.read(self.screen, 65_536).decode()
                except OSError:
                    pytest.fail(f"the shell ended before {wanted!r}: {self.seen!r}")
            elif time.monotonic() > deadline:
                pytest.fail(f"no {wanted!r} in {self.seen!r}")
        shown, _, self.seen = self.seen.partition(wanted)
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)


@contextmanager
def terminal(state: Path, *arguments: str) -> Iterator[Terminal]:
    screen, line = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "shell", *arguments],
        stdin=line,
        stdout=line,
        stderr=line,
        start_new_session=True,
        preexec_fn=lambda: os.closerange(3, 50),
        env=environment(MAGNETRACE_STATE=str(state), TERM="xterm", COLUMNS="200"),
    )
    os.close(line)
    try:
        yield Terminal(process, screen)
    finally:
        process.kill()
        process.wait(20)
        os.close(screen)


def piped(state: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", "shell", *arguments],
        input=text,
        env=environment(MAGNETRACE_STATE=str(state)),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_conversation_at_a_terminal(own_state: Path) -> None:
    with terminal(own_state) as t:
        t.until(WAITING)
        t.type("MATCH (s:Site {country: $c})\n")
        t.until("        ... ")
        t.type("RETURN s.id AS id ORDER BY id;\n")
        assert "$c has no value; give it with :param c VALUE" in t.until(WAITING)
        t.type(":param c JPN\n")
        t.until(WAITING)
        t.type("MATCH (s:Site {country: $c}) RETURN s.id AS id ORDER BY id;\n")
        shown = t.until(WAITING)
        assert "magnet_jp" in shown
        assert "1 row in" in shown
        t.type("MATCH (s:Site\n")
        t.until("        ... ")
        t.type(";\n")
        assert "The query is not valid" in t.until(WAITING)
        t.type("CREATE (x:Site {id: 'x'});\n")
        assert "open for reading only" in t.until(WAITING)
        t.type("\x04")
        assert t.process.wait(20) == 0


def test_ctrl_c_cancels_the_query_and_not_the_shell(own_state: Path) -> None:
    with terminal(own_state) as t, store.connect() as beside:
        t.until(WAITING)
        t.type(f"{ENDLESS};\n")
        until(lambda: at_work(beside), "the start of the query", 20)
        os.kill(t.process.pid, signal.SIGINT)
        assert "cancelled" in t.until(WAITING)
        assert not at_work(beside)
        t.type("RETURN 40 + 2 AS n;\n")
        assert "42" in t.until(WAITING)
        t.type("MATCH (half")
        time.sleep(0.3)
        os.kill(t.process.pid, signal.SIGINT)
        assert "cancelled" in t.until(WAITING)
        t.type(":quit\n")
        assert t.process.wait(20) == 0


def test_history_and_tab_at_a_terminal(own_state: Path) -> None:
    with terminal(own_state) as t:
        t.until(WAITING)
        t.type("RETURN 'kept' AS word;\n")
        t.until(WAITING)
        t.type(":quit\n")
        assert t.process.wait(20) == 0
    history = own_state / "shell-history"
    assert "RETURN 'kept' AS word;" in history.read_text("utf-8").splitlines()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    with terminal(own_state) as t:
        t.until(WAITING)
        t.type("\x1b[A\x1b[A\n")  # past :quit, back to the query
        shown = t.until(WAITING)
        assert "kept" in shown
        assert "1 row in" in shown
        t.type("MATCH (m:MagnetM\t) RETURN m.control\t AS c;\n")
        shown = t.until(WAITING)
        assert "MATCH (m:MagnetMaker) RETURN m.controlling_country AS c;" in shown
        assert "JPN" in shown


def test_a_file_of_statements_and_commands(own_state: Path) -> None:
    done = piped(
        own_state,
        "// what Japan has; and more\n"
        ":param c JPN\n:format csv\n"
        "MATCH (s:Site {country: $c})\nRETURN s.id AS id, ';' AS sign\nORDER BY id; RETURN 1 AS n;"
        "\n:limit 2\nUNWIND [1, 2, 3] AS n RETURN n",
    )
    assert done.stdout == "id,sign\nmagnet_jp,;\nn\n1\nn\n1\n2\n"
    assert done.stderr == "magnetrace: only the first 2 rows; :limit gives more\n"
    assert done.returncode == 0


def test_the_first_error_of_a_file_ends_it(own_state: Path) -> None:
    done = piped(own_state, "RETURN 1 AS n;\nRETURN nothing;\nRETURN 2 AS n;", "--format", "csv")
    assert (done.returncode, done.stdout) == (1, "n\n1\n")
    assert "Variable 'nothing' not defined" in done.stderr
    assert piped(own_state, ":limt 5\n").returncode == 2


def test_schema_and_saved_questions(
    opened: store.Store, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(opened, output_format="csv")
    shell.take(":schema")
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "kind,name,joins,count,properties"
    assert "label,MagnetMaker,,1," in "\n".join(shown)
    assert "type,LOCATED_IN,Site → Country,8," in shown
    assert not [line for line in shown if "Magnetrace" in line]
    shell.take(":ask who-is-hit site=sep_my minimum=0.5")
    assert "ev_us" in capsys.readouterr().out
    shell.take(":questions")
    assert "who-is-hit" in capsys.readouterr().out
    shell.take(":help")
    assert ":timeout SECONDS" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "error", "said"),
    [
        (":nothing", UsageError, "there is no :nothing"),
        (":limit many", UsageError, "whole number from 1 to 1,000,000"),
        (":limit " + "9" * 5000, UsageError, "whole number from 1 to 1,000,000"),
        (":timeout 0", UsageError, "whole number from 1 to 3,600"),
        (":format xml", UsageError, "table, csv, json, graphml"),
        (":ask nobody", UnknownName, "no question called 'nobody'"),
        (":ask who-is-hit 'site", UsageError, "expects the name"),
        (":param", UsageError, "expects a name"),
        ("RETURN $x;", UsageError, ":param x VALUE"),
        ("RETURN x;", StoreError, "not valid"),
    ],
)
def test_what_is_wrong_is_said_and_forgotten(
    opened: store.Store, typed: str, error: type[Exception], said: str
) -> None:
    shell = Shell(opened)
    with pytest.raises(error, match=said):
        shell.take(typed)
    assert shell.pending == ""
