"""Sites, companies and countries found by name, whatever the case and the accents."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graph.model import UNKNOWN_COUNTRY
from graph.network import Network
from graph.who import NAMELESS, owners_of
from ui import text

SITE, COMPANY, COUNTRY = "site", "company", "country"
SUGGESTED = 8
# What Unicode does not take apart into a letter and an accent.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"})


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a name; `sites` are those it means, `detail` tells namesakes apart."""

    kind: str
    id: str
    name: str
    detail: str
    sites: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def label(self) -> str:
        """As it is suggested; in plain letters too where the name has others."""
        shown = f"{self.name} ({self.detail})"
        return shown if shown.isascii() else f"{shown} {fold(self.name)}"


@dataclass(frozen=True, slots=True)
class Index:
    """Every entry by its key: countries, then companies, then sites, each in order of the name."""

    entries: Mapping[str, Entry]


def index(network: Network, names: Mapping[str, str]) -> Index:
    """What a network holds that has a name. `names` are those of countries."""
    countries: dict[str, list[str]] = defaultdict(list)
    companies: dict[str, list[str]] = defaultdict(list)
    found = []
    for site in network.sites.values():
        if site.country != UNKNOWN_COUNTRY:
            countries[site.country].append(site.id)
        for owner in sorted(owners_of(site) - NAMELESS):
            companies[owner].append(site.id)
        country = names.get(site.country, site.country)
        place = f"{text.lower_first(site.stage.label)}, {country}"
        found.append(Entry(SITE, site.id, site.name, place, (site.id,)))
    for code, sites in countries.items():
        held = text.plural(len(sites), "site")
        found.append(Entry(COUNTRY, code, names.get(code, code), f"country, {held}", tuple(sites)))
    for owner, sites in companies.items():
        held = text.plural(len(sites), "site")
        found.append(Entry(COMPANY, owner, owner, f"company, {held}", tuple(sites)))
    order = (COUNTRY, COMPANY, SITE)
    found.sort(key=lambda entry: (order.index(entry.kind), fold(entry.name), entry.id))
    return Index({entry.key: entry for entry in found})


def fold(words: str) -> str:
    """Words as they are compared: small plain letters and digits, with single spaces."""
    plain = unicodedata.normalize("NFKD", words.casefold().translate(LETTERS))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", bare))


def matches(index: Index, words: str, most: int = SUGGESTED) -> tuple[Entry, ...]:
    """Entries that hold every word, the best first: the same name, one that begins so, one with
    words that begin so, the rest. Nothing for no words."""
    wanted = fold(words)
    if not wanted:
        return ()
    ranked = []
    for place, entry in enumerate(index.entries.values()):
        name = fold(entry.name)
        if all(word in name for word in wanted.split()):
            ranked.append((_rank(name, wanted), place, entry))
    return tuple(entry for _, _, entry in sorted(ranked, key=lambda each: each[:2])[:most])


def narrowing(network: Network, stage: str, country: str, owner: str) -> frozenset[str] | None:
    """Ids of the sites that filters mean, each of which may be empty; None where all are."""
    if not (stage or country or owner):
        return None
    return frozenset(
        site.id
        for site in network.sites.values()
        if (not stage or site.stage.value == stage)
        and (not country or site.country == country)
        and (not owner or owner in owners_of(site))
    )


def narrowed_words(stage: str, country: str, owner: str, hits: Collection[str]) -> str:
    """What filters leave, in words; `stage` and `country` as people read them."""
    who = [part for part in (owner, text.lower_first(stage), country) if part]
    held = text.plural(len(hits), "site")
    return f"Only {', '.join(who)} ({held}) and direct trading partners"


def _rank(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    begun = all(any(word.startswith(w) for word in name.split()) for w in wanted.split())
    return 2 if begun else 3
