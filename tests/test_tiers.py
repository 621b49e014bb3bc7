"""What a test needs is read from its file, so that nobody has to remember to say it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiers import needs_of_file


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("import json\nfrom fakes import FakeEncoder", set()),
        ("import torch.nn as nn", {"models"}),
        ("from dir_tir.miniature.train.tokens import learn", {"models"}),
        ("from dir_tir.miniature.train import tokens", {"models"}),
        ("from dir_tir.miniature.world import scene", set()),
        ("from playwright.sync_api import sync_playwright\nimport tiny", {"browser", "models"}),
        ("if TYPE_CHECKING:\n    import torch\ndef test():\n    import torch", set()),
        ("pytestmark = pytest.mark.slow", {"slow"}),
        ("pytestmark = [pytest.mark.server, pytest.mark.filterwarnings('ignore')]", {"server"}),
    ],
)
def test_a_file_needs_what_it_imports_and_what_it_says(tmp_path: Path, text: str, needs: set[str]) -> None:
    file = tmp_path / "test_any.py"
    file.write_text(text)
    assert needs_of_file(file) == needs


def test_a_test_without_needs_is_quick(request: pytest.FixtureRequest) -> None:
    assert [mark.name for mark in request.node.iter_markers()] == ["quick"]
