"""Painter behind an endpoint: `/v1/images/generations` (vLLM-Omni, LocalAI, stable-diffusion.cpp, a provider)."""

from __future__ import annotations

import base64
import re
from concurrent.futures import wait
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from ....contracts import unwatched
from ....errors import BrokenReply, EndpointError, PictureError
from ....store.pictures import open_content
from ..adapters import Given, adapter
from ..at_once import AtOnce
from ..endpoints import Requests, place_of
from ..options import EndpointOptions
from ..painted import require_something_shown
from ..refusals import reason_of, says

if TYPE_CHECKING:
    from PIL import Image

    from ....contracts import StepProgress

_AT_ONCE = 32  # requests under way: as many as a server has visitors who wait; how many it paints at a time is its own affair
_LOOKS_UP = 1.0  # seconds
_SIZE = re.compile(r"(\d+x\d+|auto)?")
_LARGEST = 2048  # pixels of a painting that is kept, its longer side
_BESIDE = ("response_format", "seed")  # what not every server takes: left out once it has been refused
# How providers say that they do not paint something: OpenAI, Azure, and those that speak like them.
_POLICY = re.compile(r"content.?(policy|filter)|moderation|safety|responsible.?ai|nsfw", re.IGNORECASE)


class OpenAIPainterOptions(EndpointOptions):
    """Of a painter behind an endpoint."""

    kind: Literal["openai"] = "openai"
    timeout: float = Field(default=300.0, ge=0)
    size: str = ""  # width and height; empty: as the server has it
    seed: bool = True  # whether the server is told the seed
    extra_body: dict[str, Any] = Field(default={})  # is sent as it is: steps, guidance

    @model_validator(mode="after")
    def _has_a_size(self) -> OpenAIPainterOptions:
        if not _SIZE.fullmatch(self.size):
            raise ValueError(f"size is {self.size!r}; expected width and height, such as 512x512")
        return self


@adapter("painter", OpenAIPainterOptions)
class OpenAIPainter:
    """The same prompt and seed give the same picture where the server keeps to the seed. Its steps are not known: there is one."""

    def __init__(self, options: OpenAIPainterOptions, given: Given) -> None:
        self._options = options
        self._requests = Requests(options)
        self._beside = {name for name in _BESIDE if name != "seed" or options.seed}
        self._calls = AtOnce(_AT_ONCE)

    def paint(self, prompt: str, seed: int, progress: StepProgress = unwatched) -> Image.Image:
        """One RGB picture. Raises BrokenReply when the server will not paint this, or what it gives is no picture."""
        progress(0, 1)
        painting = self._calls.start(partial(self._painted, prompt, seed))
        try:
            while not wait([painting], _LOOKS_UP).done:
                progress(0, 1)  # which ends the wait where nobody wants the painting any more
            painted = painting.result()
        finally:
            painting.cancel()
        progress(1, 1)
        return painted

    def _painted(self, prompt: str, seed: int) -> Image.Image:
        beside = {name: value for name, value in (("response_format", "b64_json"), ("seed", seed)) if name in self._beside}
        size = {"size": self._options.size} if self._options.size else {}
        body = {**self._options.extra_body, "model": self._options.model, "prompt": prompt, "n": 1, **size, **beside}
        try:
            content = self._requests.post("/images/generations", body, self._content, self._refused)
        except _NotTaken as error:
            self._beside.discard(str(error))
            return self._painted(prompt, seed)
        try:
            picture = open_content(content, _LARGEST)
        except PictureError as error:
            raise BrokenReply(f"{place_of(self._options)} gave something else than a picture: {error}") from error
        return require_something_shown(picture, "a filter of the server may have blackened it; describe it in other words")

    def _content(self, answer: Any) -> bytes:
        """The file in an answer. No address that a server names is ever fetched: it could lead anywhere, also into our own network."""
        painted = answer["data"][0]
        sent = painted.get("b64_json") or painted.get("url")
        if sent.startswith(("http:", "https:")):
            raise EndpointError(
                f"{place_of(self._options)} gives an address instead of a picture, and none that a server names is fetched: let it answer "
                "with b64_json"
            )
        return base64.b64decode(sent.rpartition("base64,")[2], validate=True)

    def _refused(self, error: Any) -> Exception:
        """What to raise for a request that the server will never take."""
        reason = reason_of(error)
        if _POLICY.search(f"{error.body}{reason}"):
            return BrokenReply(f"the painter refused to paint this ({reason}): describe it in other words")
        for name in _BESIDE:
            if name in self._beside and says(error, name):
                return _NotTaken(name)
        named = next((name for name in ("size", *self._options.extra_body) if says(error, name)), "extra_body")
        return EndpointError(
            f"{place_of(self._options)} refuses what it is asked ({reason}): check `{named}` in the profile; nothing is lost"
        )


class _NotTaken(Exception):
    """The server does not know this part of a request."""
