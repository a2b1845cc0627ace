"""Colours and sizes in one place. Meaning never hangs on colour alone: a word stands beside it."""

from __future__ import annotations

from typing import Final

INK_DARK: Final = "#1F2933"
INK_LIGHT: Final = "#FFFFFF"
INKS: Final = {"light": INK_DARK, "dark": "#E8ECF1"}
"""Ink of charts by theme, light or dark; `mode_of` is the inverse."""
BARE: Final = {"layout": {"colorway": [INK_DARK]}}
"""Template of charts that name all their colours: Streamlit fills in the rest, and its own template
would be most of what is sent with a chart."""

CHINA_RAMP: Final = ("#EFEDF5", "#CBC9E2", "#9E9AC8", "#6A51A3", "#3F007D")
CHINA_RAMP_WORDS: Final = ("0 to 20 %", "20 to 40 %", "40 to 60 %", "60 to 80 %", "80 to 100 %")

LINE_RAMP: Final = {
    "light": ("#C3C0D4", "#ABA7D0", "#8C86BF", "#6A51A3", "#3F007D"),
    "dark": ("#4B5060", "#66659A", "#8079C4", "#A08BE8", "#C9B6FF"),
}
"""The same steps for lines, which have no border, by theme; view.js holds the same."""

DAMAGE: Final = ("#F4A259", "#C4374B", "#8C0D20")
DAMAGE_LEGEND: Final = ("short: 5 to 30 % lost", "severe: 30 to 90 % lost", "stopped: over 90 %")
DAMAGE_LIMITS: Final = (0.05, 0.30, 0.90)
"""Share of normal output lost from which a place counts as short, severe, stopped."""

CUT: Final = "#F6D743"
"""Fill of the sites of the tightest cut."""

COMPARE_FIRST: Final = "#C4374B"
COMPARE_SECOND: Final = "#F4A259"


def mode_of(ink: str) -> str:
    """The theme of an ink of charts."""
    return "dark" if ink == INKS["dark"] else "light"


def ramp_class(share: float) -> int:
    """Which of the five steps a share (0..1) falls in."""
    return min(4, max(0, int(share * 5)))


def ramp(share: float) -> str:
    return CHINA_RAMP[ramp_class(share)]


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" as WCAG defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(fill: str) -> str:
    """Dark or white ink, whichever reads better on a fill."""
    return max((INK_DARK, INK_LIGHT), key=lambda ink: contrast(ink, fill))


ACTION: Final = {"light": "#0B5CAD", "dark": "#7AB8FF"}
"""Colour of links and main buttons by theme; config.toml holds the same."""
RAISED: Final = {"light": "#F3F5F8", "dark": "#1B232C"}
"""Ground of fields and buttons by theme; config.toml holds the same."""
STYLE: Final = (
    f"""
<style>
:root {{
  --action: light-dark({ACTION["light"]}, {ACTION["dark"]});
  --label: light-dark({ink_on(ACTION["light"])}, {ink_on(ACTION["dark"])});
  --raised: light-dark({RAISED["light"]}, {RAISED["dark"]});
}}
"""
    + """
[data-testid="stTable"] { font-size: .875rem; }
[data-testid="stTable"] td, [data-testid="stTable"] th { padding: 4px 8px 4px 0; }
[data-testid="stMetricValue"], [data-testid="stTable"] td { font-variant-numeric: tabular-nums; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: .82; font-size: .875rem; }
[data-testid="stBaseButton-primaryFormSubmit"] p,
[data-testid="stBaseButton-primary"] p { color: var(--label); }
[data-testid="stMultiSelect"] [data-tag] * { color: var(--label); }
/* Half of Streamlit's colours of code are too faint on its ground. */
[data-testid="stCode"] .token { color: inherit !important; }
[data-testid="stCode"] .token:is(.keyword, .class-name) { color: var(--action) !important; }
[data-testid="stPageLink-NavLink"] { padding-left: 0; }
[data-testid="stPageLink-NavLink"] p {
  white-space: normal; color: var(--action); text-decoration: underline;
  text-underline-offset: 3px; text-decoration-thickness: 1px;
}
/* Questions to start with look like buttons, all of one height. */
.st-key-ready [data-testid="stColumn"] > div,
.st-key-ready [data-testid="stColumn"] [data-testid="stElementContainer"],
.st-key-ready [data-testid="stPageLink"] { height: 100%; }
.st-key-ready [data-testid="stPageLink-NavLink"] {
  height: 100%; padding: 12px 16px; border: 1px solid var(--action); border-radius: 6px;
}
.st-key-ready [data-testid="stPageLink-NavLink"] p { text-decoration: none; }
.st-key-ready [data-testid="stPageLink-NavLink"]:hover p { text-decoration: underline; }
/* Beside the list of pages, so that no page loses room. */
[data-testid="stLayoutWrapper"]:has(> .st-key-share) { display: contents; }
.st-key-share {
  position: fixed; top: 14px; right: 24px; width: auto; z-index: 999999; gap: 8px;
  align-items: center;
}
.st-key-share [data-testid="stPopoverButton"] {
  min-height: 28px; padding: 2px 10px; font-size: 14px; line-height: 1.2;
  background: var(--raised);
}
/* Export gives the same rows with their units and sources, and no cell that is computed. */
[data-testid="stElementToolbarButton"]:has([aria-label^="Download as CSV"]) { display: none; }
/* A click anywhere on a card of a measure presses its button. */
[class*="st-key-card-"] { position: relative; }
[class*="st-key-card-"] [class*="st-key-pick-"] { position: static; }
[class*="st-key-card-"]:hover { border-color: var(--action); }
[class*="st-key-card-"] button::after { content: ""; position: absolute; inset: 0; z-index: 1; }
/* On a phone wide pictures keep a size that can be read, and move sideways. */
@media (max-width: 639px) {
  .st-key-world-map, .st-key-sankey { overflow-x: auto; }
  .st-key-world-map > [data-testid="stElementContainer"],
  .st-key-sankey > [data-testid="stElementContainer"] { min-width: 760px; }
}
.block-container, [data-testid="stMainBlockContainer"] { max-width: 1680px; }
</style>
"""
)
"""House style that the theme options cannot say; no data ever enters it, and where
colours differ by theme the browser picks them, as soon as the theme changes."""
