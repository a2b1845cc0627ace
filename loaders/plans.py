"""Scenarios in a link: TOML, compressed, for somebody who does not keep them.

Before each scenario stands a line `#: NAME`. What comes out of a link is read by the same strict
reader as a file, and never grows beyond what a file may have.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Mapping

from graph.errors import ScenarioError
from graph.scenario import Scenario
from loaders.own_scenarios import LONGEST_NAME, name_of
from loaders.scenarios import MOST_BYTES, check, to_toml

MOST_CHARS = 6000
"""Of a plan in a link; mail programs and chats cut what is much longer."""
HEAD = re.compile(rf"^#: ([a-z0-9-]{{1,{LONGEST_NAME}}})\n", re.MULTILINE)


def encode(scenarios: Mapping[str, Scenario]) -> str:
    """Some scenarios by name as text for a link; empty where they are too long for one."""
    told = "".join(f"#: {name_of(name)}\n{to_toml(each)}" for name, each in scenarios.items())
    if not told or len(told.encode()) > MOST_BYTES:
        return ""
    packed = base64.urlsafe_b64encode(zlib.compress(told.encode(), 9)).decode().rstrip("=")
    return packed if len(packed) <= MOST_CHARS else ""


def decode(plan: str) -> dict[str, Scenario]:
    """What `encode` told. Raises ScenarioError with all that is wrong with it."""
    told = _unpacked(plan)
    head, *parts = HEAD.split(told)
    if head or not parts:
        raise ScenarioError("the link carries no scenario that can be read")
    found, problems = {}, []
    for name, toml in zip(parts[::2], parts[1::2], strict=True):
        reading = check(toml.encode(), name)
        problems += [str(problem) for problem in reading.problems]
        if reading.scenario is not None:
            found[name] = reading.scenario
    if problems:
        raise ScenarioError("\n".join(problems))
    return found


def _unpacked(plan: str) -> str:
    if len(plan) > MOST_CHARS:
        raise ScenarioError(f"the link carries more than {MOST_CHARS:,} characters of scenario")
    try:
        packed = base64.b64decode(plan + "=" * (-len(plan) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(packed, MOST_BYTES + 1)
        told = content.decode()
    except (ValueError, zlib.error) as error:  # what is no base64, no UTF-8, or not packed
        raise ScenarioError("the link carries a scenario that is damaged or cut short") from error
    if len(content) > MOST_BYTES:
        raise ScenarioError(f"the link carries more than {MOST_BYTES:,} bytes of scenario")
    if not unpacking.eof:
        raise ScenarioError("the link is cut short")
    return told
