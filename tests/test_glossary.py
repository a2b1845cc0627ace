"""The words of the pages: each that needs it is explained, cited and shown where it stands."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from app_pages import data_page

from graph.model import Stage
from ui import terms
from ui.components.table import column_config
from ui.viewmodels.chain import LENS_WORDS, OUTSIDE_NAME
from ui.viewmodels.glossary import KINDS, Term, found, help_of
from ui.viewmodels.glossary import terms as read
from ui.viewmodels.tables import Table

ROOT = Path(__file__).resolve().parents[1]
FEW = read(
    """
    [[term]]
    word = "Ore"
    kind = "material"
    text = "What a mine digs."
    [[term]]
    word = "Mine"
    kind = "stage"
    text = "Where ore is dug."
    heads = ["Mined"]
    """
)


def test_every_word_is_told_once_under_a_known_kind() -> None:
    words = [term.word for term in terms.known()]
    assert len(words) == len(set(words)) >= 30
    assert {term.kind for term in terms.known()} == set(KINDS)
    heads = [head for term in terms.known() for head in term.heads]
    assert len(heads) == len(set(heads))


def test_every_stage_and_lens_is_explained() -> None:
    words = {term.word for term in terms.known()}
    assert {*(stage.label for stage in Stage), *LENS_WORDS.values(), OUTSIDE_NAME} <= words


def test_every_citation_is_a_publication_of_the_data() -> None:
    with (ROOT / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    cited = {term.source for term in terms.known()} - {""}
    assert len(cited) >= 5
    assert cited <= known


def test_every_rule_of_a_state_names_its_source() -> None:
    ours = {term.word for term in terms.known() if term.kind == "rule" and not term.source}
    assert ours == {"Outage"}


def test_a_word_in_the_name_comes_before_one_in_the_meaning() -> None:
    assert [term.word for term in found(FEW, "ORE")] == ["Ore", "Mine"]
    assert [term.word for term in found(FEW, "dug ore")] == ["Mine"]
    assert found(FEW, "") == FEW
    assert found(FEW, "gold") == ()


def test_a_head_shows_its_meaning() -> None:
    assert FEW[1] == Term("Mine", "stage", "Where ore is dug.", heads=("Mined",))
    assert help_of(FEW, "Mined, 2025") == "Where ore is dug."
    assert help_of(FEW, "Mine") is None
    table = Table("t", [{"Touched China": 1.0, "Site": "a"}], "", kinds={"Touched China": "share"})
    assert column_config(table)["Touched China"]["help"] == terms.meaning("Touched China")
    assert "Site" not in column_config(table)


def test_a_field_that_is_unknown_is_no_term() -> None:
    with pytest.raises(TypeError, match="sourcee"):
        read('[[term]]\nword = "x"\nkind = "stage"\ntext = "y"\nsourcee = "z"\n')


def test_the_section_is_searched_and_kept_in_the_link() -> None:
    app = data_page(tab="glossary", term="ceiling")
    texts = [part.value.replace("\\", "") for part in app.markdown]
    assert any(part.startswith("**65 % ceiling**: The EU's aim") for part in texts)
    assert any("https://eur-lex.europa.eu/eli/reg/2024/1252/oj" in part for part in texts)
    assert not any(part.startswith("**Mine**") for part in texts)
    app.text_input(key="term").set_value("zzz").run()
    assert "No word holds “zzz”" in app.info[0].value
    assert app.query_params["term"] in ("zzz", ["zzz"])
