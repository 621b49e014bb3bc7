"""A damaged sessions file is made anew: what is whole stays, what is not is named, and the damaged file is kept."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dir_tir.chat.library.channels import check_channels
from dir_tir.errors import InputError
from dir_tir.graph.build import build_graph, ended
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.faults import BusyError
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.conversations.sessions import repair_sessions
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakeToolbox
from langgraph.types import Command

PAGE = 4096
IDS = [f"talk-{number}" for number in range(4)]
CONFIG = Config(max_rounds=3, related_size=8)  # so few that nothing is clustered, which saves an import


def _go_on(conversations: Conversations, id_: str, said: str) -> Any:
    """Begin a conversation, or reply to whatever is asked; its state then."""
    toolbox = FakeToolbox(user=Person(Paintings(Path("unseen"))))
    graph, thread = build_graph(lambda config: toolbox, conversations.saver), {"configurable": {"thread_id": id_}}
    stops = graph.get_state(thread).interrupts  # type: ignore[arg-type]
    step: Any = Command(resume={stop.id: {"text": said} for stop in stops}) if stops else {"description": said}
    graph.invoke(step, thread, context=CONFIG, durability="sync")  # type: ignore[arg-type]
    return graph.get_state(thread)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four conversations: in each, round 1 is over, and round 2 has asked both; the question is answered, and not yet taken up."""
    root = tmp_path_factory.mktemp("talked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_HOME", str(root))
        with Conversations(Home(root)) as conversations:
            for id_ in IDS:
                conversations.register.enter(Entry(id_, f"a boat of {id_}", {"gallery": "beach"}))
                _go_on(conversations, id_, f"a boat of {id_}")
                _go_on(conversations, id_, "red")
                conversations.replies.give(id_, {(2, "question"): "with a sail"})
    return root


@pytest.fixture
def home(talked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    shutil.copytree(talked, tmp_path / "home")
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


def _told(home: Home) -> dict[str, Any]:
    """Everything there is of each conversation."""
    with Conversations(home) as conversations:
        return {
            kept.id: (kept.entry, kept.active, conversations.values(kept.id), conversations.replies.of(kept.id))
            for kept in conversations.kept()
        }


def _goes_to_its_end(home: Home, id_: str) -> bool:
    with Conversations(home) as conversations:
        for _ in range(5):
            if ended(state := _go_on(conversations, id_, "a boat")):
                return [record["round"] for record in state.values["rounds"]] == [0, 1, 2, 3]
    return False


def test_a_sound_file_stays_as_it_is(home: Home) -> None:
    told = _told(home)
    before = home.sessions.read_bytes()
    done = repair_sessions(home.sessions, check_channels)
    assert (done.found, done.kept, done.hurt, done.aside) == ((), len(IDS), {}, None)
    assert home.sessions.read_bytes() == before
    assert _told(home) == told
    assert {path.name for path in home.root.glob("sessions*")} == {"sessions.sqlite", "sessions.sqlite.lock"}


def _without_its_head(raw: bytes) -> bytes:
    return b"z" * PAGE + raw[PAGE:]


def test_of_a_file_that_sqlite_does_not_even_open_everything_is_kept(home: Home) -> None:
    told = _told(home)
    damaged = _without_its_head(home.sessions.read_bytes())
    home.sessions.write_bytes(damaged)
    with pytest.raises(InputError, match="`dir-tir conversations repair`"):
        _told(home)
    done = repair_sessions(home.sessions, check_channels)
    assert (done.kept, done.hurt) == (len(IDS), {})
    assert done.aside
    assert done.aside.read_bytes() == damaged
    assert _told(home) == told


def test_whatever_page_is_overwritten_what_is_not_named_is_as_it_was_and_what_is_named_goes_on(home: Home) -> None:
    told, whole = _told(home), home.sessions.read_bytes()
    hurt: set[str] = set()
    pages = range(1, len(whole) // PAGE)
    for page in random.Random(0).sample(pages, 12):
        home.sessions.write_bytes(whole[: page * PAGE] + b"\xff" * PAGE + whole[(page + 1) * PAGE :])
        done = repair_sessions(home.sessions, check_channels)
        now = _told(home)
        assert {id_: now[id_] for id_ in told if id_ not in done.hurt} == {id_: told[id_] for id_ in told if id_ not in done.hurt}
        assert all(now[id_][0] for id_, became in done.hurt.items() if "goes on" in became or "begins anew" in became)
        hurt |= done.hurt.keys()
    assert hurt
    whole_or_mended = [id_ for id_ in IDS if "goes on" in done.hurt.get(id_, "goes on")]
    resumed = next((id_ for id_ in whole_or_mended if id_ in done.hurt), whole_or_mended[0])
    assert _goes_to_its_end(home, resumed)


def test_of_half_a_file_the_half_that_is_there_is_kept(home: Home) -> None:
    told, whole = _told(home), home.sessions.read_bytes()
    home.sessions.write_bytes(whole[: len(whole) // 2])
    done = repair_sessions(home.sessions, check_channels)
    now = _told(home)
    assert done.found
    assert now.keys() | done.hurt.keys() >= set(IDS[:2])
    assert all(now[id_] == told[id_] for id_ in now if id_ not in done.hurt)


def test_a_conversation_whose_newest_checkpoint_is_none_of_ours_goes_back_to_the_round_before(home: Home) -> None:
    told = _told(home)
    with Conversations(home) as conversations, conversations.saver.transaction() as rows:
        newest = "(SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '')"
        rows.execute(f"UPDATE checkpoints SET type = 'pickle' WHERE thread_id = ? AND checkpoint_id = {newest}", (IDS[0], IDS[0]))
    done = repair_sessions(home.sessions, check_channels)
    assert done.hurt == {IDS[0]: "goes on from the end of round 1"}
    now = _told(home)
    assert {id_: now[id_] for id_ in IDS[1:]} == {id_: told[id_] for id_ in IDS[1:]}
    assert now[IDS[0]][3] == told[IDS[0]][3]  # the reply that was acknowledged
    assert _goes_to_its_end(home, IDS[0])


_OPENS = """
import sys
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.home import Home
with Conversations(Home.of(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_file_that_another_process_has_open_is_not_repaired_under_it(home: Home) -> None:
    with subprocess.Popen([sys.executable, "-c", _OPENS, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(BusyError, match="is in use: end what has it open"):
            repair_sessions(home.sessions, check_channels)
        process.communicate(b"")


def test_a_repair_that_was_killed_is_finished_by_whoever_opens_the_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told = _told(home)
    home.sessions.write_bytes(_without_its_head(home.sessions.read_bytes()))
    replace: Callable[[Path, Path], Path] = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if target == home.sessions:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            repair_sessions(home.sessions, check_channels)
    assert _told(home) == told
    assert repair_sessions(home.sessions, check_channels).found == ()


def test_where_there_is_nothing_there_is_nothing_to_repair(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is nothing to repair"):
        repair_sessions(tmp_path / "sessions.sqlite", check_channels)
