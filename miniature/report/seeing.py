"""The checks of encoder, vision model and painter."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
from PIL import Image

from ...tools.interfaces import Encoder, Painter, VisionModel
from ..train.lessons import prompt
from ..train.look_alikes import look_alike
from ..train.reader import Reader
from ..train.settings import SIDE
from ..train.truths import classes
from ..world.differences import differences, told
from ..world.drawing import draw
from ..world.knowledge import complete
from ..world.language import caption
from ..world.questions import TOPICS, answer, any_question
from ..world.scene import KINDS, Scene, scenes
from .check import Check

GALLERY = 2000
_SHOWN = 192  # pixels of a gallery's postcard


def encoder_checks(encoder: Encoder, cases: int) -> Iterator[Check]:
    """Complete captions find their postcard."""
    some = list(scenes("test", GALLERY, seed=20))
    pictures = np.concatenate([encoder.encode_images([draw(s, _SHOWN) for s in some[i : i + 100]]) for i in range(0, GALLERY, 100)])
    texts = encoder.encode_texts([caption(s) for s in some[:cases]])
    scores = texts @ pictures.T
    ranks = 1 + (scores > scores[np.arange(len(texts)), np.arange(len(texts))][:, None]).sum(1)
    yield Check(f"encoder: complete caption finds its postcard among {GALLERY}, Recall@10", float((ranks <= 10).mean()), 0.80, len(texts))
    yield Check(f"encoder: the same, Recall@1 among {GALLERY}", float((ranks == 1).mean()), 0.0, len(texts))


def vision_checks(vision: VisionModel, cases: int) -> Iterator[Check]:
    """Answers by topic, and differences between two pictures."""
    rng = random.Random(21)
    for topic in TOPICS:
        right = 0
        for scene in scenes("test", cases, seed=22):
            question = any_question(rng, scene, topic, KINDS)
            right += vision.reply(prompt("answer", question=question.text()), [draw(scene, _SHOWN)]) == answer(scene, question)
        yield Check(f"vision: answers right, {topic}", right / cases, 0.85, cases)
    there = found = said = invented = 0
    for target in scenes("test", cases, seed=23):
        painting = look_alike(rng, complete(target), 0.8)
        truth = _statements(told(differences(painting, target)))
        reply = _statements(vision.reply(prompt("differences"), [draw(painting, SIDE), draw(target, _SHOWN)]))
        there, found = there + len(truth), found + len(truth & reply)
        said, invented = said + len(reply), invented + len(reply - truth)
    yield Check("vision: differences found", found / there, 0.75, cases)
    yield Check("vision: differences invented", invented / max(said, 1), 0.15, cases, ceiling=True)


def painter_checks(painter: Painter, reader: Reader, cases: int) -> Iterator[Check]:
    """Attributes of paintings as the independent reader sees them; those of things where a thing should stand."""
    some = list(scenes("test", cases, seed=24))
    yield from _read("reader: real postcards", reader, some, [draw(scene, SIDE) for scene in some], 0.95)
    yield from _read(
        "painter", reader, some, [painter.paint(caption(scene), seed).resize((SIDE, SIDE)) for seed, scene in enumerate(some)], 0.60
    )


def _read(name: str, reader: Reader, some: list[Scene], pictures: list[Image.Image], bar: float) -> Iterator[Check]:
    """A row for each attribute, and one with the bar for their mean."""
    settings, groups = classes(some)
    seen_settings, seen_groups = reader.read(pictures)
    there = groups[..., 0] > 0
    right = {a: settings[:, i] == seen_settings[:, i] for i, a in enumerate(("place", "time", "weather"))}
    right["position"] = (seen_groups[..., 0] > 0) == there
    right |= {a: (groups[..., i] == seen_groups[..., i])[there] for i, a in enumerate(("kind", "colour", "size", "count"))}
    shares = {attribute: seen.float().mean().item() for attribute, seen in right.items()}
    for attribute, share in shares.items():
        yield Check(f"{name}, {attribute}", share, 0.0, right[attribute].numel())
    yield Check(f"{name}, mean of these attributes", sum(shares.values()) / len(shares), bar, len(some))


def _statements(text: str) -> set[str]:
    return {part.strip(" .").lower() for part in text.split(";")} - {"", "nothing differs"}
