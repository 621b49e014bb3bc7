from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from dir_tir.errors import InputError
from dir_tir.store.conversations.sessions import open_sessions
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
