"""Vision model: an image-text-to-text model of transformers with its processor (Llava, Qwen2.5-VL, ...)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..adapters import Given, adapter
from ..batching import Together
from ..retrying import limited, reply_within, seeded
from ..thinking import without_thinking
from ..transformers_loading import TransformersOptions, load_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL import Image


@adapter("vision", TransformersOptions)
class TransformersVisionModel:
    """The folder holds model, processor and chat template. Messages of concurrent conversations are answered together."""

    def __init__(self, options: TransformersOptions, given: Given) -> None:
        from transformers import AutoModelForImageTextToText, AutoProcessor

        self._processor = AutoProcessor.from_pretrained(given.weights, trust_remote_code=False)
        self._processor.tokenizer.padding_side = "left"
        self._model = load_model(AutoModelForImageTextToText, given.weights, given.placement)
        self._tries = options.tries
        self._generation = limited(options)
        self._together: Together[list[dict[str, Any]], str] = Together(
            lambda asked: self._say(asked, self._generation), options.batch, given.processors
        )

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
        ).to(self._model.device, self._model.dtype)
        tokens = self._model.generate(**inputs, **settings)[:, inputs["input_ids"].shape[1] :]
        return [without_thinking(text) for text in self._processor.batch_decode(tokens, skip_special_tokens=True)]
