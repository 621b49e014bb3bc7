"""The checks of the painter: what an independent reader sees in its paintings, and whether the encoder finds them like their postcard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image
from tqdm import tqdm

from ...miniature.train.reader import Reader
from ...miniature.train.settings import SIDE
from ...miniature.train.truths import classes
from ...miniature.world.drawing import draw
from ...miniature.world.language import caption
from ...miniature.world.scene import Scene, scenes
from ...tools.models.loading import Models
from .check import Check, Exam
from .finding import SHOWN


def exams() -> Iterator[Exam]:
    """Two: the reader itself on real postcards, and the paintings."""
    yield Exam("reader", _reader)
    yield Exam("paintings", _paintings)


def _reader(models: Models, cases: int) -> Iterator[Check]:
    some = list(scenes("test", cases, seed=24))
    yield from _read("reader: real postcards", Reader.load(), some, [draw(scene, SIDE) for scene in some], None)


def _paintings(models: Models, cases: int) -> Iterator[Check]:
    some = list(scenes("test", cases, seed=24))
    numbered = enumerate(tqdm(some, desc="paintings", unit="painting", leave=False))
    paintings = [models.painter.paint(caption(scene), seed) for seed, scene in numbered]
    yield from _read("painter", Reader.load(), some, [painting.resize((SIDE, SIDE)) for painting in paintings], 0.90)
    seen = models.encoder.encode_images(paintings)
    wanted = models.encoder.encode_images([draw(scene, SHOWN) for scene in some])
    own, other = (seen * wanted).sum(1), (seen * wanted[[*range(1, cases), 0]]).sum(1)
    yield Check("painter: nearer to its postcard than to another (encoder)", float((own > other).mean()), 0.97, cases)


def _read(name: str, reader: Reader, some: Sequence[Scene], pictures: list[Image.Image], bar: float | None) -> Iterator[Check]:
    """A row for each attribute; those of things where a thing should stand."""
    settings, groups = classes(some)
    seen_settings, seen_groups = reader.read(pictures)
    there = groups[..., 0] > 0
    right = {a: settings[:, i] == seen_settings[:, i] for i, a in enumerate(("place", "time", "weather"))}
    right["position"] = (seen_groups[..., 0] > 0) == there
    right |= {a: (groups[..., i] == seen_groups[..., i])[there] for i, a in enumerate(("kind", "colour", "size", "count"))}
    for attribute, seen in right.items():
        yield Check(f"{name}, {attribute}", seen.float().mean().item(), bar, seen.numel())
