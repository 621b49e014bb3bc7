"""Conversations with fake models over real sessions: each opened as a process of its own would, so what it knows comes from the disk."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from dir_tir.chat.library.conversation import Conversation
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.replies import Replies
from dir_tir.tools.user import Person
from fakes import FakeToolbox, RecordingSearch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from dir_tir.store.conversations.conversations import Conversations
    from dir_tir.store.conversations.saver import RoundSaver
    from dir_tir.store.home import Home
    from dir_tir.tools.search import Search


def talking(
    saver: RoundSaver,
    paintings: Path | str,
    *,
    search: Search | None = None,
    id_: str = "talk",
    description: str = "a boat",
    settings: Mapping[str, Any] | None = None,
    alone: Callable[[str], AbstractContextManager[object]] = nullcontext,
    **tools: Any,
) -> Conversation:
    """The conversation of this id, of three rounds at most. ``tools``: in place of the fakes of `FakeToolbox`."""
    kept, search = Paintings(paintings), search or RecordingSearch()
    toolbox = FakeToolbox(search=search, user=Person(kept), paintings=kept, **tools)
    config = Config(**{"max_rounds": 3, "related_size": 20, **(settings or {})})
    graph = build_graph(lambda _: toolbox, saver)
    return Conversation(graph, lambda _: toolbox, search.vectors.find, config, id_, description, replies=Replies(saver), alone=alone)


def opened(home: Home, kept: Conversations, id_: str = "talk", **tools: Any) -> Conversation:
    """The same in a home, where nobody else runs it meanwhile."""
    return talking(kept.saver, home.paintings, id_=id_, settings={"related_size": 8}, alone=kept.running, **tools)
