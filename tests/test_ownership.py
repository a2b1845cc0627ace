"""Control follows from dated stakes: small chains by hand, and the shipped data."""

from __future__ import annotations

import pytest

import loaders
from loaders.ownership import Control, Stake, controls, held


def stake(
    owner: str,
    country: str,
    owned: str,
    share: float | None = None,
    start: str = "",
    end: str = "",
) -> Stake:
    return Stake(owner, country, owned, share, start, end, ())


def country(found: dict[str, Control], owned: str) -> str | None:
    return found[owned].country if owned in found else None


def test_control_goes_up_the_chain_of_majorities() -> None:
    stakes = [stake("Shell", "AUS", "mine", 0.84), stake("Group", "CHN", "Shell", 1.0)]
    assert controls(stakes, {}, "2025-06-30")["mine"] == Control("CHN", ("Shell", "Group"))


def test_half_is_no_control_and_a_lone_owner_without_a_share_is() -> None:
    found = controls(
        [
            stake("A", "USA", "half", 0.5),
            stake("B", "JPN", "half", 0.5),
            stake("C", "DEU", "lone"),
        ],
        {},
        "2025-06-30",
    )
    assert country(found, "half") is None
    assert country(found, "lone") == "DEU"


def test_owners_of_one_country_control_together() -> None:
    found = controls(
        [
            stake("A", "CHN", "group", 0.31),
            stake("B", "CHN", "group", 0.2),
            stake("C", "USA", "group", 0.1),
        ],
        {},
        "2025-06-30",
    )
    assert found["group"] == Control("CHN", ("A and B",))


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2024-12-31", "CAN"), ("2025-03-31", "CAN"), ("2025-04-01", "CHN"), ("2026-01-01", "CHN")],
)
def test_control_changes_on_its_day(date: str, expected: str) -> None:
    stakes = [
        stake("Seller", "CAN", "plant", 0.95, "2011", "2025-03"),
        stake("Buyer", "CHN", "plant", 0.86, "2025-04-01"),
        stake("Seller", "CAN", "plant", 0.09, "2025-04-01"),
    ]
    assert country(controls(stakes, {}, date), "plant") == expected


def test_values_of_one_pair_at_different_dates_are_not_a_sum() -> None:
    stakes = [stake("A", "CHN", "firm", 0.08, "2020"), stake("A", "CHN", "firm", 0.031, "2025-12")]
    (only,) = held(stakes, "2026-01-01")["firm"].values()
    assert only.share == 0.031


def test_owners_in_a_circle_end() -> None:
    stakes = [stake("A", "CHN", "B", 0.6), stake("B", "CHN", "A", 0.6)]
    assert country(controls(stakes, {}, "2025-06-30"), "A") == "CHN"


def test_an_owner_in_the_row_of_the_site_is_followed_too() -> None:
    found = controls([stake("State", "SWE", "Miner", 1.0)], {"mine": ("Miner", "")}, "2025-06-30")
    assert found["mine"] == Control("SWE", ("Miner", "State"))


@pytest.mark.parametrize(
    ("snapshot", "site", "expected"),
    [
        ("2025", "m_ngualla", "CHN"),  # Shenghe through Peak
        ("2025", "ma_kmp_korea", "AUS"),  # ASM until 2026
        ("latest", "ma_kmp_korea", "USA"),  # Energy Fuels since
        ("pre-shock", "ma_lcm_uk", "GBR"),
        ("latest", "ma_lcm_uk", "USA"),  # USA Rare Earth since November 2025
        ("pre-shock", "s_jamr", "CAN"),
        ("2025", "s_jamr", "CHN"),  # Shenghe since April 2025
        ("2025", "m_mmr_kachin", "MMR"),  # overridden, with a reason
    ],
)
def test_control_in_the_shipped_data(snapshot: str, site: str, expected: str) -> None:
    assert loaders.load(snapshot=snapshot).sites[site].controlling_country == expected


def test_events_name_scenarios_that_exist_and_say_what_is_not_known() -> None:
    events = {row.text("id"): row for row in loaders.tables()["events"]}
    assert len(events) == 86
    shipped = {path.stem for path in (loaders.data_folder() / "scenarios").glob("*.toml")}
    for row in events.values():
        assert row.text("scenario") in {"", *shipped}
    assert events["PE033"].text("status") == "disputed"
    suspended = [row for row in events.values() if "status unverified" in row.text("status")]
    assert len(suspended) >= 7
