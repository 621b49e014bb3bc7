"""What a shell is offered to complete a line with; it asks in the environment, and is answered on a stream of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from databases import Postgres
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home

ASKED = [sys.executable, "-X", "importtime", "-m", "dir_tir.chat.terminal.cli"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("holidays", "house", ".put aside"):
        (tmp_path / "galleries" / name).mkdir(parents=True)
    (tmp_path / "own.toml").touch()
    return tmp_path


def _offered(home: Path, line: str, errors: Path | None = None, **more: str) -> list[str]:
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
        **more,
    }
    done = subprocess.run(ASKED, capture_output=True, text=True, env=environment, cwd=home, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
    if errors:
        errors.write_text(done.stderr)
    return answer.read_text().split("\n")


def _imported(home: Path) -> set[str]:
    """What was imported to answer when that was written to "imports"."""
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in (home / "imports").read_text().splitlines()}


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
    imported = _imported(home)
    assert "argcomplete" in imported
    assert not imported & {"torch", "numpy", "PIL", "chromadb", "langgraph", "pydantic"}


@pytest.mark.parametrize("typed", ["chat --resume ", "conversations show ", "conversations delete "])
def test_conversations_are_offered_newest_first_while_somebody_talks(home: Path, typed: str) -> None:
    with Conversations(Home(home)) as kept:
        for id_, begun, title in (("a1", "2026-01-01", "the boat"), ("b2", "2026-02-02", ""), ("a3", "2026-03-03", "")):
            kept.register.enter(Entry(id_, "a dog: on the\n beach", {}, begun=begun, title=title))
        assert [word for word in _offered(home, f"dir-tir {typed}") if not word.startswith("--")] == ["a3", "b2", "a1"]
        assert _offered(home, f"dir-tir {typed}a", _ARGCOMPLETE_SHELL="zsh") == ["a3:a dog: on the\\n beach", "a1:the boat"]
    assert _offered(home, f"dir-tir {typed}b", home / "imports") == ["b2"]
    assert not _imported(home) & {"torch", "numpy", "PIL", "chromadb", "langgraph", "pydantic", "psycopg"}


def test_conversations_of_a_database_are_offered(home: Path, postgres: Postgres) -> None:
    there = Home(home, postgres.empty())
    with Conversations(there) as kept:
        kept.register.enter(Entry("talk", "a boat", {}))
    assert _offered(home, "dir-tir chat --resume ", DIR_TIR_SESSIONS=there.database) == ["talk"]


def test_a_database_that_does_not_answer_keeps_no_shell_waiting_and_what_is_no_address_is_passed_over(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes the connection, and says nothing
        address = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/db"
        assert _offered(home, "dir-tir chat --resume ", DIR_TIR_SESSIONS=address) == [""]
    assert _offered(home, "dir-tir chat --resume ", DIR_TIR_SESSIONS="mysql://u@h/db") == [""]
    assert _offered(home, "dir-tir find --gallery ", DIR_TIR_STORE="htp://h:8000") == [""]


def test_a_shell_completes_with_the_lines_that_are_printed(home: Path) -> None:
    (home / "dir-tir").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dir_tir.chat.terminal.cli "$@"\n')
    (home / "dir-tir").chmod(0o755)
    typed = 'COMP_LINE="dir-tir gallery show hol"; COMP_POINT=${#COMP_LINE}'
    script = f'eval "$(dir-tir completion bash)"; {typed}; _python_argcomplete dir-tir; echo "$COMPREPLY"'
    environment = {**os.environ, "DIR_TIR_HOME": str(home), "PATH": f"{home}:{os.environ['PATH']}"}
    said = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=60)
    assert said.stdout.strip() == "holidays", said.stderr
