"""Between no adaptation and the best case, for people: a sentence, marks for a chart, a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.bracket import ABOVE, BELOW, Bracket, Three
from ui import text
from ui.viewmodels.tables import Cell, Table, rounded, tenths

SHOWN = 10
ALL = "All end uses, by value"
WORDS = {
    "best_case": "Best case",
    "weekly": "Weekly model",
    "no_adaptation": "No adaptation",
}
OUTSIDE_WORDS = {"": "", ABOVE: "above no adaptation", BELOW: "below the best case"}
READING = (
    "No adaptation: nobody replaces, stores, hurries or catches up. Best case: one planner who "
    "knows the scenario from the first week directs every stock, order and machine, among sellers "
    "and buyers that already trade; it is the best for all together, and a single end use can fare "
    "worse. The truth lies between; the weekly model is one way through."
)


@dataclass(frozen=True, slots=True)
class Spans:
    """A row for the whole and for the end uses hit hardest: three shares (0..1) of the run."""

    names: tuple[str, ...]
    shares: tuple[Three, ...]
    labels: tuple[str, ...]
    """what is said of a row, mark by mark, in the order of `WORDS`"""
    finding: str


def between(found: Bracket) -> str:
    """The three losses of the whole in one sentence."""
    usd, share = found.lost_usd, found.lost_share
    return (
        f"Over {found.weeks} weeks end uses lose {_both(usd.no_adaptation, share.no_adaptation)} "
        f"without any adaptation, {_both(usd.weekly, share.weekly)} in the weekly model and "
        f"{_both(usd.best_case, share.best_case)} in the best case."
    )


def spans(found: Bracket) -> Spans:
    """The whole and the end uses that lose most in the weekly model, then without adaptation."""
    hit = [loss for loss in found.end_uses if _any(loss.lost_share)][:SHOWN]
    rows = [(ALL, found.lost_share), *((loss.name, loss.lost_share) for loss in hit)]
    return Spans(
        names=tuple(text.shorten(name, 44) for name, _ in rows),
        shares=tuple(share for _, share in rows),
        labels=tuple(
            f"{name}: "
            + ", ".join(
                f"{text.lower_first(word)} {text.share(getattr(share, way))}"
                for way, word in WORDS.items()
            )
            for name, share in rows
        ),
        finding=between(found),
    )


def table(found: Bracket, names: Mapping[str, str]) -> Table:
    """Every end use that loses in any of the three ways."""
    hit = [loss for loss in found.end_uses if _any(loss.lost_share)]
    kinds = dict.fromkeys(WORDS.values(), "share")
    kinds |= {f"{word}, USD": "usd" for word in WORDS.values()}
    rows: list[Mapping[str, Cell]] = [
        {
            "End use": loss.name,
            "Country": names.get(loss.country, loss.country),
            **{word: tenths(getattr(loss.lost_share, way)) for way, word in WORDS.items()},
            **{
                f"{word}, USD": rounded(getattr(loss.lost_usd, way)) if loss.lost_usd else None
                for way, word in WORDS.items()
            },
            "Weekly model is": OUTSIDE_WORDS[loss.outside],
        }
        for loss in hit
    ]
    return Table(name="bracket", rows=rows, finding=between(found), kinds=kinds)


def _any(share: Three) -> bool:
    return max(share.no_adaptation, share.weekly, share.best_case) > 0


def _both(usd: float, share: float) -> str:
    return f"{text.usd(usd)} ({text.share(share)} of all value)"
