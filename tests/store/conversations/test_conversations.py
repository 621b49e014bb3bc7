from __future__ import annotations

import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.errors import InputError
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def home(either_home: Home) -> Home:
    return either_home


@pytest.fixture
def conversations(home: Home) -> Iterator[Conversations]:
    with Conversations(home) as conversations:
        yield conversations


def _begin(conversations: Conversations, id_: str, gallery: str = "beach", days_ago: float = 0, said: str = "") -> None:
    """A conversation whose newest checkpoint is so old."""
    conversations.register.enter(Entry(id_, "a boat", {"gallery": gallery}, begun="2020-01-01T00:00:00+00:00"))
    ticks = uuid6().time - int(days_ago * 86_400 * 10**7)
    made = uuid.UUID(int=(ticks >> 12) << 80 | 6 << 76 | (ticks & 0xFFF) << 64 | 1 << 63 | 5)
    checkpoint: Any = {**empty_checkpoint(), "id": str(made), "channel_values": {"description": said or "a boat"}}
    config: Any = {"configurable": {"thread_id": id_, "checkpoint_ns": ""}}
    there = conversations.saver.put(config, checkpoint, {}, {})
    conversations.saver.put_writes(there, [("description", said or "a boat")], "task")


def _leave_files(home: Home, id_: str) -> list[Path]:
    painting = Path(Paintings(home.paintings).save(Image.new("RGB", (8, 8)), id_, 1, "a boat"))
    home.sheets.mkdir(exist_ok=True)
    sheets = [home.sheets / f"{id_}.png", home.sheets / f"{id_}-01.png"]
    for sheet in sheets:
        sheet.write_bytes(b"a sheet")
    return [painting, *sheets]


def test_the_last_active_comes_first_with_what_is_known_of_it(conversations: Conversations) -> None:
    for id_, days in (("old", 30), ("older", 60), ("new", 1)):
        _begin(conversations, id_, days_ago=days)
    conversations.register.enter(Entry("never-run", "a boat", {}, begun="2021-01-01T00:00:00+00:00"))
    kept = conversations.kept()
    assert [one.id for one in kept] == ["new", "old", "older", "never-run"]
    assert abs(datetime.now(UTC) - timedelta(days=30) - kept[1].active) < timedelta(minutes=1)
    assert kept[0].entry
    assert (kept[0].entry.gallery, kept[0].size > 100, kept[3].size) == ("beach", True, 0)
    assert conversations.describe("old") == kept[1]
    assert conversations.values("old") == {"description": "a boat"}
    assert conversations.values("never-run") == {}


def test_deleting_takes_everything_along_and_leaves_nothing_to_be_read(conversations: Conversations, home: Home) -> None:
    said = "the house where my aunt hid the silver"
    for id_ in ("one", "one-more"):
        _begin(conversations, id_, said=said if id_ == "one" else "")
    gone, stays = _leave_files(home, "one"), _leave_files(home, "one-more")
    conversations.delete("one")
    assert [kept.id for kept in conversations.kept()] == ["one-more"]
    assert not any(file.exists() for file in gone)
    assert all(file.exists() for file in stays)
    on_disk = b"".join(file.read_bytes() for file in home.root.glob("sessions.sqlite*"))
    assert said.encode() not in on_disk
    with pytest.raises(InputError, match="there is no conversation 'one'"):
        conversations.delete("one")


def test_a_conversation_that_was_never_registered_is_listed_and_deleted_too(conversations: Conversations, home: Home) -> None:
    conversations.saver.put({"configurable": {"thread_id": "demo-100-2-0", "checkpoint_ns": ""}}, empty_checkpoint(), {}, {})
    (kept,) = conversations.kept()
    assert (kept.id, kept.entry) == ("demo-100-2-0", None)
    conversations.delete(kept.id)
    assert conversations.kept() == []


@pytest.mark.parametrize("id_", ["..", "../galleries", "a/b", ""])
def test_an_id_that_climbs_out_deletes_nothing(conversations: Conversations, home: Home, id_: str) -> None:
    (home.root / "galleries").mkdir()
    with pytest.raises(InputError, match="there is no conversation"):
        conversations.delete(id_)
    assert (home.root / "galleries").is_dir()


def test_only_what_was_not_used_for_so_long_is_pruned(conversations: Conversations) -> None:
    for id_, gallery, days in (("a", "beach", 100), ("b", "city", 100), ("c", "beach", 80), ("d", "beach", 0)):
        _begin(conversations, id_, gallery, days)
    assert conversations.prune(timedelta(days=90), galleries={"beach"}) == ["a"]
    assert conversations.prune(timedelta(days=90)) == ["b"]
    assert {kept.id for kept in conversations.kept()} == {"c", "d"}  # though all were begun years ago


def test_space_is_given_back(conversations: Conversations, home: Home) -> None:
    for number in range(20):
        _begin(conversations, f"talk-{number}", days_ago=10, said="x" * 100_000)
    assert conversations.kept()[0].size > 100_000  # a database keeps a text like this in less
    conversations.prune(timedelta(days=1))
    if not home.database:  # a server sees to its own files
        assert sum(file.stat().st_size for file in home.root.glob("sessions.sqlite*")) < 200_000


def test_what_is_running_is_neither_deleted_nor_pruned_nor_run_twice(conversations: Conversations) -> None:
    _begin(conversations, "busy", days_ago=100)
    _begin(conversations, "idle")
    with conversations.running("busy"):
        with pytest.raises(InputError, match="conversation 'busy' is running"):
            conversations.delete("busy")
        with pytest.raises(InputError, match="conversation 'busy' is running"), conversations.running("busy"):
            pass
        assert conversations.prune(timedelta(days=90)) == []
        with conversations.running("idle"):
            pass
    assert conversations.prune(timedelta(days=90)) == ["busy"]
    with pytest.raises(InputError, match="there is no conversation 'busy'"), conversations.running("busy"):
        pass


_RUNS_AND_DIES = """
import os, sys
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.home import Home
with Conversations(Home.of(sys.argv[1])).running("busy"):
    print("runs", flush=True)
    sys.stdin.readline()
    os._exit(9)
"""


def test_what_another_process_runs_is_not_deleted_until_that_has_ended_however_it_ends(conversations: Conversations, home: Home) -> None:
    _begin(conversations, "busy")
    process = subprocess.Popen([sys.executable, "-c", _RUNS_AND_DIES, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == b"runs\n"
    with pytest.raises(InputError, match="is running"):
        conversations.delete("busy")
    process.communicate(b"\n")
    deadline = time.monotonic() + 30
    while conversations.saver.running("busy") and time.monotonic() < deadline:  # a database takes a moment to notice that it is gone
        time.sleep(0.05)
    conversations.delete("busy")
    assert list((home.root / "running").glob("*")) == []


def test_a_deletion_that_was_killed_can_be_done_again(conversations: Conversations, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    _begin(conversations, "one")
    _leave_files(home, "one")
    with monkeypatch.context() as patch:
        patch.setattr(conversations.saver, "transaction", lambda: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception, match="killed"):
            conversations.delete("one")
    assert [kept.id for kept in conversations.kept()] == ["one"]
    conversations.delete("one")
    assert conversations.kept() == []
