from __future__ import annotations

from pathlib import Path

import checkpoints
from dir_tir.benchmarks.drawn_together import measure


def test_conversations_at_once_draw_the_replies_of_those_one_after_another(tmp_path: Path) -> None:
    found = measure(checkpoints.save_language_model(tmp_path / "llm"), at_once=4, each=2, tokens=8)
    assert (found.replies, found.differ) == (8, 0)
    assert 0 < found.together < 10 * found.one
