"""Chokepoints: rows by hand, what is kept between calls, and the command that prints them."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from networks import six_sites
from spreads import BARE
from test_recovery import TIMES
from waiting import until

import loaders.chokepoints
from graph.contingency import CORRIDOR, COUNTRY, KINDS, SITE, Loss, bench_of, cases_of, losses_of
from graph.critical import CriticalCase, Stop, critical_cases
from graph.draws import Range
from graph.indicators import CONTROLLED, LOCATED
from graph.model import Stage
from graph.ranking import goal_of, pairs_among, rank_stability, ranking
from loaders.chokepoints import Desk, desk_of, drawn_shares, pair_losses, single_losses, survived
from ui import cli_parser_chokepoints
from ui.cli import main

ROOT = Path(__file__).resolve().parent.parent
KEYS = [
    *("rank", "kind", "id", "name", "country", "stage", "lost_usd", "lost_share"),
    *("first_loss_week", "tts_days", "ttr_days", "china_share", "single_route"),
    *("rank_stability", "because"),
]


def rows_of(kind: str, weeks: int = 20, **more: object) -> dict[str, CriticalCase]:
    """Six sites with five weeks of magnets on their way to the cars, two of them at sea."""
    network = six_sites()
    bench = bench_of(network, replace(BARE, chain_days_cars=35.0), weeks=weeks)
    goal = goal_of(bench, "ev_us")
    cases = cases_of(network, (kind,))
    singles = {case: loss for (case,), loss in losses_of(bench, [(c,) for c in cases]).items()}
    options = {"survived": dict.fromkeys(cases, 3), "stability": None, "times": TIMES} | more
    found = critical_cases(network, bench, goal, ranking(goal, singles), **options)  # type: ignore[arg-type]
    return {row.id: row for row in found}


def test_a_row_by_hand() -> None:
    """15 of 20 weeks of 100,000 cars a year at 50,000 dollars; 60% of the ore is Chinese."""
    row = rows_of(SITE)["magnet_jp"]
    assert (row.rank, row.kind, row.name) == (2, "site", "Magnet Jp")
    assert (row.country, row.stage, row.single_route) == ("JPN", Stage.MAGNET, True)
    assert row.lost_usd == pytest.approx(15 / 52 * 100_000 * 50_000)
    assert row.lost_share == pytest.approx(15 / 20)
    assert (row.first_loss_week, row.tts_days, row.ttr_days) == (5, 21, 48)
    assert row.china_share == pytest.approx(0.6)
    assert row.rank_stability is None
    because = row.because
    assert because.path == (
        Stop("magnet_jp", "Magnet Jp"),
        Stop("motor_us", "Motor Us"),
        Stop("ev_us", "Ev Us"),
    )
    assert because.path_tonnes == pytest.approx(100)
    assert (because.ttr_range, because.gap_days) == (Range(32, 48, 92), Range(11, 27, 71))
    assert (because.ttr_rows, because.ttr_missing) == (("BLD01", "BLD02"), "")


def test_a_lens_decides_whose_the_goods_are() -> None:
    shares = [rows_of(SITE, lens=lens)["magnet_jp"].china_share for lens in (LOCATED, CONTROLLED)]
    assert shares == pytest.approx([0.6, 1.0])  # metal_vn is controlled from China


def test_what_a_corridor_ships_is_what_flows_along_it() -> None:
    row = rows_of(CORRIDOR)["AUS>MYS:concentrate"]
    assert (row.china_share, row.single_route, row.ttr_days) == (0.0, False, None)
    assert "Separation" in row.because.ttr_missing
    assert row.because.gap_days is None


def test_a_time_to_survive_as_long_as_the_run_is_none() -> None:
    cases = cases_of(six_sites(), (COUNTRY,))
    assert rows_of(COUNTRY, survived=dict.fromkeys(cases, 19))["JPN"].tts_days == 133
    assert rows_of(COUNTRY, survived=dict.fromkeys(cases, 20))["JPN"].tts_days is None
    assert rows_of(COUNTRY, survived={})["JPN"].tts_days is None


def test_stability_is_that_of_the_id_and_nought_where_it_never_held() -> None:
    found = rows_of(SITE, stability={"magnet_jp": 0.8})
    assert (found["magnet_jp"].rank_stability, found["sep_my"].rank_stability) == (0.8, 0.0)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loaders.chokepoints, "_cache_folder", lambda: tmp_path / "losses")
    return tmp_path / "losses"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return desk_of(None, snapshot="2025", kind=COUNTRY, weeks=12)


def same(one: dict[object, Loss], other: dict[object, Loss]) -> bool:
    """To the last bit, in the same order."""
    return list(one) == list(other) and all(
        a.missed.tobytes() == b.missed.tobytes() and a.first.tobytes() == b.first.tobytes()
        for a, b in zip(one.values(), other.values(), strict=True)
    )


def refuse(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """From here on nothing is played again."""

    def play(*_: object, **__: object) -> None:
        raise AssertionError("played again")

    for name in names:
        monkeypatch.setattr(loaders.chokepoints, name, play)


def test_a_second_call_reads_what_the_first_has_found(
    cache: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = goal_of(desk.bench, "wind")
    some = [each.case for each in ranking(goal, single_losses(desk))][:3]

    def ask() -> tuple[object, ...]:
        draws = drawn_shares(desk, goal, 2, seed=7, balances=2)
        return draws, survived(desk, goal, some), rank_stability(draws)

    pairs = pairs_among(some)
    singles, both, rest = single_losses(desk), pair_losses(desk, pairs), ask()
    refuse(monkeypatch, "losses_of", "weeks_survived", "alternative_balance")
    assert same(single_losses(desk), singles)  # type: ignore[arg-type]
    assert same(pair_losses(desk, pairs), both)  # type: ignore[arg-type]
    assert ask() == rest
    assert len(list(cache.iterdir())) == 5


def test_other_tables_other_weeks_and_another_kind_are_played_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    single_losses(desk)
    refuse(monkeypatch, "losses_of")
    other_weeks = replace(desk, bench=replace(desk.bench, weeks=11))
    for other in (replace(desk, mark="other"), other_weeks, replace(desk, kind=SITE)):
        with pytest.raises(AssertionError, match="played again"):
            single_losses(other)


def damage_nothing(path: Path) -> None:
    path.write_bytes(b"")


def damage_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damage_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = bytes(40)
    path.write_bytes(content)


def damage_shape(path: Path) -> None:
    with np.load(path) as file:
        arrays = dict(file)
    np.savez_compressed(path, **arrays | {"missed": arrays["missed"][:-1]})


def damage_kind(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.arange(3))


@pytest.mark.parametrize(
    "damage", [damage_nothing, damage_half, damage_middle, damage_shape, damage_kind]
)
def test_a_damaged_file_is_made_anew(
    cache: Path, desk: Desk, damage: Callable[[Path], None]
) -> None:
    before = single_losses(desk)
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    damage(file)
    assert file.read_bytes() != whole
    assert same(single_losses(desk), before)  # type: ignore[arg-type]
    with np.load(file) as again:
        assert again["missed"].shape == (len(desk.cases), len(desk.bench.end_uses))


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(cache: Path, desk: Desk) -> None:
    cache.write_text("a file where the folder should be")
    assert len(single_losses(desk)) == len(desk.cases)


def test_what_was_cancelled_is_returned_and_not_kept(cache: Path, desk: Desk) -> None:
    told: list[str] = []
    found = single_losses(
        desk,
        progress=lambda step, _: told.append(step),
        is_cancelled=lambda: len(told) >= 3,
    )
    assert 3 <= len(found) < len(desk.cases)
    assert not cache.exists()
    goal = goal_of(desk.bench)
    assert drawn_shares(desk, goal, 2, seed=7, balances=1, is_cancelled=lambda: True) == ()


def test_draws_move_the_assumptions(desk: Desk) -> None:
    goal = goal_of(desk.bench)
    one, two = drawn_shares(desk, goal, 2, seed=7, balances=1)
    assert one["CHN"] != two["CHN"]
    (again,) = drawn_shares(desk, goal, 1, seed=8, balances=1)
    assert again["CHN"] not in (one["CHN"], two["CHN"])


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["chokepoints", "--weeks", "12", *arguments]) == 0
    return capsys.readouterr().out


def test_the_command_prints_the_same_as_json_csv_and_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ("--for", "EV", "--by", "country", "--top", "3", "--draws", "2", "--balances", "1")
    found = json.loads(printed(capsys, *options, "--format", "json"))
    assert [list(row) for row in found] == [KEYS] * 3
    china = found[0]
    assert (china["rank"], china["id"], china["china_share"]) == (1, "CHN", 1.0)
    assert (china["single_route"], china["rank_stability"]) == (True, 1.0)
    assert (china["tts_days"], china["stage"]) == (0, None)
    assert china["because"]["path"][-1]["id"].startswith("eu_")
    assert china["because"]["ttr_rows"] == ["BLD08"]
    first = next(csv.DictReader(io.StringIO(printed(capsys, *options, "--format", "csv"))))
    assert float(first["lost_usd"]) == china["lost_usd"]
    assert json.loads(first["because"]) == china["because"]
    table = printed(capsys, *options)
    assert "at least 2,557" in table
    assert "times are right to +/-7 days" in " ".join(table.split())


def test_pairs_have_ranks_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--by", "country", "--among", "3", "--format", "json")
    by_loss = json.loads(printed(capsys, *options, "--pairs"))
    assert [row["rank"] for row in by_loss] == [1, 2, 3]
    by_synergy = json.loads(printed(capsys, *options, "--pairs", "synergy"))
    assert [row["synergy_rank"] for row in by_synergy] == [1, 2, 3]
    assert by_loss == sorted(by_synergy, key=lambda row: int(row["rank"]))
    assert by_loss[0]["kind"] == "country"
    assert "of the 3 costliest" in printed(capsys, "--by", "country", "--among", "3", "--pairs")


def test_one_case_shows_every_end_use_in_units(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--case", "co_byd_fdb", "--for", "eu_byd")
    (row,) = json.loads(printed(capsys, *options, "--format", "json"))
    assert (row["id"], row["sector"], row["unit"]) == ("eu_byd", "EV", "vehicles")
    assert row["lost_usd"] <= row["sector_lost_usd"]
    assert 0 < row["lost_units"] <= 12 * row["baseline_per_week"]
    assert row["lost_share"] == pytest.approx(row["lost_units"] / row["baseline_per_week"] / 12)
    assert "BYD FinDreams" in printed(capsys, *options)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--for", "EVs"), "no end use or sector called 'EVs'. Did you mean EV?"),
        (("--case", "co_byd"), "no site called 'co_byd'. Did you mean co_byd_fdb"),
        (("--draws", "5", "--pairs"), "--draws says how sure the ranks of single losses are"),
        (("--case", "x", "--pairs"), "it does not go with --pairs"),
        (("--by", "plant"), "invalid choice: 'plant'"),
    ],
)
def test_what_makes_no_sense_is_said(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chokepoints", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_the_command_offers_what_can_be_lost() -> None:
    assert cli_parser_chokepoints.KINDS == KINDS


def test_ctrl_c_prints_what_is_finished(tmp_path: Path) -> None:
    command = (sys.executable, "-u", "-m", "ui.cli", "chokepoints", "--by", "country", "--top", "2")
    begun = subprocess.Popen(
        [*command, "--draws", "10000", "--balances", "1", "--weeks", "12", "--format", "json"],
        cwd=ROOT,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    kept = tmp_path / "magnetrace" / "losses"
    # The losses, the times to survive, three draws.
    until(lambda: len(list(kept.glob("*.npz"))) > 4, "the first draws", 120)
    begun.send_signal(signal.SIGINT)
    out, said = begun.communicate(timeout=60)
    assert begun.returncode == 130, said
    assert "Traceback" not in said
    done = len(list(kept.glob("*.npz"))) - 2
    assert f"magnetrace: {done} of 10000 draws were finished" in said
    china, _ = json.loads(out)
    assert (china["id"], china["rank_stability"]) == ("CHN", 1.0)
