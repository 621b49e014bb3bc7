"""What there is of a conversation by now, read from its checkpoints."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...graph.build import ended
from ...store.conversations.faults import REPAIR, ClosedError, DamagedError
from .channels import check_channels, check_state
from .snapshot import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langgraph.types import StateSnapshot

    from ...graph.build import ConversationGraph
    from ...graph.config import Config
    from ...nodes.state import RoundRecord
    from .events import Asked, Difference, Page, Question, Result
    from .snapshot import Lookup, Snapshot


class ConversationReader:
    """Reads one thread of a graph that has a checkpointer. Runs and loads nothing.

    graph: with the checkpointer; shared by all conversations. picture: what the gallery knows of a picture now.
    """

    def __init__(self, graph: ConversationGraph, picture: Lookup, config: Config, id_: str, description: str) -> None:
        self.id, self.config, self.description, self.picture = id_, config, description, picture
        self.checkpointer = graph.checkpointer
        self._reader = graph

    def snapshot(self) -> Snapshot:
        """Everything there is of the conversation at this moment, read once."""
        return snapshot_of(self.state, self.id, self.config, self.description, self.picture)

    @property
    def state(self) -> StateSnapshot:
        """The graph's own state, read anew. Raises InputError when it is none that a conversation can be shown or gone on with."""
        with self._readable():
            state = self._reader.get_state(self.thread)
            check_state(state)
        return state

    def history(self) -> list[StateSnapshot]:
        """The newest state, and those at the end of each round and branch, newest first. Raises InputError as `state` does."""
        with self._readable():
            states = list(self._reader.get_state_history(self.thread))
            for state in states:
                check_channels(state.values)
        return states

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (ClosedError, DamagedError):
            raise
        except (InputError, LookupError, TypeError, ValueError, AttributeError) as error:
            what = error if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
            raise InputError(
                f"conversation {self.id!r} cannot be read ({what}): it is damaged, or of another version; "
                f"{REPAIR} takes it back to its last whole round"
            ) from error

    @property
    def rounds(self) -> list[RoundRecord]:
        """The records of the rounds that are closed."""
        return list(self.state.values.get("rounds", []))

    @property
    def page(self) -> Page | None:
        """The newest page, or nothing before the first search. Each property reads the state; for several at once take a `snapshot`."""
        return self.snapshot().page

    @property
    def results(self) -> tuple[Result, ...]:
        """The ten of the newest page, best first."""
        return self.snapshot().results

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What the user is asked at the moment."""
        return self.snapshot().asked

    @property
    def question(self) -> Question | None:
        """The question of this round, while it stands."""
        return self.snapshot().question

    @property
    def difference(self) -> Difference | None:
        """The painting of this round and what is asked about it, while that stands."""
        return self.snapshot().difference

    @property
    def begun(self) -> bool:
        """Whether anything has been done."""
        return bool(self.state.values)

    @property
    def finished(self) -> bool:
        """Begun, and nothing left to do: the picture is found or the rounds are used up."""
        return ended(self.state)

    @property
    def found(self) -> Result | None:
        """The picture that the user says is the one; from whichever page it was taken."""
        return self.snapshot().found

    @property
    def thread(self) -> Any:
        """By what LangGraph knows the conversation."""
        return {"configurable": {"thread_id": self.id}}
