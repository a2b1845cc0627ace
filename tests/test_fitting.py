"""Fitting flows to margins: literal small tables and what must hold for any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from loaders.fitting import NoFit, fit, thin


def test_equal_prior_gives_the_product_of_the_margins() -> None:
    fitted = fit(np.ones((2, 2)), np.array([30.0, 70.0]), np.array([40.0, 60.0]))
    assert fitted.flows == pytest.approx(np.array([[12.0, 18.0], [28.0, 42.0]]))


def test_a_fixed_block_is_met_and_the_rest_follows() -> None:
    """Seller 0 sells exactly 5 to buyer 1, so 25 to buyer 0; buyer 0 then takes 15 of seller 1."""
    block = np.array([[-1, 0], [-1, -1]])
    fitted = fit(
        np.ones((2, 2)), np.array([30.0, 70.0]), np.array([40.0, 60.0]), block, np.array([5.0])
    )
    assert fitted.flows == pytest.approx(np.array([[25.0, 5.0], [15.0, 55.0]]))
    assert fitted.gap < 1e-9


def test_a_block_that_contradicts_the_margins_gives_way_and_says_by_how_much() -> None:
    block = np.array([[0, -1], [-1, -1]])
    fitted = fit(
        np.ones((2, 2)), np.array([30.0, 70.0]), np.array([40.0, 60.0]), block, np.array([35.0])
    )
    assert fitted.flows.sum(axis=1) == pytest.approx([30.0, 70.0])
    assert fitted.gap > 0.1


def test_a_forbidden_sale_stays_zero() -> None:
    fitted = fit(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([30.0, 70.0]), np.array([40.0, 60.0]))
    assert fitted.flows == pytest.approx(np.array([[30.0, 0.0], [10.0, 60.0]]))


@pytest.mark.parametrize(
    ("prior", "rows", "columns", "message"),
    [
        (np.ones((1, 1)), np.array([10.0]), np.array([11.0]), "sellers have 10"),
        (np.array([[1.0, 0.0]]), np.array([10.0]), np.array([5.0, 5.0]), "buyers without"),
        (
            np.array([[1.0, 0.0], [1.0, 1.0]]),
            np.array([50.0, 50.0]),
            np.array([40.0, 60.0]),
            "cannot all be met",
        ),
    ],
)
def test_what_cannot_be_met_is_refused(
    prior: np.ndarray, rows: np.ndarray, columns: np.ndarray, message: str
) -> None:
    with pytest.raises(NoFit, match=message):
        fit(prior, rows, columns)


def test_thinning_drops_noise_and_keeps_margins_and_known_sales() -> None:
    flows = np.array([[1000.0, 1.0], [1.0, 1000.0]])
    rows, columns = flows.sum(axis=1), flows.sum(axis=0)
    keep = np.array([[False, True], [False, False]])
    thinned = thin(flows, rows, columns, keep)
    assert thinned.sum(axis=1) == pytest.approx(rows)
    assert thinned.sum(axis=0) == pytest.approx(columns)
    assert thinned[0, 1] > 0
    both_dropped = thin(flows, rows, columns, np.zeros((2, 2), dtype=bool))
    assert both_dropped == pytest.approx(np.array([[1001.0, 0.0], [0.0, 1001.0]]))


@given(
    arrays(float, (3, 4), elements=st.floats(0.01, 100)),
    arrays(float, (3, 4), elements=st.floats(0.01, 1e6)),
)
def test_margins_always_hold(prior: np.ndarray, wanted: np.ndarray) -> None:
    rows, columns = wanted.sum(axis=1), wanted.sum(axis=0)
    flows = fit(prior, rows, columns).flows
    assert flows.sum(axis=1) == pytest.approx(rows, rel=1e-9)
    assert flows.sum(axis=0) == pytest.approx(columns, rel=1e-9)
    assert (flows >= 0).all()
