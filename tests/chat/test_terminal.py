"""A person at the terminal, typing from a script, over the fake models and a fake gallery whose pictures are real files."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.conversation import Conversation
from dir_tir.chat.terminal import converse
from dir_tir.chat.typed import Quit
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.sessions import open_sessions
from dir_tir.tools.user import Person
from fakes import FakeSearch, FakeToolbox
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class _Search(FakeSearch):
    folder: Path

    def record(self, id_: str) -> Any:
        return SimpleNamespace(path=str(self.folder / "picture.png"), caption=f"a caption of {id_}")


@pytest.fixture
def search(tmp_path: Path) -> _Search:
    Image.new("RGB", (8, 8)).save(tmp_path / "picture.png")
    made = _Search(size=150)
    made.folder = tmp_path
    return made


@pytest.fixture
def talk(tmp_path: Path, search: _Search, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversation]:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    toolbox = FakeToolbox(search=search, user=Person())
    with open_sessions() as saver:
        yield Conversation(build_graph(lambda config: toolbox, saver), Config(max_rounds=2), "talk")


def _typing(*lines: str) -> Callable[[str], str]:
    script = iter(lines)
    return lambda prompt: next(script)


def test_a_whole_conversation_with_skips_and_wrong_numbers(
    talk: Conversation, search: _Search, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    converse(talk, search, _typing("", "a boat", "it is red", "skip", "that's number 30", "", "the sky is dark"))  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert "A few words are enough" in said
    assert "There is no number 30; the results are numbered 1 to 10." in said
    assert "as pictures:" in said
    assert "The rounds are used up" in said
    answers = [{record["answer"]["text"], record["critique"]["reply"]["text"]} for record in talk.rounds[1:] if record["critique"]]
    assert answers == [{"it is red", ""}, {"", "the sky is dark"}]
    assert (tmp_path / "home" / "conversations" / "talk.png").is_file()


def test_finding_the_picture_ends_it_without_another_question(
    talk: Conversation, search: _Search, capsys: pytest.CaptureFixture[str]
) -> None:
    converse(talk, search, _typing("a boat", "that's number 3"))  # type: ignore[arg-type]
    assert talk.finished
    assert talk.rounds[-1]["accepted"] == talk.rounds[0]["results"][2]["id"]
    assert "Found: " in capsys.readouterr().out


def test_who_quits_goes_on_later_where_they_stopped(talk: Conversation, search: _Search) -> None:
    with pytest.raises(Quit):
        converse(talk, search, _typing("a boat", "it is red", "quit"))  # type: ignore[arg-type]
    converse(talk, search, _typing("it is blue", "and bigger", "that's number 1"))  # type: ignore[arg-type]
    assert talk.finished
    assert talk.rounds[1]["answer"]["text"] in ("it is blue", "and bigger")
