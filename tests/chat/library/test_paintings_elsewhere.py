"""A conversation whose paintings lie at a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dir_tir.chat.library.conversation import Conversation
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakePainter, FakeToolbox, RecordingSearch
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_shown_searched_with_and_kept_for_whoever_goes_back(tmp_path: Path) -> None:
    home, painter, search = Home(tmp_path, paintings_at="memory://bucket/of-talk"), FakePainter(), RecordingSearch()
    paintings = Paintings(home.paintings)
    toolbox = FakeToolbox(search=search, user=Person(paintings), painter=painter, paintings=paintings)
    with Conversations(home) as kept:
        kept.register.enter(Entry("talk", "a boat", {}))
        graph, config = build_graph(lambda _: toolbox, kept.saver), Config(max_rounds=2, related_size=8)
        talk = Conversation(
            graph, lambda _: toolbox, search.vectors.find, config, "talk", "a boat", replies=kept.replies, alone=kept.running
        )
        talk.go_on()
        assert talk.difference
        assert Image.open(talk.difference.painting).size == (16, 16)
        talk.reply("red", "darker")
        (place,) = {painting for kind, painting, _ in search.history if kind == "image"}
        assert place == talk.rounds[1]["painting"]["path"]
        assert str(place).startswith("memory://bucket/of-talk/talk/round-01-")
        painted = len(painter.history)
        talk.back(1)
        assert talk.difference
        assert len(painter.history) == painted  # it is still there
        kept.delete("talk")
        assert paintings.count("talk") == 0
