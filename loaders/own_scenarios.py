"""Scenarios of the user's own: TOML files in the folder `scenarios` of their state folder.

A file is written aside and then put in its place, so that nobody ever reads half of one; a lock
beside them lets one process at a time change what is there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from filelock import FileLock

from graph.disk.whole import PRIVATE, write_whole
from graph.errors import Problem, ScenarioError
from graph.scenario import Scenario
from loaders.scenarios import Reading, check, reading_of, to_toml

MOST_KEPT = 500
LONGEST_TITLE = 120
LONGEST_NAME = 60
LOCK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class OwnScenarios:
    """What is kept, by name, and what is wrong with the files that cannot be used."""

    scenarios: dict[str, Scenario]
    problems: tuple[Problem, ...] = ()


def own_folder() -> Path:
    """Where they lie; made when the first one is saved."""
    # Imported when asked for: the store brings its driver, and most runs do without.
    from graph.store.embedded import state_path

    return state_path().resolve() / "scenarios"


def state_of(folder: Path) -> str:
    """Changes whenever a file of the folder does."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        with suppress(OSError):  # gone meanwhile
            state = path.stat()
            found.append((path.name, state.st_size, state.st_mtime_ns, state.st_ino))
    return repr(found)


def files(folder: Path) -> list[Path]:
    """The files of own scenarios, by name; those whose name we would not give are left out."""
    found = (path for path in sorted(folder.glob("*.toml")) if path.stem == name_of(path.stem))
    return list(islice(found, MOST_KEPT))


def own_scenarios(folder: Path) -> OwnScenarios:
    """All that are kept; a bad file takes none of the others with it."""
    used = files(folder)
    readings = {path.stem: reading_of(path) for path in used}
    unused = sorted(set(folder.glob("*.toml")) - set(used))[:MOST_KEPT]
    misnamed = (
        Problem("the scenario is not used", path.name, advice=f"Call it {name_of(path.stem)}.toml.")
        for path in unused
    )
    return OwnScenarios(
        {name: found.scenario for name, found in readings.items() if found.scenario},
        (*(problem for found in readings.values() for problem in found.problems), *misnamed),
    )


def name_of(title: str) -> str:
    """A title as the name of a file: "Kuantan aus, März" becomes "kuantan-aus-marz"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-") or "scenario"


def save(folder: Path, scenario: Scenario, title: str, taken: Collection[str] = ()) -> Scenario:
    """Keep a scenario under a title of its own; the name of its file follows from it.

    `taken` are the names of scenarios that ship. Raises ScenarioError where the name is taken or
    nothing can be written.
    """
    kept = _titled(scenario, title)
    with _changing(folder):
        _check_free(folder, kept.name, taken)
        _write(folder, kept.name, to_toml(kept).encode())
    return kept


def rename(folder: Path, name: str, title: str, taken: Collection[str] = ()) -> Scenario:
    """Give a kept scenario another title and name. Raises ScenarioError as `save` does."""
    with _changing(folder):
        found = reading_of(_path(folder, name)).scenario
        if found is None:
            raise ScenarioError(f"There is no scenario {name!r} of yours that could be renamed.")
        kept = _titled(found, title)
        if kept.name != name:
            _check_free(folder, kept.name, taken)
        _write(folder, kept.name, to_toml(kept).encode())
        if kept.name != name:
            _path(folder, name).unlink(missing_ok=True)
    return kept


def delete(folder: Path, name: str) -> None:
    """Remove a kept scenario; one that is gone already is none. Raises ScenarioError."""
    with _changing(folder):
        _path(folder, name).unlink(missing_ok=True)


def bring(folder: Path, content: bytes, file: str, taken: Collection[str] = ()) -> Reading:
    """Keep a TOML file as it is, named after the file, or say all that is wrong with it."""
    name = name_of(file.removesuffix(".toml"))
    found = check(content, name, file)
    if found.scenario is None:
        return found
    try:
        with _changing(folder):
            _check_free(folder, name, taken)
            _write(folder, name, content)
    except ScenarioError as error:
        return Reading(None, (Problem(str(error).rstrip("."), file),))
    return found


def _titled(scenario: Scenario, title: str) -> Scenario:
    title = " ".join(title.split())[:LONGEST_TITLE]
    if not title:
        raise ScenarioError("A scenario needs a name to be kept under.")
    return replace(scenario, name=name_of(title), title=title)


def _check_free(folder: Path, name: str, taken: Collection[str]) -> None:
    if name in taken:
        raise ScenarioError(f"{name} is a scenario that ships. Choose another name.")
    if _path(folder, name).exists():
        raise ScenarioError(
            f"You keep a scenario called {name} already. Choose another name, or delete that one."
        )
    if len(files(folder)) >= MOST_KEPT:
        raise ScenarioError(f"At most {MOST_KEPT} scenarios are kept. Delete some first.")


def _path(folder: Path, name: str) -> Path:
    """Only what `name_of` makes becomes part of a path."""
    return folder / f"{name_of(name)}.toml"


@contextmanager
def _changing(folder: Path) -> Iterator[None]:
    """The folder, there and ours alone. Raises ScenarioError where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / ".lock", timeout=LOCK_SECONDS, mode=0o600):
            yield
    except OSError as error:  # a lock that is not had in time is one as well
        what = error.strerror or "another program is changing it"
        raise ScenarioError(f"The folder {folder} cannot be changed: {what}.") from error


def _write(folder: Path, name: str, content: bytes) -> None:
    write_whole(_path(folder, name), content, PRIVATE)
