"""Conversations about some of a gallery's pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir import ImageSearch
from dir_tir.chat.chatbot.formatting import format_snapshot
from dir_tir.chat.terminal.formatting import format_page
from dir_tir.errors import InputError
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
    """With a gallery of 40 pictures, four of them in the folder "few"."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    with QuickWorkspace() as workspace:
        files = [tmp_path / ("many" if number % 10 else "few") / f"{number}.png" for number in range(40)]
        for number, file in enumerate(files):
            file.parent.mkdir(exist_ok=True)
            Image.new("RGB", (8, 8), (number, 0, 0)).save(file)
        index([Source(file) for file in files], workspace.store, "g", ENCODER)
        yield workspace


def _opened(workspace: Workspace, **settings: str) -> ImageSearch:
    def resolve(config: Config) -> FakeToolbox:
        return FakeToolbox(search=workspace.toolbox(config).search, user=Person(workspace.paintings))

    return ImageSearch("g", workspace=workspace, resolve=resolve, **settings)  # type: ignore[arg-type]


def test_a_conversation_keeps_what_it_is_about_and_every_face_says_so(workspace: Workspace) -> None:
    with _opened(workspace) as search:
        id_ = search.start("a boat", folder="few").id
    with _opened(workspace) as search:
        talk = search.resume(id_)
        talk.reply("a red one", more_like=[talk.results[0]])
        now = talk.snapshot()
    assert [{result.path.parent.name for result in page.results} for page in now.pages] == [{"few"}, {"few"}]
    assert [len(page.results) for page in now.pages] == [4, 4]
    assert now.config.related_size == 10
    assert "  Only folder few" in format_page(now.pages[1], only=now.config.only)
    assert "Only folder few." in format_snapshot(now)


def test_what_leaves_no_picture_is_refused_before_anything_is_kept(workspace: Workspace) -> None:
    with _opened(workspace) as search:
        for only in ({"folder": "none"}, {"after": "2999"}):
            with pytest.raises(InputError, match="without that there are 40"):
                search.start("a boat", **only)  # type: ignore[arg-type]
            with pytest.raises(InputError, match="without that there are 40"):
                search.find("a boat", **only)  # type: ignore[arg-type]
        assert search.conversations() == []


def test_a_filter_of_a_search_is_that_of_its_conversations_unless_they_have_their_own(workspace: Workspace) -> None:
    with _opened(workspace, folder="few") as search:
        assert len(search.find("a boat").found) == len(search.start("a boat").results) == 4
        assert {match.record.path.split("/")[-2] for match in search.find("a boat", folder="many").found} == {"many"}
