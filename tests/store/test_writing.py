"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from dir_tir.errors import DiskFullError
from dir_tir.store.writing import write_whole

if TYPE_CHECKING:
    from pathlib import Path

FULL = "/dev/full"  # whatever is written there finds no room


def test_many_who_write_the_same_file_at_once_never_meet(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "round-01.png"
    contents = [bytes([number]) * 50_000 for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda content: write_whole(file, content, durable=False), contents * 8))
    assert file.read_bytes() in contents
    assert [path.name for path in file.parent.iterdir()] == ["round-01.png"]


def test_the_drafts_of_those_who_were_killed_are_removed_after_a_while(tmp_path: Path) -> None:
    old, earlier, new = tmp_path / ".a.png.0123.part", tmp_path / "b.part", tmp_path / ".a.png.4567.part"
    for draft in (old, earlier, new):
        draft.touch()
    for draft in (old, earlier):
        os.utime(draft, (time.time() - 7200,) * 2)
    write_whole(tmp_path / "a.png", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.png.4567.part", "a.png"]


@pytest.mark.skipif(not os.path.exists(FULL), reason="no /dev/full here")  # noqa: PTH110
def test_where_there_is_no_room_what_was_there_stays_and_one_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("before")
    monkeypatch.setattr("dir_tir.store.writing.os.fsync", lambda _: os.write(os.open(FULL, os.O_WRONLY), b"x"))
    with pytest.raises(DiskFullError, match=r"the disk is full \(.*/a\): make room; the same command goes on"):
        write_whole(tmp_path / "a", "after")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "before")]
