"""Searches that begin with a picture, alone or with words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir import ImageSearch
from dir_tir.chat.chatbot.actions import SearchActions
from dir_tir.chat.terminal.interactive import begin
from dir_tir.errors import InputError, PictureError
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.tools.user import Person
from dir_tir.tools.workspace import Workspace
from fakes import FakeToolbox
from PIL import Image
from workspaces import ENCODER, QuickWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dir_tir.graph.config import Config


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    (tmp_path / "photos").mkdir()
    with QuickWorkspace() as workspace:
        files = [tmp_path / "photos" / f"{number:02}.png" for number in range(30)]
        for number, file in enumerate(files):
            Image.new("RGB", (8, 8), (number, 0, 0)).save(file)
        index([Source(file, (f"picture number {number}",)) for number, file in enumerate(files)], workspace.store, "g", ENCODER)
        yield workspace


@pytest.fixture
def search(workspace: Workspace) -> Iterator[ImageSearch]:
    def resolve(config: Config) -> FakeToolbox:
        return FakeToolbox(search=workspace.toolbox(config).search, user=Person(workspace.paintings))

    with ImageSearch("g", workspace=workspace, resolve=resolve, fusion="sum", hubs=False) as opened:
        yield opened


def test_a_picture_alone_is_what_the_first_page_is_ranked_by(search: ImageSearch, tmp_path: Path, workspace: Workspace) -> None:
    file = tmp_path / "photos" / "07.png"
    talk = search.start(like=file)
    by_image = workspace.search("g", "miniature").by_image(str(file), 10)
    assert [result.id for result in talk.results] == [hit["id"] for hit in by_image]
    assert talk.results[0].path == file
    assert talk.page is not None
    assert talk.page.description == "picture number 7"  # what is known of it
    assert [entry.name for entry in search.conversations()] == ["a picture like 07.png"]
    assert search.find(like=file).found[0].record.id == by_image[0]["id"]


def test_words_and_picture_count_both(search: ImageSearch, tmp_path: Path) -> None:
    file = tmp_path / "photos" / "07.png"
    alone, words, both = search.find("", 30, like=file), search.find("a boat", 30), search.find("a boat", 30, like=file)
    orders = [[match.record.id for match in matches.found] for matches in (alone, words, both)]
    assert orders[2] not in orders[:2]
    assert orders[2].index(orders[0][0]) < orders[1].index(orders[0][0])
    scores = [search.find("a boat", 30, like=file).found[place].score for place in range(30)]
    assert scores != sorted(scores, reverse=True)


def test_the_picture_stays_with_the_conversation_and_goes_with_it(search: ImageSearch, tmp_path: Path, workspace: Workspace) -> None:
    file = tmp_path / "own.jpg"
    Image.new("RGB", (2000, 1000), "red").save(file)
    talk = search.start(like=file)
    file.unlink()
    kept = workspace.paintings.like(talk.config.like)
    with Image.open(kept) as small:
        assert max(small.size) == 768
    again = search.resume(talk.id)
    again.reply("a red one")
    assert len(again.rounds) == 2
    search.delete(talk.id)
    assert not kept.exists()


def test_what_is_no_picture_is_refused_in_one_line_and_nothing_is_kept(search: ImageSearch, tmp_path: Path) -> None:
    (tmp_path / "no.jpg").write_text("not a picture")
    for file in (tmp_path / "no.jpg", tmp_path / "nowhere.jpg"):
        with pytest.raises(PictureError) as refused:
            search.start(like=file)
        assert "\n" not in str(refused.value)
    assert search.conversations() == []
    with pytest.raises(InputError, match="the description is empty"):
        search.start("")
    with pytest.raises(InputError, match="like is 7"):
        search.find("a boat", like=7)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["../../x/like-0123456789abcdef.png", "talk/round-01.png", "talk/like-1.png", ""])
def test_only_pictures_of_conversations_are_named_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        Paintings(tmp_path).like(name)


def test_in_the_terminal_a_picture_that_cannot_be_read_is_refused_before_anything_is_typed(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(PictureError):
        begin(workspace, "g", "", {}, lambda _: pytest.fail("asked"), like=tmp_path / "nowhere.jpg")


def test_chatbots_name_pictures_of_the_gallery_alone(search: ImageSearch, tmp_path: Path) -> None:
    actions, file = SearchActions(search), tmp_path / "photos" / "07.png"
    found = actions.call("find_pictures", {"description": "", "like": str(file), "top": 3})
    assert found.text.splitlines()[0].startswith("1. picture number 7 ")
    id_ = search.find(like=file).found[0].record.id
    assert actions.call("find_pictures", {"description": "", "like": id_, "top": 3}).text == found.text
    assert "Understood: picture number 7" in actions.call("start_search", {"description": "", "like": str(file)}).text
    Image.new("RGB", (8, 8)).save(tmp_path / "elsewhere.png")
    with pytest.raises(InputError, match="is no picture of this gallery"):
        actions.call("find_pictures", {"description": "", "like": str(tmp_path / "elsewhere.png")})
