"""Language model: a causal model of transformers, behind LangChain's chat model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..adapters import Given, adapter
from ..batching import Together
from ..drawing import drawn, one_word_a_step, seed_of
from ..replies import marks_of, reply_in
from ..retrying import drawing, limited, reply_within, seeded
from ..thinking import opens_thinking
from ..transformers_loading import TransformersOptions, load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..processors import Processors


@adapter("llm", TransformersOptions)
class TransformersLanguageModel:
    """The folder holds model, tokenizer and chat template. Prompts of concurrent conversations are answered together."""

    def __init__(self, options: TransformersOptions, given: Given) -> None:
        from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline
        from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

        folder = given.weights
        tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left", trust_remote_code=False)
        tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
        model = load_model(AutoModelForCausalLM, folder, given.placement)
        spread = getattr(model, "hf_device_map", None)  # over several devices, and the pipeline must not move it
        generate = pipeline("text-generation", model=model, tokenizer=tokenizer, device=None if spread else model.device)
        llm = HuggingFacePipeline(pipeline=_Shared(generate, options.batch, given.processors), model_id=str(folder))
        self._chat = ChatHuggingFace(llm=llm, tokenizer=tokenizer, model_id=str(folder))
        self._tries = options.tries
        self._generation = {"do_sample": bool(model.generation_config.do_sample), **limited(options)}
        self._special = [token for token in {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()} if len(token) > 2]
        self._marks = marks_of(tokenizer)
        hello = tokenizer.apply_chat_template([{"role": "user", "content": "Hello"}], tokenize=False, add_generation_prompt=True)
        self._thinks = opens_thinking(hello)

    def reply(self, prompt: str, *, again: int = 0) -> str:
        """One user message in, stripped text out, thinking removed. Raises BrokenReply when every try came back empty."""
        generation = drawing(self._generation) if again else self._generation
        first = again * self._tries
        return reply_within(self._tries, generation, lambda settings, number: self._say(prompt, {**settings, "seed": first + number}))

    def _say(self, prompt: str, settings: dict[str, Any]) -> str:
        from langchain_core.messages import HumanMessage

        # The chat template writes the special tokens; the tokenizer must not put its own in front of them.
        arguments = {**settings, "return_full_text": False, "add_special_tokens": False, "skip_special_tokens": False}
        message = self._chat.invoke([HumanMessage(self._as_text(prompt))], pipeline_kwargs=arguments)
        return reply_in(str(message.content), self._marks, opened=self._thinks)

    def _as_text(self, prompt: str) -> str:
        """The prompt with the model's special tokens pulled apart: what a user types must not end their turn and begin another."""
        for token in self._special:
            prompt = prompt.replace(token, f"{token[0]} {token[1:]}")
        return prompt


class _Shared:
    """A transformers pipeline that concurrent conversations share. LangChain's adapter calls it, with one prompt at a time."""

    def __init__(self, pipeline: Any, batch: int, processors: Processors) -> None:
        self._pipeline = pipeline
        self._together: Together[_Asked, Any] = Together(self._generate, batch, processors)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pipeline, name)

    def __call__(self, prompts: list[str], *, seed: int, **settings: Any) -> list[Any]:
        if one_word_a_step(settings):
            return [self._together(_Asked(prompt, seed, settings)) for prompt in prompts]
        with self._together.alone(), seeded(seed):
            found: list[Any] = self._pipeline(prompts, **settings)
        return found

    def _generate(self, asked: Sequence[_Asked]) -> list[Any]:
        """What is asked with the same settings goes through the model together."""
        alike: dict[str, list[int]] = {}
        for n, one in enumerate(asked):
            alike.setdefault(repr(sorted(one.settings.items())), []).append(n)
        found: dict[int, Any] = {}
        for numbers in alike.values():
            found |= zip(numbers, self._replies([asked[n] for n in numbers], asked[numbers[0]].settings), strict=True)
        return [found[n] for n in range(len(asked))]

    def _replies(self, asked: Sequence[_Asked], settings: dict[str, Any]) -> list[Any]:
        prompts = [one.prompt for one in asked]
        if not settings.get("do_sample"):
            return list(self._pipeline(prompts, batch_size=len(prompts), **settings))
        seeds = [seed_of(one.prompt, one.seed) for one in asked]
        with seeded(0):  # every reply has random numbers of its own
            return list(self._pipeline(prompts, batch_size=len(prompts), custom_generate=drawn(seeds), **settings))


@dataclass(frozen=True)
class _Asked:
    """seed: which reply to this prompt it is."""

    prompt: str
    seed: int
    settings: dict[str, Any]
