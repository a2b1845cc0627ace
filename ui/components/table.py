"""The table twin of a graph: the same things as rows, with the same one selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.column_config import Column, NumberColumn, TextColumn

from ui import offers, terms, text
from ui.viewmodels.tables import Cell, Table

NOTHING = "–"


def twin(key: str, table: Table, selected: str, on_pick: Callable[[], None]) -> None:
    """Show a table whose selected row is `selected`; picking a row calls back."""
    ids = [str(id) for id in table.ids]
    session = st.session_state
    session[f"{key}-ids"] = ids
    session[f"{key}-widget"] = widget = f"{key}-{table.name}-{selected}"
    rows = [ids.index(selected)] if selected in ids else []
    offers.table(table)

    def picked() -> None:
        # A table that goes or comes may report the selection it was given: no choice of a reader.
        if _picked_rows(widget) != rows:
            on_pick()

    st.dataframe(
        list(table.rows),
        key=widget,
        hide_index=True,
        placeholder=NOTHING,
        height=min(420, 38 + 35 * len(ids)),
        column_config=column_config(table),
        on_select=picked,
        selection_mode="single-row",
        selection_default={"selection": {"rows": rows}},
        alt=table.finding,
    )


def show(table: Table) -> None:
    """A table to read, without selection."""
    offers.table(table)
    st.dataframe(
        list(table.rows),
        hide_index=True,
        column_config=column_config(table),
        placeholder=NOTHING,
        alt=table.finding,
    )


def words(rows: Sequence[Mapping[str, Cell]], finding: str, *, hide_header: bool = False) -> None:
    """A small table that wraps; its cells are Markdown to Streamlit, so they are made plain."""
    offers.table(Table("words", rows, finding))
    st.table(
        [{head: text.plain(str(cell)) for head, cell in row.items()} for row in rows],
        border="horizontal",
        hide_index=True,
        hide_header=hide_header,
        alt=finding,
    )


def pick(key: str) -> str:
    """The id of the row just picked; empty where the selection was lifted."""
    session = st.session_state
    rows = _picked_rows(session[f"{key}-widget"])
    return session[f"{key}-ids"][rows[0]] if rows else ""


def _picked_rows(widget: str) -> list[int]:
    event = st.session_state.get(widget) or {}
    return list(event.get("selection", {}).get("rows", []))


def column_config(table: Table) -> dict[str, Any]:
    formats = {"share": "%.0f %%", "tenths": "%.1f %%", "number": "localized", "usd": "compact"}
    heads = table.rows[0] if table.rows else {}
    plain = {name: Column(help=help) for name in heads if (help := terms.help_of(name))}
    numbers = {
        name: NumberColumn(format=formats[kind], help=terms.help_of(name))
        for name, kind in table.kinds.items()
    }
    words = {
        name: TextColumn(width=width, help=terms.help_of(name))
        for name, width in table.widths.items()
    }
    return plain | numbers | words
