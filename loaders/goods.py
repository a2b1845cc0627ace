"""What a customs code holds. The code alone does not say: the step of the chain hangs on the pair.

Clay feed from Myanmar and Laos is declared as compounds, Mount Weld's concentrate as metal.
"""

from __future__ import annotations

CONCENTRATE = "concentrate"
MIXED = "mixed"
GOODS = {
    "261220": CONCENTRATE,  # thorium ores, where monazite is declared
    "280530": "metal",
    "284610": "compounds",  # cerium
    "284690": "compounds",  # all others, with yttrium and scandium
    "850511": "magnets",  # of metal: NdFeB, SmCo and AlNiCo
}
"""Codes kept. Mixed bags such as 253090 and 261790 say nothing about rare earths."""
HEADINGS = {"2846": "compounds"}
"""Headings of four digits that hold nothing but codes kept."""
BY_PAIR = {
    ("MMR", "CHN", "2846"): CONCENTRATE,
    ("LAO", "CHN", "2846"): CONCENTRATE,
    ("MYS", "CHN", "2846"): MIXED,
    ("AUS", "MYS", "2805"): CONCENTRATE,
}
BY_PAIR_UNTIL_2024 = {("USA", "CHN", "2846"): MIXED}
"""Mountain Pass sold feed to China under this code, beside oxides, until it stopped in 2025."""


def good(year: int, exporter: str, importer: str, code: str) -> str:
    """The good that a flow under an HS code of four or six digits holds."""
    pair = (exporter, importer, code[:4])
    if pair in BY_PAIR:
        return BY_PAIR[pair]
    if year <= 2024 and pair in BY_PAIR_UNTIL_2024:
        return BY_PAIR_UNTIL_2024[pair]
    return GOODS.get(code) or HEADINGS[code]
