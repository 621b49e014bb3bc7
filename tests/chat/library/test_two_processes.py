"""One conversation opened in two processes: one runs it, the other is told so, may look, and goes on afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.errors import InputError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakePainter, FakeToolbox

if TYPE_CHECKING:
    from collections.abc import Callable


def opened(home: Home, kept: Conversations, before: Callable[[], object] = lambda: None) -> Conversation:
    """The conversation "talk", whose painter does something before it paints."""
    toolbox = FakeToolbox(user=Person(Paintings(home.paintings)), painter=FakePainter(before), paintings=Paintings(home.paintings))
    graph, config = build_graph(lambda _: toolbox, kept.saver), Config(max_rounds=1, related_size=8)
    return Conversation(graph, lambda _: toolbox, lambda _: None, config, "talk", "a boat", replies=kept.replies, alone=kept.running)


_PAINTS = """
import sys
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.home import Home
from test_two_processes import opened

def wait():
    print("paints", flush=True)
    sys.stdin.readline()

with Conversations(Home.of(sys.argv[1])) as kept:
    opened(Home.of(sys.argv[1]), kept, wait).go_on()
"""


def test_while_one_process_runs_it_another_is_told_so_may_look_and_goes_on_afterwards(either_home: Home) -> None:
    home = either_home
    with Conversations(home) as kept:
        kept.register.enter(Entry("talk", "a boat", {}))
        paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
        command = [sys.executable, "-c", _PAINTS, str(home.root)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
        ) as other:
            assert other.stdout
            assert other.stdout.readline() == "paints\n"
            mine = opened(home, kept)
            for use in (mine.go_on, lambda: mine.put(1, "question", "red"), lambda: mine.accept("any"), lambda: kept.delete("talk")):
                with pytest.raises(InputError, match="conversation 'talk' is running: wait until it asks something") as caught:
                    use()
                assert "\n" not in str(caught.value)
            assert mine.snapshot().begun
            assert mine.given == {}
            other.communicate("\n", timeout=60)
        assert other.returncode == 0
        mine.go_on()
        assert len(mine.asked) == 2
        assert mine.reply("red", "redder").round == 1
        assert mine.rounds[1]["answer"]["text"] == "red"
