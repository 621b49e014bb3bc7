from __future__ import annotations

import asyncio
import json
import pickle
from typing import TYPE_CHECKING, Any

import ormsgpack
import pytest
from dir_tir.chat.library.channels import check_channels
from dir_tir.errors import InputError
from dir_tir.graph.build import build_graph, ended
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.saver import CLOSES_ROUND
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakeToolbox
from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.graph import START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from dir_tir.graph.build import ConversationGraph
    from dir_tir.store.conversations.saver import RoundSaver

CONFIG = Config(user="simulated", target="x", max_rounds=3, related_size=20)
THREAD: Any = {"configurable": {"thread_id": "talk"}}
ROOT: Any = {"configurable": {"thread_id": "talk", "checkpoint_ns": ""}}


class Plain(TypedDict):
    """The state of a graph that has no rounds."""

    n: int


@pytest.fixture
def saver(either_home: Home) -> Iterator[RoundSaver]:
    with Conversations(either_home) as conversations:
        yield conversations.saver


@pytest.fixture
def graph(saver: RoundSaver) -> ConversationGraph:
    toolbox = FakeToolbox()
    return build_graph(lambda config: toolbox, saver)


def _run(graph: ConversationGraph, step: Any = None, thread: Any = THREAD, durability: Any = "sync") -> dict[str, Any]:
    return graph.invoke(step, thread, context=CONFIG, durability=durability)


def _rows(saver: RoundSaver, table: str) -> int:
    return int(saver.read(f"SELECT count(*) FROM {table}")[0][0])


def test_it_passes_the_suite_that_langgraph_has_for_savers(either_home: Home) -> None:
    """All of what a saver has to do. Not of what it may do: to delete single runs, to copy a conversation and to prune it would each break
    the rule of one checkpoint a round, which branches stand on, and nobody asks for them."""

    @checkpointer_test("RoundSaver")
    async def savers() -> AsyncGenerator[RoundSaver, None]:
        with Conversations(either_home) as conversations:
            yield conversations.saver

    report = asyncio.run(validate(savers))
    assert report.passed_all_base(), report.to_dict()
    done = {name for name, result in report.to_dict()["results"].items() if result["detected"]}
    assert done == {"put", "put_writes", "get_tuple", "list", "delete_thread"}


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_one_checkpoint_is_kept_for_each_closed_round_and_each_knows_the_one_before(
    graph: ConversationGraph, saver: RoundSaver, durability: str
) -> None:
    _run(graph, {"description": "a boat"}, durability=durability)
    history = list(graph.get_state_history(THREAD))
    if durability == "exit":  # one checkpoint is all that LangGraph makes
        assert [len(state.values["rounds"]) for state in history] == [4]
        return
    assert [len(state.values["rounds"]) for state in history] == [4, 3, 2, 1]
    assert [state.parent_config for state in history] == [*(state.config for state in history[1:]), None]
    assert list(graph.get_state_history(THREAD, filter={CLOSES_ROUND: True})) == history
    assert _rows(saver, "checkpoints") == 4
    if durability == "sync":  # in the background what a step wrote may come after the checkpoint that holds it; the next one takes it along
        assert _rows(saver, saver.threads[1]) == 0


def test_one_can_go_back_to_the_end_of_any_round_and_run_on_from_there(graph: ConversationGraph) -> None:
    whole = _run(graph, {"description": "a boat"})["rounds"]
    kept = list(graph.get_state_history(THREAD))
    for state in kept[1:]:
        again = _run(graph, None, state.config)["rounds"]
        assert [record["description"] for record in again] == [record["description"] for record in whole]
        assert len(graph.get_state(THREAD).values["rounds"]) == 4
        assert graph.get_state(state.config).values == state.values  # where one has been back to stays
    assert {str(state.config) for state in kept} <= {str(state.config) for state in graph.get_state_history(THREAD)}


def test_having_gone_back_one_can_answer_otherwise(saver: RoundSaver) -> None:
    graph = build_graph(lambda config: toolbox, saver)
    toolbox = FakeToolbox(user=Person(Paintings(Home.of().paintings)))
    config = Config(max_rounds=2, related_size=20)

    def converse(said: str) -> list[str]:
        """To the end, answering one question at a time; every answer."""
        while interrupts := graph.get_state(THREAD).interrupts:
            assert build_graph(lambda config: toolbox, saver).get_state(THREAD).interrupts == interrupts  # as another process sees it
            graph.invoke(Command(resume={interrupts[0].id: {"text": said}}), THREAD, context=config, durability="sync")
        state = graph.get_state(THREAD)
        assert ended(state)
        return [record["answer"]["text"] for record in state.values["rounds"]]

    graph.invoke({"description": "a boat"}, THREAD, context=config, durability="sync")
    assert converse("red") == ["", "red", "red"]
    for state in list(graph.get_state_history(THREAD))[1:]:
        rounds = len(state.values["rounds"])
        graph.invoke(None, state.config, context=config, durability="sync")
        assert converse("blue") == ["", "red", "red"][:rounds] + ["", "blue", "blue"][rounds:]


def test_other_graphs_and_other_threads_are_left_alone(graph: ConversationGraph, saver: RoundSaver) -> None:
    other = StateGraph(Plain)
    other.add_node("one", lambda state: {"n": state["n"] + 1})
    other.add_edge(START, "one")
    elsewhere: Any = {"configurable": {"thread_id": "elsewhere"}}
    compiled = other.compile(saver)
    compiled.invoke({"n": 1}, elsewhere)
    before = list(compiled.get_state_history(elsewhere))
    assert len(before) == 3
    _run(graph, {"description": "a boat"})
    assert list(compiled.get_state_history(elsewhere)) == before


def test_the_same_from_an_event_loop(graph: ConversationGraph, saver: RoundSaver) -> None:
    async def converse() -> list[int]:
        await graph.ainvoke({"description": "a boat"}, THREAD, context=CONFIG)
        return [len(state.values["rounds"]) async for state in graph.aget_state_history(THREAD)]

    assert asyncio.run(converse()) == [4, 3, 2, 1]


class Hostile:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> Any:
        return (pytest.fail, ("a row of the sessions file ran code",))


def _names_a_class(code: int) -> bytes:
    return ormsgpack.packb({"channel_values": ormsgpack.Ext(code, ormsgpack.packb(["pytest", "fail", ["a row made an object"]]))})


@pytest.mark.parametrize(
    ("type_", "blob"),
    [
        ("pickle", pickle.dumps(Hostile())),
        ("json", b'{"lc": 2, "type": "constructor", "id": ["pytest", "fail"], "args": ["a row made an object"]}'),
        ("json", b'{"lc": 1, "type": "constructor", "id": ["langchain_core", "messages", "human", "HumanMessage"], "kwargs": {}}'),
        ("msgpack", b"\xc1 no msgpack"),
        *(("msgpack", _names_a_class(code)) for code in range(7)),
    ],
)
def test_a_hostile_row_makes_no_object_and_costs_its_own_conversation_alone(
    type_: str, blob: bytes, graph: ConversationGraph, saver: RoundSaver
) -> None:
    _run(graph, {"description": "a boat"})
    in_blobs = "checkpoint_blobs" in saver.threads  # a row for each channel, instead of one for the checkpoint
    with saver.transaction() as rows:
        holding = "checkpoint_blobs SET type = ?, blob = ?" if in_blobs else "checkpoints SET type = ?, checkpoint = ?"
        rows.execute(f"UPDATE {holding}", (type_, blob))
    if in_blobs and blob.startswith(ormsgpack.packb({"channel_values": None})[:15]):  # of a channel, it is read as the plain data in it
        found = saver.get_tuple(ROOT)
        assert found
        json.dumps(found.checkpoint["channel_values"])
        with pytest.raises(InputError, match="expected"):
            check_channels(found.checkpoint["channel_values"])
    else:
        with pytest.raises(InputError, match=r"is not read|cannot be read"):
            saver.get_tuple(ROOT)
    other: Any = {"configurable": {"thread_id": "another"}}
    assert len(_run(graph, {"description": "a boat"}, other)["rounds"]) == 4
