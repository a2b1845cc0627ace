"""The Query page without a store, without figures, and with links to what is not there."""

from __future__ import annotations

import pytest
from app_pages import address, page, shown

from ui import asking, services
from ui.keeper import Figures, StoreKeeper


def test_the_query_page_never_waits_for_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StoreKeeper, "wake", lambda keeper: setattr(keeper, "state", "starting"))
    app = page("query", question="who-is-hit", p__site="s_kuantan")
    assert "The graph store is starting" in shown(app)
    assert app.selectbox(key="p.site").value == "s_kuantan"
    assert "Read-only; at most 500 rows and 30 seconds." in shown(app)
    assert any("MATCH" in block.value for block in app.code)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ("worked out", "are being worked out"),
        ("none", "holds no figures on losing sites: too large."),
    ],
)
def test_a_question_on_figures_says_why_it_has_no_answer(
    monkeypatch: pytest.MonkeyPatch, figures: Figures, said: str
) -> None:
    def keeper_of(base: services.Base) -> StoreKeeper:
        return StoreKeeper(
            base.network, base.trace, state="running", figures=figures, figures_detail="too large"
        )

    monkeypatch.setattr(asking, "keeper_of", keeper_of)
    app = page("query", question="noticed-before-recovered")
    assert said in shown(app)
    assert not app.dataframe


def test_unknown_questions_and_parameters_fall_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StoreKeeper, "wake", lambda keeper: setattr(keeper, "state", "starting"))
    assert page("query", question="nothing").selectbox(key="question").value == (
        "china-share-by-stage"
    )
    app = page("query", question="who-is-hit", p__site="nobody", p__minimum="much", p__odd="1")
    assert app.selectbox(key="p.site").value == "s_kuantan"
    assert "p.odd" not in address(app)
