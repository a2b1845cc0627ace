"""What can be asked for: labels and relationship types of the store, counted."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from graph.errors import StoreError
from graph.store.contents import Contents, Kind
from ui import asking, services, text


def contents_of(base: services.Base) -> Contents | None:
    """What the store holds; None where it cannot be told."""
    try:
        return asking.contents_of(base, asking.keeper_of(base).figures)
    except StoreError:
        return None


def schema_browser(found: Contents | None) -> None:
    """Names as they are written in Cypher, with their counts and properties."""
    with st.expander("What can be asked for"):
        if found is None:
            st.caption("Listed as soon as the graph store runs.")
            return
        with st.container(height=360, border=False, gap="small"):
            st.markdown("**Labels**")
            _list(found.labels, ":{}")
            st.markdown("**Relationship types**")
            _list(found.types, "[:{}]")


def _list(kinds: Iterable[Kind], form: str) -> None:
    """The most frequent first."""
    for kind in sorted(kinds, key=lambda kind: (-kind.count, kind.name)):
        joins = f", {kind.joins}" if kind.joins else ""
        name = text.plain(form.format(kind.name))
        properties = (
            f"  \n:gray[{text.plain(', '.join(kind.properties))}]" if kind.properties else ""
        )
        st.markdown(f"**{name}** {text.whole(kind.count)}{text.plain(joins)}{properties}")
