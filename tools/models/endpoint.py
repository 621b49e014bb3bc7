"""Language or vision model behind an OpenAI-compatible endpoint (vLLM, llama.cpp, Ollama, `transformers serve`, a provider)."""

from __future__ import annotations

import base64
import io
import os
from typing import TYPE_CHECKING, Any

from langchain_core.messages import HumanMessage

from ...errors import EndpointError, ProfileError
from .retrying import reply_within
from .thinking import without_thinking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from ..profiles.profile import TextModel

LONGEST_SIDE = 1024  # pixels of a picture that is sent: more than vision models look at, and a fraction of what a camera writes


class Endpoint:
    """Both a LanguageModel and a VisionModel. Requests that fail for the moment (no connection, 408, 409, 429, 5xx, a stall) are tried
    again as often as the profile's `tries` says, with growing pauses or after the time that the server names."""

    def __init__(self, choice: TextModel) -> None:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        self._choice = choice
        generation = dict(choice.generation)
        generation["max_tokens"] = generation.pop("max_new_tokens", None)
        # An endpoint of one's own mostly wants no key, and the client wants one all the same.
        self._chat = ChatOpenAI(
            base_url=choice.url,
            model=choice.model,
            api_key=SecretStr(os.environ.get(choice.key) or "none"),
            timeout=choice.timeout or None,
            max_retries=choice.tries - 1,
            **generation,
        )

    def reply(self, prompt: str, images: Sequence[Image.Image] = ()) -> str:
        """One user message, pictures before the text. Raises EndpointError when no answer is to be had, BrokenReply when all are empty."""
        pictures = [{"type": "image_url", "image_url": {"url": _as_url(image)}} for image in images]
        message = HumanMessage([*pictures, {"type": "text", "text": prompt}] if pictures else prompt)
        return reply_within(self._choice.tries, {"do_sample": True}, lambda _settings, number: self._say(message, number))

    def _say(self, message: HumanMessage, number: int) -> str:
        import openai

        try:
            said = self._chat.invoke([message])
        except openai.NotFoundError as error:
            raise ProfileError(f"{self._place} knows no such model ({_reason(error)}): check `url` and `model` in the profile") from error
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise ProfileError(f"{self._place} refuses the key in {self._choice.key} ({_reason(error)}): set that variable") from error
        except openai.APIError as error:  # the client has tried again already
            raise self._failed(error) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # an answer that is not what the protocol says
            if number + 1 < self._choice.tries:
                return ""
            raise self._failed(error) from error
        return without_thinking(str(said.text))

    def _failed(self, error: Exception) -> EndpointError:
        return EndpointError(
            f"{self._place} gave no answer in {self._choice.tries} tries ({_reason(error)}): see that it runs and answers within "
            "`timeout`, then go on; nothing is lost"
        )

    @property
    def _place(self) -> str:
        return f"the endpoint {self._choice.url} (model {self._choice.model!r})"


def _as_url(image: Image.Image) -> str:
    small = image.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=90)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def _reason(error: Exception) -> str:
    cause: Any = error.__cause__ or error
    return (" ".join(str(error).split()) or type(cause).__name__)[:200]
