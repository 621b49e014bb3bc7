"""The checks of the encoder: captions find their postcard, however they are worded."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...contracts import Encoder
from ...miniature.train.people import with_typos, without_articles
from ...miniature.world.drawing import draw
from ...miniature.world.language import caption
from ...miniature.world.scene import Scene, has_held_out, scenes
from ...tools.models.loading import Models
from .check import Check, Exam
from .wordings import unseen

GALLERY = 5000
SHOWN = 192  # pixels of a gallery's postcard
_BATCH = 100


def exams() -> Iterator[Exam]:
    """One: the gallery is embedded once for all."""
    yield Exam("encoder", _captions)


def _captions(models: Models, cases: int) -> Iterator[Check]:
    rng = random.Random(25)
    some = list(scenes("test", GALLERY, seed=20))
    rare = [scene for scene in scenes("test", 20 * cases, seed=26) if has_held_out(scene)][:cases]
    pictures, rare_pictures = (_embedded(models.encoder, each) for each in (some, rare))
    plain = [caption(scene) for scene in some[:cases]]
    typed = [with_typos(rng, text) for text in plain]
    for name, texts, gallery, first, tenth in (
        ("complete caption", plain, pictures, 0.80, 0.98),
        ("unseen wording", [unseen(rng, scene) for scene in some[:cases]], pictures, None, 0.90),
        ("typos in one word of eight", typed, pictures, None, 0.90),
        ("without articles", [without_articles(text) for text in plain], pictures, None, 0.90),
        ("kind x colour x place unseen", [caption(scene) for scene in rare], np.concatenate([rare_pictures, pictures[cases:]]), None, 0.95),
    ):
        ranks = ranks_among(models.encoder.encode_texts(texts), gallery)
        yield Check(f"encoder: {name} among {len(gallery)}, Recall@1", float((ranks <= 1).mean()), first, len(texts))
        yield Check(f"encoder: {name} among {len(gallery)}, Recall@10", float((ranks <= 10).mean()), tenth, len(texts))


def _embedded(encoder: Encoder, some: Sequence[Scene]) -> NDArray[np.float32]:
    starts = tqdm(range(0, len(some), _BATCH), desc="embedding", unit="batch", leave=False)
    return np.concatenate([encoder.encode_images([draw(scene, SHOWN) for scene in some[start : start + _BATCH]]) for start in starts])


def ranks_among(texts: NDArray[np.float32], pictures: NDArray[np.float32]) -> NDArray[np.int64]:
    """The rank, from 1, of picture i for text i."""
    scores = texts @ pictures.T
    own = np.diagonal(scores)[:, None]
    ranks: NDArray[np.int64] = 1 + (scores > own).sum(1)
    return ranks
