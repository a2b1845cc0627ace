"""What may be spent and in how many steps, as two fields in the link."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.state import RANGES
from ui.viewmodels.portfolio import MILLION, budgets_to


def budgets_in(budget: DeltaGenerator, tiers: DeltaGenerator) -> tuple[float, ...]:
    """Show the fields in two places; the budgets they ask for, USD."""
    state = st.session_state
    most = budget.number_input(
        "Budget, million USD", *RANGES["budget"], state.budget, 50, key="budget"
    )
    steps = tiers.number_input(
        "Budget steps",
        *RANGES["tiers"],
        state.tiers,
        key="tiers",
        help="3: a quarter, half and all of the budget",
    )
    return budgets_to(most * MILLION, steps)
