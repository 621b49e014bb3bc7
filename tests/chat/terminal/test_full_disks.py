"""`dir-tir eval` before a disk that is full: one line says so, and with room made the same command does its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.terminal.cli import main
from dir_tir.chat.terminal.endings import DONE, REFUSED
from small_disks import leave, make_room, small_disk

if TYPE_CHECKING:
    from pathlib import Path

    from postcards import Hunt


@pytest.mark.models
def test_an_evaluation_that_does_not_fit_says_so_and_goes_on_when_there_is_room(
    hunt: Hunt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        command = ["eval", "--postcards", "150", "--targets", "1", "--max-rounds", "1", "--image-num", "0", "--out", str(disk / "run")]
        for free in (0, 12):
            leave(disk, free * 1024)
            assert main(command) == REFUSED
            last = capsys.readouterr().err.splitlines()[-1]
            assert last.startswith("dir-tir: the disk is full (")
            assert last.endswith("make room; the same command goes on")
        make_room(disk)
        assert main(command) == DONE
        assert (disk / "run" / "report.html").stat().st_size
        assert not list(disk.rglob("*.part"))
