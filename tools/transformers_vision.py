"""Vision model: an image-text-to-text model of transformers with its processor (Llava, Qwen2.5-VL, ...)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .replying import reply_within, seeded
from .thinking import without_thinking
from .together import Together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from PIL import Image


class TransformersVisionModel:
    """The folder holds model, processor and chat template. Up to ``batch`` messages of concurrent conversations are answered at a time."""

    def __init__(self, folder: Path, tries: int, generation: Mapping[str, Any], batch: int) -> None:
        import torch
        from transformers import AutoModelForImageTextToText, AutoProcessor

        self._processor = AutoProcessor.from_pretrained(folder)
        self._processor.tokenizer.padding_side = "left"
        self._model = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32, use_safetensors=True).eval()
        self._tries = tries
        self._generation = generation
        self._together: Together[list[dict[str, Any]], str] = Together(lambda messages: self._say(messages, generation), batch)

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        """One user message, pictures before the text, in the order given. Raises BrokenReply when every try came back empty."""
        content = [*({"type": "image", "image": image.convert("RGB")} for image in images), {"type": "text", "text": prompt}]
        message = [{"role": "user", "content": content}]

        def say(settings: dict[str, Any], number: int) -> str:
            if not settings.get("do_sample"):
                return self._together(message)
            with self._together.alone(), seeded(number):
                return self._say([message], settings)[0]

        return reply_within(self._tries, self._generation, say)

    def _say(self, messages: Sequence[list[dict[str, Any]]], settings: Mapping[str, Any]) -> list[str]:
        inputs = self._processor.apply_chat_template(
            list(messages),
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        )
        tokens = self._model.generate(**inputs, **settings)[:, inputs["input_ids"].shape[1] :]
        return [without_thinking(text) for text in self._processor.batch_decode(tokens, skip_special_tokens=True)]
