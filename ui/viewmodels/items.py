"""What a view follows through the chain: an element, several, or one traded good."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import ELEMENTS, MATERIALS
from ui.state import ALL_ELEMENTS, ITEMS, MAGNET_ELEMENTS

OXIDE = "t oxide equivalent"


@dataclass(frozen=True, slots=True)
class Item:
    """`elements` are the columns of the ledger that count; `material` narrows to one good."""

    id: str
    name: str
    unit: str
    elements: tuple[int, ...]
    material: str = ""


def item(id: str) -> Item:
    """The item called `id` (one of `ui.state.ITEMS`)."""
    every = tuple(range(len(ELEMENTS)))
    if id == MAGNET_ELEMENTS:
        return Item(id, "Magnet elements (NdPr, Dy, Tb, Sm)", OXIDE, every[:-1])
    if id == ALL_ELEMENTS:
        return Item(id, "All rare earths", OXIDE, every)
    if id in ELEMENTS:
        name = "Other rare earths (La, Ce, Y and more)" if id == "other" else id
        return Item(id, name, OXIDE, (ELEMENTS.index(id),))
    material = MATERIALS[id]
    return Item(id, f"{material.name} only", material.basis, every, id)


CHOICES = {id: item(id).name for id in ITEMS}
