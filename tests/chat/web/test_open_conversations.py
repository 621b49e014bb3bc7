"""Conversations in a server's memory, with fake models: who runs, who waits, who is dropped, and how all of them are stopped."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.web.limits import RUNNING_EACH, TooMuch
from dir_tir.chat.web.open_conversations import KEPT, OpenConversations
from dir_tir.errors import DirTirError, GalleryError, InputError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.conversations.replies import Replies
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.tools.user import Person
from fakes import FakePainter, FakeToolbox
from galleries import colours
from waiting import LIMIT, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dir_tir.chat.web.running_conversation import RunningConversation
    from dir_tir.tools.search import Search

    Make = Callable[..., OpenConversations]

ANN = "a" * 32


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_HOME", str(tmp_path_factory.mktemp("home")))
        return colours(tmp_path_factory.mktemp("colours"), 40)[0]


@pytest.fixture
def make(search: Search, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """The conversations of a server, every id one of Ann's, whose painter does something before it paints."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    with open_sessions(tmp_path / "sessions.sqlite") as saver:

        def conversations(before: Callable[[], object] = lambda: None, missing: Sequence[DirTirError] = ()) -> OpenConversations:
            toolbox = FakeToolbox(search=search, user=Person(Paintings(tmp_path / "paintings")), painter=FakePainter(before))

            def resolve(_: Config) -> FakeToolbox:
                if missing:
                    raise missing[0]
                return toolbox

            reader = build_graph(resolve, saver)

            def opened(entry: Entry) -> Conversation:
                config = Config(max_rounds=3, related_size=20)
                return Conversation(reader, resolve, search.vectors.find, config, entry.id, entry.description, replies=Replies(saver))

            return OpenConversations(lambda id_: Entry(id_, "a boat", {}, ANN), opened)

        yield conversations


def _at_rest(conversation: RunningConversation) -> None:
    wait_until(lambda: not conversation.running)


def test_looking_at_a_conversation_starts_nothing(make: Make) -> None:
    with make().using("one", ANN) as conversation:
        moment = conversation.moment()
        assert (moment.snapshot.begun, moment.running, moment.version) == (False, False, 0)
        conversation.run()
        _at_rest(conversation)
        assert len(conversation.moment().snapshot.asked) == 2


def test_two_who_ask_for_a_conversation_get_the_same_one_and_others_get_none(make: Make) -> None:
    conversations = make()
    with conversations.using("one", ANN) as first, conversations.using("one", ANN) as second:
        assert first is second
    with pytest.raises(InputError, match="there is no conversation"), conversations.using("one", "b" * 32):
        pass


def test_what_nobody_uses_is_dropped_and_what_somebody_looks_at_stays(make: Make) -> None:
    conversations = make()
    with conversations.using("looked at", ANN) as looked_at:
        for number in range(3 * KEPT):
            with conversations.using(f"number-{number}", ANN):
                pass
        assert len(conversations) == KEPT + 1
        with conversations.using("looked at", ANN) as again:
            assert again is looked_at
    assert len(conversations) == KEPT


def test_a_conversation_that_runs_stays_and_is_dropped_when_it_has_come_to_rest(make: Make) -> None:
    go = Event()
    conversations = make(lambda: go.wait(LIMIT))
    with conversations.using("runs", ANN) as running:
        running.run()
    for number in range(2 * KEPT):
        with conversations.using(f"number-{number}", ANN):
            pass
    assert len(conversations) == KEPT + 1
    go.set()
    wait_until(lambda: len(conversations) == KEPT)


def test_a_person_may_have_so_many_running_and_no_more(make: Make) -> None:
    go = Event()
    conversations = make(lambda: go.wait(LIMIT))
    for number in range(RUNNING_EACH):
        with conversations.room(ANN), conversations.using(f"number-{number}", ANN) as conversation:
            conversation.run()
    with pytest.raises(TooMuch, match=f"{RUNNING_EACH} of your conversations are being worked on"), conversations.room(ANN):
        pass
    with conversations.room(ANN, "number-0"):  # it runs already
        pass
    with conversations.room("b" * 32):  # another person
        pass
    go.set()
    conversations.stop()


def test_those_who_are_about_to_begin_are_counted_too(make: Make) -> None:
    conversations = make()
    with ExitStack() as beginning:
        claims = [beginning.enter_context(conversations.room(ANN)) for _ in range(RUNNING_EACH)]
        claims[0].id = "number-0"
        with pytest.raises(TooMuch), conversations.room(ANN):
            pass
        with conversations.room(ANN, "number-0"):
            pass
    with conversations.room(ANN):
        pass


@pytest.mark.slow
def test_all_are_stopped_at_once_and_each_goes_on_where_it_was(make: Make) -> None:
    started, seconds, count = [], 1.0, 4

    def paint() -> None:
        started.append(time.monotonic())
        time.sleep(seconds)

    conversations = make(paint)
    for number in range(count):
        with conversations.using(f"number-{number}", ANN) as conversation:
            conversation.run()
    wait_until(lambda: len(started) == count)
    before = time.monotonic()
    conversations.stop()
    assert time.monotonic() - before < seconds * (count - 1)  # one after the other they would take so long
    later = make()
    with later.using("number-0", ANN) as conversation:
        conversation.run()
        _at_rest(conversation)
        assert len(conversation.moment().snapshot.asked) == 2


@pytest.mark.slow
def test_every_change_is_counted_and_can_be_looked_at_from_other_threads_meanwhile(make: Make) -> None:
    go, switched, replies = Event(), sys.getswitchinterval(), 60
    conversations = make(lambda: go.wait(LIMIT))
    try:
        sys.setswitchinterval(1e-6)  # threads take turns as often as they can
        with conversations.using("one", ANN) as conversation:
            conversation.run()
            wait_until(lambda: conversation.moment().snapshot.question and conversation.moment().progress)
            before, seen = conversation.moment().version, []
            done = Event()
            watcher = Thread(target=lambda: [seen.append(conversation.moment()) for _ in iter(done.is_set, True)])
            threads = [
                Thread(target=lambda: [conversation.reply(1, "difference", {"text": "redder"}) for _ in range(replies)]) for _ in range(3)
            ]
            for thread in [watcher, *threads]:
                thread.start()
            for thread in threads:
                thread.join(LIMIT)
            done.set()
            watcher.join(LIMIT)
            assert conversation.moment().version == before + 3 * replies
            assert [moment.version for moment in seen] == sorted(moment.version for moment in seen)
            assert seen[-1].given == {"difference": {"text": "redder"}}
    finally:
        sys.setswitchinterval(switched)
        go.set()
        conversations.stop()


def test_what_goes_wrong_is_shown_and_the_conversation_can_be_run_again(make: Make) -> None:
    gone = [GalleryError("there is no gallery 'colours'")]
    with make(missing=gone).using("one", ANN) as conversation:
        conversation.run()
        _at_rest(conversation)
        assert conversation.moment().problem == "there is no gallery 'colours'"
        gone.clear()
        conversation.run()
        _at_rest(conversation)
        assert conversation.moment().problem == ""
        assert len(conversation.moment().snapshot.asked) == 2
