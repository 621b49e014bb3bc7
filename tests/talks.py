"""A conversation with fake models, kept where those of a home are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dir_tir.chat.library.conversation import Conversation
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.tools.user import Person
from fakes import FakeLanguageModel, FakePainter, FakeToolbox, RecordingSearch, plausible

if TYPE_CHECKING:
    from dir_tir.store.conversations.conversations import Conversations
    from dir_tir.store.home import Home


def opened(home: Home, kept: Conversations, id_: str = "talk", llm: Any = None, painter: Any = None) -> Conversation:
    """The conversation of this id, of three rounds at most."""
    paintings = Paintings(home.paintings)
    models = {"llm": llm or FakeLanguageModel(plausible), "painter": painter or FakePainter()}
    toolbox = FakeToolbox(search=RecordingSearch(), user=Person(paintings), paintings=paintings, **models)
    graph, config = build_graph(lambda _: toolbox, kept.saver), Config(max_rounds=3, related_size=8)
    find = toolbox.search.vectors.find
    return Conversation(graph, lambda _: toolbox, find, config, id_, "a boat", replies=kept.replies, alone=kept.running)
