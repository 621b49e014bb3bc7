"""Encoder behind an endpoint: `/v1/embeddings` for texts and for pictures, as infinity and vLLM serve it for CLIP and its kind.

Texts are sent alike to both, as `input`. Pictures are data URIs: infinity takes up to 32 as `input` with `modality` "image", vLLM one as a
conversation (`messages`) of one message without words. In a conversation vLLM would leave out the marks of a text's beginning and end, by
which CLIP is read, so that texts are never sent so.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cached_property, partial
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from ....errors import DirTirError, EndpointError, PictureError, ProfileError
from ....plain import said_by
from ..adapters import Given, adapter
from ..at_once import AtOnce
from ..endpoints import NOT_AS_AGREED, Requests, as_data_url, place_of
from ..options import EncoderOptions, EndpointOptions
from ..refusals import reason_of, says

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PIL import Image

Dialect = Literal["", "infinity", "vllm"]
_MOST = 32  # pictures in a request that infinity takes
_ALONG = "a photograph of a red boat on a lake"  # goes along with every request, to be known again
_SAME = 0.95  # cosine of what one model makes of one text at two times: number formats and batches differ in the third digit
_MARKS = 2  # tokens that CLIP puts at the beginning and the end of a text
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


class OpenAIEncoderOptions(EncoderOptions, EndpointOptions):
    """Of an encoder behind an endpoint."""

    kind: Literal["openai"] = "openai"
    dialect: Dialect = ""  # how the server wants pictures; empty: it is asked what it is
    same_as: str = ""  # fingerprint of the same weights elsewhere: galleries of theirs are searched, and galleries made are theirs
    side: int = Field(default=512, ge=32)  # pixels of a picture that is sent, its longer side
    picture: Literal["jpeg", "png"] = "jpeg"
    at_once: int = Field(default=4, ge=1)  # requests under way
    encoding_format: Literal["base64", "float"] = "base64"  # of vectors on their way
    tokenizer: str = ""  # a folder with the model's tokenizer.json; without it, what is known of the length of texts is what vLLM says
    context: int = Field(default=77, ge=3)  # tokens that the model reads, for `tokenizer`
    extra_body: dict[str, Any] = Field(default={})  # is sent as it is

    folders = ("path", "tokenizer")

    @property
    def fingerprint_without_files(self) -> str:
        """The same at every address: what the model is called, and what is asked of it."""
        asked = json.dumps(["embeddings", self.model, self.extra_body], sort_keys=True)
        return self.same_as or hashlib.sha256(asked.encode()).hexdigest()[:16]

    @model_validator(mode="after")
    def _is_a_fingerprint(self) -> OpenAIEncoderOptions:
        if self.same_as and not _FINGERPRINT.fullmatch(self.same_as):
            raise ValueError(f"same_as is {self.same_as!r}; expected the 16 digits of an encoder that `dir-tir gallery show NAME` names")
        return self


@adapter("encoder", OpenAIEncoderOptions)
class OpenAIEncoder:
    """Nothing is asked of the endpoint before there is something to encode.

    Another model may take the place of this one while we run, so a known text goes along with every request. Raises EndpointError when it
    comes out as another vector than it first did; PictureError for pictures that the endpoint does not take.
    """

    def __init__(self, options: OpenAIEncoderOptions, given: Given) -> None:
        self._options = options
        self.fingerprint = given.fingerprint
        self._requests = Requests(options)
        self._calls = AtOnce(options.at_once)
        self._known: NDArray[np.float32] | None = None  # (1, d), what the text that goes along is
        self._lock = Lock()
        self._tokenizer = _tokenizer(Path(options.tokenizer)) if options.tokenizer else None
        self._longest = options.context

    @property
    def dimension(self) -> int:
        """Length of every vector, which the endpoint has to be asked for once."""
        if self._known is None:
            self.encode_texts([])
        assert self._known is not None
        return int(self._known.shape[1])

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d), rows of unit length. What is longer than the model's context is cut off, by infinity and by vLLM."""
        size = self._options.batch
        chunks = [list(texts[start : start + size]) for start in range(0, len(texts), size)] or [[]]
        found = self._calls.all([partial(self._texts, [*chunk, _ALONG]) for chunk in chunks])
        return np.concatenate([self._without_what_went_along(rows) for rows in found])

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n, d), rows of unit length."""
        if not images:
            return self.encode_texts([])
        size = 1 if self._dialect == "vllm" else min(_MOST, max(1, -(-min(len(images), self._options.batch) // self._options.at_once)))
        chunks = [images[start : start + size] for start in range(0, len(images), size)]
        along, *found = self._calls.all([partial(self._texts, [_ALONG]), *(partial(self._images, chunk) for chunk in chunks)])
        self._without_what_went_along(along)
        rows = np.concatenate(found)
        if (pictures := rows.shape[1]) != (texts := along.shape[1]):
            raise EndpointError(
                f"{place_of(self._options)} gives {pictures} numbers for a picture and {texts} for a text: serve a model that has both in "
                "one space"
            )
        return rows

    def cuts(self, text: str) -> bool:
        """Whether a text is longer than the model reads; no where nobody can say."""
        return self._count(text, special=True) > self._longest

    def tokens(self, text: str) -> int:
        """How many pieces a text is taken apart into; as many as it has words where nobody can say."""
        return min(self._count(text, special=False) or len(text.split()), self._longest - _MARKS)

    def _texts(self, texts: list[str]) -> NDArray[np.float32]:
        # vLLM refuses what is too long unless it is told to cut it off at its own length.
        asked = {"input": texts, **({"truncate_prompt_tokens": -1} if self._dialect == "vllm" else {})}
        return self._embedded(asked, len(texts), self._refused_text)

    def _images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """Those of one request."""
        settings = {"quality": 95, "subsampling": 0} if self._options.picture == "jpeg" else {}
        urls = [as_data_url(image, self._options.side, self._options.picture.upper(), **settings) for image in images]
        if self._dialect == "infinity":
            return self._embedded({"input": urls, "modality": "image"}, len(urls), self._refused_pictures)
        content = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
        return self._embedded({"messages": [{"role": "user", "content": content}]}, len(urls), self._refused_pictures)

    def _embedded(self, asked: dict[str, Any], count: int, refused: Callable[[Any], Exception]) -> NDArray[np.float32]:
        body = {**self._options.extra_body, "model": self._options.model, "encoding_format": self._options.encoding_format, **asked}
        return self._requests.post("/embeddings", body, lambda answer: _vectors(answer, count), refused)

    def _without_what_went_along(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """All rows but the last. Raises EndpointError when that is not what it was."""
        along = rows[-1:]
        with self._lock:
            if self._known is None:
                if not np.isfinite(along).all():
                    raise EndpointError(f"{place_of(self._options)} gives no numbers (NaN) for a text: serve it in another number format")
                self._known = along
        if along.shape != self._known.shape or not float(along[0] @ self._known[0]) >= _SAME:
            raise EndpointError(
                f"{place_of(self._options)} answers with another model than before: its vectors do not compare; serve the one that was "
                "there, or start again with another profile"
            )
        return rows[:-1]

    @cached_property
    def _dialect(self) -> Dialect:
        """Which server it is. Raises ProfileError when it does not say."""
        if self._options.dialect:
            return self._options.dialect
        listed = self._requests.get("/models", lambda answer: [str(model.get("owned_by", "")) for model in answer["data"]])
        for owner in listed:
            if owner in ("infinity", "vllm"):
                return owner  # type: ignore[return-value]
        raise ProfileError(
            f"{place_of(self._options)} does not say how it wants pictures (owned by {', '.join(listed)[:80] or 'nobody'}): write "
            'dialect = "infinity" or "vllm" into the profile'
        )

    def _refused_text(self, error: Any) -> Exception:
        last = "extra_body" if self._options.extra_body else "model"
        named = next((name for name in ("encoding_format", *self._options.extra_body) if says(error, name)), last)
        return EndpointError(
            f"{place_of(self._options)} refuses what it is asked ({reason_of(error)}): check `{named}` in the profile; nothing is lost"
        )

    def _refused_pictures(self, error: Any) -> Exception:
        return PictureError(f"{place_of(self._options)} does not take it ({reason_of(error)}): it may be too large (`side`, `batch`)")

    def _count(self, text: str, *, special: bool) -> int:
        """How many tokens a text has, with those that mark its beginning and end; 0 where nobody can say."""
        if self._tokenizer:
            return len(self._tokenizer.encode(text, add_special_tokens=False).ids) + (_MARKS if special else 0)
        try:
            if self._dialect != "vllm":
                return 0
        except DirTirError:  # whoever searches is told
            return 0
        said = self._requests.beside("/tokenize", {"model": self._options.model, "prompt": text, "add_special_tokens": special})
        try:
            self._longest = int(said["max_model_len"])
            return int(said["count"])
        except NOT_AS_AGREED:
            return 0


def _vectors(answer: Any, count: int) -> NDArray[np.float32]:
    """(count, d), rows of unit length, or of no numbers where the endpoint gives none. Raises ValueError and its kind for what is no such
    answer."""
    data = answer["data"]
    if len(data) != count:
        raise ValueError(f"{len(data)} vectors for {count} inputs")
    places = [one.get("index", number) for number, one in enumerate(data)]
    if sorted(places) != list(range(count)):
        raise ValueError(f"vectors numbered {places[:3]} and so on for {count} inputs")
    rows = [_vector(one["embedding"]) for _, one in sorted(zip(places, data, strict=True), key=itemgetter(0))]
    lengths = {len(row) for row in rows}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"vectors of {', '.join(map(str, sorted(lengths)))} numbers")
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        found = np.array(rows, dtype=np.float32)
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
    unit[~np.isfinite(unit).all(axis=1)] = np.nan
    return unit


def _vector(sent: Any) -> NDArray[np.float32]:
    if isinstance(sent, str):
        return np.frombuffer(base64.b64decode(sent, validate=True), dtype="<f4")
    with np.errstate(over="ignore"):
        found = np.asarray(sent, dtype=np.float32)
    if found.ndim != 1:
        raise ValueError(f"an embedding of {found.ndim} dimensions")
    return found


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the library raises nothing more exact
        raise ProfileError(f"there is no tokenizer.json in {folder} that can be read ({said_by(error)}): check `tokenizer`") from error
    found.no_truncation()
    found.no_padding()
    return found
