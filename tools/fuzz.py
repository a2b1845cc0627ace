"""Feeds every parser of `tests/fuzz_parsers.py` with bad inputs: `python tools/fuzz.py`.

Each parser runs in a process of its own, with bounded memory. Where its code is ours, atheris
steers the inputs by what they reach; elsewhere they are drawn. Ends with 1 where a parser raised
what it may not, said it unclearly, took too long or took its process down.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

if TYPE_CHECKING:
    from fuzz_feed import Parser

MEMORY = 4 * 1024**3
"""Bytes that the process of a parser may take."""
GRACE = 120.0
"""Seconds on top of those asked for until a process counts as hung: for its start, its valid inputs
and an input that compiled code does not leave."""
OURS = ("graph", "loaders", "ui")
COMPILED = ("graph.kernel", "graph.trade_kernel", "graph.risk_kernel")
"""Numba compiles these; it would not know the marks that steer."""
KEPT = ROOT / "artefacts" / "fuzz"
"""Inputs that a parser failed on."""


@dataclass
class Tally:
    """What became of the inputs of one parser."""

    parser: Parser
    tried: int = 0
    errors: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)
    start: float = field(default_factory=time.monotonic)

    def take(self, data: bytes) -> None:
        from fuzz_feed import told

        self.tried += 1
        try:
            self.errors.update(told(self.parser, data))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever it is, it is what we look for
            where = _place(error)
            if where not in self.faults:
                self.faults[where] = _keep(self.parser.name, len(self.faults), data)

    def told(self) -> dict[str, Any]:
        return {
            "tried": self.tried,
            "errors": sorted(self.errors),
            "faults": self.faults,
            "seconds": time.monotonic() - self.start,
        }


def _place(error: BaseException) -> str:
    """The last line of ours that a fault came through, which tells faults apart."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if any(f"{ROOT}/{part}/" in each.filename for part in OURS)]
    at = (ours or frames)[-1]
    return f"{at.filename.removeprefix(f'{ROOT}/')}:{at.lineno}: {type(error).__name__}: {error}"[
        :300
    ]


def _keep(name: str, number: int, data: bytes) -> str:
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{name.replace(' ', '-').replace(',', '')}-{number}"
    path.write_bytes(data)
    return str(path.relative_to(ROOT))


def _one(name: str, seconds: float, seed: int, to: Path, *, is_guided: bool) -> None:
    """One parser, in this process, which then ends."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with _steering() if is_guided else nullcontext() as atheris:
        from fuzz_inputs import changed
        from fuzz_parsers import BY_NAME

        parser = BY_NAME[name]
        tally = Tally(parser)
        valid = parser.valid()
        for data in valid[:3]:
            tally.take(data)
        if tally.errors:
            tally.faults[f"a valid input is refused: {min(tally.errors)}"] = ""
        until = time.monotonic() + seconds

        def take(data: bytes) -> None:
            tally.take(data)
            if time.monotonic() > until:
                to.write_text(json.dumps(tally.told()), encoding="utf-8")
                os._exit(0)  # atheris never returns

        if atheris is not None:
            _steered(atheris, parser, valid, take, seed)
        drawn = random.Random(f"{seed} {name}")  # noqa: S311 - no secret
        while True:
            take(changed(drawn.choice(valid), parser.change, drawn))


@contextmanager
def _steering() -> Iterator[Any]:
    """Atheris, with what is imported meanwhile made to tell what it runs; None where it is not."""
    try:
        import atheris
    except ImportError:
        yield None
        return
    with atheris.instrument_imports(include=list(OURS), exclude=list(COMPILED)):
        yield atheris


def _steered(atheris: Any, parser: Parser, valid: Any, take: Any, seed: int) -> None:
    from fuzz_inputs import LARGEST

    def change(data: bytes, most: int, seed: int) -> bytes:
        if seed % 4 == 0:
            return bytes(atheris.Mutate(data, most))
        return parser.change(data, random.Random(seed))[:most]  # noqa: S311 - no secret

    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(valid):
            (Path(corpus) / str(number)).write_bytes(data)
        options = (
            "timeout=0",
            "rss_limit_mb=0",
            f"max_len={LARGEST}",
            f"seed={seed}",
            "verbosity=0",
        )
        atheris.Setup(
            [sys.argv[0], *(f"-{option}" for option in options), corpus],
            take,
            custom_mutator=change,
        )
        atheris.Fuzz()


def _apart(name: str, seconds: float, seed: int, *, is_guided: bool) -> dict[str, Any]:
    """One parser in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "told.json"
        command = [sys.executable, __file__, "--only", name, "--in-process", str(to)]
        command += ["--guided"] if is_guided else []
        state = {"MAGNETRACE_STATE": f"{folder}/state", "TMPDIR": folder, "XDG_CACHE_HOME": folder}
        with (Path(folder) / "said").open("w+b") as said:
            try:
                code = subprocess.run(  # noqa: S603 - this very program
                    [*command, "--seconds", str(seconds), "--seed", str(seed)],
                    env={**os.environ, **state},
                    stdout=said,
                    stderr=said,
                    timeout=seconds + GRACE,
                ).returncode
            except subprocess.TimeoutExpired:
                code = None
            if to.exists():
                told: dict[str, Any] = json.loads(to.read_text(encoding="utf-8"))
                return told
            said.seek(0)
            last = said.read().decode(errors="replace").strip().splitlines()[-1:]
        how = "did not come back" if code is None else f"ended its process with {code}"
        faults = {f"it {how}: {''.join(last)}": ""}
        return {"tried": 0, "errors": [], "faults": faults, "seconds": seconds}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each parser (20)")
    parser.add_argument("--only", action="append", metavar="NAME", help="a parser; may be repeated")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--in-process", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--guided", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_process:
        to, is_guided = options.in_process, options.guided
        _one(options.only[0], options.seconds, options.seed, to, is_guided=is_guided)
    from fuzz_parsers import BY_NAME

    faults: dict[str, str] = {}
    print(f"{'parser':<24} {'inputs':>9} {'errors':>7} {'unhandled':>10} {'seconds':>8}")
    names = options.only or list(BY_NAME)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        each = (
            pool.submit(_apart, name, options.seconds, options.seed, is_guided=BY_NAME[name].guided)
            for name in names
        )
        for name, waiting in zip(names, list(each), strict=True):
            found = waiting.result()
            counts = f"{found['tried']:>9,} {len(found['errors']):>7} {len(found['faults']):>10}"
            print(f"{name:<24} {counts} {found['seconds']:>8.0f}", flush=True)
            faults |= {f"{name}: {fault}": kept for fault, kept in found["faults"].items()}
    for fault, kept in faults.items():
        print(f"{fault} {f'({kept})' if kept else ''}")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
