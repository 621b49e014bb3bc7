"""Vision model: an image-text-to-text model of transformers with its processor (Llava, Qwen2.5-VL, ...)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..adapters import Given, adapter
from ..batching import Together
from ..drawing import drawn, one_word_a_step, seed_of
from ..generating import generation_of, hello_in
from ..replies import marks_of, reply_in
from ..retrying import reply_within, seeded
from ..thinking import opens_thinking
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
        self._generation = generation_of(self._model, options, given.weights)
        self._marks = marks_of(self._processor.tokenizer)
        hello = hello_in(self._processor.apply_chat_template, [{"type": "text", "text": "Hello"}], given.weights)
        self._thinks = opens_thinking(hello)
        self._together: Together[_Asked, str] = Together(self._replies, options.batch, given.processors)

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        """One user message, pictures before the text, in the order given. Raises BrokenReply when every try came back empty."""
        content = [*({"type": "image", "image": image.convert("RGB")} for image in images), {"type": "text", "text": prompt}]
        message = [{"role": "user", "content": content}]

        def say(settings: dict[str, Any], number: int) -> str:
            if one_word_a_step(settings):
                return self._together(_Asked(message, seed_of(prompt, number), settings))
            with self._together.alone(), seeded(number):
                return self._say([message], settings)[0]

        return reply_within(self._tries, self._generation, say)

    def _replies(self, asked: Sequence[_Asked]) -> list[str]:
        """What is asked with the same settings goes through the model together."""
        found: dict[int, str] = {}
        for draws in (False, True):
            numbers = [n for n, one in enumerate(asked) if bool(one.settings.get("do_sample")) == draws]
            if numbers:
                some = [asked[n] for n in numbers]
                own = {"custom_generate": drawn([one.seed for one in some])} if draws else {}
                with seeded(0):  # every reply has random numbers of its own
                    found |= zip(numbers, self._say([one.message for one in some], {**some[0].settings, **own}), strict=True)
        return [found[n] for n in range(len(asked))]

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
        replies = self._processor.batch_decode(tokens, skip_special_tokens=False)
        return [reply_in(text, self._marks, opened=self._thinks) for text in replies]


@dataclass(frozen=True)
class _Asked:
    message: list[dict[str, Any]]
    seed: int
    settings: dict[str, Any]
