"""Who controls a site at a date: follow the stakes up to whoever holds more than half.

Stakes are dated; several rows of one owner and one thing owned are values at different dates,
and the newest that has begun counts. A single known owner without a published share counts as
in control. Warrants and options are not shares held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from loaders.tables import Row

MAJORITY = 0.5
NOT_HELD = ("warrant", "option")


@dataclass(frozen=True, slots=True)
class Stake:
    """One dated relation. `share` is 0..1, None where it is not published."""

    owner: str
    country: str
    owned: str
    share: float | None
    start: str
    end: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """Who controls a site and how that is known: the owners from the site upwards."""

    country: str
    path: tuple[str, ...]


def read_stakes(rows: Iterable[Row]) -> tuple[Stake, ...]:
    """Stakes from `stakes.csv`; warrants and options are left out."""
    return tuple(
        Stake(
            row.text("owner"),
            row.text("owner_country"),
            row.text("owned"),
            row.optional("stake"),
            row.text("from"),
            row.text("to"),
            row.names("sources"),
        )
        for row in rows
        if not any(word in row.text("owner").lower() for word in NOT_HELD)
    )


def held(stakes: Iterable[Stake], date: str) -> dict[str, dict[str, Stake]]:
    """Stakes in force on `date` (YYYY-MM-DD) by thing owned and owner, the newest of each pair."""
    found: dict[str, dict[str, Stake]] = defaultdict(dict)
    for stake in sorted(stakes, key=lambda stake: stake.start):
        if _begun(stake, date) and not _over(stake, date):
            found[stake.owned][stake.owner] = stake
    return dict(found)


def controls(
    stakes: Iterable[Stake], names: Mapping[str, tuple[str, ...]], date: str
) -> dict[str, Control]:
    """Who controls each thing owned on `date`, where more than half is known.

    `names` gives further names under which the owner of a site is known in the stakes. Things
    whose owners hold half or less, or are not known, are left out.
    """
    in_force = held(stakes, date)
    found = {}
    for owned, owners in in_force.items():
        control = _control(in_force, owned, owners, ())
        if control is not None:
            found[owned] = control
    for site, others in names.items():
        for name in others:
            if site not in found and name in found:
                found[site] = Control(found[name].country, (name, *found[name].path))
    return found


def _control(
    in_force: Mapping[str, Mapping[str, Stake]],
    owned: str,
    owners: Mapping[str, Stake],
    seen: tuple[str, ...],
) -> Control | None:
    holder = _holder(owners)
    if holder is None:
        return _same_country(owners)
    if holder.owner in in_force and holder.owner not in seen:
        above = _control(in_force, holder.owner, in_force[holder.owner], (*seen, owned))
        if above is not None:
            return Control(above.country, (holder.owner, *above.path))
    return Control(holder.country, (holder.owner,))


def _holder(owners: Mapping[str, Stake]) -> Stake | None:
    """The owner of more than half, or the only one known."""
    for stake in owners.values():
        if stake.share is not None and stake.share > MAJORITY:
            return stake
    if len(owners) == 1:
        (only,) = owners.values()
        if only.share is None:
            return only
    return None


def _same_country(owners: Mapping[str, Stake]) -> Control | None:
    """Owners of one country that together hold more than half control it together."""
    together: dict[str, float] = defaultdict(float)
    for stake in owners.values():
        together[stake.country] += stake.share or 0.0
    for country, share in together.items():
        if share > MAJORITY:
            members = sorted(o.owner for o in owners.values() if o.country == country)
            return Control(country, (" and ".join(members),))
    return None


def _begun(stake: Stake, date: str) -> bool:
    """A date known to the year or month counts from its first day."""
    return stake.start <= date[: len(stake.start)]


def _over(stake: Stake, date: str) -> bool:
    """An end known to the year or month counts from the first day after it."""
    return bool(stake.end) and stake.end < date[: len(stake.end)]
