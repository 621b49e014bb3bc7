"""A gallery of postcards with the shipped models, drawn and indexed once for all tests that talk with real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from postcards import COUNT, Hunt, hunts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DIR_TIR_HOME with the gallery."""
    from dir_tir.chat.galleries import postcards_gallery

    home = tmp_path_factory.mktemp("ground")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_HOME", str(home))
        postcards_gallery(COUNT, "miniature")
    return home


@pytest.fixture
def hunt(ground: Path, monkeypatch: pytest.MonkeyPatch) -> Hunt:
    """A postcard to look for, in the home of the gallery."""
    monkeypatch.setenv("DIR_TIR_HOME", str(ground))
    return hunts(ground)[0]
