from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fakes import FakeToolbox
from galleries import colours

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def toolbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeToolbox:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    search, _ = colours(tmp_path, 40)
    return FakeToolbox(search=search)
