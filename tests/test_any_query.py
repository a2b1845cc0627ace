"""Any text as a query and any value as its parameter, over real Bolt: an answer or one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import six_sites
from states import own_store

from graph import store
from graph.errors import StoreError
from graph.queries import questions
from graph.tracing import trace

TIMEOUT_S = 2.0
LARGEST = 2**63 - 1
"""Bolt carries whole numbers of 64 bits with their sign."""
NAMES = sorted({each.name for one in questions().values() for each in one.parameters})
WORDS = sorted({word for each in questions().values() for word in each.cypher.split()})
texts = st.text(max_size=40)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST - 1, LARGEST)
    | st.floats(allow_nan=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
queries = (
    st.text(max_size=200)
    | st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)
    | st.tuples(
        st.sampled_from([each.cypher for each in questions().values()]),
        st.integers(0, 2000),
        st.integers(0, 40),
        st.sampled_from(WORDS) | texts,
    ).map(lambda cut: cut[0][: cut[1]] + cut[3] + cut[0][cut[1] + cut[2] :])
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Store]:
    """Six sites on a server of its own, opened for reading."""
    with own_store(tmp_path_factory.mktemp("any")):
        with store.connect(read_only=False) as filled:
            filled.load(six_sites(), trace(six_sites()))
        with store.connect() as found:
            yield found


def graph_print(opened: store.Store) -> str:
    """Every node and relationship, as one text."""
    nodes = opened.run("MATCH (n) RETURN labels(n), properties(n)", limit=10_000).rows
    edges = opened.run("MATCH (a)-[r]->(b) RETURN type(r), properties(r)", limit=10_000).rows
    return "\n".join(sorted(json.dumps(row, sort_keys=True) for row in (*nodes, *edges)))


@pytest.fixture(scope="module")
def held(opened: store.Store) -> str:
    """What the graph is before anything is asked."""
    return graph_print(opened)


@settings(max_examples=200, deadline=None)
@given(value=values)
def test_any_value_comes_back_as_it_was_given(opened: store.Store, value: object) -> None:
    ((back,),) = opened.run("RETURN $x AS x", {"x": value}, timeout=TIMEOUT_S).rows
    assert json.dumps(back, sort_keys=True) == json.dumps(value, sort_keys=True)


@settings(max_examples=300, deadline=None)
@given(cypher=queries, named=st.dictionaries(st.sampled_from(NAMES), values, max_size=3))
def test_any_text_is_answered_or_refused_in_a_sentence(
    opened: store.Store, held: str, cypher: str, named: dict[str, object]
) -> None:
    try:
        said = json.dumps(opened.run(cypher, named, limit=100, timeout=TIMEOUT_S).rows)
    except StoreError as error:
        said = str(error)
        assert said.isprintable()
        assert len(said) < 800
    assert said
    assert graph_print(opened) == held
