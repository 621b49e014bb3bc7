"""What every encoder does alike: batches, rows of unit length, one thread at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import ModelError
from .failures import failure_text, lacks_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PIL import Image


class BatchedEncoder(ABC):
    """An Encoder; a subclass loads the model, calls ``__init__`` when it has, and says how it reads and embeds one batch."""

    def __init__(self, fingerprint: str, batch: int) -> None:
        self.fingerprint = fingerprint
        self._batch = batch
        self._lock = Lock()
        self.dimension = len(self._unit(self._embed_texts, self._read_texts([""]))[0])

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d), rows of unit length. What is longer than the model's context is cut off."""
        return self._encode(texts, self._read_texts, self._embed_texts)

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n, d), rows of unit length. Where memory runs out, half as many at a time; ModelError when there is none for one."""
        return self._encode(images, self._read_images, self._embed_images)

    @abstractmethod
    def cuts(self, text: str) -> bool:
        """Whether a text is longer than the encoder reads, so that its end does not count."""

    @abstractmethod
    def tokens(self, text: str) -> int:
        """How many pieces a text is taken apart into, start and end aside."""

    @abstractmethod
    def _read_texts(self, texts: list[str]) -> Any: ...

    @abstractmethod
    def _read_images(self, images: list[Image.Image]) -> Any: ...

    @abstractmethod
    def _embed_texts(self, batch: Any) -> Any: ...

    @abstractmethod
    def _embed_images(self, batch: Any) -> Any: ...

    def _encode(self, items: Sequence[Any], read: Callable[[list[Any]], Any], embed: Callable[[Any], Any]) -> NDArray[np.float32]:
        batches, done = [np.empty((0, self.dimension), dtype=np.float32)], 0
        while done < len(items):
            size = min(self._batch, len(items) - done)
            try:
                batches.append(self._unit(embed, read(list(items[done : done + size]))))
            except Exception as error:
                if not lacks_memory(error):
                    raise
                if size == 1:
                    raise ModelError(f"the encoder failed: {failure_text(error)}; what was done is kept, and the same goes on") from error
                self._batch = size // 2  # from here on: where there was no room for more once, there will not be
                continue
            done += size
        return np.concatenate(batches)

    def _unit(self, embed: Callable[[Any], Any], batch: Any) -> NDArray[np.float32]:
        import torch

        with self._lock, torch.inference_mode():
            vectors = torch.nn.functional.normalize(embed(batch).float(), dim=-1)
        return np.asarray(vectors.cpu().numpy(), dtype=np.float32)
