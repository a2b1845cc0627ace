"""Pages of the app without a browser: opened by their address, pressed and read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60


def page(name: str = "", **params: str) -> AppTest:
    """A page opened by its address, run once."""
    app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=SECONDS)
    for key, value in params.items():
        app.query_params[key.replace("__", ".")] = value
    if name:
        app.switch_page(f"views/{name}.py")
    app.run()
    assert not app.exception, app.exception
    return app


def data_page(**params: str) -> AppTest:
    """The Data page; its address differs from its file, which a test knows after a first run."""
    app = page()
    app.query_params.update(params)
    app.switch_page("views/sources.py").run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    """The first button called so; a download is none."""
    buttons = [each for each in app.button if isinstance(each, Button) and each.label == label]
    buttons[0].click().run()
    assert not app.exception, app.exception
    return app


def plain(parts: Iterable[Any]) -> str:
    """What elements say, without the escapes of Markdown."""
    return re.sub(r"\\(.)", r"\1", "\n".join(part.value for part in parts))


def shown(app: AppTest) -> str:
    """All that a page says, but for its warnings and errors."""
    return plain([*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.info])


def address(app: AppTest) -> dict[str, str]:
    """Without the scenario that a link carries: `plan` has it."""
    return {key: value for key, value in whole_address(app).items() if key != "plan"}


def whole_address(app: AppTest) -> dict[str, str]:
    found = app.query_params.items()
    return {key: value if isinstance(value, str) else value[0] for key, value in found}
