from __future__ import annotations

from pathlib import Path

import pytest
from dir_tir.errors import InputError
from dir_tir.store.home import Home, checked_name


def test_dir_tir_home_holds_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "here"))
    home = Home.of()
    assert home == Home(tmp_path / "here") == Home.of(tmp_path / "here")
    assert home.galleries == tmp_path / "here" / "galleries"
    assert home.sessions == tmp_path / "here" / "sessions.sqlite"
    assert not home.root.exists()


def test_without_it_the_platforms_data_folder_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIR_TIR_HOME", raising=False)
    assert Home.of().root.name == "dir-tir"
    assert Home.of().root.is_absolute()


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65, "a b", "-dash"])
def test_a_name_that_could_climb_out_of_its_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot be a folder name"):
        checked_name(name, "gallery name")
