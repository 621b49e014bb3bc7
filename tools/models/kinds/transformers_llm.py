"""Language model: a causal model of transformers, behind LangChain's chat model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..adapters import Given, adapter
from ..batching import Together
from ..choosing import cued, likeliest, named_in
from ..drawing import drawn, one_word_a_step, seed_of
from ..generating import generation_of, hello_in, positions_of, room_for
from ..replies import marks_of, reply_in
from ..retrying import drawing, reply_within, seeded
from ..thinking import opens_thinking
from ..transformers_loading import TransformersOptions, load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....contracts import Example
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
        self._tokenizer = tokenizer
        self._verdicts: Together[tuple[str, Sequence[str]], str] = Together(
            partial(likeliest, model, tokenizer), options.batch, given.processors
        )
        llm = HuggingFacePipeline(pipeline=_Shared(generate, options.batch, given.processors), model_id=str(folder))
        self._chat = ChatHuggingFace(llm=llm, tokenizer=tokenizer, model_id=str(folder))
        self._tries = options.tries
        self._generation = generation_of(model, options, folder)
        self._special = [token for token in {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()} if len(token) > 2]
        self._marks = marks_of(tokenizer)
        self._thinks = opens_thinking(hello_in(tokenizer.apply_chat_template, "Hello", folder))

    def reply(self, prompt: str, *, again: int = 0, examples: Sequence[Example] = (), begin: str = "") -> str:
        """One user message in, stripped text out, thinking removed. Raises BrokenReply when every try came back empty."""
        if begin and self._thinks:  # the reply comes after the thought, so that nobody else can begin it
            (prompt, examples), begin = cued(prompt, begin, examples), ""
        generation = {**(drawing(self._generation) if again else self._generation), "begin": begin}
        first = again * self._tries
        turns = self._turns(prompt, examples)
        return reply_within(self._tries, generation, lambda settings, number: self._say(turns, {**settings, "seed": first + number}))

    def choose(self, prompt: str, answers: Sequence[str], *, examples: Sequence[Example] = ()) -> str:
        """The likeliest of these answers to a message. Of a model that thinks first, the one that its reply names."""
        if self._thinks:
            return named_in(self.reply(prompt, examples=examples), answers)
        turns = [{"role": role, "content": text} for role, text in self._turns(prompt, examples)]
        return self._verdicts((self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True), answers))

    def _turns(self, prompt: str, examples: Sequence[Example]) -> list[tuple[str, str]]:
        shown = (turn for example in examples for turn in zip(("user", "assistant"), example, strict=True))
        return [*shown, ("user", self._as_text(prompt))]

    def _say(self, turns: list[tuple[str, str]], settings: dict[str, Any]) -> str:
        # The chat template writes the special tokens; the tokenizer must not put its own in front of them.
        arguments = {**settings, "return_full_text": False, "add_special_tokens": False, "skip_special_tokens": False}
        said = str(self._chat.invoke(turns, pipeline_kwargs=arguments).content)
        return reply_in(settings["begin"] + said, self._marks, opened=self._thinks) if self._marks.sub("", said).strip() else ""

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

    def __call__(self, prompts: list[str], *, seed: int, begin: str, **settings: Any) -> list[Any]:
        prompts = [prompt + begin for prompt in prompts]
        if limit := positions_of(self._pipeline.model):
            longest = max(len(self._pipeline.tokenizer(prompt, add_special_tokens=False)["input_ids"]) for prompt in prompts)
            settings["max_new_tokens"] = room_for(settings.get("max_new_tokens"), longest, limit)
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
