"""Scenarios of one's own: kept on this machine, renamed, copied, handed on and brought as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from graph.errors import MagnetraceError, Problem
from graph.scenario import Scenario
from loaders import own_scenarios as kept
from loaders.scenarios import MOST_BYTES, to_toml
from ui import linked, playing, services, session, text
from ui.state import DEFAULT, UrlState, from_params

ASKED = (
    *("compare", "cards", "lever", "target", "size", "start", "end", "relief", "day", "steps"),
    *("onto", "plan", "assume", "week"),
)
"""What a form asks for beside the scenario."""
MOST_LISTED = 20
TITLE, FILE, SAID = "own-title", "own-file", "own-said"


@dataclass(frozen=True, slots=True)
class Said:
    """What became of the last thing asked for."""

    words: str
    is_done: bool = True
    problems: tuple[Problem, ...] = ()


def own_scenarios(base: services.Base, scenario: Scenario | None, state: UrlState) -> None:
    """What can be done with the scenario shown, where there is one, and with files of others."""
    own = playing.own_scenarios()
    said = st.session_state.get(SAID)
    with st.expander("Save, copy, share", expanded=said is not None, key="own-scenarios"):
        if said:
            _say(said)
        if scenario is not None:
            _keep(base, scenario, scenario.name in own.scenarios)
        st.file_uploader(
            "Bring a scenario (.toml)",
            ["toml"],
            key=FILE,
            on_change=_done,
            args=(_bring, base),
            max_upload_size=1,
        )
        st.caption(
            "Kept as files on the computer that runs magnetrace; `magnetrace simulate NAME` knows "
            "them too. The link of this page carries what it shows, kept or not, with the "
            "assumptions you changed; so does the file."
        )
        if linked.is_too_long(base, state):
            st.warning("This scenario is too long for a link. To others, send its file.")
        if own.problems:
            st.warning("Some of your files cannot be used.")
            _list(own.problems)


def _keep(base: services.Base, scenario: Scenario, is_own: bool) -> None:
    """The name and what is done under it."""
    st.text_input(
        "Name", key=TITLE, max_chars=kept.LONGEST_TITLE, placeholder=_proposed(scenario, is_own)
    )
    with st.container(horizontal=True):
        _button("Save a copy" if is_own else "Save as mine", _save, base, scenario, is_own)
        if is_own:
            _button("Rename", _rename, base, scenario.name)
            _button("Delete", _delete, scenario.name)
    st.download_button(
        "Download (.toml)",
        to_toml(scenario),
        f"{kept.name_of(scenario.name)}.toml",
        "application/toml",
        on_click="ignore",
        icon=":material/download:",
    )


def missing_note(first: str) -> None:
    """Says of a link that it names scenarios that are not here; `first` is shown instead."""
    if said := linked.problem():
        st.warning(f"The scenario of this link cannot be read: {text.plain(said)}.")
    for name in st.session_state.get("missing", ()):
        st.warning(
            f"There is no scenario called “{text.plain(text.shorten(name, 60))}” here. If it is "
            "someone's own, ask for its file and bring it under “Save, copy, share”. "
            + (f"Shown instead: “{text.plain(first)}”." if first else "")
        )


def _button(label: str, work: Callable[..., Said], *args: object) -> None:
    st.button(label, on_click=_done, args=(work, *args))


def _done(work: Callable[..., Said | None], *args: object) -> None:
    """Do what a button asks, and keep what is to say until something else is done."""
    try:
        st.session_state[SAID] = work(*args)
    except MagnetraceError as error:
        st.session_state[SAID] = Said(str(error), is_done=False)


def _say(said: Said) -> None:
    (st.success if said.is_done else st.error)(text.plain(said.words))
    _list(said.problems)


def _list(problems: Sequence[Problem]) -> None:
    """In sentences, for the column is narrow; by file and line."""
    ordered = sorted(problems, key=lambda each: (each.file, each.line or 0))
    more = len(ordered) - MOST_LISTED
    lines = [f"- {text.plain(str(each))}" for each in ordered[:MOST_LISTED]]
    st.markdown("\n".join([*lines, *([f"- and {more} more"] if more > 0 else [])]))


def _proposed(scenario: Scenario, is_own: bool) -> str:
    title = text.shorten(scenario.title, kept.LONGEST_TITLE - len(" (copy)"))
    return f"{title} (copy)" if is_own else title


def _save(base: services.Base, scenario: Scenario, is_own: bool) -> Said:
    title = st.session_state[TITLE].strip() or _proposed(scenario, is_own)
    made = kept.save(kept.own_folder(), scenario, title, playing.scenarios(base))
    _pick(made.name)
    return Said(f"Saved as “{made.title}”.")


def _rename(base: services.Base, name: str) -> Said:
    made = kept.rename(kept.own_folder(), name, st.session_state[TITLE], playing.scenarios(base))
    _pick(made.name)
    return Said(f"Renamed to “{made.title}”.")


def _delete(name: str) -> Said:
    kept.delete(kept.own_folder(), name)
    _pick("")
    return Said(f"Deleted {name}.")


def _bring(base: services.Base) -> Said | None:
    file = st.session_state[FILE]
    if file is None:
        return None
    content = file.read(MOST_BYTES + 1)
    found = kept.bring(kept.own_folder(), content, file.name, playing.scenarios(base))
    if found.scenario is None:
        what = f"{text.plural(len(found.problems), 'problem')}. Nothing was saved."
        return Said(what, is_done=False, problems=found.problems)
    _pick(found.scenario.name)
    return Said(f"“{found.scenario.title}” is yours now.")


def _pick(name: str) -> None:
    """Show what was just saved or brought; without a name, the first scenario."""
    st.session_state[TITLE] = ""
    show_kept(name)


def show_kept(name: str) -> None:
    """Show a scenario as it is kept."""
    as_kept = {field: getattr(DEFAULT, field) for field in ASKED} | {"scenario": name}
    session.choose(**as_kept)
    # The address too, at once: fields without a widget would be filled from the old one.
    session.keep(replace(from_params(st.query_params.to_dict()), **as_kept))
