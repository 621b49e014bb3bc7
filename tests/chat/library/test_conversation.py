from __future__ import annotations

import asyncio
import itertools
import threading
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Difference, Event, Page, Progress, Question
from dir_tir.errors import InputError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.conversations.saver import RoundSaver
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.store.home import Home
from dir_tir.tools.search import Search
from dir_tir.tools.user import Person
from fakes import FakeEncoder, FakePainter, FakeToolbox
from galleries import colours
from talks import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Make = Callable[..., Conversation] if TYPE_CHECKING else None


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_HOME", str(tmp_path_factory.mktemp("home")))
        return colours(tmp_path_factory.mktemp("colours"), 60)[0]


@pytest.fixture
def make(search: Search, tmp_path: Path, either_home: Home) -> Iterator[Make]:
    """Opens the conversation "talk" as a process of its own would: what it knows comes from the disk."""
    with Conversations(either_home) as kept:

        def conversation(painter: FakePainter | None = None, search: Search = search) -> Conversation:
            return talking(kept.saver, tmp_path / "paintings", search=search, painter=painter or FakePainter(), settings={"max_rounds": 2})

        yield conversation


def _kinds(events: list[Event]) -> list[str]:
    return [f"page {event.round}" if isinstance(event, Page) else type(event).__name__.lower() for event in events]


def test_the_first_page_both_questions_and_the_progress_of_the_painting_come_out(make: Make) -> None:
    talk = make()
    assert (talk.begun, talk.page, talk.asked) == (False, None, ())
    events = list(talk.events())
    assert sorted(_kinds(events)) == ["difference", "page 0", "progress", "progress", "question"]
    assert [event for event in events if isinstance(event, Progress)] == [Progress(1, 1, 2), Progress(1, 2, 2)]
    assert (talk.begun, talk.finished, len(talk.rounds)) == (True, False, 1)
    assert set(talk.asked) == {event for event in events if isinstance(event, Question | Difference)}


def test_results_say_what_the_gallery_knows_of_them(make: Make, search: Search) -> None:
    talk = make()
    first, *_, last = talk.go_on().results
    assert (first.number, last.number) == (1, 10)
    assert first.path.is_file()
    assert (first.caption, first.source) == (search.record(first.id).caption, "dialog")
    assert first.score >= last.score


def test_after_a_crash_what_is_asked_comes_out_again(make: Make) -> None:
    asked = set(_kinds(list(make().events()))) - {"page 0", "progress"}
    assert set(_kinds(list(make().events()))) == asked == {"question", "difference"}


@pytest.mark.parametrize("checkpoints", range(1, 8))
def test_stopped_between_a_step_and_its_checkpoint_it_has_not_ended_and_goes_on(
    make: Make, monkeypatch: pytest.MonkeyPatch, checkpoints: int
) -> None:
    put, kept = RoundSaver.put, itertools.count()

    def fails(*arguments: Any) -> Any:
        if next(kept) >= checkpoints:
            raise OSError("no space left")
        return put(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(RoundSaver, "put", fails)
        with pytest.raises(OSError, match="no space left"):
            make().go_on()
    assert not make().finished
    assert make().go_on().round == 0
    assert len(make().asked) == 2


def test_replies_to_both_close_the_round_and_the_last_round_ends_it(make: Make) -> None:
    talk = make()
    talk.go_on()
    for closed in (1, 2):
        page = talk.reply(f"red {closed}", None)
        assert (page.round, talk.rounds[-1]["answer"]["text"]) == (closed, f"red {closed}")
    assert talk.finished
    assert (talk.found, talk.asked, list(talk.events())) == (None, (), [])


@pytest.mark.parametrize("first", [Question, Difference])
def test_either_can_be_answered_first_and_the_other_stays(make: Make, first: type[Question | Difference]) -> None:
    talk = make()
    talk.go_on()
    one, other = sorted(talk.asked, key=lambda item: not isinstance(item, first))
    talk.answer(one, "red")
    assert [event for event in talk.events() if not isinstance(event, Progress)] == [other]
    talk.answer(other, None)
    assert "page 1" in _kinds(list(talk.events()))


def test_a_loop_that_replies_to_what_comes_is_a_whole_conversation(make: Make) -> None:
    talk, pages = make(), []
    for event in talk.events():
        if isinstance(event, Page):
            pages.append(event.round)
        elif isinstance(event, Question | Difference):
            talk.answer(event, f"round {event.round}")
    assert (pages, talk.finished) == ([0, 1, 2], True)


def test_the_question_comes_out_and_is_answered_while_the_painting_is_made(make: Make) -> None:
    asked = threading.Event()
    painter = FakePainter(before=lambda: asked.wait(timeout=20))
    talk = make(painter)
    for event in talk.events():
        if isinstance(event, Question) and event.round == 1:
            assert painter.history == []
            talk.answer(event, "red")
            talk.put(1, "difference", {"skip": True})  # a painting may be skipped before it is there
            asked.set()
    assert (len(talk.rounds), talk.rounds[1]["answer"]["text"]) == (2, "red")


def test_accepting_a_result_of_any_page_ends_it(make: Make) -> None:
    talk = make()
    third = talk.go_on().results[2]
    talk.reply("red")
    talk.accept(third)
    assert (talk.finished, talk.found) == (True, third)
    with pytest.raises(InputError, match="has ended"):
        talk.accept(third)


def test_after_the_last_round_too_a_result_of_any_page_is_said_to_be_the_picture(make: Make) -> None:
    talk = make()
    third = talk.go_on().results[2]
    for _ in range(talk.config.max_rounds):
        talk.reply("red", "blue")
    assert (talk.finished, talk.found) == (True, None)
    with pytest.raises(InputError, match="no result of this conversation"):
        talk.accept("gone")
    talk.accept(third)
    again = make()
    assert (again.finished, again.found) == (True, third)
    assert len(again.snapshot().pages) == talk.config.max_rounds + 1
    with pytest.raises(InputError, match="has ended"):
        again.accept(third)
    again.back(1)
    assert (again.finished, again.found) == (False, None)
    assert [branch.snapshot.found for branch in again.branches] == [third]


def test_accepting_during_a_run_ends_it_without_another_question(make: Make) -> None:
    talk = make()
    for event in talk.events():
        if isinstance(event, Question):
            talk.accept(talk.results[0])
    assert (talk.finished, len(talk.rounds), talk.found is not None) == (True, 2, True)


def test_what_cannot_be_used_is_refused_at_once(make: Make) -> None:
    talk = make()
    talk.go_on()
    question, difference = talk.question, talk.difference
    assert question
    assert difference
    with pytest.raises(InputError, match="501 characters"):
        talk.answer(question, "x" * 501)
    with pytest.raises(InputError, match="no result of this conversation"):
        talk.accept("nonsense")
    talk.reply()
    with pytest.raises(InputError, match="round 1 is over"):
        talk.answer(difference, "late")
    talk.answer(talk.question, "red")  # type: ignore[arg-type]
    talk.go_on()
    with pytest.raises(InputError, match="nothing in this round asks for 'again'"):
        talk.reply("again", "and darker")


def test_a_second_run_at_the_same_time_is_refused(make: Make) -> None:
    talk = make()
    running = talk.events()
    next(running)
    with pytest.raises(InputError, match="running already"):
        talk.go_on()
    running.close()
    assert talk.go_on().round == 0


def test_an_event_loop_sees_the_same_events_and_is_not_blocked(make: Make) -> None:
    async def converse() -> tuple[list[str], int, Page]:
        talk, beats = make(FakePainter(before=lambda: threading.Event().wait(0.2))), 0

        async def beat() -> None:
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0.01)

        heart = asyncio.create_task(beat())
        kinds = _kinds([event async for event in talk.aevents()])
        heart.cancel()
        page = await talk.areply("red", "darker")
        await talk.aaccept(page.results[0])
        assert talk.finished
        return kinds, beats, page

    kinds, beats, page = asyncio.run(converse())
    assert sorted(kinds) == ["difference", "page 0", "progress", "progress", "question"]
    assert (beats > 5, page.round) == (True, 1)


def test_a_listener_that_runs_out_of_time_leaves_a_conversation_that_can_be_used(make: Make) -> None:
    painting, allowed = threading.Event(), threading.Event()

    def slowly() -> None:
        painting.set()
        allowed.wait(20)

    talk = make(FakePainter(before=slowly))

    async def listen() -> list[Event]:
        return [event async for event in talk.aevents()]

    async def limited() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listen(), 1)
        await asyncio.to_thread(painting.wait, 20)
        allowed.set()
        page = await asyncio.to_thread(talk.go_on)
        assert page.round == 0

    asyncio.run(limited())
    assert len(talk.asked) == 2
    assert talk.reply("red").round == 1


def test_between_the_last_look_and_the_end_of_a_run_nothing_is_lost(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    talk, accepting = make(), threading.Thread()
    talk.go_on()
    wanted = talk.results[0]
    state, looks = type(talk).state.fget, itertools.count()  # type: ignore[attr-defined]
    running = talk.events()

    def looked(self: Conversation) -> Any:
        """The state; somebody accepts in another thread while the run looks for the last time."""
        nonlocal accepting
        found = state(self)
        if threading.current_thread() is threading.main_thread() and next(looks) == 1:
            accepting = threading.Thread(target=talk.accept, args=(wanted,))
            accepting.start()
            accepting.join(0.3)
        return found

    monkeypatch.setattr(Conversation, "state", property(looked))
    for _ in running:
        pass
    accepting.join(20)
    assert talk.finished
    assert talk.found
    assert talk.found.id == wanted.id


def test_a_refused_reply_leaves_nothing_behind(make: Make) -> None:
    talk = make()
    talk.go_on()
    with pytest.raises(InputError, match="501 characters"):
        talk.reply("a red one", "x" * 501)
    assert len(talk.asked) == 2
    list(talk.events())
    assert len(talk.asked) == 2
    talk.reply(None, "darker")
    assert talk.rounds[1]["answer"]["text"] == ""


def test_results_are_marked_with_a_reply(make: Make) -> None:
    talk = make()
    first, second, *_ = talk.go_on().results
    talk.reply("a red one", more_like=[first], not_these=[second.id])
    answer = talk.rounds[1]["answer"]
    assert (answer["text"], answer["more_like"], answer["not_these"]) == ("a red one", [first.id], [second.id])


def test_a_stopped_conversation_stops_at_its_next_step_and_goes_on(make: Make) -> None:
    talk = make()
    for event in talk.events():
        if isinstance(event, Page):
            talk.stop()
    assert not talk.running
    assert (talk.begun, talk.finished, talk.asked) == (True, False, ())
    talk.go_on()
    assert len(talk.asked) == 2


def test_a_snapshot_is_read_once_and_does_not_change(make: Make) -> None:
    talk = make()
    before = talk.snapshot()
    assert (before.begun, before.page, before.asked, before.round) == (False, None, (), 0)
    talk.go_on()
    now = talk.snapshot()
    assert (before.begun, now.begun, now.finished, now.round) == (False, True, False, 1)
    assert now.asked == (now.question, now.difference)
    assert [page.round for page in now.pages] == [0]
    talk.accept(now.results[3])
    end = talk.snapshot()
    assert (end.finished, end.found, end.page) == (True, now.results[3], now.page)


def test_a_picture_that_the_gallery_no_longer_has_is_shown_as_gone(search: Search, make: Make) -> None:
    talk = make()
    gone = talk.go_on().results[1].id
    talk.picture = lambda id_: None if id_ == gone else search.vectors.find(id_)
    results = talk.snapshot().results
    assert [result.gone for result in results] == [False, True, *[False] * 8]
    assert not results[1].path.exists()
    assert results[1].caption == search.record(gone).caption  # what the round remembers of it


def test_a_reply_outlives_the_process_that_it_was_given_to(make: Make) -> None:
    talk = make()
    talk.go_on()
    shown = [result.id for result in talk.results]
    talk.put(1, "question", {"text": "a green one", "more_like": shown[:1]})
    talk.put(1, "difference", None)
    assert set(make().given) == {(1, "question"), (1, "difference")}  # in another process
    make().go_on()
    (record,) = make().rounds[1:]
    assert (record["answer"]["text"], record["answer"]["more_like"]) == ("a green one", shown[:1])
    assert make().given == {}


def test_what_was_answered_before_a_killed_process_had_kept_the_question_is_not_asked_again(make: Make, either_home: Home) -> None:
    talk = make()
    with Conversations(either_home) as killed:
        killed.replies.give(talk.id, {(1, "difference"): {"text": "darker"}})
    assert {type(event) for event in talk.events()} == {Page, Progress, Question}
    assert talk.reply("red", None).round == 1
    assert talk.rounds[1]["critique"]["reply"]["text"] == "darker"


def test_what_is_taken_for_the_picture_outlives_the_process_too(make: Make) -> None:
    talk = make()
    talk.go_on()
    third = talk.results[2]
    talk.note_accepted(third)
    resumed = make()
    list(resumed.events())
    assert (resumed.finished, resumed.found) == (True, third)


def test_a_reply_that_was_handed_over_is_not_given_again_in_the_same_round(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.put(1, "question", "red")
    list(talk.events())
    with pytest.raises(InputError, match="the question of round 1 is answered already"):
        make().put(1, "question", "blue")
    make().put(1, "difference", "")
    make().go_on()
    assert make().rounds[1]["answer"]["text"] == "red"


def test_the_picture_accepted_while_the_last_round_closes_is_found_all_the_same(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("red", "too blue")
    first = talk.results[0]
    talk.put(2, "question", "")
    talk.put(2, "difference", "")
    for event in talk.events():
        if isinstance(event, Page):  # both are answered, and nothing is asked any more
            talk.note_accepted(first)
    assert (talk.finished, talk.found) == (True, first)
    assert make().found == first


def test_a_reply_while_another_process_runs_the_conversation_is_refused_and_changes_nothing(
    search: Search, tmp_path: Path, either_home: Home
) -> None:
    with Conversations(either_home) as ours, Conversations(either_home) as theirs:
        ours.register.enter(Entry("talk", "a boat", {"gallery": "colours"}))

        def opened(kept: Conversations) -> Conversation:
            toolbox = FakeToolbox(search=search, user=Person(Paintings(tmp_path / "paintings")))
            config, graph = Config(max_rounds=2, related_size=20), build_graph(lambda _: toolbox, kept.saver)
            return Conversation(
                graph, lambda _: toolbox, search.vectors.find, config, "talk", "a boat", replies=kept.replies, alone=kept.running
            )

        mine, other = opened(ours), opened(theirs)
        mine.go_on()
        mine.put(1, "question", "red")
        running = mine.events()
        next(running)
        with pytest.raises(InputError, match="conversation 'talk' is running: wait"):
            other.put(1, "question", "blue")
        with pytest.raises(InputError, match="conversation 'talk' is running: wait"):
            other.accept(other.results[0])
        assert other.page is not None  # reading is free
        mine.put(1, "difference", "too dark")  # where it runs
        list(running)
        assert (mine.rounds[1]["answer"]["text"], mine.rounds[1]["critique"]["reply"]["text"]) == ("red", "too dark")
        other.reply("blue", "")
        assert [record["answer"]["text"] for record in mine.rounds] == ["", "red", "blue"]


def test_a_conversation_whose_results_the_gallery_has_lost_goes_on_without_them(search: Search, make: Make) -> None:
    talk = make()
    gone = {result.id for result in talk.go_on().results[:3]}
    kept = [row for row, record in enumerate(search.vectors.records) if record.id not in gone]
    vectors = search.vectors
    smaller = Search(FakeEncoder(), Vectors([vectors.records[row] for row in kept], vectors.images[kept], vectors.captions[kept]))
    again = make(search=smaller)
    assert [result.gone for result in again.results] == [True] * 3 + [False] * 7
    liked, disliked, *_ = again.results
    page = again.reply("a green one", "it is red", more_like=[liked], not_these=[disliked])
    assert not any(result.gone for result in page.results)
    while not again.finished:
        again.reply("another")
    assert [record["answer"]["text"] for record in again.rounds[1:]] == ["a green one", "another"]
