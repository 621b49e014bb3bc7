"""What every model behind an OpenAI-compatible endpoint does alike: how it is reached, asked again, and what is said when it fails."""

from __future__ import annotations

import base64
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import EndpointError, ProfileError
from ...plain import said_by
from .addresses import host_of, is_this_machine
from .refusals import reason_of, says

if TYPE_CHECKING:
    import httpx
    from PIL import Image

    from .options import EndpointOptions

_Read = TypeVar("_Read")
NOT_AS_AGREED = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
ANSWERS = "answers"
ANSWERS_UNNAMED = "answers, and does not say which models it has"
_SHORT = 5.0  # seconds
_FOR_THE_MOMENT = (408, 409, 429)  # statuses of a request that may be answered when it is made again, beside 5xx
_NO_SUCH = re.compile(r"(invalid|unknown) model|not found|does not exist", re.IGNORECASE)


def connection(options: EndpointOptions, *, also_async: bool = False) -> dict[str, Any]:
    """What a client of openai's is made with. Raises ProfileError for a key that cannot be."""
    import openai

    key = os.environ.get(options.key, "").strip()
    if any(not sign.isascii() or sign.isspace() for sign in key):
        raise ProfileError(f"the key in {options.key} has a space or a letter that no key has: set that variable anew")
    # What is meant for this machine goes to no proxy, whatever the environment says.
    own: dict[str, Any] = {}
    if is_this_machine(host_of(options.url)):
        own["http_client"] = openai.DefaultHttpxClient(trust_env=False)
        if also_async:
            own["http_async_client"] = openai.DefaultAsyncHttpxClient(trust_env=False)
    return {
        "base_url": options.url,
        "api_key": key or "none",  # an endpoint of one's own mostly wants no key, and the client wants one all the same
        "timeout": options.timeout or None,
        "max_retries": options.tries - 1,
        **own,
    }


@contextmanager
def proxied(options: EndpointOptions) -> Iterator[None]:
    """Where a client is made: raises ProfileError for a proxy that it lacks a library for."""
    try:
        yield
    except ImportError as error:
        raise ProfileError(
            f"{place_of(options)} would be reached by a SOCKS proxy, by ALL_PROXY or its kind: pip install socksio, or let NO_PROXY name "
            f"{host_of(options.url)}"
        ) from error


class Requests:
    """Requests to an endpoint. Those that fail for the moment (no connection, 408, 409, 429, 5xx, a stall, a broken answer) are made again
    as often as the profile's `tries` says, with growing pauses or after the time that the server names.

    Every method raises EndpointError when no answer is to be had, ProfileError for a model or a key that the endpoint does not know, and
    what ``refused`` makes of a request that it will never take. ``read`` is handed the answer, and raises one of ``NOT_AS_AGREED`` for one
    that is not what the protocol says.
    """

    def __init__(self, options: EndpointOptions) -> None:
        import openai

        self._options = options
        with proxied(options):
            self._client = openai.OpenAI(**connection(options))

    def post(self, path: str, body: Mapping[str, Any], read: Callable[[Any], _Read], refused: Callable[[Any], Exception]) -> _Read:
        import httpx

        return self._answer(lambda: self._client.post(path, body=dict(body), cast_to=httpx.Response), read, refused)

    def get(self, path: str, read: Callable[[Any], _Read]) -> _Read:
        import httpx

        return self._answer(lambda: self._client.get(path, cast_to=httpx.Response), read, partial(no_answer, self._options))

    def beside(self, path: str, body: Mapping[str, Any]) -> Any:
        """What an address of the server beside the protocol's answers at once; nothing where there is none, or no answer."""
        import httpx
        import openai

        root = self._options.url.rstrip("/").removesuffix("/v1")
        client = self._client.with_options(max_retries=0, timeout=min(self._options.timeout or _SHORT, _SHORT))
        try:
            return _parsed(client.post(f"{root}{path}", body=dict(body), cast_to=httpx.Response))
        except (openai.APIError, *NOT_AS_AGREED):
            return None

    def _answer(self, ask: Callable[[], httpx.Response], read: Callable[[Any], _Read], refused: Callable[[Any], Exception]) -> _Read:
        import openai

        for number in range(self._options.tries):
            try:
                return read(_parsed(ask()))
            except openai.APIError as error:  # the client has tried again already
                raise failure(self._options, error, refused) from error
            except NOT_AS_AGREED as error:
                if number + 1 == self._options.tries:
                    said = f"not what the protocol says: {said_by(error)}"
                    raise no_answer(self._options, ValueError(said)) from error
        raise AssertionError("there is at least one try")


def answers(options: EndpointOptions) -> str:
    """Whether an endpoint answers now, in a few words; it is asked for the models it has, with its key."""
    import httpx
    import openai

    try:
        with proxied(options), openai.OpenAI(**{**connection(options), "max_retries": 0, "timeout": _SHORT}) as client:
            names = [str(model["id"]) for model in _parsed(client.get("/models", cast_to=httpx.Response))["data"]]
    except openai.APIError as error:
        return f"does not answer ({reason_of(error)})"
    except ProfileError as error:
        return f"cannot be asked: {error}"
    except NOT_AS_AGREED:
        return ANSWERS_UNNAMED
    return ANSWERS if options.model in names else f"answers, and has {', '.join(names[:3]) or 'no model'} instead of {options.model}"


def _parsed(answer: httpx.Response) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        kind = answer.headers.get("content-type", "").partition(";")[0]
        raise ValueError(f"no JSON but {kind or 'something else'}: {' '.join(answer.text[:80].split())}") from None


def failure(options: EndpointOptions, error: Any, refused: Callable[[Any], Exception]) -> Exception:
    """What to raise for an error of openai's client; ``refused`` says it for a request that the server will never take."""
    status = getattr(error, "status_code", None)
    if status is None or status in _FOR_THE_MOMENT or status >= 500:
        return no_answer(options, error)
    if status == 404 or (refuses(error) and says(error, options.model) and _NO_SUCH.search(reason_of(error))):
        return ProfileError(f"{place_of(options)} knows no such model ({reason_of(error)}): check `url` and `model` in the profile")
    if status in (401, 403):
        return ProfileError(f"{place_of(options)} refuses the key in {options.key} ({reason_of(error)}): set that variable")
    return refused(error)


def refuses(error: Any) -> bool:
    """Whether an error of openai's client is a refusal that another wording of the request may lift."""
    return getattr(error, "status_code", 0) in (400, 413, 415, 422)


def no_answer(options: EndpointOptions, error: Exception) -> EndpointError:
    return EndpointError(
        f"{place_of(options)} gave no answer in {options.tries} tries ({reason_of(error)}): see that it runs and answers within "
        "`timeout`, then go on; nothing is lost"
    )


def place_of(options: EndpointOptions) -> str:
    return f"the endpoint {options.url} (model {options.model!r})"


def as_data_url(image: Image.Image, side: int, kind: str = "JPEG", **settings: Any) -> str:
    """A picture as it is sent: at most ``side`` pixels on its longer side."""
    small = image.convert("RGB")
    small.thumbnail((side, side))
    written = io.BytesIO()
    small.save(written, kind, **settings)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(written.getvalue()).decode()}"
