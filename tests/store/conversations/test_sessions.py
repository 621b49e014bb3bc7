from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from dir_tir.errors import InputError
from dir_tir.store.conversations.sessions import open_sessions, repair_sessions
from dir_tir.store.home import Home
from langgraph.checkpoint.base import empty_checkpoint


def test_a_session_is_there_after_closing_and_readable_from_another_thread(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "sessions.sqlite"
    config = {"configurable": {"thread_id": "one", "checkpoint_ns": ""}}
    with open_sessions(file) as saver:
        thread = Thread(target=lambda: saver.put(config, empty_checkpoint(), {}, {}))
        thread.start()
        thread.join()
    with open_sessions(file) as saver:
        assert saver.get_tuple(config) is not None
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_by_default_it_lies_under_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    with open_sessions(Home.of().sessions):
        assert (tmp_path / "sessions.sqlite").is_file()


def test_a_file_that_is_no_database_gets_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("some notes of mine, which are no database")
    with pytest.raises(InputError, match="cannot hold sessions"), open_sessions(tmp_path / "s"):
        pass


_AT_ONCE = """
import os, sys
from pathlib import Path
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.home import Home

failed = 0
for number in range(5):
    children = []
    for _ in range(8):
        if not (child := os.fork()):
            status = 1
            try:
                with Conversations(Home(Path(sys.argv[1]) / str(number))):
                    status = 0
            finally:
                os._exit(status)
        children.append(child)
    failed += sum(os.waitpid(child, 0)[1] != 0 for child in children)
sys.exit(failed)
"""


def test_eight_processes_make_the_file_at_once(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _AT_ONCE, tmp_path], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _cut_in_half(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def _head_only(raw: bytes) -> bytes:
    return raw[:100]


def _pages_overwritten(raw: bytes) -> bytes:
    return raw[:1024] + b"\xff" * (len(raw) - 1024)


@pytest.mark.parametrize("damage", [_cut_in_half, _head_only, _pages_overwritten])
def test_of_a_damaged_file_one_line_names_a_way_out_that_works(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    file, config = tmp_path / "s", {"configurable": {"thread_id": "one", "checkpoint_ns": ""}}
    with open_sessions(file) as saver:
        saver.put(config, empty_checkpoint(), {}, {})
    file.write_bytes(damage(file.read_bytes()))

    def used() -> None:
        with open_sessions(file) as saver:
            saver.get_tuple(config)
            saver.put(config, empty_checkpoint(), {}, {})

    with pytest.raises(InputError, match="`dir-tir conversations repair`") as caught:
        used()
    assert "\n" not in str(caught.value)
    damaged = file.read_bytes()
    done = repair_sessions(file, lambda _: None)
    assert done.found
    assert done.aside
    assert done.aside.read_bytes() == damaged
    used()


def test_half_a_log_beside_the_file_costs_no_more_than_its_end(tmp_path: Path) -> None:
    file, config = tmp_path / "s", {"configurable": {"thread_id": "one", "checkpoint_ns": ""}}
    (tmp_path / "copy").mkdir()
    with open_sessions(file) as saver:
        saver.put(config, empty_checkpoint(), {}, {})
        for part in ("s", "s-wal"):
            shutil.copy(tmp_path / part, tmp_path / "copy" / part)
    log = tmp_path / "copy" / "s-wal"
    log.write_bytes(_cut_in_half(log.read_bytes()))
    with open_sessions(tmp_path / "copy" / "s") as saver:
        saver.put(config, empty_checkpoint(), {}, {})
        assert saver.get_tuple(config) is not None
