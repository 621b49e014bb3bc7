from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from dir_tir.errors import DiskFullError, InputError
from dir_tir.store.disk import disk_full, is_disk_full, plain_when_full


def _wrapped(inner: Exception) -> Exception:
    """As a library wraps what went wrong below it, without saying what it was."""
    try:
        try:
            raise inner
        except Exception as error:
            raise RuntimeError("could not be stored") from error
    except RuntimeError as outer:
        return outer


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        sqlite3.OperationalError("database or disk is full"),
        RuntimeError("Internal error: error returned from database: (code: 13) database or disk is full"),
        RuntimeError("Failed to apply logs: IO Error: No space left on device (os error 28)"),
        disk_full(Path("/data")),
    ],
)
def test_a_full_disk_is_recognised_whoever_says_so_and_however_deep(error: Exception) -> None:
    assert is_disk_full(error)
    assert is_disk_full(_wrapped(error))
    assert is_disk_full(ExceptionGroup("several", [ValueError(), error]))


@pytest.mark.parametrize(
    "error", [OSError(errno.EACCES, "Permission denied"), sqlite3.OperationalError("disk I/O error"), InputError("no text 'disk is full'")]
)
def test_other_errors_are_no_full_disk(error: Exception, tmp_path: Path) -> None:
    assert not is_disk_full(_wrapped(error), tmp_path / "not" / "there")


def test_a_full_disk_is_said_in_one_line_with_the_way_out_and_other_errors_stay(tmp_path: Path) -> None:
    with pytest.raises(DiskFullError, match=r"^the disk is full \(.*\): make room; the same command goes on$"), plain_when_full(tmp_path):
        raise sqlite3.OperationalError("database or disk is full")
    with pytest.raises(ZeroDivisionError), plain_when_full(tmp_path):
        raise ZeroDivisionError
