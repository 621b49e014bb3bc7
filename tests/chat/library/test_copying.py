"""What is in the file of a home goes on in a database: `dir-tir conversations copy`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.terminal.cli import main
from dir_tir.chat.terminal.endings import DONE, INTERRUPTED, REFUSED
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import painting_file
from dir_tir.store.conversations.register import Entry, Register
from dir_tir.store.home import Home
from fakes import FakeToolbox
from talks import opened

if TYPE_CHECKING:
    from pathlib import Path

    from databases import Postgres


@pytest.fixture
def homes(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    """The same home with its conversations in the file, and with those of a database, whose paintings lie elsewhere."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    monkeypatch.setenv("DIR_TIR_SESSIONS", postgres.empty())
    monkeypatch.setenv("DIR_TIR_PAINTINGS", f"memory:/{tmp_path}/elsewhere")
    return replace(Home.of(), database="", paintings_at=""), Home.of()


def _begin(home: Home, kept: Conversations, id_: str) -> Any:
    """One that stands in its second round, with a branch that was left, and half of a reply."""
    kept.register.enter(Entry(id_, "a boat", {"gallery": "beach"}, owner="somebody", title=f"titled {id_}"))
    talk = opened(home, kept, id_)
    talk.go_on()
    talk.reply("red", "darker")
    talk.reply("green", None)
    talk.back(1)
    talk.reply("blue", "brighter")
    talk.put(2, "question", "half of it")
    return talk


def _rows(kept: Conversations) -> list[tuple[Any, ...]]:
    return sorted(kept.saver.read("SELECT thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id FROM checkpoints"), key=str)


def test_it_goes_on_there_with_everything_that_was_said_and_painted(homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]) -> None:
    file, database = homes
    with Conversations(file) as source:
        talk = _begin(file, source, "talk")
        assert main(["conversations", "copy"]) == DONE
        assert "1 conversation copied, 0 there already\n" in capsys.readouterr().out
        with Conversations(database) as kept:
            assert kept.register.entry("talk") == source.register.entry("talk")
            assert _rows(kept) == _rows(source)
            there = opened(database, kept, "talk")
            old, new = source.paintings.folder("talk"), kept.paintings.folder("talk")
            assert repr(there.snapshot().pages) == repr(talk.snapshot().pages).replace(old, new)
            assert len(there.snapshot().asked) == len(talk.snapshot().asked) == 2
            painted = [record["painting"]["path"] for record in there.rounds if record["painting"]]
            assert painted
            for path in painted:
                assert painting_file(path).read_bytes() == painting_file(path.replace(new, old)).read_bytes()
            assert there.given == {(2, "question"): "half of it"}
            for one in (talk, there):
                one.reply(None, "taller")
            assert [record["description"] for record in there.rounds] == [record["description"] for record in talk.rounds]
            there.return_to(there.branches[0])
            assert [record["answer"]["text"] for record in there.rounds[1:]] == ["red", "green"]


def test_interrupted_it_goes_on_and_run_again_it_doubles_nothing(
    homes: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, database = homes
    with Conversations(file) as source:
        for id_ in ("one", "two"):
            _begin(file, source, id_)
        thread: Any = {"configurable": {"thread_id": "unregistered"}}
        graph = build_graph(lambda config: FakeToolbox(), source.saver)
        graph.invoke({"description": "a boat"}, thread, context=Config(user="simulated", target="x", max_rounds=1, related_size=8))
        before = _rows(source)

        def interrupted(register: Register, entry: Entry) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Register, "enter", interrupted)
            assert main(["conversations", "copy"]) == INTERRUPTED
        capsys.readouterr()
        assert main(["conversations", "copy"]) == DONE
        assert main(["conversations", "copy"]) == DONE
        assert "0 conversations copied, 3 there already\n" in capsys.readouterr().out
        with Conversations(database) as kept:
            assert _rows(kept) == _rows(source) == before


def test_what_is_not_copied_is_named_with_the_reason(homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]) -> None:
    file, database = homes
    with Conversations(file) as source, Conversations(database) as kept:
        _begin(file, source, "early")
        assert main(["conversations", "copy"]) == DONE
        stood = _rows(kept)
        opened(file, source, "early").reply(None, "taller")
        for id_ in ("busy", "damaged"):
            _begin(file, source, id_)
        with source.saver.transaction() as rows:
            rows.execute("UPDATE checkpoints SET checkpoint = ? WHERE thread_id = 'damaged'", (b"\xc1",))
        capsys.readouterr()
        with source.running("busy"):
            assert main(["conversations", "copy"]) == REFUSED
        said = capsys.readouterr()
        assert "0 conversations copied, 0 there already" in said.out
        for words, id_ in (("went on in the file", "early"), ("running just now", "busy"), ("cannot be read", "damaged")):
            assert any(words in line and line.endswith(f": {id_}") for line in said.out.splitlines()), said.out
        assert "3 conversations not copied" in said.err
        assert _rows(kept) == stood


def test_without_a_database_or_a_file_it_says_what_is_missing(
    homes: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["conversations", "copy"]) == REFUSED
    assert "there is nothing to copy" in capsys.readouterr().err
    monkeypatch.delenv("DIR_TIR_SESSIONS")
    assert main(["conversations", "copy"]) == REFUSED
    assert "set DIR_TIR_SESSIONS to the database" in capsys.readouterr().err
