"""Conversations are deleted by the library, never under the feet of somebody who runs them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from dir_tir import ImageSearch
from dir_tir.chat.library.events import Question
from dir_tir.errors import InputError
from dir_tir.store.conversations.register import Entry
from dir_tir.tools.user import Person
from dir_tir.tools.workspace import Workspace
from fakes import FakeToolbox
from galleries import colours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImageSearch]:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    (tmp_path / "pictures").mkdir()
    gallery, _ = colours(tmp_path / "pictures", 20)
    with Workspace() as workspace:
        toolbox = FakeToolbox(search=gallery, user=Person(workspace.paintings))
        yield ImageSearch("colours", workspace=workspace, resolve=lambda _: toolbox, related_size=8)


def _another_process(search: ImageSearch) -> Workspace:
    return Workspace(search.workspace.home)


def test_a_conversation_is_deleted_with_its_paintings_and_is_not_run_again(search: ImageSearch) -> None:
    talk, other = search.start("a boat"), search.start("a kite")
    question = talk.question
    assert question
    paintings = search.workspace.home.paintings
    assert {folder.name for folder in paintings.iterdir()} == {talk.id, other.id}
    with _another_process(search) as elsewhere:
        elsewhere.conversations.delete(talk.id)
    assert [entry.id for entry in search.conversations()] == [other.id]
    assert [folder.name for folder in paintings.iterdir()] == [other.id]
    with pytest.raises(InputError, match="there is no conversation"):
        search.resume(talk.id)
    with pytest.raises(InputError, match="there is no conversation"):
        talk.go_on()
    assert [kept.id for kept in search.workspace.conversations.kept()] == [other.id]


def test_one_that_runs_is_not_deleted_and_not_run_by_another_process(search: ImageSearch) -> None:
    talk = search.begin("a boat")
    for event in talk.events():
        if isinstance(event, Question):
            with pytest.raises(InputError, match="is running"):
                search.delete(talk.id)
            assert search.prune(timedelta()) == []
            with _another_process(search) as elsewhere:
                twin = ImageSearch("colours", workspace=elsewhere, resolve=lambda _: FakeToolbox(), related_size=8).resume(talk.id)
                with pytest.raises(InputError, match="is running"):
                    twin.go_on()
    assert talk.question
    search.delete(talk.id)
    assert search.conversations() == []


def test_only_what_was_not_used_for_so_long_is_pruned_and_only_in_this_gallery(search: ImageSearch) -> None:
    new = search.start("a boat")
    for gallery in ("colours", "elsewhere"):
        search.workspace.register.enter(Entry(gallery, "a kite", {"gallery": gallery}, begun="2020-01-01T00:00:00+00:00"))
    assert search.prune("90d") == ["colours"]
    assert {kept.id for kept in search.workspace.conversations.kept()} == {new.id, "elsewhere"}
    with pytest.raises(InputError, match="is no duration"):
        search.prune("a while")
