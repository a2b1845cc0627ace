"""Scenarios of one's own: kept on this machine, renamed, copied, handed on and brought as files."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graph.errors import MagnetraceError
from graph.scenario import Scenario
from loaders import own_scenarios as kept
from loaders.scenarios import MOST_BYTES, to_toml
from ui import services, session, text
from ui.components.table import show
from ui.state import DEFAULT
from ui.viewmodels import own_data as reports

ASKED = ("compare", "lever", "target", "size", "start", "end", "relief", "steps", "onto", "week")
"""What a form asks for beside the scenario."""
TITLE, FILE, SAID = "own-title", "own-file", "own-said"


def own_scenarios(base: services.Base, scenario: Scenario | None) -> None:
    """What can be done with the scenario shown, where there is one, and with files of others."""
    own = services.own_scenarios()
    said = st.session_state.get(SAID)
    with st.expander("Save, copy, share", expanded=said is not None, key="own-scenarios"):
        if said:
            _say(*said)
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
            "them too. A link names a scenario: to others, send the file along. Assumptions you "
            "changed stand in the link, not in the file."
        )
        if own.problems:
            st.warning("Some of your files cannot be used.")
            show(reports.problems(own.problems))


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
    for name in st.session_state.get("missing", ()):
        st.warning(
            f"There is no scenario called “{text.plain(text.shorten(name, 60))}” here. If it is "
            "someone's own, ask for its file and bring it under “Save, copy, share”. "
            + (f"Shown instead: “{text.plain(first)}”." if first else "")
        )


def _button(label: str, work: Callable[..., tuple[str, str]], *args: object) -> None:
    st.button(label, on_click=_done, args=(work, *args))


def _done(work: Callable[..., tuple[str, str] | None], *args: object) -> None:
    """Do what a button asks, and keep what is to say until something else is done."""
    try:
        st.session_state[SAID] = work(*args)
    except MagnetraceError as error:
        st.session_state[SAID] = "error", str(error)


def _say(kind: str, what: object) -> None:
    if kind == "problems":
        found = reports.problems(what)  # type: ignore[arg-type]
        st.error(f"{found.finding} Nothing was saved.")
        show(found)
    else:
        (st.error if kind == "error" else st.success)(text.plain(str(what)))


def _proposed(scenario: Scenario, is_own: bool) -> str:
    title = text.shorten(scenario.title, kept.LONGEST_TITLE - len(" (copy)"))
    return f"{title} (copy)" if is_own else title


def _save(base: services.Base, scenario: Scenario, is_own: bool) -> tuple[str, str]:
    title = st.session_state[TITLE].strip() or _proposed(scenario, is_own)
    made = kept.save(kept.own_folder(), scenario, title, services.scenarios(base))
    _pick(made.name)
    return "ok", f"Saved as “{made.title}”."


def _rename(base: services.Base, name: str) -> tuple[str, str]:
    made = kept.rename(kept.own_folder(), name, st.session_state[TITLE], services.scenarios(base))
    _pick(made.name)
    return "ok", f"Renamed to “{made.title}”."


def _delete(name: str) -> tuple[str, str]:
    kept.delete(kept.own_folder(), name)
    _pick("")
    return "ok", f"Deleted {name}."


def _bring(base: services.Base) -> tuple[str, object] | None:
    file = st.session_state[FILE]
    if file is None:
        return None
    content = file.read(MOST_BYTES + 1)
    found = kept.bring(kept.own_folder(), content, file.name, services.scenarios(base))
    if found.scenario is None:
        return "problems", found.problems
    _pick(found.scenario.name)
    return "ok", f"“{found.scenario.title}” is yours now."


def _pick(name: str) -> None:
    """Show a scenario as it is kept; without a name, the first one."""
    st.session_state[TITLE] = ""
    as_kept = {field: getattr(DEFAULT, field) for field in ASKED}
    session.choose(**as_kept | {"scenario": name})
