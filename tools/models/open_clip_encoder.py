"""Encoder: a CLIP in open_clip's format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..profiles.placement import placed
from ..profiles.weights import fingerprint
from .batched_encoder import BatchedEncoder

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from ..profiles.profile import EncoderModel


class OpenClipEncoder(BatchedEncoder):
    """The folder holds open_clip_config.json and open_clip_model.safetensors, and a tokenizer when it is not CLIP's own."""

    def __init__(self, folder: Path, choice: EncoderModel) -> None:
        import open_clip

        name, self._placement = f"local-dir:{folder}", placed(choice)
        model, _, self._preprocess = open_clip.create_model_and_transforms(name, precision="fp32", device="cpu")
        self._model: Any = model.eval().to(self._placement.device, self._placement.torch_dtype)
        self._tokenize: Any = open_clip.get_tokenizer(name)
        super().__init__(fingerprint(folder), choice.batch)

    def cuts(self, text: str) -> bool:
        """Whether one more word would change nothing: what fills the context to its last token counts as cut."""
        text, longer = self._tokenize([text, f"{text} more"])
        return bool((text == longer).all())

    def _read_texts(self, texts: list[str]) -> Any:
        return self._tokenize(texts).to(self._placement.device)

    def _read_images(self, images: list[Image.Image]) -> Any:
        import torch

        pixels = torch.stack([self._preprocess(image.convert("RGB")) for image in images])
        return pixels.to(self._placement.device, self._placement.torch_dtype)

    def _embed_texts(self, batch: Any) -> Any:
        return self._model.encode_text(batch)

    def _embed_images(self, batch: Any) -> Any:
        return self._model.encode_image(batch)
