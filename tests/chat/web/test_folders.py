"""Which folders the page may see: a path comes from outside, and leads nowhere but below the roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web import folders as folders_module
from dir_tir.chat.web.folders import Folders, roots_for
from dir_tir.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder with pictures, and beside it somebody else's."""
    for name in ("ann/beach", "ann/Alps/2024", "ann/.ssh", "ann/@eaDir", "bob/secret"):
        (tmp_path / name).mkdir(parents=True)
    for name in (
        "ann/beach/a.jpg",
        "ann/beach/b.PNG",
        "ann/beach/.hidden.jpg",
        "ann/beach/notes.txt",
        "bob/secret/x.jpg",
        "ann/.ssh/k.jpg",
    ):
        (tmp_path / name).touch()
    (tmp_path / "ann" / "to-bob").symlink_to(tmp_path / "bob")
    (tmp_path / "ann" / "to-ssh").symlink_to(tmp_path / "ann" / ".ssh")
    (tmp_path / "ann" / "to-beach").symlink_to(tmp_path / "ann" / "beach")
    (tmp_path / "ann" / "nowhere").symlink_to(tmp_path / "gone")
    return tmp_path / "ann"


def test_a_folder_shows_its_folders_and_neither_files_nor_what_is_hidden_or_elsewhere(home: Path) -> None:
    view = Folders([home]).look()
    assert [path.name for path in view.folders] == ["Alps", "beach", "to-beach"]
    assert (view.path, view.above, view.pictures, view.all) == (home, (home,), 2, True)
    inside = Folders([home]).look(str(home / "Alps" / "2024"))
    assert inside.above == (home, home / "Alps", home / "Alps" / "2024")


@pytest.mark.parametrize(
    "path", ["..", ".", "/", "beach", "{home}/..", "{home}/beach/../../bob", "{home}/to-bob", "{home}/to-bob/secret", "{home}/.ssh"]
)
def test_a_path_that_leads_out_of_the_roots_is_refused(home: Path, path: str) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        Folders([home]).checked(path.format(home=home))


@pytest.mark.parametrize("path", ["{home}/to-ssh", "{home}/beach/a.jpg", "{home}/nowhere", "{home}/gone", "{home}2", "{home}\0", "\ud800"])
def test_what_is_hidden_or_no_folder_is_refused_the_same(home: Path, path: str) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        Folders([home]).checked(path.format(home=home))


def test_a_link_to_a_folder_below_a_root_is_the_folder_it_leads_to(home: Path) -> None:
    assert Folders([home]).checked(str(home / "to-beach")) == home / "beach"


def test_a_root_may_lie_in_a_hidden_folder_and_in_another_root(home: Path) -> None:
    folders = Folders([home, home / ".ssh"])
    assert folders.checked(str(home / ".ssh")) == home / ".ssh"
    assert folders.look(str(home / ".ssh")).above == (home / ".ssh",)


def test_without_roots_there_is_nothing_and_a_root_is_a_folder(home: Path) -> None:
    assert not Folders()
    with pytest.raises(InputError, match="there is no folder"):
        Folders().look()
    with pytest.raises(InputError, match="is no folder"):
        Folders([home / "beach" / "a.jpg"])


def test_counting_pictures_ends_when_it_takes_too_long(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders_module, "LOOKS", -1.0)
    assert Folders([home]).look().all is False


def test_without_being_told_folders_are_the_users_own_and_on_this_machine_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    assert roots_for("127.0.0.1", None) == [home]
    assert roots_for("0.0.0.0", None) == []
    assert roots_for("0.0.0.0", [home / "beach"]) == [home / "beach"]
    assert roots_for("127.0.0.1", []) == []
    monkeypatch.setenv("HOME", str(home / "gone"))
    assert roots_for("localhost", None) == []
