"""Encoder: BLIP for image-text retrieval, by its contrastive embeddings. Its matching head, which has to read every pair, orders the first
results once more where the profile says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from ....errors import ProfileError
from ..adapters import Given, adapter
from ..batched_encoder import BatchedEncoder
from ..options import EncoderOptions, WeightOptions
from ..whole import lacking, require_all

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

_MATCH = 1  # which of the head's two logits says "match"
_OF_THE_HEAD = ("crossattention", "itm_head")  # what only the matching head needs


class BlipOptions(EncoderOptions, WeightOptions):
    """`rerank`: how many of the first results the matching head orders. `head`: a folder with its weights, where they are not with those of
    the encoder; a gallery does not depend on it."""

    kind: Literal["blip"] = "blip"
    rerank: int = Field(default=0, ge=0)
    head: str = ""

    folders: ClassVar = ("path", "head")


@adapter("encoder", BlipOptions)
class BlipEncoder(BatchedEncoder):
    """The folder holds a BlipForImageTextRetrieval with its processor, as save_pretrained writes them.

    An embedding is the projection of the first position of the picture tower or of the text tower, which reads by itself: what
    ``forward(use_itm_head=False)`` multiplies (Li et al. 2022, BLIP, section 3.2, image-text contrastive loss).
    """

    def __init__(self, options: BlipOptions, given: Given) -> None:
        from transformers import BlipProcessor

        self._placement = given.placement
        self._processor: Any = BlipProcessor.from_pretrained(given.weights, trust_remote_code=False)
        self._model: Any = _loaded(given.weights, options, self._placement.torch_dtype).eval().to(self._placement.device)
        positions = self._model.config.text_config.max_position_embeddings
        self._longest = min(positions, self._processor.tokenizer.model_max_length)  # tokens
        self.rerank = options.rerank
        super().__init__(given.fingerprint, options.batch)

    def cuts(self, text: str) -> bool:
        return bool(len(self._processor.tokenizer(text, verbose=False)["input_ids"]) > self._longest)

    def tokens(self, text: str) -> int:
        """How many pieces a text is taken apart into, start and end aside."""
        tokenizer = self._processor.tokenizer
        return len(tokenizer(text, truncation=True, max_length=self._longest, add_special_tokens=False)["input_ids"])

    def match(self, text: str, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n,): by how much the head's logit for "match" is above the other (Li et al. 2022, section 3.2, image-text matching loss)."""
        import torch

        logits = []
        for start in range(0, len(images), self._batch):
            pixels, words = self._read_images(list(images[start : start + self._batch])), self._read_texts([text])
            with self._lock, torch.inference_mode():
                patches = self._model.vision_model(pixel_values=pixels).last_hidden_state
                read = {name: words[name].expand(len(patches), -1) for name in ("input_ids", "attention_mask")}
                seen = torch.ones(patches.shape[:2], dtype=torch.long, device=patches.device)
                hidden = self._model.text_encoder(**read, encoder_hidden_states=patches, encoder_attention_mask=seen).last_hidden_state
                logits.append(self._model.itm_head(hidden[:, 0]).float().cpu().numpy())
        both = np.concatenate(logits) if logits else np.empty((0, 2), dtype=np.float32)
        found: NDArray[np.float32] = both[:, _MATCH] - both[:, 1 - _MATCH]
        return found

    def _read_texts(self, texts: list[str]) -> Any:
        batch = self._processor.tokenizer(texts, padding=True, truncation=True, max_length=self._longest, return_tensors="pt")
        return batch.to(self._placement.device)

    def _read_images(self, images: list[Image.Image]) -> Any:
        pixels = self._processor.image_processor([image.convert("RGB") for image in images], return_tensors="pt")["pixel_values"]
        return pixels.to(self._placement.device, self._placement.torch_dtype)

    def _embed_texts(self, batch: Any) -> Any:
        hidden = self._model.text_encoder(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
        return self._model.text_proj(hidden[:, 0])

    def _embed_images(self, batch: Any) -> Any:
        return self._model.vision_proj(self._model.vision_model(pixel_values=batch).last_hidden_state[:, 0])


def _loaded(folder: Path, options: BlipOptions, dtype: Any) -> Any:
    """The model; with `rerank` only when its head is there. Raises ProfileError."""
    from safetensors.torch import load_file
    from transformers import BlipConfig, BlipForImageTextRetrieval

    settings = BlipConfig.from_pretrained(folder, trust_remote_code=False)
    if options.head:
        settings.text_config.is_decoder = True  # so transformers calls a text tower that can look at pictures
    model, found = BlipForImageTextRetrieval.from_pretrained(
        folder,
        config=settings,
        dtype=dtype,
        use_safetensors=True,
        trust_remote_code=False,
        ignore_mismatched_sizes=True,
        output_loading_info=True,
    )
    missing = lacking(found)
    of_the_head = {key for key in missing if any(part in key for part in _OF_THE_HEAD)}
    require_all(folder, model, missing - of_the_head)
    where = Path(options.head) if options.head else folder
    if options.head:
        file = where / "model.safetensors"
        head = load_file(file) if file.is_file() else {}
        model.load_state_dict(head, strict=False)
        of_the_head -= head.keys()
    if options.rerank and (of_the_head or not settings.text_config.is_decoder):
        raise ProfileError(
            f"rerank = {options.rerank} needs BLIP's matching head, and there is none in {where}: take `rerank` out of the profile, "
            "or name a checkpoint for image-text matching"
        )
    return model
