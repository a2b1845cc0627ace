"""`magnetrace shell`: one question after the other, at a terminal or from standard input."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from graph.errors import MagnetraceError
from graph.store import connect
from graph.store.embedded import state_folder
from ui.cli_query import fill_if_empty
from ui.output import line, say
from ui.shell import Shell

PROMPT, MORE = "magnetrace> ", "        ... "
HISTORY = "shell-history"
MOST_HISTORY = 1000
DELIMITERS = " \t\n()[]{}<>-=,;|&!*+/%^\"'"
"""Where a word to complete begins; `:`, `.` and `$` belong to it."""


def run_shell(options: argparse.Namespace) -> int:
    """Ask until the end of input or `:quit`. At a terminal an error or Ctrl-C ends the statement,
    not the shell; from a file or pipe the first error ends it with 1."""
    fill_if_empty(options)
    with connect(options.uri) as store:
        shell = Shell(
            store, limit=options.limit, timeout=options.timeout, output_format=options.format
        )
        if not sys.stdin.isatty():
            return _read_all(shell)
        with _line_editing(shell):
            say("magnetrace shell, read-only. End a query with ; and see :help, :quit.")
            _converse(shell)
    return 0


def _read_all(shell: Shell) -> int:
    for each in (*sys.stdin, "\n;\n"):  # a last query may lack its semicolon
        shell.take(each.rstrip("\r\n"))
        if shell.ended:
            break
    return 0


def _converse(shell: Shell) -> None:
    while not shell.ended:
        try:
            shell.take(input(MORE if shell.pending else PROMPT))
        except EOFError:
            say("")
            return
        except KeyboardInterrupt:
            _tell("cancelled")
            shell.pending = ""
        except MagnetraceError as error:
            _tell(str(error))


def _tell(what: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"magnetrace: {what}\n")


@contextmanager
def _line_editing(shell: Shell) -> Iterator[None]:
    """Arrow keys, Tab and a history kept in the user's folder, where Python has readline."""
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_completer_delims(DELIMITERS)
    readline.set_completer(_completer(shell.words, readline.get_line_buffer))
    readline.parse_and_bind("tab: complete")
    path = state_folder() / HISTORY
    with suppress(OSError):
        readline.read_history_file(path)
    readline.set_history_length(MOST_HISTORY)
    try:
        yield
    finally:
        with suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # queries are private
            readline.write_history_file(path)


def _completer(
    words: Callable[[str], Sequence[str]], buffer: Callable[[], str]
) -> Callable[[str, int], str | None]:
    def complete(start: str, state: int) -> str | None:
        head = start[: max(start.rfind(":"), start.rfind(".")) + 1]
        rest = start[len(head) :].casefold()
        fitting = [
            head + word for word in words(buffer()) if word.casefold().startswith(rest) and rest
        ]
        return line(fitting[state]) if state < len(fitting) else None

    return complete
