"""How a command ends: its exit status, and one line for whatever went wrong."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ...errors import DirTirError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DONE = 0
FAILED = 1  # something that this package does not expect
REFUSED = 2  # input, with a reason
INTERRUPTED = 130  # 128 + SIGINT, as shells count
CLOSED_PIPE = 141  # 128 + SIGPIPE: whoever read the output has seen enough
TERMINATED = 143  # 128 + SIGTERM


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM): treated as Ctrl-C is, so that everything open is closed."""


def status_of(run: Callable[[], None], *, debug: bool = False) -> int:
    """Run a command to its end; the exit status. Notes that an error carries (how to go on) are printed below its line.

    debug: print where an error came from, whatever it is.
    """
    try:
        with _asked_to_end():
            run()
            sys.stdout.flush()
    except KeyboardInterrupt as stop:
        print("\ndir-tir: interrupted; the same command goes on from here", file=sys.stderr)
        return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()
        return CLOSED_PIPE
    except Exception as error:
        if debug:
            traceback.print_exc()
            return REFUSED if isinstance(error, DirTirError) else FAILED
        for line in format_error(error):
            print(line, file=sys.stderr)
        return REFUSED if isinstance(error, DirTirError) else FAILED
    return DONE


def format_error(error: Exception) -> list[str]:
    """The line for an error, then its notes."""
    notes: list[str] = getattr(error, "__notes__", [])
    if isinstance(error, DirTirError):
        return [f"dir-tir: {error}", *notes]
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return [f"dir-tir: {what} (--debug shows where this came from)", *notes]


def escape_what_cannot_be_printed() -> None:
    """Characters that the encoding of the output lacks are printed as escapes, rather than ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if getattr(stream, "errors", "") in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """SIGTERM raises Terminated meanwhile. Signals belong to the main thread; another one leaves them as they are."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _let_go_of_output() -> None:
    """What is still to be written goes nowhere: Python flushes at exit, and would say that it cannot."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
