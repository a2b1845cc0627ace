"""The console command `magnetrace`.

Exit code 0: done; 1: a problem in the data or in the run; 2: wrong usage. Errors go to standard
error in one message; `--debug` adds the traceback.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from graph.errors import MagnetraceError, UnknownName
from ui import cli_chain, cli_explore, cli_scenario, cli_store
from ui.cli_options import Help, Parser, UsageError, add_debug
from ui.output import silence_stdout

PROBLEM = 1
WRONG_USAGE = 2
INTERRUPTED = 130


def build_parser() -> Parser:
    """The whole command line; each module declares its own commands."""
    parser = Parser(
        prog="magnetrace",
        description="Explore the rare-earth magnet supply chain and what disrupts it.",
        epilog="example:\n  magnetrace shares --format json",
        formatter_class=Help,
    )
    parser.add_argument("--version", action="version", version=f"magnetrace {_version()}")
    add_debug(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for module in (cli_explore, cli_chain, cli_scenario, cli_store):
        module.declare(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    debug = "--debug" in arguments
    try:
        options = build_parser().parse_args(arguments)
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except (UsageError, UnknownName) as error:
        return _report(str(error), WRONG_USAGE, debug)
    except (MagnetraceError, OSError) as error:
        return _report(str(error), PROBLEM, debug)
    except Exception as error:
        return _report(
            f"internal error, {type(error).__name__}: {error}. "
            "Please report it with what --debug shows.",
            PROBLEM,
            debug,
        )
    return code


def _report(message: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    sys.stderr.write(f"magnetrace: {message}\n")
    return code


def _version() -> str:
    try:
        return version("magnetrace")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
