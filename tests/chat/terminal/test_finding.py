"""``dir-tir find`` for people and for pipes."""

from __future__ import annotations

import gc
import json
import os
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.terminal.cli import main
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder
from galleries import indexed
from workspaces import ENCODER, QuickWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with QuickWorkspace(tmp_path / "home") as workspace:
        yield workspace


@pytest.fixture
def photos(workspace: Workspace, tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    indexed(workspace.home.root, tmp_path / "photos", 30)
    return tmp_path / "photos"


def test_paths_are_printed_best_first_and_whole_for_pipes(
    workspace: Workspace, photos: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["find", "a", "red", "boat", "--top", "3"], workspace) == 0
    lines = capfdbinary.readouterr().out.splitlines()
    assert main(["find", "a red boat", "--top", "3", "-0"], workspace) == 0
    ended = capfdbinary.readouterr().out
    assert ended == b"".join(line + b"\0" for line in lines)
    assert {os.path.dirname(line) for line in lines} == {os.fsencode(photos)}  # noqa: PTH120
    assert len(set(lines)) == 3


def test_nothing_is_collected_while_libraries_are_imported_for_one_search_and_again_afterwards(
    workspace: Workspace, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collecting: list[bool] = []
    monkeypatch.setattr(ENCODER, "encode_texts", lambda texts: collecting.append(gc.isenabled()) or FakeEncoder().encode_texts(texts))
    assert main(["find", "a boat"], workspace) == 0
    assert collecting == [False]
    assert gc.isenabled()
    assert main(["find", "a boat", "--gallery", "none"], workspace) != 0
    assert gc.isenabled()


def test_json_has_the_whole_answer(workspace: Workspace, photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (photos / "0.png").unlink()
    assert main(["find", "boats, no rain", "--not", "snow", "--gallery", "colours", "--top", "30", "--json"], workspace) == 0
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert (answer["description"], answer["ruled_out"]) == ("boats", ["rain", "snow"])
    assert [result["number"] for result in answer["results"]] == list(range(1, 31))
    assert {result["path"] for result in answer["results"]} == {str(photos / f"{number}.png") for number in range(30)}
    assert all(datetime.fromisoformat(result["date"]).year >= 2020 for result in answer["results"])
    assert said.err.splitlines() == [
        "ruled out: rain, snow",
        "1 of these files are gone: index their folder again, or `dir-tir gallery prune`",
    ]


def test_only_pictures_of_some_days_and_folders_are_found(
    workspace: Workspace, photos: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    os.utime(photos / "3.png", (1.0e9, 1.0e9))  # 2001
    index([Source(file) for file in sorted(photos.iterdir())], workspace.store, "dated", FakeEncoder())
    dated = ["find", "a boat", "--gallery", "dated"]
    assert main([*dated, "--before", "2002", "--folder", "photos"], workspace) == 0
    assert capfdbinary.readouterr().out.splitlines() == [os.fsencode(photos / "3.png")]
    for only, reason in (
        (["--before", "1999"], b"no picture is left of those that are wanted (only before 1999): without that there are 30"),
        (["--after", "2003", "--before", "2002"], b"no day is from 2003 on and before 2002"),
    ):
        assert main([*dated, *only], workspace) == 2
        assert reason in capfdbinary.readouterr().err


def test_what_is_missing_is_asked_for_in_one_line(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refusal(*arguments: str) -> str:
        assert main(["find", *arguments], workspace) == 2
        (line,) = capsys.readouterr().err.splitlines()
        return line

    assert "no galleries yet: make one with `dir-tir index" in refusal("a boat")
    for number, name in enumerate(("one", "two")):
        (tmp_path / name).mkdir()
        indexed(workspace.home.root, tmp_path / name, 2 + number, name)
    assert "say which with --gallery: one, two" in refusal("a boat")
    assert "the description is empty" in refusal(" ", "--gallery", "one")
