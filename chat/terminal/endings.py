"""How a command ends: its exit status, and one line for whatever went wrong."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from ...errors import DirTirError
from ...plain import shown, traced
from ...store.disk import disk_full, is_disk_full
from ...tools.models.failures import failure_text

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
    with writing_to_whoever_listens():
        try:
            with _asked_to_end():
                run()
                sys.stdout.flush()
        except KeyboardInterrupt as stop:
            print("\ndir-tir: interrupted; the same command goes on from here", file=sys.stderr)
            return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
        except BrokenPipeError:
            return CLOSED_PIPE
        except SystemExit:  # of argparse, which has said why
            raise
        except BaseException as error:  # libraries raise things that are no Exception, such as a panic of Rust's
            for line in [traced(error)] if debug else format_error(error):
                print(line, file=sys.stderr)
            return REFUSED if isinstance(error, DirTirError) or is_disk_full(error) else FAILED
    return DONE


def format_error(error: BaseException) -> list[str]:
    """The line for an error, then its notes. Nothing raw is in them: errors quote file names and what models and servers say."""
    notes = [shown(note) for note in getattr(error, "__notes__", [])]
    if not isinstance(error, DirTirError) and is_disk_full(error):  # wherever nobody thought of that
        error = disk_full(getattr(error, "filename", None))
    if isinstance(error, DirTirError):
        return [f"dir-tir: {shown(error)}", *notes]
    return [f"dir-tir: {failure_text(error)} (--debug shows where this came from)", *notes]


def escape_what_cannot_be_printed() -> None:
    """Characters that the encoding of the output lacks are printed as escapes, rather than ending the command. Typed bytes that are no text
    in the encoding of the input are read as halves of characters, which are refused as such."""
    for stream, errors in ((sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace"), (sys.stdin, "surrogateescape")):
        if getattr(stream, "errors", "") in ("strict", "surrogateescape") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors)


@contextmanager
def writing_to_whoever_listens() -> Iterator[None]:
    """Standard streams that were closed before the start are empty inside. What is written to a standard error that nobody reads is lost,
    and no reason to end: progress bars write there. In the end nothing is left that Python would fail to write at its exit."""
    before = sys.stdin, sys.stdout, sys.stderr
    with Path(os.devnull).open("r+", encoding="utf-8") as nothing:
        sys.stdin, sys.stdout = sys.stdin or nothing, sys.stdout or nothing
        sys.stderr = cast("TextIO", _Forgiving(sys.stderr or nothing))
        try:
            yield
        finally:
            sys.stdin, sys.stdout, sys.stderr = before
            for stream in before[1:]:
                _let_go_of_unread(stream)


class _Forgiving:
    """A stream that loses what it cannot write."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


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


def _let_go_of_unread(stream: TextIO | None) -> None:
    """What cannot be written goes nowhere: Python flushes at exit, and would say that it cannot."""
    try:
        if stream and not stream.closed:
            stream.flush()
    except OSError:
        with suppress(OSError, ValueError):  # a stream that is no file
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, cast("TextIO", stream).fileno())
            os.close(nowhere)
