"""Garbage replies: whatever a language model, a vision model, a painter or an encoder says or raises, through real graphs and all texts."""

from __future__ import annotations

import json
import logging
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dir_tir.chat.chatbot.formatting import format_snapshot
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Difference, Question
from dir_tir.chat.terminal.formatting import format_end, format_page
from dir_tir.errors import DirTirError, ModelError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.plain import cleaned
from dir_tir.prompts.library import PromptLibrary
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.replies import Replies
from dir_tir.store.conversations.saver import RoundSaver
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.tools.search import Search
from dir_tir.tools.toolbox import make_ready
from dir_tir.tools.user import LONGEST, Person, SimulatedUser
from fakes import FakeEncoder, FakePainter, FakeToolbox, plausible, vectors
from PIL import Image

from .case import Case, Fault, Outcome, Part

ROUNDS = 2
BOUND = 10_000  # characters of any text in a state: descriptions grow by answers
TYPED = ("it is red", "skip it", "a 🐈‍⬛ on the left", "x" * LONGEST)
PIECES = (
    "\x00",
    "\x1b[2J",
    "\x1b]0;owned\x07",
    "\x9b31m",
    "\x90q",
    "\ud83d",
    "\udcf6",
    "\u202e",
    "\u2066",
    "\u2028",
    "\r",
    "\n",
    "\x85",
    "\ufeff",
    "\U000e0041",
)


class Panic(BaseException):
    """As bindings to Rust raise it: no Exception."""


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


def garbage(chance: random.Random) -> tuple[str, Any]:
    """A kind and a reply of it; an exception is to be raised."""
    kind = chance.choice(sorted(KINDS))
    return kind, KINDS[kind](chance)


def _woven(chance: random.Random, pieces: tuple[str, ...] = PIECES) -> str:
    words = ["a", "red", "boat?", "Uncertain", "it's", "größe", *chance.choices(pieces, k=8)]
    chance.shuffle(words)
    return chance.choice(["", " "]).join(words)


def _anything(chance: random.Random) -> str:
    return "".join(chr(chance.randrange(0x110000 if chance.random() < 0.5 else 0x250)) for _ in range(chance.randrange(1, 400)))


def _raised(chance: random.Random) -> BaseException:
    said = chance.choice([_woven(chance), "x" * 100_000, "", "CUDA out of memory.\nTried to allocate 2 GiB", _anything(chance)])
    return chance.choice(
        [
            RuntimeError(said),
            ValueError(said.encode("utf-8", "surrogatepass")),
            KeyError(said),
            OSError(5, said),
            UnicodeDecodeError("utf-8", b"\xf6", 0, 1, said),
            MemoryError(said),
            RecursionError(said),
            ExceptionGroup("several", [ValueError(said)]),
            StopIteration(said),
            AssertionError(said),
            Mute(said),
            Panic(said),
            SystemExit(said),
        ]
    )


KINDS: dict[str, Callable[[random.Random], Any]] = {
    "100 kB": lambda chance: _woven(chance) * (100_000 // 60),
    "escapes": _woven,
    "halves of characters": lambda chance: _woven(chance, ("\ud83d", "\udcf6", "\udfff")),
    "any characters": _anything,
    "nothing": lambda chance: chance.choice(["", " \n", "\x00", "\x1b[0m", "\ufeff", "\u200b"]),
    "no text": lambda chance: chance.choice([None, 5, b"a boat", ["a boat"], {"text": "a boat"}, float("nan")]),
    "raised": _raised,
    "thinking": lambda chance: chance.choice(["<think>a", "a</think>b?", "<think></think>", "<|im_end|>?", "</s>" * 50 + "?"]),
    "many lines": lambda chance: "\n".join(["What colour?", "", "Q: Where?", "A: There"] * chance.randrange(1, 40)),
}


@dataclass
class Talkative:
    """A language or vision model that says garbage most of the time."""

    chance: random.Random
    kinds: list[str] = field(default_factory=list)
    healed: bool = False

    def reply(self, prompt: str, *_: Any, again: int = 0) -> Any:
        if self.healed or self.chance.random() < 0.2:
            return plausible(prompt)
        kind, said = garbage(self.chance)
        self.kinds.append(kind)
        if isinstance(said, BaseException):
            raise said
        return said

    def before(self) -> None:
        """Of a painter: it mostly paints."""
        if not self.healed and self.chance.random() < 0.3:
            self.kinds.append("raised")
            raise _raised(self.chance)


@dataclass
class Sick(FakeEncoder):
    """An encoder that now and then cannot read a text, and never one with half a character."""

    models: Talkative = field(default_factory=lambda: Talkative(random.Random(0), healed=True))

    def encode_texts(self, texts: Any) -> Any:
        if not self.models.healed and self.models.chance.random() < 0.05:
            self.models.kinds.append("raised")
            raise _raised(self.models.chance)
        return super().encode_texts(texts)


@contextmanager
def _open(folder: Path) -> Iterator[Case]:
    target = folder / "target.png"
    Image.new("RGB", (8, 8), "red").save(target)
    prompts = PromptLibrary.load("paper")
    count: Counter[str] = Counter(all=0)  # of a soak that was interrupted, since it went on
    logging.getLogger("dir_tir").setLevel(logging.CRITICAL)
    for _ in make_ready(FakeToolbox()):  # what is loaded at its first use is no case's own time
        pass

    def case(number: int, chance: random.Random) -> Outcome:
        with tempfile.TemporaryDirectory(dir=folder) as there, open_sessions(Path(there) / "sessions.sqlite") as saver:
            outcome, replies = _conversation(chance, target, prompts, Paintings(Path(there)), saver)
        count.update([*replies, *(["all"] * len(replies))])
        return replace(outcome, figures={f"garbage replies: {kind}": float(number) for kind, number in count.items()})

    try:
        yield case
    finally:
        logging.getLogger("dir_tir").setLevel(logging.NOTSET)


def _conversation(
    chance: random.Random, target: Path, prompts: PromptLibrary, paintings: Paintings, saver: RoundSaver
) -> tuple[Outcome, list[str]]:
    models, person = Talkative(chance), chance.random() < 0.7
    encoder = Sick()
    search = Search(encoder, vectors(encoder, [f"picture-{n:02}" for n in range(20)], lambda id_: f"a {id_}\x1b[2J\n\u202e"))
    encoder.models = models
    user = Person(paintings) if person else SimulatedUser(models, prompts, target)
    toolbox = FakeToolbox(search, models, FakePainter(before=models.before), user, prompts, paintings)
    config = Config(
        user="person" if person else "simulated",
        target="" if person else "picture-01",
        max_rounds=ROUNDS,
        image_num=chance.choice([0, 3, 10]),
        questions=chance.choice([1, 1, 2]),
        related_size=20,
    )
    reader = build_graph(lambda _: toolbox, saver)
    talk = Conversation(reader, lambda _: toolbox, search.vectors.find, config, "talk", "a boat", replies=Replies(saver))
    said: list[tuple[int, str]] = []
    faults = [*_run(talk, models, chance, said), *_kept(talk, said), *_texts(talk)]
    return Outcome(config.user, tuple(faults)), models.kinds


def _run(talk: Conversation, models: Talkative, chance: random.Random, said: list[tuple[int, str]]) -> Iterator[Fault]:
    """To its end; what has to stay an error is one of ours, and the conversation goes on when the models are well."""
    for _ in range(20):
        try:
            for event in talk.events():
                if isinstance(event, Question | Difference):
                    text = chance.choice(TYPED)
                    talk.answer(event, text)
                    if isinstance(event, Question):
                        said.append((event.round, text))
        except DirTirError as error:
            if talk.config.user == "person" and talk.rounds and not isinstance(error, ModelError):
                yield Fault("escaped", f"a person is stopped by {error!r:.200}")
            if str(error) != cleaned(str(error)) or len(str(error)) > 1000:
                yield Fault("escaped", f"a raw error {str(error)[:100]!a}")
            models.healed = True
        if talk.finished:
            return
    yield Fault("stuck", f"not at its end: {talk.state.next}")


def _kept(talk: Conversation, said: list[tuple[int, str]]) -> Iterator[Fault]:
    numbers = [record["round"] for record in talk.rounds]
    if numbers != list(range(ROUNDS + 1)):
        yield Fault("doubled" if len(set(numbers)) < len(numbers) else "lost", f"rounds {numbers}")
    for number, text in said:
        if talk.rounds[number]["answer"]["text"] != cleaned(text):
            yield Fault("lost", f"round {number}: {text[:50]!a}")
    for text in _strings(talk.state.values):
        if text != cleaned(text) or len(text) > BOUND:
            yield Fault("escaped", f"in the state: {text[:100]!a} of {len(text)} characters")
    json.dumps(talk.rounds, ensure_ascii=False).encode()


def _texts(talk: Conversation) -> Iterator[Fault]:
    now = talk.snapshot()
    for line in [*(line for page in now.pages for line in format_page(page)), *format_snapshot(now).split("\n"), format_end(now)]:
        if not line.replace("\u00a0", "").strip() or (line.strip() != cleaned(line).strip() and cleaned(line) != " ".join(line.split())):
            yield Fault("escaped", f"printed: {line[:100]!a}")


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _strings(item)
        case list():
            for item in value:
                yield from _strings(item)


PART = Part("replies", "conversations of garbage replies, five each, through real graphs", cases=1000, few=8, open=_open, limit=30)
