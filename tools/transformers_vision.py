"""Vision model: an image-text-to-text model of transformers with its processor (Llava, Qwen2.5-VL, ...)."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from .replying import reply_within
from .thinking import without_thinking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from PIL import Image


class TransformersVisionModel:
    """The folder holds model, processor and chat template."""

    def __init__(self, folder: Path, tries: int, generation: Mapping[str, Any]) -> None:
        import torch
        from transformers import AutoModelForImageTextToText, AutoProcessor

        self._processor = AutoProcessor.from_pretrained(folder)
        self._model = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32, use_safetensors=True).eval()
        self._tries = tries
        self._generation = generation
        self._lock = Lock()

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        """One user message, pictures before the text, in the order given. Raises BrokenReply when every try came back empty."""
        content = [*({"type": "image", "image": image.convert("RGB")} for image in images), {"type": "text", "text": prompt}]
        with self._lock:
            inputs = self._processor.apply_chat_template(
                [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
            )
            return reply_within(self._tries, self._generation, lambda settings: self._say(inputs, settings))

    def _say(self, inputs: Any, settings: dict[str, Any]) -> str:
        tokens = self._model.generate(**inputs, **settings)[0, inputs["input_ids"].shape[1] :]
        return without_thinking(self._processor.decode(tokens, skip_special_tokens=True))
