"""Going back: a round is asked again, and what came of it before stays as a branch that can be returned to.

The checkpoints at which rounds closed are kept (`store/conversations/saver.py`). Going back forks LangGraph's history at the one before the
round, as if the node `reopen` had run there: with the question and the painting of before, so that no model is called for them. The branch
that is left ends in a checkpoint of its own, which has the question, the painting and the replies that were not worked in yet.

What is wanted is on disk before anything is done about it, as a reply to no question. Whatever is killed in between, each step can be done
again: a checkpoint says for which wish it was made.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from langgraph.graph import END
from langgraph.types import StateSnapshot

from ...errors import InputError
from ...graph.build import ended
from ...nodes.history import standing_question
from ...nodes.reopen import reopen
from ...nodes.state import NEW_ROUND, NO_REPLY
from ...store.conversations.paintings import painting_file
from ...store.conversations.replies import ACCEPTED, MORE, PAINTS, TURN
from ...store.conversations.saver import LEFT
from ...tools.user import UNASKED
from .snapshot import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ...graph.build import ConversationGraph
    from ...store.conversations.replies import Given, Key, Replies
    from ...store.conversations.saver import RoundSaver
    from .reader import ConversationReader
    from .snapshot import Snapshot

_TURNED = "turned"  # in the metadata of the checkpoint that a wish led to: that wish
_REPLIES = "replies"  # in the same, and in that of a branch's end: the replies of its open round, as JSON
_ASKED = ("candidates", "tries", "offered", "painting")  # what a round asks with


@dataclass(frozen=True)
class Branch:
    """What came of a conversation before its user went back.

    since: the first round that is another than in the conversation as it stands. snapshot: as it was when it was left; it asks nothing
    until it is returned to.
    """

    id: str
    since: int
    snapshot: Snapshot


class Branches:
    """The branches of one conversation. talk: reads it. graph: with the checkpointer, to fork with; nothing is run or loaded."""

    def __init__(self, talk: ConversationReader, graph: ConversationGraph, replies: Replies) -> None:
        self._talk, self._graph, self._replies = talk, graph, replies

    def left(self) -> Iterator[Branch]:
        """Every branch that can be returned to, the last left first."""
        states = self._talk.history()
        for state in (state for state in states[1:] if LEFT in _metadata(state)):
            rounds, mine = state.values["rounds"], _rounds(states)
            same = next((number for number, (one, other) in enumerate(zip(rounds, mine, strict=False)) if one != other), None)
            accepted = dict(_kept_replies(state)).get(ACCEPTED, "")
            talk = self._talk
            snapshot = snapshot_of(state, talk.id, talk.config, talk.description, talk.picture, accepted)
            yield Branch(_id(state), min(len(rounds), len(mine)) if same is None else same, snapshot)

    def want_round(self, number: int) -> None:
        """Keep it that this round is to be asked again. Raises InputError for one that never was."""
        states = self._talk.history()
        rounds, over = _rounds(states), bool(states) and ended(states[0])
        last = len(rounds) - 1 if over else len(rounds)
        if last < 1:
            raise InputError("there is nothing to go back to: no round has been asked yet")
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= last:
            raise InputError(f"there is no round {number!r:.20} to go back to: expected 1 to {last}")
        _closing(states, number)
        self._want({"round": number})

    def want_branch(self, id_: str) -> None:
        """Keep it that this branch is to be gone on with. Raises InputError when there is none of this id."""
        _branch(self._talk.history(), id_)
        self._want({"branch": id_})

    def turn(self) -> bool:
        """Do what is wanted, if anything is; whether it was done. Only for who runs the conversation, or keeps others from running it."""
        given = self._replies.of(self._talk.id)
        if TURN not in given:
            return False
        wanted = given[TURN].reply
        try:
            self._turn(wanted, given)
        except InputError:  # it cannot be done, and whoever goes on is not to be asked for it forever
            self._replies.drop(self._talk.id, [TURN])
            raise
        return True

    def _want(self, wanted: dict[str, Any]) -> None:
        self._replies.give(self._talk.id, {TURN: {**wanted, "token": secrets.token_hex(8)}})

    def _turn(self, wanted: Mapping[str, Any], given: Mapping[Key, Given]) -> None:
        states, token = self._talk.history(), wanted["token"]
        if _metadata(states[0]).get(_TURNED) != token:
            to = _branch(states, wanted["branch"]) if "branch" in wanted else None
            number = len(to.values["rounds"]) if to else wanted["round"]
            there = len(_rounds(states))
            again = number == there and not to and not ended(states[0])  # the round that is open: nothing but replies to it is given up
            asked = to.values if to else self._standing(states[0]) if number == there else _rounds(states)[number]
            if not again and not any(_metadata(state).get(LEFT) == token for state in states):
                self._leave(states, token, given)
            beside = [] if to or number == there else _said_beside_accepting(_rounds(states)[number])
            metadata = {_TURNED: token, _REPLIES: _metadata(to).get(_REPLIES, "[]") if to else json.dumps(beside)}
            self._fork(_closing(states, number, to), None if to and ended(to) else asked, metadata)
        restored = dict(_kept_replies(self._graph.get_state(self._talk.thread)))
        if "branch" in wanted:
            cast("RoundSaver", self._graph.checkpointer).forget(self._talk.id, wanted["branch"])
        wishes = {PAINTS: given[PAINTS].reply} if PAINTS in given else {}
        self._replies.replace(self._talk.id, {**restored, **wishes})

    def _leave(self, states: Sequence[StateSnapshot], token: str, given: Mapping[Key, Given]) -> None:
        """End the branch that the conversation is on, unless all of it belongs to others as well."""
        now, number = states[0], len(_rounds(states))
        said = [
            [*key, one.reply] for key, one in given.items() if key == ACCEPTED or (key[0] == number and key[1] != MORE and not ended(now))
        ]
        last = _closing(states, number)
        others = (state for state in states if LEFT in _metadata(state))
        if said or not any(_id(last) in map(_id, _line(states, other)) for other in others):
            asked = None if ended(now) else self._standing(now)
            self._fork(last, asked, {LEFT: token, _REPLIES: json.dumps(said)})

    def _fork(self, closing: StateSnapshot, asked: Mapping[str, Any] | None, metadata: dict[str, str]) -> None:
        """A new checkpoint after the one that closed a round: the next round asks this, or, with nothing, the conversation is over."""
        config: Any = {**closing.config, "metadata": metadata}
        if asked is None:
            self._graph.update_state(config, None, as_node=END)
            return
        there = {name: asked[name] for name in _ASKED if asked.get(name)}
        if "painting" in there and not painting_file(there["painting"]["path"]).is_file():
            del there["painting"]  # it is painted again
        self._graph.update_state(config, {**NEW_ROUND, "round": len(closing.values["rounds"]), **there}, as_node=reopen.__name__)

    def _standing(self, now: StateSnapshot) -> dict[str, Any]:
        """The question and the painting of the open round, wherever they are by now: in a refiner, in what one has given, in the whole."""
        state = self._graph.get_state(self._talk.thread, subgraphs=True)
        places: list[Mapping[str, Any]] = [now.values] if len(now.values["rounds"]) == now.values["round"] else []
        for task in state.tasks:
            places += [task.state.values] if isinstance(task.state, StateSnapshot) else []
            places += [task.result] if isinstance(task.result, dict) else []
        found = {name: place[name] for place in places for name in _ASKED if place.get(name)}
        if not standing_question(found.get("tries", [])):  # it was still being looked for
            found.pop("tries", None)
        return found


def _closing(states: Sequence[StateSnapshot], number: int, of: StateSnapshot | None = None) -> StateSnapshot:
    """The checkpoint after which round ``number`` begins: on the line of the conversation as it stands, or of a branch's end."""
    line = [state for state in _line(states, of or states[0]) if len(state.values.get("rounds", ())) == number]
    if not line or (line[-1] is (of or states[0]) and LEFT in _metadata(line[-1])):
        raise InputError(f"round {number} cannot be gone back to: what was kept of the round before it is lost")
    return line[-1]


def _line(states: Iterable[StateSnapshot], of: StateSnapshot) -> Iterator[StateSnapshot]:
    """A checkpoint and those that it came of, newest first."""
    by_id = {_id(state): state for state in states}
    at: StateSnapshot | None = of
    while at:
        yield at
        at = by_id.get(at.parent_config["configurable"]["checkpoint_id"]) if at.parent_config else None


def _branch(states: Iterable[StateSnapshot], id_: str) -> StateSnapshot:
    for state in states:
        if _id(state) == id_ and LEFT in _metadata(state):
            return state
    raise InputError(f"there is no branch {id_!r:.80} to return to: give one of .branches, or the id of one")


def _kept_replies(state: StateSnapshot) -> list[tuple[Key, Any]]:
    return [((number, kind), reply) for number, kind, reply in json.loads(_metadata(state).get(_REPLIES, "[]"))]


def _said_beside_accepting(record: Any) -> list[list[Any]]:
    """What was answered in a round that ended with "this is it", which stands when that is taken back; nothing of another round."""
    replies = {"question": record["answer"], "difference": record["critique"]["reply"] if record["critique"] else NO_REPLY}
    if not record["accepted"]:
        return []
    said = {kind: {name: reply[name] for name in ("text", *UNASKED) if name in reply} for kind, reply in replies.items() if reply["text"]}
    return [[record["round"], kind, reply] for kind, reply in said.items()]


def _rounds(states: Sequence[StateSnapshot]) -> list[Any]:
    return list(states[0].values.get("rounds", ())) if states else []


def _metadata(state: StateSnapshot | None) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", state.metadata) if state and state.metadata else {}


def _id(state: StateSnapshot) -> str:
    return str(state.config["configurable"]["checkpoint_id"])
