"""Captions on demand: for the few pictures that a question is made from, within a time, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from dir_tir.errors import ModelError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.vectors import load_vectors
from dir_tir.store.gallery.written import WrittenCaptions
from dir_tir.store.home import Home
from dir_tir.tools.captioning import Captioning
from dir_tir.tools.search import Search
from dir_tir.tools.user import Person
from fakes import FakeEncoder, FakeLanguageModel, FakeToolbox, FakeVisionModel, plausible
from galleries import indexed
from langgraph.checkpoint.memory import InMemorySaver
from PIL import Image
from waiting import wait_until

Open = Callable[..., tuple[Captioning, Search]]


class SlowVisionModel(FakeVisionModel):
    """Says nothing before it is let go on."""

    def __init__(self) -> None:
        super().__init__("a dog")
        self.goes_on = threading.Event()

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        self.goes_on.wait(timeout=20)
        return super().reply(prompt, images)


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    """A home with the gallery "colours": twelve pictures that nobody has captioned."""
    (tmp_path / "pictures").mkdir()
    indexed(tmp_path / "home", tmp_path / "pictures", 12)
    return tmp_path / "home"


@pytest.fixture
def opened(gallery: Path) -> Open:
    """As a process of its own opens it."""

    def make(vision: FakeVisionModel, batch: int = 2) -> tuple[Captioning, Search]:
        with ChromaStore(gallery / "galleries").open("colours") as there:
            search, kept = Search(FakeEncoder(), load_vectors(there), "colours"), WrittenCaptions(there.cache)
        return Captioning(lambda: vision, batch, "caption it", search, kept), search

    return make


def _captions(search: Search) -> list[str]:
    return [record.caption for record in search.vectors.records]


def test_those_that_lack_one_get_one_and_no_other_is_asked_about(opened: Open) -> None:
    vision = FakeVisionModel("  a\ndog ")
    captioning, search = opened(vision)
    ids = search.ids
    captioning.write(ids[:3], 20)
    captioning.write(ids[:4], 20)
    assert _captions(search) == ["a dog"] * 4 + [""] * 8
    assert [prompt for prompt, _ in vision.history] == ["caption it"] * 4
    assert search.record(ids[0]).by_model


def test_what_was_written_is_there_for_every_process_and_never_written_again(opened: Open) -> None:
    (first, search), (other, others) = opened(FakeVisionModel("a dog")), opened(unused := FakeVisionModel("a cat"))
    ids = search.ids
    first.write(ids[:3], 20)
    other.write(ids[:3], 20)  # which was open before
    assert (_captions(others)[:4], unused.history) == (["a dog"] * 3 + [""], [])
    assert _captions(opened(unused)[1])[:4] == ["a dog"] * 3 + [""]


def test_nobody_waits_longer_than_the_time_and_what_is_under_way_is_kept_all_the_same(opened: Open) -> None:
    captioning, search = opened(vision := SlowVisionModel(), batch=1)
    ids = search.ids
    captioning.write(ids[:3], 0.05)
    assert _captions(search) == [""] * 12
    vision.goes_on.set()
    wait_until(lambda: _captions(search)[0])
    assert _captions(search)[:3] == ["a dog", "", ""]  # none was begun after the time
    captioning.write(ids[:3], 20)
    assert (_captions(search)[:3], len(vision.history)) == (["a dog"] * 3, 3)


def test_a_picture_that_cannot_be_read_keeps_no_other_from_its_caption(opened: Open) -> None:
    captioning, search = opened(FakeVisionModel("a dog"))
    ids = search.ids
    Path(search.record(ids[0]).path).write_bytes(b"")
    captioning.write(ids[:3], 20)
    assert (_captions(search)[:3], captioning.failure) == (["", "a dog", "a dog"], "")


def test_a_model_that_fails_is_noted_and_not_asked_again(opened: Open) -> None:
    captioning, search = opened(vision := FakeVisionModel(ModelError("no room")), batch=1)
    captioning.write(search.ids[:3], 20)
    captioning.write(search.ids[:3], 20)
    assert (captioning.failure, len(vision.history), _captions(search)) == ("no room", 1, [""] * 12)


@pytest.mark.parametrize(("said", "note"), [("a dog", ()), (ModelError("no room"), ("captioning_failed: no room",))])
def test_a_question_is_made_from_them_and_a_failure_is_said_once(opened: Open, said: Any, note: tuple[str, ...]) -> None:
    captioning, search = opened(FakeVisionModel(said))
    paintings, llm = Paintings(Home.of().paintings), FakeLanguageModel(plausible)
    toolbox = FakeToolbox(search=search, llm=llm, painter=None, user=Person(paintings), paintings=paintings, captions=captioning)
    graph = build_graph(lambda _: toolbox, InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "one"}}
    config = Config(max_rounds=3, related_size=12)
    graph.invoke({"messages": [("user", "a boat")]}, thread, context=config)
    for answer in ("red", "green"):
        state = graph.invoke({"messages": [("user", answer)]}, thread, context=config)
    first, second = state["rounds"][1:]
    captions = [candidate["caption"] for candidate in first["candidates"]]
    assert (tuple(first["notes"]), second["notes"], set(captions)) == (note, [], set() if note else {"a dog"})
    assert any("a dog" in prompt for prompt in llm.history) is not bool(note)
