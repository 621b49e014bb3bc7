"""What a shell is offered to complete a line with; it asks in the environment, and is answered on a stream of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKED = [sys.executable, "-X", "importtime", "-m", "dir_tir.chat.terminal.cli"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("holidays", "house", ".put aside"):
        (tmp_path / "galleries" / name).mkdir(parents=True)
    (tmp_path / "own.toml").touch()
    return tmp_path


def _offered(home: Path, line: str, errors: Path | None = None) -> list[str]:
    answer = home / "answer"
    environment = {
        **os.environ,
        "DIR_TIR_HOME": str(home),
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    done = subprocess.run(ASKED, capture_output=True, text=True, env=environment, cwd=home, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
    if errors:
        errors.write_text(done.stderr)
    return answer.read_text().split("\n")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("dir-tir ga", ["gallery"]),
        ("dir-tir chat --gallery ho", ["holidays", "house"]),
        ("dir-tir gallery show hol", ["holidays"]),
        ("dir-tir web --profile p", ["paper", "photos"]),
        ("dir-tir web --profile o", ["own.toml"]),
        ("dir-tir chat --no-painti", ["--no-painting"]),
        ("dir-tir chat --sched", ["--schedule"]),
        ("dir-tir chat --schedule ", ["linear", "constant"]),
        ("dir-tir index gal", ["galleries/"]),
        ("dir-tir find a dog --top ", [""]),
        ("dir-tir completion z", ["zsh"]),
    ],
)
def test_the_next_word_is_offered(home: Path, line: str, offered: list[str]) -> None:
    assert _offered(home, line) == offered


def test_who_completes_waits_for_no_library(home: Path) -> None:
    _offered(home, "dir-tir chat --gallery ", home / "imports")
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in (home / "imports").read_text().splitlines()}
    assert "argcomplete" in imported
    assert not imported & {"torch", "numpy", "PIL", "chromadb", "langgraph", "pydantic"}


def test_a_shell_completes_with_the_lines_that_are_printed(home: Path) -> None:
    (home / "dir-tir").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dir_tir.chat.terminal.cli "$@"\n')
    (home / "dir-tir").chmod(0o755)
    typed = 'COMP_LINE="dir-tir gallery show hol"; COMP_POINT=${#COMP_LINE}'
    script = f'eval "$(dir-tir completion bash)"; {typed}; _python_argcomplete dir-tir; echo "$COMPREPLY"'
    environment = {**os.environ, "DIR_TIR_HOME": str(home), "PATH": f"{home}:{os.environ['PATH']}"}
    said = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=60)
    assert said.stdout.strip() == "holidays", said.stderr
