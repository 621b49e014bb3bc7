"""A round is asked again, and what came of it before can be returned to."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.library.branches import Branch
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Difference, Page, Question
from dir_tir.errors import InputError
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from fakes import FakeLanguageModel, FakePainter
from talks import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Make = Callable[..., Conversation] if TYPE_CHECKING else None


@pytest.fixture
def make(either_home: Home) -> Iterator[Make]:
    """Opens the conversation as a process of its own would: what it knows comes from the disk."""
    with Conversations(either_home) as kept:
        kept.register.enter(Entry("talk", "a boat", {}))
        yield lambda **models: opened(either_home, kept, **models)


def _said(talk: Conversation) -> list[str]:
    return [record["answer"]["text"] for record in talk.rounds[1:]]


def _rounds(branch: Branch) -> list[Any]:
    return [page.record for page in branch.snapshot.pages]


def test_a_round_is_asked_again_with_the_same_question_and_painting_and_no_model(make: Make) -> None:
    talk = make()
    talk.go_on()
    before = talk.snapshot()
    talk.reply("red", "darker")
    talk.reply("green", None)
    unused = FakeLanguageModel([]), FakePainter(before=lambda: pytest.fail("painted"))
    again = make(llm=unused[0], painter=unused[1])
    page = again.back(1)
    now = again.snapshot()
    assert (page.round, now.round, len(now.pages), now.finished, now.found) == (0, 1, 1, False, None)
    assert now.asked == before.asked
    assert (unused[0].history, unused[1].history, again.given) == ([], [], {})


def test_it_is_answered_otherwise_and_the_records_are_those_of_the_new_answers(make: Make) -> None:
    talk = make()
    talk.go_on()
    for answer in ("red", "green"):
        talk.reply(answer, None)
    talk.back(2)
    page = talk.reply("blue", None)
    assert (page.round, _said(talk)) == (2, ["red", "blue"])
    assert page.description.startswith("a boat, with ")
    assert [record["round"] for record in talk.rounds] == [0, 1, 2]


def test_the_other_branch_is_kept_with_its_question_painting_and_replies_and_can_be_returned_to(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("red", "darker")
    talk.reply("green", None)
    talk.put(3, "question", "a half-answered round")
    left, painted = talk.snapshot(), [record["painting"] for record in talk.rounds]
    talk.back(1)
    talk.reply("blue", "brighter")
    (branch,) = make().branches
    assert (branch.since, branch.snapshot.round, branch.snapshot.pages) == (1, 3, left.pages)
    llm = FakeLanguageModel([])
    painter = FakePainter()
    again = make(llm=llm, painter=painter)
    again.note_return(branch)
    assert again.given == {(3, "question"): "a half-answered round"}
    assert (again.snapshot().pages, [record["painting"] for record in again.rounds]) == (left.pages, painted)
    finishing = make(painter=painter)
    finishing.go_on()
    assert (finishing.question, finishing.difference, painter.history) == (None, left.difference, [])
    assert finishing.reply(None, "darker").round == 3
    assert _said(finishing) == ["red", "green", "a half-answered round"]
    (other,) = finishing.branches
    assert (other.since, other.snapshot.pages[-1].round) == (1, 1)
    finishing.return_to(other.id)
    assert _said(finishing) == ["blue"]


def test_a_branch_of_nothing_but_an_answer_is_kept_and_one_of_nothing_at_all_is_not(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("red", None)
    talk.back(1)
    talk.put(1, "question", "blue")
    talk.return_to(talk.branches[0])
    (blue,) = talk.branches
    talk.return_to(blue)
    assert (_said(talk), talk.given, len(talk.branches)) == ([], {(1, "question"): "blue"}, 1)
    talk.undo()  # round 1 is merely asked again
    talk.return_to(talk.branches[0])
    assert (_said(talk), talk.branches) == (["red"], ())


def test_paintings_of_one_branch_do_not_replace_those_of_another(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("red", "darker")
    talk.reply("green", "darker still")
    first = talk.rounds[2]["painting"]
    content = Path(first["path"]).read_bytes()
    talk.back(1)
    talk.reply("blue", "brighter")
    talk.reply("blue", "brighter")
    assert talk.rounds[2]["painting"]["path"] != first["path"]
    assert Path(first["path"]).read_bytes() == content


def test_after_this_is_it_the_search_goes_on_from_that_round(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("red", None)
    asked, third = talk.asked, talk.results[2]
    talk.accept(third)
    assert (talk.finished, talk.last_answered) == (True, 2)
    talk.undo()
    now = talk.snapshot()
    assert (now.finished, now.found, now.asked, now.round) == (False, None, asked, 2)
    (branch,) = talk.branches
    assert (branch.snapshot.finished, branch.snapshot.found) == (True, third)
    talk.reply("blue", None)
    talk.return_to(branch)
    assert (talk.finished, talk.found) == (True, third)
    assert list(talk.events()) == []


def test_what_was_answered_before_this_is_it_stands_when_that_is_taken_back(make: Make) -> None:
    talk = make()
    talk.go_on()
    question, difference = talk.asked
    talk.answer(question, "green")
    talk.go_on()
    assert talk.asked == (difference,)
    talk.accept(talk.results[2])
    talk.undo()
    assert (talk.finished, talk.found, talk.asked) == (False, None, (difference,))
    talk.reply(None, "darker")
    assert (_said(talk), talk.rounds[1]["critique"]["reply"]["text"]) == (["green"], "darker")


def test_after_the_last_round_one_goes_back_as_well_and_finds_what_was_accepted_while_it_closed(make: Make) -> None:
    talk = make()
    talk.go_on()
    for answer in ("red", "green"):
        talk.reply(answer, None)
    for kind in ("question", "difference"):
        talk.put(3, kind, "")
    for event in talk.events():
        if isinstance(event, Page):
            talk.note_accepted(talk.results[0])
    found = talk.found
    assert talk.finished
    assert found
    talk.back(3)
    assert (talk.finished, talk.found, len(talk.asked)) == (False, None, 2)
    talk.return_to(talk.branches[0])
    assert (talk.finished, talk.found, talk.branches) == (True, found, ())


def test_undo_takes_back_an_answer_of_the_open_round_first_and_then_the_round_before(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("red", None)
    asked = talk.asked
    talk.answer(talk.question, "green")  # type: ignore[arg-type]
    talk.go_on()
    assert talk.last_answered == 2
    talk.undo()
    assert (set(talk.asked), talk.branches, talk.given) == (set(asked), (), {})
    talk.undo()
    assert (talk.snapshot().round, _said(talk)) == (1, [])
    with pytest.raises(InputError, match="nothing has been answered yet"):
        make().undo()


def test_rounds_that_never_were_are_refused(make: Make) -> None:
    talk = make()
    with pytest.raises(InputError, match="no round has been asked yet"):
        talk.back(1)
    talk.go_on()
    talk.reply("red", None)
    for number in (0, 3, -1, True, "1", None):
        with pytest.raises(InputError, match="to go back to: expected 1 to 2"):
            talk.back(number)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="there is no branch 'x'"):
        talk.return_to("x")
    assert (len(talk.asked), talk.snapshot().round) == (2, 2)


def test_replies_to_rounds_that_are_open_again_are_dropped(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("red", None)
    talk.put(2, "click", {"show_again": True})
    talk.note_back(1)
    assert talk.given == {}
    talk.go_on()
    assert [item.round for item in talk.asked] == [1, 1]


def test_who_goes_back_while_it_runs_is_asked_at_its_next_step_and_by_the_same_events(make: Make) -> None:
    wanted = threading.Event()
    painter = FakePainter(before=lambda: None if len(painter.history) < 1 else wanted.wait(20) and None)
    talk, seen = make(painter=painter), []
    for event in talk.events():
        if isinstance(event, Question | Difference):
            seen.append((event.round, type(event).__name__))
            if event.round == 1 and len(talk.rounds) == 1 and not wanted.is_set():
                talk.answer(event, None)
            elif event.round == 2 and isinstance(event, Question):
                assert talk.note_back(1)
                with pytest.raises(InputError, match="going back"):
                    talk.answer(event, "late")
                wanted.set()
    assert sorted(seen[-2:]) == [(1, "Difference"), (1, "Question")]
    assert (2, "Difference") not in seen
    assert len(talk.asked) == 2
    (branch,) = talk.branches
    assert branch.snapshot.round == 2


def test_a_round_that_was_asked_openly_is_so_again(make: Make) -> None:
    talk = make(llm=FakeLanguageModel(lambda _: "Nothing is left to ask."), painter=FakePainter(before=lambda: 1 / 0))
    talk.go_on()
    question = talk.question
    talk.reply("on the left", None)
    talk.back(1)
    assert talk.question == question


def test_a_painting_that_is_gone_is_made_again_of_the_same_prompt_and_seed(make: Make) -> None:
    talk = make()
    talk.go_on()
    question, painting = talk.question, talk.rounds and talk.asked[1]
    assert isinstance(painting, Difference)
    talk.correct("a duck")
    content = painting.painting.read_bytes()
    painting.painting.unlink()
    talk.back(1)
    assert (talk.question, talk.difference) == (question, painting)
    assert painting.painting.read_bytes() == content


def test_while_another_process_runs_it_nobody_goes_back(make: Make, either_home: Home) -> None:
    talk = make()
    talk.go_on()
    talk.reply("red", None)
    talk.put(2, "question", "green")
    running = talk.events()
    next(running)
    with Conversations(either_home) as theirs:
        other = opened(either_home, theirs)
        for use in (lambda: other.back(1), lambda: other.return_to("x")):
            with pytest.raises(InputError, match="conversation 'talk' is running: wait"):
                use()
    running.close()
    assert talk.back(1).round == 0


def test_an_event_loop_goes_back_without_being_blocked(make: Make) -> None:
    async def there_and_back() -> list[int]:
        talk = make()
        await asyncio.to_thread(talk.go_on)
        await talk.areply("red", None)
        await talk.aback(1)
        await talk.acorrect("a duck")
        await talk.areturn_to(talk.branches[0])
        return [record["round"] for record in talk.rounds]

    assert asyncio.run(there_and_back()) == [0, 1]


BACK = ["back-give-1", "back-put-1", "back-put-2", "back-replace-1"]
RETURN = ["return-give-1", "return-put-1", "return-put-2", "return-forget-1", "return-replace-1"]


@pytest.fixture(scope="module", params=["file", pytest.param("postgres", marks=pytest.mark.server)])
def killed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Homes of conversations in which somebody went back when the process was killed, each after another write; all in one database, or
    each in a file of its own."""
    folder = tmp_path_factory.mktemp("killed")
    script = Path(__file__).parents[2] / "dying_turning.py"
    command = [sys.executable, str(script), str(folder), *BACK, *RETURN]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_SESSIONS", request.getfixturevalue("postgres").empty() if request.param == "postgres" else "")
        seen = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run(command, capture_output=True, text=True, env=seen, check=False)
        assert run.stdout.split() == [str(int(signal.SIGKILL))] * len(BACK + RETURN), run.stderr
        yield folder


@pytest.mark.slow
@pytest.mark.parametrize("kill", BACK)
def test_killed_while_somebody_goes_back_it_has_gone_back_when_it_is_next_used(killed: Path, kill: str) -> None:
    home = Home.of(killed / kill)
    with Conversations(home) as kept:
        talk = opened(home, kept, kill)
        assert talk.go_on().round == 0
        assert ({item.round for item in talk.asked}, len(talk.asked), talk.given) == ({1}, 2, {})
        (branch,) = talk.branches
        assert [page.round for page in branch.snapshot.pages] == [0, 1, 2]
        talk.reply("yellow", None)
        talk.return_to(branch)
        assert (_said(talk), talk.given) == (["red", "green"], {(3, "question"): "blue"})


@pytest.mark.slow
@pytest.mark.parametrize("kill", RETURN)
def test_killed_while_somebody_returns_to_a_branch_it_is_there_when_it_is_next_used(killed: Path, kill: str) -> None:
    home = Home.of(killed / kill)
    with Conversations(home) as kept:
        talk = opened(home, kept, kill)
        talk.put(3, "difference", "darker")  # a reply, too, finds the conversation there
        assert talk.go_on().round == 3
        assert _said(talk) == ["red", "green", "blue"]
        assert [[record["answer"]["text"] for record in _rounds(branch)] for branch in talk.branches] == [["", "other"]]
