"""kill -9 in any node; the conversation goes on from there in another process and ends as if nothing had happened."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import dying
import pytest
from dir_tir.graph.build import build_graph
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.store.home import Home
from fakes import FakeToolbox

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


@pytest.fixture(scope="module")
def graveyard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the home of one conversation for each node, killed in that node."""
    folder = tmp_path_factory.mktemp("graveyard")
    died = subprocess.run([sys.executable, dying.__file__, str(folder), *NODES], capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(died.stdout) == dict.fromkeys(NODES, signal.SIGKILL), died.stderr
    return folder


@pytest.mark.parametrize("node", NODES)
def test_a_conversation_killed_in_a_node_goes_on_from_there(
    node: str, graveyard: Path, undisturbed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(graveyard / node))
    toolbox = FakeToolbox()
    with open_sessions(Home.of().sessions) as saver:
        graph = build_graph(lambda config: toolbox, saver)
        assert len(graph.get_state(dying.THREAD).values["rounds"]) == 1  # round 0 was kept, round 1 was under way
        rounds = graph.invoke(None, dying.THREAD, context=dying.CONFIG)["rounds"]
    assert _comparable(rounds) == undisturbed
