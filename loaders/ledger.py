"""Collects the flows of a balance: tonnes, content by element, and how each is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from graph.model import ELEMENTS, MATERIALS, Confidence, Flow
from loaders.facts import Facts

Array = NDArray[np.float64]

NEGLIGIBLE = 1e-9
"""t a year; smaller flows are rounding."""
BALANCE_SOURCES = ("own_arithmetic",)


class Ledger:
    """The one mutable thing of the balance: flows added stage by stage, then read as tuples."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._content: dict[tuple[str, str, str], Array] = {}
        self._tonnes: dict[tuple[str, str, str], float] = {}
        self._confidence: dict[tuple[str, str, str], Confidence] = {}

    def add(
        self,
        origin: str,
        target: str,
        material: str,
        tonnes: float,
        content: Array,
        confidence: Confidence | None = None,
    ) -> None:
        """Add to a flow. A known link makes it estimated; a flow of the market prior is assumed."""
        if tonnes <= NEGLIGIBLE:
            return
        key = (origin, target, material)
        self._content[key] = self._content.get(key, np.zeros(len(ELEMENTS))) + content
        self._tonnes[key] = self._tonnes.get(key, 0.0) + tonnes
        if confidence is not None:
            self._confidence[key] = confidence

    def add_pure(
        self,
        origins: Sequence[str],
        targets: Sequence[str],
        material: str,
        tonnes: Array,
        confidence: Confidence | None = None,
    ) -> None:
        """Add a table (origins, targets) of flows of a material of one element."""
        good = MATERIALS[material]
        if good.element is None or good.oxide_per_tonne is None:
            raise ValueError(f"{material} is no pure material")
        unit = np.zeros(len(ELEMENTS))
        unit[ELEMENTS.index(good.element)] = good.oxide_per_tonne
        for i, j in zip(*np.nonzero(tonnes > NEGLIGIBLE), strict=True):
            t = float(tonnes[i, j])
            self.add(origins[i], targets[j], material, t, t * unit, confidence)

    def into(self, target: str, material: str | None = None) -> Array:
        """Content that arrives at a site, by element."""
        return self._sum(1, target, material)

    def out_of(self, origin: str, material: str | None = None) -> Array:
        """Content that leaves a site, by element."""
        return self._sum(0, origin, material)

    def _sum(self, end: int, site: str, material: str | None) -> Array:
        total = np.zeros(len(ELEMENTS))
        for key, content in self._content.items():
            if key[end] == site and (material is None or key[2] == material):
                total += content
        return total

    def flows(self) -> tuple[Flow, ...]:
        return tuple(self._flows())

    def _flows(self) -> Iterable[Flow]:
        for key, tonnes in self._tonnes.items():
            origin, target, material = key
            link = self._facts.links.get((origin, target))
            confidence = self._confidence.get(
                key, Confidence.ESTIMATED if link else Confidence.ASSUMED
            )
            yield Flow(
                origin=origin,
                target=target,
                material=material,
                tonnes=tonnes,
                content=tuple(float(c) for c in self._content[key]),
                confidence=confidence,
                sources=link.sources if link else BALANCE_SOURCES,
                year=self._facts.year,
            )
