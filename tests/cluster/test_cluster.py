"""The whole cluster on this machine, with little work: `make cluster` does the same with more."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from databases import NEEDED, postgres_programs

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parent.parent
_MARK = "DIR_TIR_TESTS_CLUSTER"


def _left(mark: str) -> list[str]:
    """The command lines of processes that were started with this mark and run still."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{_MARK}={mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # it is gone, or nobody's to look at
            continue
    return found


def test_it_indexes_holds_conversations_survives_kills_and_stops(tmp_path: Path) -> None:
    if not postgres_programs():
        (pytest.fail if os.environ.get(NEEDED) else pytest.skip)("no PostgreSQL here (apt-get install postgresql)")
    told = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path]), _MARK: str(tmp_path)}
    work = ["--postcards", "60", "--conversations", "3", "--rounds", "2"]
    command = [sys.executable, "-m", "cluster", *work, "--folder", str(tmp_path / "cluster"), "--json", str(tmp_path / "table.json")]
    with subprocess.Popen(command, env=told, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said, _ = process.communicate(timeout=900)
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0, said
    table = json.loads((tmp_path / "table.json").read_text())
    assert [part["part"] for part in table["parts"]] == ["postgres", "chroma", "ray-head", "ray-1", "ray-2", "models", "web-1", "web-2"]
    assert all(part["address"] in said and part["ready_after"] > 0 for part in table["parts"])
    assert sum("killed" in work["what"] for work in table["work"]) == 2
    assert "everything is stopped" in said
    assert _left(str(tmp_path)) == []
