"""A small slice of every part of the soak, with a seed that the whole soak does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soak import server
from soak.parts import PARTS
from soak.running import run_part, tally_of

if TYPE_CHECKING:
    from pathlib import Path

    from soak.case import Part

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_slice_of_a_part_breaks_nothing(part: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(server.MINUTES, "0.1")
    run_part(part, tmp_path, 1, part.few)
    tally = tally_of(part, tmp_path)
    assert (tally.cases, tally.examples) == (part.few, [])
