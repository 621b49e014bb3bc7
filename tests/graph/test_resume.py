"""kill -9 in any node; the conversation goes on from there in another process and ends as if nothing had happened."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dying
import pytest
from dir_tir.graph.build import build_graph
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.home import Home
from fakes import FakeToolbox

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

NODES = [
    "open_round",
    "retrieve",
    "cluster_context",
    "ask",
    "filter_uncertain",
    "answer",
    "rewrite",
    "generate",
    "critique",
    "re_prompt",
    "merge",
]


def _comparable(rounds: list[Any]) -> list[Any]:
    """Without what may differ between two equal conversations: seconds, and the folder of the paintings."""
    painted = [record["painting"] and {**record["painting"], "path": Path(record["painting"]["path"]).name} for record in rounds]
    return [{**record, "seconds": None, "painting": painting} for record, painting in zip(rounds, painted, strict=True)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_HOME", str(tmp_path_factory.mktemp("undisturbed")))
        toolbox = FakeToolbox()
        return _comparable(build_graph(lambda config: toolbox).invoke(dying.OPENING, context=dying.CONFIG)["rounds"])


@pytest.fixture(scope="module", params=["file", pytest.param("postgres", marks=pytest.mark.server)])
def graveyard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the home of one conversation for each node, killed in that node; in a database all of them are in one place."""
    folder = tmp_path_factory.mktemp("graveyard")
    database = request.getfixturevalue("postgres").empty() if request.param == "postgres" else ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_SESSIONS", database)
        died = subprocess.run(
            [sys.executable, dying.__file__, str(folder), *NODES], capture_output=True, text=True, timeout=120, check=True
        )
        assert json.loads(died.stdout) == dict.fromkeys(NODES, signal.SIGKILL), died.stderr
        yield folder


@pytest.mark.parametrize("node", NODES)
def test_a_conversation_killed_in_a_node_goes_on_from_there(
    node: str, graveyard: Path, undisturbed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(graveyard / node))
    toolbox, thread = FakeToolbox(), dying.thread_of(node)
    with Conversations(Home.of()) as kept:
        graph = build_graph(lambda config: toolbox, kept.saver)
        assert len(graph.get_state(thread).values["rounds"]) == 1  # round 0 was kept, round 1 was under way
        rounds = graph.invoke(None, thread, context=dying.CONFIG)["rounds"]
    assert _comparable(rounds) == undisturbed
