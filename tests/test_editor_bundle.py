"""The editor that ships: small, self-sufficient, its parts and licences named, its lock clean."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "ui" / "components" / "cypher_editor"
BUNDLE = (SHIPPED / "codemirror.js").read_text("utf-8")
LOCK = json.loads((ROOT / "tools" / "editor" / "package-lock.json").read_text("utf-8"))
MOST_BYTES = 2_000_000


def test_the_bundle_is_small_and_asks_nobody() -> None:
    assert len(BUNDLE.encode()) < MOST_BYTES
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|importScripts|\bimport\(", BUNDLE)
    addresses = set(re.findall(r"https?://[\w./-]+", BUNDLE))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"}, addresses
    assert not re.search(r"\.innerHTML\s*=|insertAdjacentHTML|document\.write\(", BUNDLE)


def test_the_view_never_makes_html_of_data() -> None:
    view = (SHIPPED / "view.js").read_text("utf-8")
    assert not re.search("innerHTML|insertAdjacentHTML|outerHTML|document.write|eval", view)


def test_the_lock_names_hashes_and_no_address() -> None:
    packages = {name: each for name, each in LOCK["packages"].items() if name}
    assert len(packages) > 10
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if not each.get("integrity")] == []


def test_every_part_is_named_with_its_version_and_licence() -> None:
    licences = (SHIPPED / "LICENSES.txt").read_text("utf-8")
    named = set(re.findall(r"^(\S+) (\d[\d.]*), MIT$", licences, re.MULTILINE))
    locked = {
        (name.removeprefix("node_modules/"), each["version"])
        for name, each in LOCK["packages"].items()
        if name and not each.get("dev")
    }
    assert named <= locked
    assert {name for name, _ in named} >= {"@codemirror/view", "@lezer/highlight", "style-mod"}
    assert licences.count("Permission is hereby granted, free of charge") == len(named)
