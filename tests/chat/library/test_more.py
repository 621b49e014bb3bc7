"""The next ten without an answer: further pages of one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.library import replying as module
from dir_tir.chat.library.conversation import Conversation
from dir_tir.errors import InputError
from dir_tir.store.conversations.sessions import open_sessions
from fakes import RecordingSearch
from talks import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Make = Callable[..., Conversation] if TYPE_CHECKING else None


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with open_sessions(tmp_path / "sessions.sqlite") as saver:

        def conversation(size: int = 60) -> Conversation:
            return talking(saver, tmp_path / "paintings", search=RecordingSearch(size), settings={"fusion": "sum", "hubs": False})

        yield conversation


def test_more_goes_on_in_the_same_order_and_uses_up_no_round(make: Make) -> None:
    talk = make()
    page = talk.go_on()
    asked = talk.asked
    second, third = talk.more(), talk.more()
    assert [result.number for result in (*second, *third)] == list(range(11, 31))
    scores = [result.score for result in (*page.results, *second, *third)]
    assert len({result.id for result in (*page.results, *second, *third)}) == 30
    assert scores == sorted(scores, reverse=True)
    assert (len(talk.rounds), talk.asked, talk.given, talk.last_answered) == (1, asked, {}, 0)
    assert talk.snapshot().shown == (*page.results, *second, *third)
    assert talk.results == page.results


def test_what_was_shown_further_is_there_after_a_restart_and_is_passed_over_by_the_next_page(make: Make) -> None:
    first = make()
    first.go_on()
    further = first.more()
    again = make()
    assert again.page is not None
    assert again.page.further == further
    again.reply("a red one")
    assert not {result.id for result in again.results} & {result.id for result in further}
    assert [page.further for page in make().snapshot().pages] == [further, ()]
    assert [len(result) for result in (again.more(), again.more())] == [10, 10]


def test_a_further_result_is_the_picture(make: Make) -> None:
    talk = make()
    talk.go_on()
    wanted = talk.more()[4]
    talk.accept(wanted)
    assert talk.finished
    assert talk.found == wanted
    assert make().found == wanted


def test_a_further_result_of_an_earlier_page_is_still_the_picture(make: Make) -> None:
    talk = make()
    talk.go_on()
    wanted = talk.more()[4]
    talk.reply("a red one")
    talk.accept(wanted)
    assert talk.found == wanted


def test_further_results_are_pointed_at_alone_and_beside_an_answer(make: Make) -> None:
    talk = make()
    talk.go_on()
    thirteenth = talk.more()[2]
    talk.reply(more_like=[thirteenth])
    talk.more()
    seventeenth = talk.snapshot().shown[16]
    talk.reply("a red one", not_these=[seventeenth])
    assert talk.rounds[1]["answer"].get("more_like") == [thirteenth.id]
    assert {id_ for record in talk.rounds for id_ in record["answer"].get("not_these", [])} | {
        id_ for record in talk.rounds[1:] if record["critique"] for id_ in record["critique"]["reply"].get("not_these", [])
    } == {seventeenth.id}
    assert not [note for page in talk.snapshot().pages for note in page.notes if "failed" in note]


def test_only_so_many_are_shown_and_only_as_many_as_there_are(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = make(size=24)
    with pytest.raises(InputError, match="nothing is found yet"):
        talk.more()
    talk.go_on()
    assert [len(talk.more()) for _ in range(2)] == [10, 4]
    with pytest.raises(InputError, match="no picture comes after these 24"):
        talk.more()
    monkeypatch.setattr(module, "MOST_SHOWN", 20)
    with pytest.raises(InputError, match="24 pictures are shown: say more"):
        talk.more()
    talk.accept(talk.results[0])
    with pytest.raises(InputError, match="has ended"):
        talk.more()


def test_going_back_makes_no_branch_of_what_was_only_looked_at(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("a red one")
    talk.more()
    talk.back(1)
    (branch,) = talk.branches
    assert branch.snapshot.round == 2
    talk.return_to(branch)
    talk.more()
    talk.back(1)
    assert len(talk.branches) == 1
