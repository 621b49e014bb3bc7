"""The seams: what the rest of the package may ask of a model, and of the user. One adapter per file implements each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NotRequired, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from typing_extensions import TypedDict

Progress = Callable[[int, int], None]  # steps done, steps in all


def unwatched(done: int, total: int) -> None:
    """The progress that nobody follows."""


class Encoder(Protocol):
    """Text and pictures in one space (CLIP, BLIP)."""

    @property
    def fingerprint(self) -> str:
        """Identifies weights and configuration; a gallery remembers it, because vectors of two encoders do not compare."""

    @property
    def dimension(self) -> int:
        """Length d of every vector."""

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d), rows of unit length."""

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n, d), rows of unit length."""

    def cuts(self, text: str) -> bool:
        """Whether a text is longer than the encoder reads, so that its end does not count."""


class LanguageModel(Protocol):
    """The LLM: asks, judges, rewrites, re-prompts."""

    def reply(self, prompt: str) -> str:
        """One user message in, stripped text out, thinking removed. Raises BrokenReply when every try came back empty."""


class VisionModel(Protocol):
    """The VLM: answers about pictures; as the simulated user it is the only model that is ever handed the target."""

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        """One user message, pictures before the text, in the order given. Raises BrokenReply when every try came back empty."""


class Painter(Protocol):
    """The text-to-image model."""

    def paint(self, prompt: str, seed: int, progress: Progress = unwatched) -> Image.Image:
        """One RGB picture; the same prompt and seed give the same picture. ``progress`` is told of each step, where steps can be told."""


class UserReply(TypedDict):
    """What the user says to a question. Empty text: they skipped it. Plain JSON, because it is kept in the state."""

    text: str
    accepted: str | None  # id of a result, when they say that it is the picture they have in mind
    more_like: NotRequired[list[str]]  # ids of results to look for the like of
    not_these: NotRequired[list[str]]  # ids of results to keep away from


class User(Protocol):
    """Who has a picture in mind: a person, or the simulator that holds the target."""

    def answer(self, question: str, round_number: int) -> UserReply:
        """The answer to a question about the picture in mind."""

    def compare(self, question: str, painting: str, round_number: int) -> UserReply:
        """What is wrong with a painting (path of a PNG file) compared with the picture in mind."""
