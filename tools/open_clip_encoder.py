"""Encoder: a CLIP in open_clip's format."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from .weights import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL import Image

BATCH = 64


class OpenClipEncoder:
    """The folder holds open_clip_config.json and open_clip_model.safetensors, and a tokenizer when it is not CLIP's own."""

    def __init__(self, folder: Path) -> None:
        import open_clip

        self.fingerprint = fingerprint(folder)
        name = f"local-dir:{folder}"
        model, _, self._preprocess = open_clip.create_model_and_transforms(name, precision="fp32", device="cpu")
        self._model: Any = model.eval()
        self._tokenize: Any = open_clip.get_tokenizer(name)
        self._lock = Lock()
        self.dimension = len(self._unit(self._model.encode_text, self._tokenize([""]))[0])

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d), rows of unit length. What is longer than the model's context is cut off."""
        batches = [self._tokenize(list(texts[start : start + BATCH])) for start in range(0, len(texts), BATCH)]
        return self._stack([self._unit(self._model.encode_text, batch) for batch in batches])

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n, d), rows of unit length."""
        import torch

        starts = range(0, len(images), BATCH)
        batches = (torch.stack([self._preprocess(image.convert("RGB")) for image in images[start : start + BATCH]]) for start in starts)
        return self._stack([self._unit(self._model.encode_image, batch) for batch in batches])

    def cuts(self, text: str) -> bool:
        """Whether one more word would change nothing: what fills the context to its last token counts as cut."""
        text, longer = self._tokenize([text, f"{text} more"])
        return bool((text == longer).all())

    def _unit(self, encode: Any, batch: Any) -> NDArray[np.float32]:
        import torch

        with self._lock, torch.inference_mode():
            vectors = torch.nn.functional.normalize(encode(batch).float(), dim=-1)
        return np.asarray(vectors.numpy(), dtype=np.float32)

    def _stack(self, batches: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.concatenate(batches) if batches else np.empty((0, self.dimension), dtype=np.float32)
