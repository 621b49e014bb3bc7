"""Language or vision model behind an OpenAI-compatible endpoint (vLLM, llama.cpp, Ollama, `transformers serve`, a provider)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from ....errors import BrokenReply, EndpointError
from ..adapters import Given, adapter
from ..choosing import cued, named_in
from ..endpoints import as_data_url, connection, failure, no_answer, place_of, proxied, refuses
from ..options import EndpointOptions, TextOptions
from ..refusals import reason_of, says
from ..retrying import DRAWING, drawing, reply_within
from ..thinking import thinks, without_thinking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import AIMessage, BaseMessage
    from PIL import Image

    from ....contracts import Example

LONGEST_SIDE = 1024  # pixels of a picture that is sent: more than vision models look at, and a fraction of what a camera writes
# What `generation` may say: of the protocol, and what servers know beside it, which is sent in the body as it is.
_PROTOCOL = {"temperature", "top_p", "seed", "stop", "presence_penalty", "frequency_penalty", "logit_bias", "reasoning_effort", "verbosity"}
_OF_SERVERS = {
    *(
        "top_k",
        "min_p",
        "typical_p",
        "repetition_penalty",
        "repeat_penalty",
        "length_penalty",
        "min_tokens",
        "stop_token_ids",
        "ignore_eos",
    ),
    *("num_ctx", "chat_template_kwargs", "enable_thinking", "thinking", "think", "reasoning", "service_tier", "grammar", "guided_choice"),
}
_KNOWN = {"max_new_tokens", "extra_body", *_PROTOCOL, *_OF_SERVERS}
_LONGEST_TOKEN = 16  # characters: a reply that is longer than its budget of these was not bounded by it


class OpenAIOptions(TextOptions, EndpointOptions):
    """Of a language or vision model behind an endpoint."""

    kind: Literal["openai"] = "openai"
    goes_on: bool = False  # whether the server continues a reply that is begun for it, as vLLM and llama.cpp do

    passed_over = frozenset({"revision", "device", "dtype", "quantise", "offload", "download", "parameters"})

    @model_validator(mode="after")
    def _says_what_endpoints_know(self) -> OpenAIOptions:
        for key in self.generation.keys() - _KNOWN:
            near = get_close_matches(key, sorted(_KNOWN), n=1)
            meant = f"did you mean {near[0]}?" if near else "temperature = 0 takes the likeliest word" if key == "do_sample" else ""
            raise ValueError(
                f"generation.{key} means nothing to an endpoint{f' ({meant})' if meant else ''}; known: {', '.join(sorted(_KNOWN))}; "
                "what only one server knows goes into generation.extra_body"
            )
        return self


@adapter("llm", OpenAIOptions)
@adapter("vision", OpenAIOptions)
class OpenAIModel:
    """Both a LanguageModel and a VisionModel. Requests that fail for the moment (no connection, 408, 409, 429, 5xx, a stall) are tried
    again as often as the profile's `tries` says, with growing pauses or after the time that the server names."""

    def __init__(self, options: OpenAIOptions, given: Given | None = None) -> None:
        self._options = options
        self._draws = {"do_sample": options.generation.get("temperature") != 0}  # an endpoint that is asked for none has one of its own
        self._budget: int | None = options.generation.get("max_new_tokens")
        self._plain = False  # whether it has shown that its replies hold no thoughts
        self._chat = self._client("max_completion_tokens")
        self._speaks_old = False  # knows the budget by its older name only

    def reply(
        self, prompt: str, images: Sequence[Image.Image] = (), *, again: int = 0, examples: Sequence[Example] = (), begin: str = ""
    ) -> str:
        """One user message, pictures before the text. Raises EndpointError when no answer is to be had, BrokenReply when all are empty."""
        from langchain_core.messages import AIMessage, HumanMessage

        goes_on = bool(begin) and self._options.goes_on
        if begin and not goes_on:
            prompt, examples = cued(prompt, begin, examples)
        shown = [message for asked, replied in examples for message in (HumanMessage(asked), AIMessage(replied))]
        pictures = [{"type": "image_url", "image_url": {"url": as_data_url(image, LONGEST_SIDE, quality=90)}} for image in images]
        message = HumanMessage([*pictures, {"type": "text", "text": prompt}] if pictures else prompt)
        messages = [*shown, message, *([AIMessage(begin)] if goes_on else [])]
        settings = drawing(self._draws) if again else self._draws
        said = reply_within(self._options.tries, settings, lambda settings, number: self._say(messages, settings, number))
        return f"{begin} {said}" if goes_on and not said.startswith(begin) else said

    def choose(self, prompt: str, answers: Sequence[str], *, examples: Sequence[Example] = ()) -> str:
        """The one of these answers that the reply to a message names, or nothing: endpoints differ in what they tell of likelihoods."""
        return named_in(self.reply(prompt, examples=examples), answers)

    def _client(self, budget: str) -> Any:
        """The client, which calls the budget of new tokens by this name. Raises ProfileError for a key or a proxy that cannot be."""
        from langchain_openai import ChatOpenAI

        class Chat(ChatOpenAI):
            """Says whether a server has put the thoughts aside, which ChatOpenAI forgets."""

            def _create_chat_result(self, response: Any, *more: Any, **named: Any) -> Any:
                found = super()._create_chat_result(response, *more, **named)
                aside = response.choices[0].message.model_extra or {}
                found.generations[0].message.additional_kwargs["thoughts_aside"] = bool(
                    aside.get("reasoning_content") or aside.get("reasoning")
                )
                return found

        said = {name: value for name, value in self._options.generation.items() if name in _PROTOCOL}
        more = {name: value for name, value in self._options.generation.items() if name in _OF_SERVERS}
        more |= self._options.generation.get("extra_body", {})
        if self._budget is not None:
            more[budget] = self._budget
        with proxied(self._options):
            return Chat(model=self._options.model, extra_body=more or None, **connection(self._options, also_async=True), **said)

    def _say(self, messages: Sequence[BaseMessage], settings: dict[str, Any], number: int) -> str | None:
        import openai

        drawn: dict[str, Any] = {key: settings[key] for key in DRAWING.keys() - {"do_sample"} if key in settings}
        if messages[-1].type == "ai":  # a reply that is begun
            drawn["extra_body"] = {**(self._chat.extra_body or {}), "add_generation_prompt": False, "continue_final_message": True}
        try:
            said = self._chat.invoke(list(messages), **drawn)
        except openai.APIError as error:
            if refuses(error) and says(error, "max_completion_tokens") and not self._speaks_old:
                return self._in_older_words(messages, settings, number)
            raise failure(self._options, error, self._refused) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # an answer that is not what the protocol says
            if number + 1 < self._options.tries:
                return None
            raise no_answer(self._options, error) from error
        if self._unbounded(said) and not self._speaks_old:
            return self._in_older_words(messages, settings, number)
        return self._text_of(said)

    def _in_older_words(self, messages: Sequence[BaseMessage], settings: dict[str, Any], number: int) -> str | None:
        """The reply of a server that knows the budget by its older name: it refused the newer one, or passed it over."""
        self._chat, self._speaks_old = self._client("max_tokens"), True
        return self._say(messages, settings, number)

    def _unbounded(self, said: AIMessage) -> bool:
        """Whether a reply is longer than it was to be."""
        if self._budget is None:
            return False
        tokens = said.usage_metadata["output_tokens"] if said.usage_metadata else 0
        return tokens > self._budget + 1 or len(str(said.text)) > _LONGEST_TOKEN * self._budget

    def _text_of(self, said: AIMessage) -> str:
        """What is said, without thoughts; nothing where it may be a thought that was cut off. Raises BrokenReply for what is withheld."""
        text, end = str(said.text), said.response_metadata.get("finish_reason")
        refusal = said.additional_kwargs.get("refusal")
        if end == "content_filter" or refusal:
            reason = " ".join(str(refusal or "content filter").split())[:200]
            raise BrokenReply(f"{place_of(self._options)} holds its reply back ({reason}): no setting of the profile changes that")
        if end == "length":
            # Many templates open the thinking, so that its beginning is not in the reply: until a whole reply had none, this may be it.
            return without_thinking(text, opened=not (self._plain or said.additional_kwargs["thoughts_aside"]))
        if text:
            self._plain = not thinks(text)
        return without_thinking(text)

    def _refused(self, error: Any) -> Exception:
        """What to raise for a request that the server will never take."""
        reason = reason_of(error)
        if says(error, "content_filter"):
            return BrokenReply(f"{place_of(self._options)} holds its reply back ({reason}): no setting of the profile changes that")
        named = [name for name in self._options.generation if says(error, name)] or ["generation"]
        setting = named[0] if named[0] == "generation" else f"generation.{named[0]}"
        return EndpointError(
            f"{place_of(self._options)} refuses what it is asked ({reason}): check `{setting}` in the profile; nothing is lost"
        )
