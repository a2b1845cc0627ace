"""Long work with a bar that shows how far it is, and a way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loaders import Progress


@contextmanager
def working(said: str, on_cancel: Callable[[], None]) -> Iterator[Progress]:
    """A function that the work tells how far it is; bar and button go when it is finished.

    A press of any button, or a change of any control, ends the work at its next step and runs the
    page again: `on_cancel` must see to it that the page does not begin anew.
    """
    place = st.empty()
    bars: list[DeltaGenerator] = []

    def tell(step: str, part: float) -> None:
        if not bars:  # nothing flashes where all is known already
            with place.container():
                bars.append(st.progress(part, said))
                st.button("Cancel", on_click=on_cancel)
        bars[0].progress(part, f"{said}: {step}")

    yield tell
    place.empty()
