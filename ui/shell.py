"""What the shell does with a line: a command that begins with a colon, or a piece of Cypher."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.queries import questions
from graph.store import Store
from graph.store.contents import Contents, contents
from ui import own_questions
from ui import text as words
from ui.cli_options import ANSWER_FORMATS, MOST_ROWS, MOST_SECONDS, UsageError
from ui.cli_query import QUESTIONS, Asked, listed, named, split, write_answer
from ui.output import Columns, line, say, warn, write_rows
from ui.viewmodels import cypher_text
from ui.viewmodels.keywords import FUNCTIONS, KEYWORDS

SCHEMA: Columns = {"kind": line, "name": line, "joins": line, "count": line, "properties": line}


@dataclass(frozen=True, slots=True)
class Command:
    usage: str
    summary: str
    run: Callable[[str], None]


class Shell:
    """One conversation with an open store. `pending` is the query typed so far."""

    def __init__(
        self, store: Store, *, limit: int = 1000, timeout: int = 30, output_format: str = "table"
    ) -> None:
        self.store = store
        self.limit, self.timeout, self.output_format = limit, timeout, output_format
        self.parameters: dict[str, object] = {}
        self.pending = ""
        self.ended = False
        self._contents: Contents | None = None
        self.commands: Mapping[str, Command] = {
            "help": Command("", "this list", self._help),
            "schema": Command("", "what can be asked for, counted", self._schema),
            "param": Command(
                "NAME VALUE", "give $NAME a value; without VALUE forget it", self._param
            ),
            "params": Command("", "the values given", self._params),
            "limit": Command("ROWS", "rows at most", self._limit),
            "timeout": Command("SECONDS", "seconds at most", self._timeout),
            "format": Command("NAME", f"print as {', '.join(ANSWER_FORMATS)}", self._format),
            "questions": Command("", "the saved questions", self._questions),
            "ask": Command("NAME [P=VALUE ...]", "ask one of them", self._ask),
            "quit": Command("", "leave; so does Ctrl-D", self._quit),
        }

    def take(self, typed: str) -> None:
        """One line. Runs every query that it ends; one that goes on stays pending.

        Raises StoreError, UsageError and UnknownName; the query is then forgotten.
        """
        if not self.pending and typed.lstrip().startswith(":"):
            self._command(typed.strip()[1:].rstrip(";"))
            return
        self.pending += typed + "\n"
        while (end := cypher_text.statement_end(self.pending)) is not None:
            text, rest = self.pending[:end], self.pending[end + 1 :]
            self.pending = ""
            if not cypher_text.is_blank(text):
                self._run(self._own(text))
            self.pending = rest
        if cypher_text.is_blank(self.pending) and "/*" not in self.pending:
            self.pending = ""

    def words(self, typed: str) -> Sequence[str]:
        """What may stand at the end of a line."""
        if typed.lstrip().startswith(":ask"):
            return (*questions(), *own_questions.own_questions())
        if typed.lstrip().startswith(":"):
            return (*self.commands, *ANSWER_FORMATS)
        found = self._known()
        kinds = (*found.labels, *found.types)
        properties = {name for kind in kinds for name in kind.properties}
        return (*KEYWORDS, *FUNCTIONS, *(kind.name for kind in kinds), *sorted(properties))

    def _command(self, typed: str) -> None:
        name, _, rest = typed.partition(" ")
        if name not in self.commands:
            raise UsageError(f"there is no :{line(name)}; see :help")
        self.commands[name].run(rest.strip())

    def _own(self, text: str) -> Asked:
        used = cypher_text.parameters(text)
        missing = [name for name in used if name not in self.parameters]
        if missing:
            raise UsageError(f"${missing[0]} has no value; give it with :param {missing[0]} VALUE")
        return Asked(text, {name: self.parameters[name] for name in used})

    def _run(self, asked: Asked) -> None:
        result = self.store.run(
            asked.cypher, asked.parameters, limit=self.limit, timeout=self.timeout
        )
        write_answer(result, asked.units, self.output_format)
        if self.output_format == "table":
            say(f"{words.plural(len(result.rows), 'row')} in {result.seconds:.2f} s")
        if result.more:
            sys.stdout.flush()
            warn(f"only the first {words.plural(self.limit, 'row')}; :limit gives more")

    def _known(self) -> Contents:
        if self._contents is None:
            self._contents = contents(self.store)
        return self._contents

    def _help(self, _: str) -> None:
        for name, command in self.commands.items():
            say(f"  {f':{name} {command.usage}':<26} {command.summary}")
        say("  Anything else is Cypher, over several lines until a semicolon. Ctrl-C cancels it.")

    def _schema(self, _: str) -> None:
        self._contents = contents(self.store)
        rows = [
            {
                **{"kind": kind, "name": each.name, "joins": each.joins, "count": each.count},
                "properties": list(each.properties),
            }
            for kind, found in (("label", self._contents.labels), ("type", self._contents.types))
            for each in found
        ]
        write_rows(rows, SCHEMA, self._row_format)

    def _param(self, rest: str) -> None:
        name, _, value = rest.partition(" ")
        if not name:
            raise UsageError(":param expects a name and a value, such as :param country AUS")
        if value.strip():
            self.parameters[name.lstrip("$")] = cypher_text.value(value.strip())
        else:
            self.parameters.pop(name.lstrip("$"), None)

    def _params(self, _: str) -> None:
        for name, value in self.parameters.items():
            say(f"  ${name} = {value!r}")

    def _limit(self, rest: str) -> None:
        self.limit = _whole(":limit", rest, MOST_ROWS)

    def _timeout(self, rest: str) -> None:
        self.timeout = _whole(":timeout", rest, MOST_SECONDS)

    def _format(self, rest: str) -> None:
        if rest not in ANSWER_FORMATS:
            raise UsageError(f":format expects one of {', '.join(ANSWER_FORMATS)}")
        self.output_format = rest

    def _questions(self, _: str) -> None:
        write_rows(listed(), QUESTIONS, self._row_format)

    def _ask(self, rest: str) -> None:
        try:
            name, *given = shlex.split(rest)
        except ValueError:
            raise UsageError(":ask expects the name of a saved question; see :questions") from None
        self._run(named(name, dict(split(each) for each in given)))

    def _quit(self, _: str) -> None:
        self.ended = True

    @property
    def _row_format(self) -> str:
        return "table" if self.output_format == "graphml" else self.output_format


def _whole(what: str, typed: str, most: int) -> int:
    if not (re.fullmatch("[0-9]{1,9}", typed) and 1 <= int(typed) <= most):
        raise UsageError(f"{what} expects a whole number from 1 to {most:,}")
    return int(typed)
