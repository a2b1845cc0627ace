"""The tightest cut before some end uses, for people, with China and without it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from graph.indicators import CONTROLLED
from graph.model import Stage
from graph.routes import ONE_SITE
from graph.structure import Cut, CutMember, WithoutChina
from ui import text
from ui.state import DRAWN
from ui.viewmodels.tables import Cell, Table, rounded, tenths

MANY = 100
"""Multiples of the need from which on a figure says no more than that the need is small."""
READING = (
    "The cut is the set of sites whose capacities together bound what can arrive, whoever else "
    "goes without; their shares add up to it. A plant without a published capacity is taken to do "
    "all it can; makers of components have no limit."
)


def covers(share: float) -> str:
    """A share of the need, before its noun; as a multiple where it is more than all."""
    if share < 1:
        return f"{text.share(share)} of"
    return f"{text.tenths(share)} times" if share < MANY else f"over {MANY} times"


def bound(cut: Cut, whose: str) -> str:
    """What can arrive at most, and what bounds it."""
    element = text.ELEMENT_NAMES[cut.what]
    said = f"At most {covers(cut.share)} the {element} that {whose} takes can arrive"
    if not cut.members:
        return f"{said}."
    first = cut.members[0]
    return (
        f"{said}: {text.plural(len(cut.members), 'site')} bound it, {first.name} with "
        f"{text.share(first.share)} of the cut."
    )


def drawn_words(lens: str) -> dict[str, str]:
    """The two pictures of the cut."""
    without = "Without all controlled from there" if lens == CONTROLLED else "Without China"
    return dict(zip(DRAWN, ("With China", without), strict=True))


def left(found: WithoutChina, whose: str) -> str:
    """What is left without China and where it breaks."""
    element = text.ELEMENT_NAMES[found.cut.what]
    lost = "all that is controlled from China" if found.lens == CONTROLLED else "China"
    said = f"Without {lost}, {covers(found.share)} the {element} that {whose} takes"
    if found.breaks_at is None:
        return f"{said} can still arrive."
    if found.breaks_at is Stage.END_USE:
        return (
            f"{said} is left. No plant bounds that: the end uses named here can have all they "
            "need, the others have no way left."
        )
    return f"{said} is left; the chain breaks at the stage {found.breaks_at.label}."


def table(cut: Cut, names: Mapping[str, str], view: str, finding: str) -> Table:
    """The members, the largest part first."""
    return Table(
        name=view,
        ids=tuple(member.site for member in cut.members),
        rows=[_row(member, names) for member in cut.members],
        kinds={"Share of cut": "tenths", "t a year": "number"},
        widths={"Name": 240, "China": 110, "Stage": 110, "Stands for": 260},
        finding=finding,
    )


def _row(member: CutMember, names: Mapping[str, str]) -> dict[str, Cell]:
    return {
        "Name": member.name,
        "Share of cut": tenths(member.share),
        "China": china(member),
        "Stage": member.stage.label,
        "Country": names.get(member.country, member.country),
        "t a year": rounded(member.tonnes),
        "Stands for": "" if member.role in ONE_SITE else text.ROLE_WORDS[member.role.value],
    }


def china(member: CutMember) -> str:
    """Whether a member stands in China or is controlled from there."""
    if member.in_china:
        return "in China" if member.from_china else "in, not controlled"
    return "controlled" if member.from_china else "no"


def chosen(cut: Cut, member: str, drawn: Collection[str] = ()) -> str:
    """The member, or site drawn beside the cut, of that id; else the largest member, empty where
    there is none."""
    ids = [each.site for each in cut.members]
    return member if member in ids or member in drawn else next(iter(ids), "")
