"""Language or vision model behind an OpenAI-compatible endpoint (vLLM, llama.cpp, Ollama, `transformers serve`, a provider)."""

from __future__ import annotations

import base64
import io
import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from ....errors import BrokenReply, EndpointError, ProfileError
from ..adapters import Given, adapter
from ..addresses import host_of, is_this_machine
from ..choosing import cued, named_in
from ..options import TextOptions
from ..refusals import reason_of, says
from ..retrying import DRAWING, drawing, reply_within
from ..sources import Endpoint
from ..thinking import thinks, without_thinking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import AIMessage, BaseMessage
    from PIL import Image

    from ....contracts import Example
    from ..sources import Source

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


class OpenAIOptions(TextOptions):
    """Of a model behind an endpoint."""

    kind: Literal["openai"] = "openai"
    url: str = ""
    model: str = ""
    key: str = "OPENAI_API_KEY"  # the environment variable that holds the endpoint's key
    goes_on: bool = False  # whether the server continues a reply that is begun for it, as vLLM and llama.cpp do

    passed_over = frozenset({"revision", "device", "dtype", "quantise", "offload", "download", "parameters"})

    def source(self) -> Source:
        return Endpoint(self.url, self.model)

    @model_validator(mode="after")
    def _has_an_address(self) -> OpenAIOptions:
        if not (self.url and self.model):
            named = " and ".join(key for key in ("url", "model") if getattr(self, key))
            raise ValueError("give either model and url" + (f", not {named}" if named else ""))
        if not (self.url.startswith(("http://", "https://")) and host_of(self.url)):
            raise ValueError(f"url is {self.url!r}; expected an address such as http://localhost:8000/v1")
        return self

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
        pictures = [{"type": "image_url", "image_url": {"url": _as_url(image)}} for image in images]
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
        import openai
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        class Chat(ChatOpenAI):
            """Says whether a server has put the thoughts aside, which ChatOpenAI forgets."""

            def _create_chat_result(self, response: Any, *more: Any, **named: Any) -> Any:
                found = super()._create_chat_result(response, *more, **named)
                aside = response.choices[0].message.model_extra or {}
                found.generations[0].message.additional_kwargs["thoughts_aside"] = bool(
                    aside.get("reasoning_content") or aside.get("reasoning")
                )
                return found

        key = os.environ.get(self._options.key, "").strip()
        if any(not sign.isascii() or sign.isspace() for sign in key):
            raise ProfileError(f"the key in {self._options.key} has a space or a letter that no key has: set that variable anew")
        said = {name: value for name, value in self._options.generation.items() if name in _PROTOCOL}
        more = {name: value for name, value in self._options.generation.items() if name in _OF_SERVERS}
        more |= self._options.generation.get("extra_body", {})
        if self._budget is not None:
            more[budget] = self._budget
        # What is meant for this machine goes to no proxy, whatever the environment says.
        own: dict[str, Any] = {}
        if is_this_machine(host_of(self._options.url)):
            own = {
                "http_client": openai.DefaultHttpxClient(trust_env=False),
                "http_async_client": openai.DefaultAsyncHttpxClient(trust_env=False),
            }
        try:
            return Chat(
                base_url=self._options.url,
                model=self._options.model,
                api_key=SecretStr(key or "none"),  # an endpoint of one's own mostly wants no key, and the client wants one all the same
                timeout=self._options.timeout or None,
                max_retries=self._options.tries - 1,
                extra_body=more or None,
                **own,
                **said,
            )
        except ImportError as error:
            raise ProfileError(
                f"{self._place} would be reached by a SOCKS proxy, by ALL_PROXY or its kind: pip install socksio, or let NO_PROXY name "
                f"{host_of(self._options.url)}"
            ) from error

    def _say(self, messages: Sequence[BaseMessage], settings: dict[str, Any], number: int) -> str | None:
        import openai

        drawn: dict[str, Any] = {key: settings[key] for key in DRAWING.keys() - {"do_sample"} if key in settings}
        if messages[-1].type == "ai":  # a reply that is begun
            drawn["extra_body"] = {**(self._chat.extra_body or {}), "add_generation_prompt": False, "continue_final_message": True}
        try:
            said = self._chat.invoke(list(messages), **drawn)
        except openai.NotFoundError as error:
            raise ProfileError(f"{self._place} knows no such model ({reason_of(error)}): check `url` and `model` in the profile") from error
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise ProfileError(f"{self._place} refuses the key in {self._options.key} ({reason_of(error)}): set that variable") from error
        except openai.APIStatusError as error:
            if error.status_code in (408, 409, 429) or error.status_code >= 500:  # the client has tried again already
                raise self._failed(error) from error
            if says(error, "max_completion_tokens") and not self._speaks_old:
                return self._in_older_words(messages, settings, number)
            raise self._refused(error) from error
        except openai.APIError as error:
            raise self._failed(error) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # an answer that is not what the protocol says
            if number + 1 < self._options.tries:
                return None
            raise self._failed(error) from error
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
            raise BrokenReply(f"{self._place} holds its reply back ({reason}): no setting of the profile changes that")
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
            return BrokenReply(f"{self._place} holds its reply back ({reason}): no setting of the profile changes that")
        named = [name for name in self._options.generation if says(error, name)] or ["generation"]
        setting = named[0] if named[0] == "generation" else f"generation.{named[0]}"
        return EndpointError(f"{self._place} refuses what it is asked ({reason}): check `{setting}` in the profile; nothing is lost")

    def _failed(self, error: Exception) -> EndpointError:
        return EndpointError(
            f"{self._place} gave no answer in {self._options.tries} tries ({reason_of(error)}): see that it runs and answers within "
            "`timeout`, then go on; nothing is lost"
        )

    @property
    def _place(self) -> str:
        return f"the endpoint {self._options.url} (model {self._options.model!r})"


def _as_url(image: Image.Image) -> str:
    small = image.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=90)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
