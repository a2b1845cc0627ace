"""The console command `magnetrace`.

Exit code 0: done; 1: a problem in the data or in the run; 2: wrong usage; 130: Ctrl-C. Errors go
to standard error in one message; `--debug` adds the traceback.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module

from graph.errors import MagnetraceError, UnknownName
from ui.cli_options import INTERRUPTED, UsageError
from ui.cli_parser import build_parser
from ui.version import program_version

LOG = logging.getLogger("magnetrace")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
PROBLEM = 1
WRONG_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    debug = "--debug" in arguments
    try:
        options = build_parser(program_version()).parse_args(arguments)
        _speak()
        _mend(options)
        code = function(options.run)(options)
        sys.stdout.flush()
    except BrokenPipeError:
        _close_output()  # the reader has gone
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except (UsageError, UnknownName) as error:
        return _report(str(error), WRONG_USAGE, debug)
    except MagnetraceError as error:
        return _report(str(error), PROBLEM, debug)
    except OSError as error:
        try:
            sys.stdout.flush()
        except OSError:
            _close_output()
        return _report(_of_the_system(error), PROBLEM, debug)
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


class _Voice(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"magnetrace: {record.getMessage()}\n")


def _speak() -> None:
    """The graph has no voice of its own: what it puts right after a crash it logs."""
    if not LOG.handlers:
        LOG.addHandler(_Voice())


def _mend(options: argparse.Namespace) -> None:
    """Tables that an import left half replaced are put right before anything reads them."""
    if "data" not in options:
        return
    from loaders import data_folder  # other commands need no tables
    from loaders.replacing import put_back

    folder = data_folder(options.data)
    if names := put_back(folder):
        LOG.warning(
            "An import into %s was broken off; its tables are as they were before it (%s). Run the "
            "import again.",
            folder,
            ", ".join(names),
        )


def _of_the_system(error: OSError) -> str:
    """What the system refused, of which file, and what to do about it where that is known."""
    if error.errno in FULL:
        left = (
            "Nothing is half written, and what was saved before is still there"
            if error.filename
            else "What is printed there is not whole"
        )
        return (
            f"{error.filename or 'standard output'}: {error.strerror}. {left}; make room, then run "
            "the same command again."
        )
    if error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _close_output() -> None:
    """What Python still holds for it must not fail on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(message: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    sys.stderr.write(f"magnetrace: {message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
