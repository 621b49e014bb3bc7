"""How commands end: statuses as shells know them, one line for what went wrong, a traceback only when it is asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from dir_tir.chat.terminal.endings import CLOSED_PIPE, FAILED, INTERRUPTED, REFUSED, TERMINATED, status_of
from dir_tir.errors import InputError


def _raises(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (InputError("that cannot be"), REFUSED, "dir-tir: that cannot be\n"),
        (RuntimeError("the device is gone.\nIt was"), FAILED, "dir-tir: RuntimeError: the device is gone. It was (--debug shows where"),
        (KeyboardInterrupt(), INTERRUPTED, "\ndir-tir: interrupted; the same command goes on from here\n"),
    ],
)
def test_what_ends_a_command_is_one_line(error: BaseException, status: int, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(lambda: _raises(error)) == status
    said = capsys.readouterr().err
    assert said.startswith(line)
    assert "Traceback" not in said


def test_how_to_go_on_stands_below_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    error = InputError("the endpoint is away")
    error.add_note("To go on:  dir-tir chat --resume 1")
    status_of(lambda: _raises(error))
    assert capsys.readouterr().err.splitlines() == ["dir-tir: the endpoint is away", "To go on:  dir-tir chat --resume 1"]


@pytest.mark.parametrize("error", [InputError("refused"), RuntimeError("broken")])
def test_a_developer_sees_where_an_error_came_from(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    status_of(lambda: _raises(error), debug=True)
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "in _raises" in said


COMMAND = [sys.executable, "-m", "dir_tir.chat.terminal.cli"]


def test_a_reader_that_has_seen_enough_ends_a_command_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # as after `| head -0`
    ended = subprocess.run(
        [*COMMAND, "gallery", "list"], stdout=writing, stderr=subprocess.PIPE, text=True, env={**os.environ, "DIR_TIR_HOME": str(tmp_path)}
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (CLOSED_PIPE, "")


def test_characters_that_the_output_lacks_are_escaped(tmp_path: Path) -> None:
    environment = {**os.environ, "DIR_TIR_HOME": str(tmp_path / "\N{ELEPHANT}"), "PYTHONIOENCODING": "cp1252"}
    said = subprocess.run([*COMMAND, "gallery", "show", "mine"], capture_output=True, env=environment)
    script = "from dir_tir.chat.terminal.endings import *; escape_what_cannot_be_printed(); print('\\N{ELEPHANT}')"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=True)
    assert said.returncode == REFUSED
    assert b"\\U0001f418" in said.stderr
    assert printed.stdout.strip() == b"\\U0001f418"


def test_a_command_that_is_asked_to_end_ends_as_after_ctrl_c() -> None:
    script = (
        "import os, signal, sys, time; from dir_tir.chat.terminal.endings import status_of\n"
        "def work():\n"
        "    try: os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)\n"
        "    finally: print('closed')\n"
        "sys.exit(status_of(work))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (TERMINATED, "closed\n")
    assert "Traceback" not in ended.stderr


def test_signals_are_as_before_when_a_command_has_ended() -> None:
    before = signal.getsignal(signal.SIGTERM)
    status_of(lambda: None)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("error", [RuntimeError("\x1b[2J" + "x" * 100_000 + "\ud83d"), InputError("\x1b]0;owned\x07 a\nb.png")])
def test_nothing_raw_and_nothing_endless_is_printed_of_an_error(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    error.add_note("To go on:  dir-tir chat --resume 1")
    for debug in (False, True):
        status_of(lambda: _raises(error), debug=debug)
        said = capsys.readouterr().err
        assert "\x1b" not in said
        assert len(said) < 5000
        assert "dir-tir chat --resume 1" in said
        said.encode()


def test_what_is_no_exception_ends_in_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    class Panic(BaseException):
        """As bindings to Rust raise it."""

    assert status_of(lambda: _raises(Panic("called unwrap on None"))) == FAILED
    assert capsys.readouterr().err.startswith("dir-tir: Panic: called unwrap on None")


_MANY = "import sys; from dir_tir.chat.terminal.endings import status_of; "


@pytest.mark.parametrize(
    ("shell", "work", "status", "said"),
    [
        ("{} | head -1", "[print(n) for n in range(100_000)]", CLOSED_PIPE, "0\n"),
        ("{} 2>&1 | head -1", "(print('a', file=sys.stderr), [print(n, file=sys.stderr) for n in range(100_000)])", 0, "a\n"),
        ("{} 2>&1 | head -0", "exec('raise ValueError(1)')", FAILED, ""),
        ("{} >&- 2>&- <&-", "print(sys.stdin.isatty(), sys.stdout.isatty())", 0, ""),
        ("{} > /dev/full", "print('a')", REFUSED, "dir-tir: the disk is full: make room; the same command goes on\n"),
    ],
    ids=["output", "errors", "an error", "closed", "full"],
)
def test_streams_that_nobody_reads_end_a_command_quietly(shell: str, work: str, status: int, said: str) -> None:
    command = f"'{sys.executable}' -c \"{_MANY}sys.exit(status_of(lambda: {work}))\""
    ended = subprocess.run(["bash", "-c", f"{shell.format(command)}; exit ${{PIPESTATUS[0]}}"], capture_output=True, text=True, timeout=60)
    assert ended.returncode == status
    assert (ended.stdout + ended.stderr).startswith(said)
    assert "Exception ignored" not in ended.stderr
    assert "Traceback" not in ended.stderr
