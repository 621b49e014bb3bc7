"""A small slice of every part of the soak, with a seed that the whole soak does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from soak import server
from soak.case import Part
from soak.parts import PARTS
from soak.running import tally_of

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parent.parent


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_slice_of_a_part_breaks_nothing(part: Part, tmp_path: Path) -> None:
    # In a process of its own: the parts fork, and a process in which models and databases were at work has threads that a fork cuts off.
    command = [sys.executable, "-m", "soak", "--few", "--seed", "1", "--only", part.name, "--worker", part.name, "--folder", str(tmp_path)]
    paths = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": paths, server.MINUTES: "0.1"}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    tally = tally_of(part, tmp_path)
    assert (tally.cases, tally.examples) == (part.few, []), done.stderr[-3000:]
