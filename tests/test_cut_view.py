"""The tightest cut for people: what bounds a chain of six sites, with China and without it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites

from graph.model import Role, Stage
from graph.structure import tightest_cut, without_china
from ui.viewmodels import cut as view

NBSP = "\u00a0"
NAMES = {"CHN": "China", "AUS": "Australia", "MYS": "Malaysia"}


def test_the_cut_says_what_can_arrive_and_what_bounds_it() -> None:
    """100 t arrive and no site can do more."""
    found = tightest_cut(six_sites(), "ev_us", "NdPr")
    said = view.bound(found, "Ev Us").replace(NBSP, " ")
    assert said.startswith("At most 1.0 times the NdPr that Ev Us takes can arrive: ")
    assert f"{found.members[0].name} with" in said


def test_without_china_forty_of_a_hundred_tonnes_are_left() -> None:
    (row,) = without_china(six_sites(), elements=("NdPr",), end_uses=("ev_us",))
    assert view.left(row, "Ev Us").replace(NBSP, " ") == (
        "Without China, 40 % of the NdPr that Ev Us takes is left; "
        "the chain breaks at the stage Mine."
    )
    (gone,) = without_china(six_sites(), "controlled", elements=("NdPr",), end_uses=("ev_us",))
    assert view.left(gone, "Ev Us").replace(NBSP, " ") == (
        "Without all that is controlled from China, 0 % of the NdPr that Ev Us takes is left; "
        "the chain breaks at the stage Metal & alloy."
    )
    closed = replace(row, breaks_at=Stage.END_USE)
    assert view.left(closed, "Ev Us").replace(NBSP, " ") == (
        "Without China, 40 % of the NdPr that Ev Us takes is left. No plant bounds that: the end "
        "uses named here can have all they need, the others have no way left."
    )
    whole = replace(row, cut=replace(row.cut, share=1.25), breaks_at=None)
    assert view.left(whole, "Ev Us") == (
        "Without China, 1.2 times the NdPr that Ev Us takes can still arrive."
    )


def test_the_members_stand_with_their_share_and_china() -> None:
    (row,) = without_china(six_sites(), elements=("NdPr",), end_uses=("ev_us",))
    found = view.table(row.cut, NAMES, "v", "finding")
    assert (found.ids, found.finding) == (("mine_au",), "finding")
    assert found.rows == [
        {
            "Name": "Mine Au",
            "Share of cut": 100.0,
            "China": "no",
            "Stage": "Mine",
            "Country": "Australia",
            "t a year": 40.0,
            "Stands for": "",
        }
    ]
    (member,) = row.cut.members
    rest = replace(row.cut, members=(replace(member, role=Role.RESIDUAL, stage=Stage.METAL),))
    (said,) = view.table(rest, NAMES, "v", "").rows
    assert said["Stands for"] == "Unnamed rest of the stage in this country"


@pytest.mark.parametrize(
    ("in_china", "from_china", "said"),
    [
        (True, True, "in China"),
        (True, False, "in, not controlled"),
        (False, True, "controlled"),
        (False, False, "no"),
    ],
)
def test_china_by_place_and_by_control(in_china: bool, from_china: bool, said: str) -> None:
    (row,) = without_china(six_sites(), elements=("NdPr",), end_uses=("ev_us",))
    (member,) = row.cut.members
    assert view.china(replace(member, in_china=in_china, from_china=from_china)) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.08, "8 % of"), (1.0, "1.0 times"), (2.44, "2.4 times"), (500, "over 100 times")],
)
def test_more_than_the_need_is_a_multiple(share: float, said: str) -> None:
    assert view.covers(share).replace(NBSP, " ") == said


def test_a_member_that_a_link_does_not_find_is_the_largest() -> None:
    (row,) = without_china(six_sites(), elements=("NdPr",), end_uses=("ev_us",))
    assert view.chosen(row.cut, "<b>") == "mine_au"
    assert view.chosen(replace(row.cut, members=()), "mine_au") == ""
