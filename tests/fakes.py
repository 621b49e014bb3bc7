"""One fake for each Protocol: scripted replies and a history of what was asked. Nothing else is faked in these tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from dir_tir.contracts import PictureRecord, unwatched
from dir_tir.prompts.library import PromptLibrary
from dir_tir.prompts.vocabulary import Vocabulary, WordGroup
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.store.home import Home
from dir_tir.tools.search import Search
from dir_tir.tools.words.picture_words import PictureWords
from PIL import Image

if TYPE_CHECKING:
    from dir_tir.contracts import Click, EarlierRound, Example, Hit, StepProgress, UserReply
    from dir_tir.tools.fusion import Scores
    from numpy.typing import NDArray


@dataclass
class FakeLanguageModel:
    """Replies from a script: a list used up one by one, or a function of the prompt."""

    script: Iterable[str | Exception] | Callable[[str], str]
    history: list[str] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    examples: list[tuple[Example, ...]] = field(default_factory=list)
    begins: list[str] = field(default_factory=list)
    choices: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._queue = None if callable(self.script) else iter(self.script)

    def reply(self, prompt: str, *, again: int = 0, examples: Sequence[Example] = (), begin: str = "") -> str:
        self.again.append(again)
        self.begins.append(begin)
        return self._said(prompt, examples)

    def choose(self, prompt: str, answers: Sequence[str], *, examples: Sequence[Example] = ()) -> str:
        self.choices.append(tuple(answers))
        return self._said(prompt, examples)

    def _said(self, prompt: str, examples: Sequence[Example]) -> str:
        self.history.append(prompt)
        self.examples.append(tuple(examples))
        said = self.script(prompt) if callable(self.script) else next(self._queue)  # type: ignore[arg-type]
        if isinstance(said, Exception):
            raise said
        return said


@dataclass
class FakeVisionModel:
    """One reply to everything, and what it was shown."""

    said: str | Exception = "a red boat"
    history: list[tuple[str, list[Image.Image]]] = field(default_factory=list)

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        self.history.append((prompt, list(images)))
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@dataclass
class FakePainter:
    """A picture of one colour, which depends on prompt and seed."""

    before: Callable[[], object] = lambda: None
    history: list[tuple[str, int]] = field(default_factory=list)

    def paint(self, prompt: str, seed: int, progress: StepProgress = unwatched) -> Image.Image:
        progress(1, 2)
        self.before()
        progress(2, 2)
        self.history.append((prompt, seed))
        red, green, blue = hashlib.sha256(f"{seed} {prompt}".encode()).digest()[:3]
        return Image.new("RGB", (16, 16), (red, green, blue))


@dataclass
class FakeEncoder:
    """Vectors drawn from a hash of the content: equal content, equal vector; otherwise unrelated."""

    dimension: int = 16
    fingerprint: str = "fake-encoder"
    texts: list[str] = field(default_factory=list)
    pictures: int = 0

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return self._vectors([text.encode() for text in texts])

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        self.pictures += len(images)
        return self._vectors([image.tobytes() for image in images])

    def cuts(self, text: str) -> bool:
        return len(text.split()) > 60

    def tokens(self, text: str) -> int:
        return sum(1 if word.isascii() else len(word) for word in text.split())

    def _vectors(self, contents: Sequence[bytes]) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.sha256(content).digest()[:8]) for content in contents]
        drawn = np.array([np.random.default_rng(seed).normal(size=self.dimension) for seed in seeds], dtype=np.float32)
        drawn = drawn.reshape(len(contents), self.dimension)
        unit: NDArray[np.float32] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit


@dataclass
class FakeMatcher(FakeEncoder):
    """An encoder that can also match: what is redder fits better, whatever the text."""

    rerank: int = 5
    matched: list[tuple[str, int]] = field(default_factory=list)

    def match(self, text: str, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        self.matched.append((text, len(images)))
        return np.array([np.asarray(image.convert("RGB"))[..., 0].mean() for image in images], dtype=np.float32)


@dataclass
class FakeUser:
    """Says the same to every question, unless told otherwise."""

    answer_: UserReply = field(default_factory=lambda: {"text": "a red one", "accepted": None})
    compare_: UserReply = field(default_factory=lambda: {"text": "the boat is red", "accepted": None})
    history: list[tuple[object, ...]] = field(default_factory=list)

    def answer(self, question: str, earlier: Sequence[EarlierRound]) -> UserReply:
        self.history.append(("answer", question, len(earlier)))
        return self.answer_

    def offer(self, words: Sequence[str], earlier: Sequence[EarlierRound]) -> UserReply:
        self.history.append(("offer", list(words), len(earlier)))
        return self.answer_

    def compare(self, question: str, painting: str, earlier: Sequence[EarlierRound]) -> UserReply:
        self.history.append(("compare", question, painting, len(earlier)))
        return self.compare_

    def point(self, results: Sequence[tuple[str, str]]) -> UserReply:
        self.history.append(("point", [id_ for id_, _ in results]))
        return {"text": "", "accepted": None, "more_like": [results[2][0]]}


def vectors(encoder: FakeEncoder, ids: Sequence[str], caption: Callable[[str], str]) -> Vectors:
    """A gallery in memory, without files; the ids are sorted."""
    records = [PictureRecord(id_, f"/{id_}.png", (text,) if (text := caption(id_)) else (), 8, 8) for id_ in ids]
    images = encoder.encode_texts(ids)
    return Vectors(records, images, encoder.encode_texts([record.caption or record.id for record in records]))


class RecordingSearch(Search):
    """The real search over a gallery in memory, with a history of what it was asked."""

    def __init__(
        self,
        size: int = 60,
        caption: Callable[[str], str] = "a caption of {}".format,
        ids: Sequence[str] = (),
        words: Sequence[str] = (),
    ) -> None:
        encoder = FakeEncoder()
        drawn = vectors(encoder, ids or [f"picture-{number:03}" for number in range(size)], caption)
        super().__init__(encoder, drawn, words=(lambda _: words_in_turn(words, len(drawn.records))) if words else None)
        self.history: list[tuple[str, str, int]] = []
        self.marked: list[tuple[list[Click], list[str]]] = []
        self.ruled_out: list[list[str]] = []

    def by_text(
        self, text: str, limit: int, clicks: Sequence[Click] = (), disliked: Sequence[str] = (), ruled_out: Sequence[str] = ()
    ) -> list[Hit]:
        self.history.append(("text", text, limit))
        self.marked.append((list(clicks), list(disliked)))
        self.ruled_out.append(list(ruled_out))
        return super().by_text(text, limit, clicks, disliked, ruled_out)

    def scores(self, text: str, painting: str | None, **asked: Any) -> Scores:
        self.history.append(("text", text, len(self)))
        self.marked.append((list(asked.get("clicks", ())), list(asked.get("disliked", ()))))
        self.ruled_out.append(list(asked.get("ruled_out", ())))
        if painting:
            self.history.append(("image", painting, len(self)))
        return super().scores(text, painting, **asked)


def in_folders(search: RecordingSearch) -> RecordingSearch:
    """The same search, every tenth picture in a folder "few", the others in a folder "many"."""
    for row, record in enumerate(search.vectors.records):
        search.vectors.records[row] = replace(record, path=f"/{'many' if row % 10 else 'few'}{record.path}")
    return search


def words_in_turn(words: Sequence[str], count: int) -> PictureWords:
    """The first picture shows the first word, and so on, and from the first again."""
    vocabulary = Vocabulary((WordGroup("things", tuple(words), 1, ("$phrase",), "$a_word", ""),), ("$things",), 0.0)
    return PictureWords(vocabulary, np.arange(count, dtype=np.int32)[:, None] % len(words))


@dataclass(frozen=True)
class FakeToolbox:
    """Tools that lie ready."""

    search: Any = field(default_factory=RecordingSearch)
    llm: Any = field(default_factory=lambda: FakeLanguageModel(plausible))
    painter: Any = field(default_factory=FakePainter)
    user: Any = field(default_factory=FakeUser)
    prompts: PromptLibrary = field(default_factory=lambda: PromptLibrary.load("paper"))
    paintings: Paintings = field(default_factory=lambda: Paintings(Home.of().paintings))
    captions: Any = None
    languages: Sequence[str] = ()

    @property
    def lacks(self) -> list[str]:
        """As of a profile: the roles whose tools are None."""
        return [role for role in ("llm", "painter") if getattr(self, role) is None]


def plausible(prompt: str) -> str:
    """A script for FakeLanguageModel: a fitting reply to any prompt of the paper's set, and always the same to the same prompt."""
    if "exactly this one word: Uncertain" in prompt:
        return "Uncertain"
    mark = hashlib.sha256(prompt.encode()).hexdigest()[:8]
    if "Reply with the question alone" in prompt:
        return f"What colour is {mark}?"
    old = re.search(r"(?:Description so far|Prompt of the painting):\n(?P<text>.*)", prompt)
    return f"{old['text']}, with {mark}" if old else f"a picture with {mark}"
