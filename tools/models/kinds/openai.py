"""Language or vision model behind an OpenAI-compatible endpoint (vLLM, llama.cpp, Ollama, `transformers serve`, a provider)."""

from __future__ import annotations

import base64
import io
import os
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from ....errors import EndpointError, ProfileError
from ..adapters import Given, adapter
from ..options import TextOptions
from ..retrying import DRAWING, drawing, reply_within
from ..sources import Endpoint
from ..thinking import without_thinking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import HumanMessage
    from PIL import Image

    from ..sources import Source

LONGEST_SIDE = 1024  # pixels of a picture that is sent: more than vision models look at, and a fraction of what a camera writes


class OpenAIOptions(TextOptions):
    """Of a model behind an endpoint."""

    kind: Literal["openai"] = "openai"
    url: str = ""
    model: str = ""
    key: str = "OPENAI_API_KEY"  # the environment variable that holds the endpoint's key

    passed_over = frozenset({"revision", "device", "dtype", "quantise", "offload", "download", "parameters"})

    def source(self) -> Source:
        return Endpoint(self.url, self.model)

    @model_validator(mode="after")
    def _has_an_address(self) -> OpenAIOptions:
        if not (self.url and self.model):
            named = " and ".join(key for key in ("url", "model") if getattr(self, key))
            raise ValueError("give either model and url" + (f", not {named}" if named else ""))
        return self


@adapter("llm", OpenAIOptions)
@adapter("vision", OpenAIOptions)
class OpenAIModel:
    """Both a LanguageModel and a VisionModel. Requests that fail for the moment (no connection, 408, 409, 429, 5xx, a stall) are tried
    again as often as the profile's `tries` says, with growing pauses or after the time that the server names."""

    def __init__(self, options: OpenAIOptions, given: Given | None = None) -> None:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        self._options = options
        generation = dict(options.generation)
        generation["max_tokens"] = generation.pop("max_new_tokens", None)
        self._draws = {"do_sample": generation.get("temperature") != 0}  # an endpoint that is asked for no temperature has one of its own
        # An endpoint of one's own mostly wants no key, and the client wants one all the same.
        self._chat = ChatOpenAI(
            base_url=options.url,
            model=options.model,
            api_key=SecretStr(os.environ.get(options.key) or "none"),
            timeout=options.timeout or None,
            max_retries=options.tries - 1,
            **generation,
        )

    def reply(self, prompt: str, images: Sequence[Image.Image] = (), *, again: int = 0) -> str:
        """One user message, pictures before the text. Raises EndpointError when no answer is to be had, BrokenReply when all are empty."""
        from langchain_core.messages import HumanMessage

        pictures = [{"type": "image_url", "image_url": {"url": _as_url(image)}} for image in images]
        message = HumanMessage([*pictures, {"type": "text", "text": prompt}] if pictures else prompt)
        settings = drawing(self._draws) if again else self._draws
        return reply_within(self._options.tries, settings, lambda settings, number: self._say(message, settings, number))

    def _say(self, message: HumanMessage, settings: dict[str, Any], number: int) -> str | None:
        import openai

        drawn = {key: settings[key] for key in DRAWING.keys() - {"do_sample"} if key in settings}
        try:
            said = self._chat.invoke([message], **drawn)
        except openai.NotFoundError as error:
            raise ProfileError(f"{self._place} knows no such model ({_reason(error)}): check `url` and `model` in the profile") from error
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise ProfileError(f"{self._place} refuses the key in {self._options.key} ({_reason(error)}): set that variable") from error
        except openai.APIError as error:  # the client has tried again already
            raise self._failed(error) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # an answer that is not what the protocol says
            if number + 1 < self._options.tries:
                return None
            raise self._failed(error) from error
        return without_thinking(str(said.text))

    def _failed(self, error: Exception) -> EndpointError:
        return EndpointError(
            f"{self._place} gave no answer in {self._options.tries} tries ({_reason(error)}): see that it runs and answers within "
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


def _reason(error: Exception) -> str:
    cause: Any = error.__cause__ or error
    return (" ".join(str(error).split()) or type(cause).__name__)[:200]
