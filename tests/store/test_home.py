from __future__ import annotations

from pathlib import Path

import pytest
from dir_tir.errors import InputError
from dir_tir.store.home import gallery_folder, home, paintings_folder, sessions_file


def test_everything_lies_under_the_folder_that_dir_tir_home_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "here"))
    assert home() == tmp_path / "here"
    assert gallery_folder("postcards") == tmp_path / "here" / "galleries" / "postcards"
    assert sessions_file() == tmp_path / "here" / "sessions.sqlite"
    assert not home().exists()


def test_without_it_the_users_data_folder_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIR_TIR_HOME", raising=False)
    assert home().name == "dir-tir"
    assert home().is_absolute()


@pytest.mark.parametrize("name", ["", "..", "a/b", "../up", "a b", ".hidden", "x" * 65])
def test_a_name_that_would_leave_its_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot be a folder name"):
        gallery_folder(name)
    with pytest.raises(InputError, match="cannot be a folder name"):
        paintings_folder(name)
