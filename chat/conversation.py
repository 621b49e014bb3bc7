"""A conversation with a person, as a front end needs it: what happens comes out at once, replies go in together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langgraph.types import Command

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from langgraph.types import Interrupt

    from ..graph.build import ConversationGraph
    from ..graph.config import Config
    from ..nodes.state import Record


@dataclass(frozen=True)
class Conversation:
    """One thread of a graph that has a checkpointer. Nothing of it is kept here, so that it goes on after any crash."""

    graph: ConversationGraph
    config: Config
    name: str

    @property
    def rounds(self) -> list[Record]:
        """The records of the rounds that are closed."""
        return list(self.graph.get_state(self._thread).values.get("rounds", []))

    @property
    def begun(self) -> bool:
        return bool(self.graph.get_state(self._thread).values)

    @property
    def finished(self) -> bool:
        """Begun, and nothing left to do."""
        state = self.graph.get_state(self._thread)
        return bool(state.values) and not state.next

    def open(self, description: str) -> Iterator[Record | Interrupt]:
        """Begin with the first description, D_0."""
        return self._events({"description": description})

    def go_on(self) -> Iterator[Record | Interrupt]:
        """From where it stopped, be it at a question or in the middle of a node that was killed."""
        return self._events(None)

    def reply(self, replies: Mapping[str, Mapping[str, Any]]) -> Iterator[Record | Interrupt]:
        """Interrupt id → reply, as `tools/user.py` understands it. Several at once, because a round goes on when all are there."""
        return self._events(Command(resume=dict(replies)))

    def _events(self, step: Any) -> Iterator[Record | Interrupt]:
        """The record of every round that closes, and every question as soon as it is put: the painting may still be under way."""
        put: set[str] = set()
        stream: Iterator[Any] = self.graph.stream(
            step, self._thread, context=self.config, stream_mode="updates", subgraphs=True, durability="sync"
        )
        for _, update in stream:
            for question in update.get("__interrupt__", ()):
                if question.id not in put:  # each comes twice: from its refiner and from the whole graph
                    put.add(question.id)
                    yield question
            yield from (update.get("merge") or {}).get("rounds", [])

    @property
    def _thread(self) -> Any:
        return {"configurable": {"thread_id": self.name}}
