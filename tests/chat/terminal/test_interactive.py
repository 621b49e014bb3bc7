"""A person at the terminal, typing from a script, with fake models over a small gallery on disk."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import sleep
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir import ImageSearch, Workspace
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Result
from dir_tir.chat.terminal.endings import Terminated
from dir_tir.chat.terminal.formatting import format_end
from dir_tir.chat.terminal.interactive import AFTER_FINDING, AFTER_THE_LAST_ROUND, converse, described, lead
from dir_tir.contracts import PictureRecord
from dir_tir.errors import EndpointError
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.home import Home
from dir_tir.tools.search import Search
from dir_tir.tools.typed_reply import Quit
from dir_tir.tools.user import Person
from fakes import FakeEncoder, FakeToolbox
from galleries import colours
from PIL import Image
from talks import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    folder = tmp_path_factory.mktemp("colours")
    sources = []
    for number in range(40):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / f"{number:02}.png")
        sources.append(Source(folder / f"{number:02}.png", (f"picture number {number}",)))
    encoder = FakeEncoder()
    index(sources, ChromaStore(folder), "gallery", encoder)
    return Search.open(ChromaStore(folder), "gallery", encoder)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    return tmp_path


@contextmanager
def _process(search: Search) -> Iterator[Conversation]:
    """The conversation as a process of its own would open it: what it knows comes from the disk."""
    with open_sessions(Home.of().sessions) as saver:
        yield talking(saver, Home.of().paintings, search=search, settings={"max_rounds": 2})


@pytest.fixture
def talk(search: Search) -> Iterator[Conversation]:
    with _process(search) as conversation:
        yield conversation


def _typing(*lines: str) -> Callable[[str], str]:
    """These lines, and then Ctrl-D."""
    script = iter(lines)

    def read(_: str) -> str:
        for line in script:
            return line
        raise EOFError

    return read


def _replies(talk: Conversation) -> list[set[str]]:
    """What was said in each round, whichever of the two questions came first."""
    return [{record["answer"]["text"], record["critique"]["reply"]["text"]} for record in talk.rounds[1:] if record["critique"]]


def test_a_whole_conversation_with_skips_and_wrong_numbers(
    talk: Conversation, search: Search, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    converse(talk, _typing("it is red", "skip", "that's number 30", "", "the sky is dark"), home / "conversations")
    said = capsys.readouterr().out
    assert "There is no number 30; the results are numbered 1 to 10." in said
    assert "The painting so far:" in said
    assert "I painted what I understood: a boat\n" in said
    assert "The rounds are used up" in said
    assert _replies(talk) == [{"it is red", ""}, {"", "the sky is dark"}]
    sheets = sorted(path.name for path in (home / "conversations").iterdir())
    assert sheets == ["talk-00.png", "talk-01.png", "talk-02.png", "talk.png"]


def test_a_page_names_its_ten_pictures_by_their_captions(
    talk: Conversation, search: Search, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    with pytest.raises(Quit):
        converse(talk, _typing("quit"), home / "conversations")
    records = [search.record(result["id"]) for result in talk.rounds[0]["results"]]
    said = capsys.readouterr().out
    assert "First search: a boat" in said
    for rank, record in enumerate(records, start=1):
        assert f"{rank:4}  {record.caption}  [{Path(record.path).name}]" in said


def test_finding_the_picture_ends_it_without_another_question(
    talk: Conversation, search: Search, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    converse(talk, _typing("that's number 3"), home / "conversations")
    assert talk.finished
    third = talk.rounds[0]["results"][2]["id"]
    assert talk.rounds[-1]["accepted"] == third
    assert capsys.readouterr().out.splitlines()[-2] == f"Found: {search.record(third).path}"


def test_the_next_ten_of_a_search_are_shown_without_an_answer_and_their_numbers_count(
    talk: Conversation, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    converse(talk, _typing("next", "why 13", "that's number 13"), home / "conversations")
    assert len(talk.rounds) == 2
    assert talk.found is not None
    assert talk.found.number == 13
    said = capsys.readouterr().out
    assert f"  13  {talk.found.caption}" in said
    assert "\n  13  your words (100%); likeness" in said


def test_a_number_means_the_page_that_was_shown_last(talk: Conversation, home: Path) -> None:
    converse(talk, _typing("it is red", "and bigger", "that's number 3"), home / "conversations")
    assert talk.rounds[-1]["accepted"] == talk.rounds[1]["results"][2]["id"] != talk.rounds[0]["results"][2]["id"]


def test_who_quits_goes_on_later_where_they_stopped(search: Search, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    with _process(search) as talk, pytest.raises(Quit):
        converse(talk, _typing("it is red", "skip", "it is night", "quit"), home / "conversations")
    before = capsys.readouterr().out
    with _process(search) as talk:
        converse(talk, _typing("it is blue"), home / "conversations")
        assert talk.finished
        # What was answered in the round that was left open is kept; only the rest of it is asked again.
        assert _replies(talk) == [{"it is red", ""}, {"it is night", "it is blue"}]
    after = capsys.readouterr().out
    assert "What does the picture show?" not in after
    assert all(line in after for line in before.splitlines() if line.startswith(("First search", "Round 1")))


def test_who_comes_back_to_a_conversation_that_ended_is_asked_nothing(
    search: Search, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    with _process(search) as talk:
        converse(talk, _typing("that's number 1"), home / "conversations")
    ended = capsys.readouterr().out.splitlines()[-2:]
    with _process(search) as talk:
        converse(talk, _typing(), home / "conversations")
    assert capsys.readouterr().out.splitlines()[-2:] == ended


def test_a_first_description_is_asked_for_until_there_is_one_that_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert described(_typing("", "x" * 501, " a boat ")) == "a boat"
    said = capsys.readouterr().out
    assert "A few words are enough" in said
    assert "501 characters long" in said


def test_who_quits_before_the_first_search_has_begun_nothing(home: Path) -> None:
    with pytest.raises(Quit):
        described(_typing("", "quit"))
    assert list(home.iterdir()) == []


@pytest.fixture
def opened(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImageSearch]:
    """A search over a small gallery of its own, with fake models."""
    found, _ = colours(tmp_path_factory.mktemp("pictures"), 40)
    with Workspace() as workspace:
        toolbox = FakeToolbox(search=found, user=Person(workspace.paintings))
        yield ImageSearch("colours", workspace=workspace, resolve=lambda _: toolbox, max_rounds=2)


class Panic(BaseException):
    """As bindings to Rust raise it: no Exception."""


@pytest.mark.parametrize("error", [EndpointError("the endpoint is away"), OSError("no space left on device"), Panic("unwrapped None")])
def test_what_breaks_a_conversation_says_how_to_go_on(opened: ImageSearch, error: BaseException) -> None:
    def broken(_: str) -> str:
        raise error

    talk = opened.begin("a boat")
    with pytest.raises(type(error)) as raised:
        lead(opened, talk, opened.workspace, broken)
    assert raised.value.__notes__ == [f"To go on:  dir-tir chat --resume {talk.id}"]


def test_a_conversation_does_not_end_for_want_of_a_picture_of_it(opened: ImageSearch, capsys: pytest.CaptureFixture[str]) -> None:
    opened.workspace.home.sheets.parent.mkdir(parents=True, exist_ok=True)
    opened.workspace.home.sheets.write_text("where the folder of the sheets should be")
    lead(opened, opened.begin("a boat"), opened.workspace, _typing("skip", "skip", "that's number 1"))
    said = capsys.readouterr().out
    assert "no picture of this: " in said
    assert "Found: " in said


def test_typed_bytes_that_are_no_text_are_refused_and_asked_for_again(opened: ImageSearch, capsys: pytest.CaptureFixture[str]) -> None:
    assert described(_typing("a red \udcf6", "a\x00boat", "a\x85 boat")) == "a boat"
    lead(opened, opened.begin("a boat"), opened.workspace, _typing("\ud83d", "skip", "skip", "number 99999999999", "that's number 1"))
    said = capsys.readouterr().out
    assert said.count("cannot be kept, it is no text; leave it out.") == 3
    said.encode()


def test_names_and_captions_reach_the_terminal_escaped(tmp_path: Path) -> None:
    name = "gr\udcf6\udcdfe \x1b[2J\n\u202e.png"
    found = Result(1, "x", tmp_path / name, PictureRecord("x", name, ("a\x1b]0;owned\x07 cat\n2. a dog",), 8, 8).title, 0.5, "dialog")
    now: Any = SimpleNamespace(found=found)
    for line in (format_end(now), PictureRecord("x", name, (), 8, 8).title):
        assert "gr\\xf6\\xdfe \\x1b[2J\\n\\u202e.png" in line
    assert found.caption == "a cat 2. a dog"


@pytest.mark.parametrize("stop", [EOFError, KeyboardInterrupt, Quit])
def test_who_stops_in_any_way_is_told_how_to_go_on(
    opened: ImageSearch, stop: type[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(_: str) -> str:
        raise stop

    talk = opened.begin("a boat")
    lead(opened, talk, opened.workspace, stopped)
    assert capsys.readouterr().out.splitlines()[-1] == f"To go on:  dir-tir chat --resume {talk.id}"


@pytest.mark.parametrize(("stop", "raised"), [(KeyboardInterrupt(), ()), (BrokenPipeError(), BrokenPipeError), (SystemExit(3), SystemExit)])
def test_who_reads_no_output_any_more_is_told_on_standard_error(
    opened: ImageSearch, stop: BaseException, raised: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_: str) -> str:
        def nobody_reads(_: str) -> int:
            raise BrokenPipeError

        monkeypatch.setattr("sys.stdout.write", nobody_reads)
        raise stop

    talk = opened.begin("a boat")
    with pytest.raises(raised) if raised else nullcontext():
        lead(opened, talk, opened.workspace, stopped)
    assert capsys.readouterr().err.splitlines()[-1] == f"To go on:  dir-tir chat --resume {talk.id}"


def test_how_to_go_on_is_said_before_anything_can_go_wrong(opened: ImageSearch, capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []

    def killed(_: str) -> str:
        said.append(capsys.readouterr().out)
        raise EOFError

    talk = opened.begin("a boat")
    lead(opened, talk, opened.workspace, killed)
    assert said[0].startswith(f"It is kept, whatever happens. To go on:  dir-tir chat --resume {talk.id}\n")


def test_a_process_that_is_asked_to_end_says_how_to_go_on_and_ends(opened: ImageSearch, capsys: pytest.CaptureFixture[str]) -> None:
    def ended(_: str) -> str:
        raise Terminated

    talk = opened.begin("a boat")
    with pytest.raises(Terminated):
        lead(opened, talk, opened.workspace, ended)
    assert f"dir-tir chat --resume {talk.id}" in capsys.readouterr().out


def test_a_result_whose_file_is_gone_is_named(opened: ImageSearch, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    talk = opened.start("a boat")
    third = talk.results[2]
    third.path.unlink()
    converse(talk, _typing("that's number 3"), home / "conversations")
    said = capsys.readouterr().out
    assert f"   3  {third.caption}  [{third.path.name}] (its file is missing)" in said
    assert f"Found: {third.path}  (its file is missing: {third.caption})" in said


def test_what_is_understood_is_edited_and_what_is_ruled_out_allowed_again(
    talk: Conversation, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    talk.go_on()
    talk.put(1, "click", {"ruled_out": ["rain", "a dog"]})
    converse(talk, _typing("edit", "", "allow 3", "allow 1"), home)
    assert [record["ruled_out"] for record in talk.rounds] == [[], ["rain", "a dog"], ["a dog"]]
    said = capsys.readouterr().out
    assert "Ruled out: 1 rain, 2 a dog" in said
    assert "Understood: a boat\n" in said
    assert "There is no number 3 among what is ruled out: 1 rain, 2 a dog." in said


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        (["edit", "a red duck"], ("a red duck", "a red duck")),
        (["edit a red duck"], ("a red duck", "a red duck")),
        (["edit painting", "a red duck"], ("a boat", "a red duck")),
        (["EDIT painting a red duck"], ("a boat", "a red duck")),
        (["edit", "x" * 501, "edit a red duck"], ("a red duck", "a red duck")),
    ],
)
def test_an_edited_text_is_enough_for_the_round(talk: Conversation, home: Path, lines: list[str], texts: tuple[str, str]) -> None:
    with pytest.raises(EOFError):
        converse(talk, _typing(*lines), home)
    assert (talk.rounds[1]["description"], talk.rounds[1]["prompt"]) == texts
    assert len(talk.rounds) == 2


def test_who_asks_for_help_gets_it_and_is_asked_the_same_again(talk: Conversation, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    with pytest.raises(EOFError):
        converse(talk, _typing("help", "?"), home)
    said = capsys.readouterr().out
    assert said.count("undo, back 2        answer once more") == 2
    assert said.count(str(talk.asked[0].question)) + said.count(str(talk.asked[1].question)) == 3
    assert talk.given == {}


def test_answers_are_taken_back_and_given_otherwise_and_the_other_branch_returned_to(
    talk: Conversation, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    with pytest.raises(EOFError):
        converse(talk, _typing("undo", "red", "", "undo", "blue", "", "green", "back 1", "yellow", "", "branches"), home)
    said = capsys.readouterr().out
    assert "Nothing has been answered yet." in said
    assert said.count("Back in round 1.") == 2
    assert [record["answer"]["text"] or record["critique"]["reply"]["text"] for record in talk.rounds[1:]] == ["yellow"]
    assert "  1  otherwise from round 1 on; round 2: " in said
    assert "  2  otherwise from round 1 on; round 2: " in said
    with pytest.raises(EOFError):
        converse(talk, _typing("return 3", "return 1"), home)
    assert "There is no branch 3; branches lists what there is." in capsys.readouterr().out
    assert [record["answer"]["text"] or record["critique"]["reply"]["text"] for record in talk.rounds[1:]] == ["blue"]
    assert list(talk.given.values()) == [{"text": "green"}]


def test_a_result_is_opened_in_the_program_for_pictures(
    talk: Conversation, search: Search, capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener, seen = home / "xdg-open", home / "seen"
    opener.write_text(f'#!/bin/sh\necho "$1" >> {seen}\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("sys.platform", "linux")
    converse(talk, _typing("open 3", "open 11", "open", "that's number 2", "open", ""), home / "conversations")
    assert capsys.readouterr().out.count("Say which: open 1 to open 10.") == 2
    wanted = [search.record(talk.rounds[0]["results"][place]["id"]).path for place in (2, 1)]
    for _ in range(100):
        if seen.exists() and seen.read_text().split() == wanted:
            break
        sleep(0.05)
    assert seen.read_text().split() == wanted


def test_where_nothing_can_open_a_picture_its_file_is_named(
    talk: Conversation, search: Search, capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(EOFError):
        converse(talk, _typing("open 1"), home / "conversations")
    path = search.record(talk.rounds[0]["results"][0]["id"]).path
    assert f"Nothing here opens pictures; the file is {path}" in capsys.readouterr().out


def test_who_asks_why_is_told_what_brought_each_result(talk: Conversation, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    with pytest.raises(EOFError):
        converse(talk, _typing("why", "why 11", "red", "blue", "why", "why 3"), home / "conversations")
    said = capsys.readouterr().out
    assert "There is no number 11; the results are numbered 1 to 10." in said
    assert said.splitlines()[-3].startswith("   3  ")
    assert said.count("your words (100%); likeness ") >= 10
    assert "the painting (" in said


def test_after_the_end_one_goes_on_looking(talk: Conversation, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    lines = ["that's number 1", "what?", "help", "back 7", "branches", "keep looking", "red", "", "that's number 2", ""]
    converse(talk, _typing(*lines), home)
    said = capsys.readouterr().out
    assert "The search has ended. undo or back 2 goes on with it." in said
    assert "there is no round 7 to go back to: expected 1 to 1" in said
    assert "You have not gone back yet." in said
    assert said.count("Found: ") == 2
    assert talk.found == talk.results[1]
    assert len(talk.branches) == 1


def test_after_the_last_round_one_says_which_picture_it_was(talk: Conversation, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    asked = []
    typing = _typing("red", "", "blue", "", "that's it", "that's number 12", "that's number 2", "number 3", "")

    def read(prompt: str) -> str:
        asked.append(prompt)
        return typing(prompt)

    converse(talk, read, home)
    said = capsys.readouterr().out
    assert "Say which: that's number 3." in said
    assert "There is no number 12; the results are numbered 1 to 10." in said
    assert f"Found: {talk.results[1].path}" in said
    assert "the conversation has ended" in said
    assert talk.found == talk.results[1]
    assert asked[-3:] == [AFTER_THE_LAST_ROUND, AFTER_FINDING, AFTER_FINDING]


@pytest.mark.parametrize(
    ("lines", "answer"),
    [(["hlep", "", "red"], "red"), (["udno", "it is a udno", "quit"], "it is a udno"), (["udno", "no", "quit"], "udno")],
)
def test_a_slip_of_the_finger_is_asked_about(
    talk: Conversation, capsys: pytest.CaptureFixture[str], home: Path, lines: list[str], answer: str
) -> None:
    prompts = []
    typing = _typing(*lines)

    def read(prompt: str) -> str:
        prompts.append(prompt)
        return typing(prompt)

    with pytest.raises((EOFError, Quit)):
        converse(talk, read, home)
    assert list(talk.given.values())[:1] == [{"text": answer}]
    assert (
        prompts[1] == f"Did you mean {'help' if lines[0] == 'hlep' else 'undo'}? Enter to do it, anything else is taken as your answer > "
    )


def test_who_points_at_a_number_is_asked_nothing_more_in_the_round(talk: Conversation, home: Path) -> None:
    converse(talk, _typing("more 3", "not 2"), home)
    first, second = talk.rounds[1:]
    assert first["answer"]["more_like"] == [talk.rounds[0]["results"][2]["id"]]
    assert second["answer"]["not_these"] == [first["results"][1]["id"]]
    assert talk.finished
