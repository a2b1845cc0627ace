"""Questions of one's own, kept in the user's folder: a `.cypher` file each, with a header.

The header has the lines `title`, `why`, `parameter` and `column` of the shipped questions; here
each may be missing, other lines of it are passed over, so that any Cypher file can be read and a
shipped one can be changed and kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.disk.whole import PRIVATE, write_whole
from graph.errors import StoreError, UnknownName
from graph.store.embedded import state_folder
from ui.output import line
from ui.viewmodels import cypher_text

MOST_BYTES = 100_000
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
ENTRY = re.compile(r"// (\w+): (\S.*)")


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """`defaults` are texts, read as `cypher_text.value` does unless `texts` names the parameter;
    `units` of the columns are empty where nobody knows them."""

    name: str
    title: str
    why: str
    cypher: str
    defaults: Mapping[str, str] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)

    def bind(self, given: Mapping[str, str] | None = None) -> dict[str, object]:
        """Every parameter the text uses, given ones before defaults.

        Raises UnknownName for one it does not use, StoreError for one without any value.
        """
        used = cypher_text.parameters(self.cypher)
        values = {**self.defaults, **(given or {})}
        for name in given or {}:
            if name not in used:
                raise UnknownName(f"parameter of {self.name}", name, used)
        missing = [name for name in used if name not in values]
        if missing:
            raise StoreError(f"{self.name} needs a value for {', '.join(missing)}.")
        return {
            name: values[name] if name in self.texts else cypher_text.value(values[name])
            for name in used
        }


def folder() -> Path:
    return state_folder() / "questions"


def own_questions() -> dict[str, OwnQuestion]:
    """All that are kept, by name; files that cannot be read are left out."""
    found = {}
    for path in sorted(folder().glob("*.cypher")):
        try:
            found[path.stem] = read(path)
        except (StoreError, OSError):
            continue
    return found


def read(path: Path) -> OwnQuestion:
    """The question in a file. Raises OSError, and StoreError where it is no text or too long."""
    content = path.read_bytes()
    if len(content) > MOST_BYTES:
        raise StoreError(f"{path} is larger than {MOST_BYTES:,} bytes; that is no query.")
    try:
        return parse(path.stem, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise StoreError(f"{path} is not a text in UTF-8.") from None


def parse(name: str, text: str) -> OwnQuestion:
    """A question from its text, with header or without."""
    entries: list[tuple[str, str]] = []
    lines = text.splitlines()
    end = next((i for i, each in enumerate(lines) if not each.startswith("//")), len(lines))
    for each in lines[:end]:
        if entries and each.startswith("//   "):
            entries[-1] = (entries[-1][0], f"{entries[-1][1]} {each[5:].strip()}")
        elif match := ENTRY.fullmatch(each):
            entries.append((match[1], match[2].strip()))
    cells = [(key, [cell.strip() for cell in value.split("|")]) for key, value in entries]
    described = [parts for key, parts in cells if key == "parameter" and len(parts) == 5]
    once = dict(reversed(entries))
    return OwnQuestion(
        name=name,
        title=once.get("title", name),
        why=once.get("why", ""),
        cypher="\n".join(lines[end:] if entries else lines).strip(),
        defaults={parts[0]: parts[2] for parts in described},
        texts=frozenset(parts[0] for parts in described if parts[1] == "text"),
        units={parts[0]: parts[1] for key, parts in cells if key == "column" and len(parts) == 3},
    )


def write(question: OwnQuestion) -> str:
    """The text of its file; `parse` reads it back. Raises StoreError where a default cannot stand
    in a header."""
    lines = [f"// title: {_entry(question.title) or question.name}"]
    if why := _entry(question.why):
        lines.append(f"// why: {why}")
    for name in cypher_text.parameters(question.cypher):
        type_, text = _default(question, name)
        lines.append(f"// parameter: {name} | {type_} | {text} | | {name}")
    lines += [
        f"// column: {_entry(name).replace('|', '/')} | {unit} | As returned"
        for name, unit in question.units.items()
    ]
    return "\n".join(lines) + f"\n\n{question.cypher.strip()}\n"


def _default(question: OwnQuestion, name: str) -> tuple[str, str]:
    """Type and text of a default as they stand in the header."""
    text = question.defaults.get(name, "")
    read = text if name in question.texts else cypher_text.value(text)
    type_ = {str: "text", int: "integer", float: "number"}.get(type(read), "value")
    written = read if isinstance(read, str) else text
    if "|" in written or written != _entry(written):
        raise StoreError(f"{name}: a value with | or several lines cannot be kept as a default.")
    return type_, written


def suggested_name(title: str) -> str:
    """A title as the name of a file; empty where nothing of it can stand in one."""
    words = re.findall("[a-z0-9]+", title.casefold())
    return "-".join(words)[:60].strip("-")


def save(question: OwnQuestion, *, replace: bool = False) -> Path:
    """Keep a question, whole or not at all.

    Raises StoreError where the name cannot be one, is taken and `replace` is not set, or where
    nothing can be written.
    """
    if not NAME.fullmatch(question.name):
        raise StoreError(
            f"A name is up to 60 small letters, digits and hyphens; got {question.name!r}."
        )
    text = write(question)
    if len(text.encode()) > MOST_BYTES:
        raise StoreError(f"A question has at most {MOST_BYTES:,} bytes.")
    path = folder() / f"{question.name}.cypher"
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if path.exists() and not replace:
            raise StoreError(f"There is a question called {question.name} already.")
        write_whole(path, text.encode(), PRIVATE)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}).") from error
    return path


def delete(name: str) -> None:
    """Forget a question. Raises StoreError where there is none of that name."""
    try:
        if not NAME.fullmatch(name):
            raise FileNotFoundError
        (folder() / f"{name}.cypher").unlink()
    except FileNotFoundError:
        raise UnknownName("question of your own", name, own_questions()) from None
    except OSError as error:
        raise StoreError(f"{name} cannot be deleted ({error.strerror}).") from error


def _entry(text: str) -> str:
    """A text as one line of the header."""
    return " ".join(line(text).split())
