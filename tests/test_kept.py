"""Networks kept between runs are the networks that were built."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from networks import six_sites

import loaders.kept
from graph.errors import UnknownName
from graph.network import Network
from loaders import load
from loaders.cache import packed, read_arrays
from loaders.kept import fingerprint, from_json, load_kept, to_json

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loaders.kept, "_cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def parts(network: Network) -> tuple[object, ...]:
    return (
        network.snapshot,
        network.year,
        dict(network.sites),
        network.flows,
        dict(network.sources),
        dict(network.recovery),
    )


def test_json_gives_the_network_back_unchanged() -> None:
    network = six_sites()
    again = from_json(to_json(network))
    assert parts(again) == parts(network)
    assert again.inputs("sep_my") == network.inputs("sep_my")
    assert to_json(again) == to_json(network)


def test_the_second_load_reads_and_does_not_build(
    cache: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = load_kept(data)
    assert parts(built) == parts(load(data))
    assert len(list(cache.iterdir())) == 1

    def build(*_: object, **__: object) -> Network:
        raise AssertionError("built again")

    monkeypatch.setattr(loaders.kept, "load", build)
    told: list[tuple[str, float]] = []
    kept = load_kept(data, progress=lambda step, done: told.append((step, done)))
    assert parts(kept) == parts(built)
    assert told == [("Ready", 1.0)]


def test_a_changed_table_is_another_network(data: Path) -> None:
    before = fingerprint(data)
    assert fingerprint(data) == before
    table = data / "sites.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert fingerprint(data) != before


@pytest.mark.parametrize("damage", ["", "{", '{"snapshot": "2025"}', "[]", "null"])
def test_a_damaged_file_is_built_again(
    cache: Path, data: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = six_sites()
    monkeypatch.setattr(loaders.kept, "load", lambda *_, **__: built)
    load_kept(data)
    (path,) = cache.iterdir()
    path.write_text(damage, encoding="utf-8")
    assert parts(load_kept(data)) == parts(built)
    assert path.read_text(encoding="utf-8") == to_json(built)


def test_a_cache_that_cannot_be_written_is_no_error(
    cache: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write_text("a file where the folder should be")
    monkeypatch.setattr(loaders.kept, "load", lambda *_, **__: six_sites())
    assert parts(load_kept(data)) == parts(six_sites())


def test_only_the_newest_are_kept(cache: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaders.kept, "MOST_KEPT", 2)
    monkeypatch.setattr(loaders.kept, "load", lambda *_, **__: six_sites())
    for number in range(3):
        os.utime(data / "sites.csv", (number, number))
        load_kept(data)
    assert len(list(cache.iterdir())) == 2


def test_errors_are_those_of_load(cache: Path, data: Path) -> None:
    with pytest.raises(UnknownName, match="snapshot"):
        load_kept(data, snapshot="later")
    assert not cache.exists()


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "[]", "{}", to_json(six_sites()).replace('"mine_cn"', '"mine_au"')],
    ids=["too deep", "a list", "nothing", "the same site twice"],
)
def test_a_damaged_file_is_made_anew(
    cache: Path, data: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(loaders.kept, "load", lambda *_, **__: six_sites())
    load_kept(data)
    (path,) = cache.iterdir()
    path.write_text(text)
    assert parts(load_kept(data)) == parts(six_sites())
    assert path.read_text() == to_json(six_sites())


def with_flag(content: bytes, flag: int) -> bytes:
    """A zip whose first part says something of itself that is not so."""
    changed = bytearray(content)
    changed[content.find(b"PK\x01\x02") + 8] |= flag
    return bytes(changed)


def test_damaged_arrays_are_none(tmp_path: Path) -> None:
    path, whole = tmp_path / "arrays.npz", packed({"a": np.arange(9.0)})
    for content in (b"", whole[:50], with_flag(whole, 1), with_flag(whole, 32), b"(" * 99):
        path.write_bytes(content)
        assert read_arrays(path) is None
    path.write_bytes(whole)
    assert read_arrays(path)["a"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]
