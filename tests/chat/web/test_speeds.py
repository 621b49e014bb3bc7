"""How fast indexing was: measured, kept, and never made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web.speeds import FEWEST, note_speed, speeds

if TYPE_CHECKING:
    from pathlib import Path


def test_the_last_indexing_that_was_long_enough_counts(tmp_path: Path) -> None:
    file = tmp_path / "speeds.json"
    note_speed(file, "photos", 100, 20.0)
    note_speed(file, "laptop", FEWEST, 40.0)
    note_speed(file, "photos", FEWEST - 1, 1.0)
    assert speeds(file) == {"photos": 5.0, "laptop": 0.5}
    note_speed(file, "photos", 100, 10.0)
    assert speeds(file)["photos"] == 10.0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"photos": "fast"}', '{"photos": null}'])
def test_what_cannot_be_read_is_no_figure(tmp_path: Path, text: str) -> None:
    (tmp_path / "speeds.json").write_text(text)
    assert speeds(tmp_path / "speeds.json") == {}
