"""Encoder: BLIP for image-text retrieval, by its contrastive embeddings (the matching head would have to read every pair)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ..adapters import Given, adapter
from ..batched_encoder import BatchedEncoder
from ..options import EncoderOptions, WeightOptions

if TYPE_CHECKING:
    from PIL import Image


class BlipOptions(EncoderOptions, WeightOptions):
    kind: Literal["blip"] = "blip"


@adapter("encoder", BlipOptions)
class BlipEncoder(BatchedEncoder):
    """The folder holds a BlipForImageTextRetrieval with its processor, as save_pretrained writes them.

    An embedding is the projection of the first position of the picture tower or of the text tower, which reads by itself: what
    ``forward(use_itm_head=False)`` multiplies (Li et al. 2022, BLIP, section 3.2, image-text contrastive loss).
    """

    def __init__(self, options: BlipOptions, given: Given) -> None:
        from transformers import BlipForImageTextRetrieval, BlipProcessor

        folder, self._placement = given.weights, given.placement
        self._processor: Any = BlipProcessor.from_pretrained(folder)
        model = BlipForImageTextRetrieval.from_pretrained(folder, dtype=self._placement.torch_dtype, use_safetensors=True)
        self._model: Any = model.eval().to(self._placement.device)
        positions = self._model.config.text_config.max_position_embeddings
        self._longest = min(positions, self._processor.tokenizer.model_max_length)  # tokens
        super().__init__(given.fingerprint, options.batch)

    def cuts(self, text: str) -> bool:
        return bool(len(self._processor.tokenizer(text, verbose=False)["input_ids"]) > self._longest)

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
