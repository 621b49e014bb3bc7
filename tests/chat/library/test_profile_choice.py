from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.library.profile_choice import profile_of, profile_to_index
from dir_tir.tools.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


def test_a_profile_given_by_its_path_is_kept_so_that_it_holds_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Workspace(tmp_path / "home") as workspace:
        assert profile_of(workspace, "mine", "my.toml") == str(tmp_path / "my.toml")
        assert profile_to_index(workspace, tmp_path, "mine", "my.toml") == str(tmp_path / "my.toml")
        assert profile_of(workspace, "mine", "laptop") == "laptop"
