"""The console command `magnetrace`.

Exit code 0: done; 1: a problem in the data or in the run; 2: wrong usage; 130: Ctrl-C. Errors go
to standard error in one message; `--debug` adds the traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module

from graph.errors import MagnetraceError, UnknownName
from ui.cli_options import INTERRUPTED, UsageError
from ui.cli_parser import build_parser
from ui.version import program_version

PROBLEM = 1
WRONG_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    debug = "--debug" in arguments
    try:
        options = build_parser(program_version()).parse_args(arguments)
        code = function(options.run)(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone; what Python still holds for it must not fail on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
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


def function(name: str) -> Callable[[argparse.Namespace], int]:
    """The function behind a command, `module:function`: options in, exit code out."""
    module, _, attribute = name.partition(":")
    found: Callable[[argparse.Namespace], int] = getattr(import_module(module), attribute)
    return found


def _report(message: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    sys.stderr.write(f"magnetrace: {message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
