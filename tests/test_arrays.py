"""A plan from plain arrays: its figures on a graph small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from graph.arrays import plan_of_arrays
from graph.limits import Ceiling, Limits
from graph.parameters import SpreadParameters
from graph.weekly import run

# Mines 0 and 1 send ore (0) to smelter 2, which sends metal (1) to plants 3 and 4.
SOURCE, TARGET, MATERIAL = [0, 1, 2, 2], [2, 2, 3, 4], [0, 0, 1, 1]
TONNES = [3.0, 1.0, 1.0, 1.0]


def test_shares_lines_and_stocks() -> None:
    plan = plan_of_arrays(SOURCE, TARGET, MATERIAL, TONNES, stock_weeks=[0, 0, 1, 2, 3])
    assert plan.lane_line.tolist() == [0, 1, 2, 2]
    assert plan.line_product == ("0", "0", "1", "units", "units")
    assert plan.line_tonnes.tolist() == [3.0, 1.0, 2.0, 1.0, 1.0]
    assert plan.line_final.tolist() == [False, False, False, True, True]
    assert plan.group_node.tolist() == [2, 3, 4]
    assert plan.group_tonnes.tolist() == [4.0, 1.0, 1.0]
    assert plan.group_stock.tolist() == [1.0, 2.0, 3.0]
    assert plan.lane_weight.tolist() == [0.75, 0.25, 1.0, 1.0]
    assert plan.lane_share.tolist() == [1.0, 1.0, 0.5, 0.5]
    assert list(zip(plan.use_line, plan.use_group, strict=True)) == [(2, 0), (3, 1), (4, 2)]


def test_a_mine_that_stops_is_felt_when_lags_and_stocks_have_run_out() -> None:
    """Three quarters of the ore stop in week 0; a week on the way and two weeks of missing ore out
    of stock later the smelter lacks them, a week after that the plants, which hold nothing."""
    plan = plan_of_arrays(
        *(SOURCE, TARGET, MATERIAL, TONNES), stock_weeks=[0, 0, 1.5, 0, 0], surge=1.0
    )
    limits = Limits((), (Ceiling("strike", np.array([0]), np.zeros(6)),), (), (), ())
    made = run(plan, limits, 6, SpreadParameters(), engine="numpy").made
    assert made[:, 0].tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert made[:, 2].tolist() == [1.0, 1.0, 1.0, 0.25, 0.25, 0.25]
    assert made[:, 3].tolist() == [1.0, 1.0, 1.0, 1.0, 0.25, 0.25]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": [1]}, r"target has shape \(1,\), expected \(4,\) like source"),
        ({"source": [-1, 0, 0, 0]}, "source must be at least 0, got -1"),
        ({"source": [0.5, 0, 0, 0]}, "source must be one row of whole numbers, got float64"),
        ({"tonnes": [1, 1, 1, 0]}, "tonnes must be numbers above 0"),
        ({"lag_weeks": 0}, "lag_weeks must be finite and at least 1"),
        ({"lag_weeks": 1.5}, "lag_weeks must be whole weeks"),
        ({"stock_weeks": [1, 2]}, "stock_weeks has shape .2,., expected one number or 5, one per"),
        ({"surge": 0.9}, "surge must be finite and at least 1"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change: dict[str, object], message: str) -> None:
    given = {"source": SOURCE, "target": TARGET, "material": MATERIAL, "tonnes": TONNES}
    with pytest.raises(ValueError, match=message):
        plan_of_arrays(**(given | change))  # type: ignore[arg-type]


def test_no_flow_is_no_plan() -> None:
    none = np.empty(0, dtype=int)
    with pytest.raises(ValueError, match="a plan needs at least one flow, got none"):
        plan_of_arrays(none, none, none, [])
