"""``dir-tir conversations``, as a person meets it."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.library.keeping import stored
from dir_tir.chat.terminal import conversations as command
from dir_tir.chat.terminal.cli import REFUSED, main
from dir_tir.errors import InputError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.register import Entry
from dir_tir.tools.workspace import Workspace
from fakes import FakeToolbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from databases import Postgres

ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A home with one conversation that has ended, and one that never ran, begun years ago."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    with Workspace() as workspace:
        workspace.register.enter(Entry(ID, "a boat", {"gallery": "beach", "profile": "laptop"}, owner="a visitor"))
        workspace.register.enter(Entry("old", "a kite", {"gallery": "beach"}, begun="2020-01-01T00:00:00+00:00"))
        thread: Any = {"configurable": {"thread_id": ID}}
        graph = build_graph(lambda config: FakeToolbox(), workspace.sessions)
        graph.invoke({"description": "a boat"}, thread, context=Config(user="simulated", target="x", max_rounds=1, related_size=8))
        yield workspace


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    try:
        status: Any = main(["conversations", *arguments])
    except SystemExit as left:
        status = left.code
    said = capsys.readouterr()
    assert (status, said.out) == (REFUSED, "")
    return said.err


def test_every_conversation_is_listed_whoever_began_it(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conversations", "list"]) == 0
    one, old = capsys.readouterr().out.splitlines()
    assert one.startswith(f"{ID}  2")
    assert one.endswith("1 round  beach: a boat")
    assert old == "old  2020-01-01 00:00  0 rounds  beach: a kite"
    assert main(["conversations", "list", "--limit", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == [one, "and 1 more: --limit 2 lists all"]
    ended = stored(workspace, workspace.register.entry(ID))
    ended.accept(ended.results[3])
    assert main(["conversations", "list", "--limit", "1"]) == 0
    assert "1 round, found  beach: a boat" in capsys.readouterr().out


def test_an_empty_home_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    assert main(["conversations", "list"]) == 0
    assert "there are no conversations yet" in capsys.readouterr().out


def test_one_is_shown_with_what_it_takes_up(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conversations", "show", ID]) == 0
    out = capsys.readouterr().out
    assert "gallery beach, profile laptop, begun 2" in out
    assert f"MB of sessions, 1 paintings in {workspace.home.paintings / ID}" in out
    assert "  round 0: a boat\n  round 1: a boat, with " in out


def test_what_cannot_be_read_is_listed_and_can_be_deleted(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    with workspace.sessions.transaction() as rows:
        rows.execute("UPDATE checkpoints SET checkpoint = ?", (b"\xc1",))
        rows.execute("UPDATE conversations SET entry = '{'")
    assert main(["conversations", "list"]) == 0
    assert "0 rounds  not in the register: no description" in capsys.readouterr().out
    assert main(["conversations", "delete", ID, "--yes"]) == 0
    assert [kept.id for kept in workspace.conversations.kept()] == ["old"]


def test_deleting_asks_and_takes_the_paintings_along(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    paintings = workspace.home.paintings / ID
    assert list(paintings.iterdir())
    asked: list[str] = []
    command.delete_conversation(workspace, ID, lambda question: bool(asked.append(question)))
    assert (asked, capsys.readouterr().out) == ([f"Delete conversation {ID} (a boat) with its paintings?"], "kept\n")
    command.delete_conversation(workspace, ID, lambda question: True)
    assert not paintings.exists()
    assert [kept.id for kept in workspace.conversations.kept()] == ["old"]


def test_only_what_was_not_used_for_so_long_is_pruned(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []
    command.prune_conversations(workspace, "90d", lambda question: not asked.append(question))
    assert asked == ["Delete 1 conversation not used for 90d, with their paintings?"]
    assert capsys.readouterr().out == "1 conversation deleted\n"
    command.prune_conversations(workspace, "90d", None)
    assert capsys.readouterr().out == "every conversation was used within 90d\n"
    assert [kept.id for kept in workspace.conversations.kept()] == [ID]


def test_where_nobody_can_be_asked_it_needs_yes(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert "needs --yes" in _refused(capsys, "delete", ID)
    assert "needs --yes" in _refused(capsys, "prune", "--older-than", "12h")
    assert len(workspace.conversations.older(timedelta())) == 2
    assert main(["conversations", "prune", "--older-than", "12h", "--yes"]) == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("show", "nobody-knows-it"), "there is no conversation 'nobody-knows-it'"),
        (("delete", "../../etc", "--yes"), "there is no conversation '../../etc'"),
        (("prune", "--older-than", "3 months"), "is no duration: give a whole number and h, d or w"),
        (("prune",), "--older-than"),
    ],
)
def test_what_cannot_be_done_gets_one_line(
    workspace: Workspace, arguments: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reason in _refused(capsys, *arguments)


def test_a_running_conversation_is_not_deleted(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    with workspace.conversations.running("old"):
        with pytest.raises(InputError, match="is running"):
            command.delete_conversation(workspace, "old", lambda question: True)
        command.prune_conversations(workspace, "90d", lambda question: True)
    assert capsys.readouterr().out == "0 conversations deleted, 1 running and kept\n"


def test_a_damaged_file_names_the_command_that_makes_it_anew_and_that_says_what_became_of_each(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with workspace.sessions.transaction() as rows:
        rows.execute("UPDATE checkpoints SET checkpoint = ? WHERE checkpoint_id = (SELECT max(checkpoint_id) FROM checkpoints)", (b"\xc1",))
    workspace.close()
    assert main(["conversations", "show", ID]) == 0
    assert "round 0" not in capsys.readouterr().out
    assert main(["conversations", "repair"]) == 0
    said = capsys.readouterr().out
    assert "1 conversation kept whole, 1 hurt" in said
    assert f"{ID} goes on from the end of round 0" in said
    file = workspace.home.sessions
    assert f"the damaged one is kept: {file}.damaged-1\n" in said

    file.write_bytes(bytes(100) + file.read_bytes()[100:])
    assert "`dir-tir conversations repair`" in _refused(capsys, "list")
    assert main(["conversations", "repair"]) == 0
    assert "2 conversations kept whole, 0 hurt" in capsys.readouterr().out
    assert main(["conversations", "repair"]) == 0
    assert capsys.readouterr().out == "the sessions file is sound: 2 conversations\n"


def test_a_conversation_gets_a_title_and_goes_back_to_its_description(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conversations", "rename", ID, "the boat of\tlast summer"]) == 0
    assert capsys.readouterr().out == f"conversation {ID} is called 'the boat of last summer'\n"
    assert main(["conversations", "list", "--limit", "1"]) == 0
    assert "beach: the boat of last summer" in capsys.readouterr().out
    assert workspace.register.entry(ID).description == "a boat"
    main(["conversations", "rename", ID, ""])
    assert "is called 'a boat'" in capsys.readouterr().out
    assert "at most 120" in _refused(capsys, "rename", ID, "x" * 121)
    assert "there is no conversation 'gone'" in _refused(capsys, "rename", "gone", "x")


def test_a_conversation_is_written_into_a_file_that_is_not_there_yet(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out" / "boat.html"
    assert main(["conversations", "export", ID, str(file)]) == 0
    assert str(file) in capsys.readouterr().out
    text = file.read_text(encoding="utf-8")
    assert text.count("<h2>") == 2  # the first search and one round
    assert "this picture is gone" in text  # there is no such gallery
    assert "is there already" in _refused(capsys, "export", ID, str(file))
    assert "there is no conversation 'gone'" in _refused(capsys, "export", "gone", str(tmp_path / "x.html"))


def test_conversations_in_a_database_are_listed_shown_and_deleted_by_the_same_commands_and_not_repaired(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    monkeypatch.setenv("DIR_TIR_SESSIONS", postgres.empty())
    with Workspace() as workspace:
        workspace.register.enter(Entry(ID, "a boat", {"gallery": "beach", "profile": "laptop"}))
        workspace.register.enter(Entry("old", "a kite", {"gallery": "beach"}, begun="2020-01-01T00:00:00+00:00"))
        thread: Any = {"configurable": {"thread_id": ID}}
        graph = build_graph(lambda config: FakeToolbox(), workspace.sessions)
        graph.invoke({"description": "a boat"}, thread, context=Config(user="simulated", target="x", max_rounds=1, related_size=8))
    assert main(["conversations", "list"]) == 0
    assert main(["conversations", "show", ID]) == 0
    assert main(["conversations", "prune", "--older-than", "90d", "--yes"]) == 0
    assert main(["conversations", "delete", ID, "--yes"]) == 0
    said = capsys.readouterr().out
    assert "1 round  beach: a boat" in said
    assert f"MB of sessions, 1 paintings in {tmp_path / 'paintings' / ID}\n  round 0: a boat\n  round 1: a boat, with " in said
    assert said.endswith(f"1 conversation deleted\nconversation {ID} is deleted\n")
    assert "conversations are in PostgreSQL, which repairs its own files" in _refused(capsys, "repair")
    assert not (tmp_path / "sessions.sqlite").exists()
