"""What a profile's table may say of a model. Every kind adds its own keys in its own file (`kinds/`).

A kind's options are a class of these: one for what the model does (EncoderOptions, TextOptions, or ModelOptions itself), and WeightOptions
when it has weights on this machine, or EndpointOptions when it runs elsewhere. They are frozen; a key that is unknown, or of another type,
is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .addresses import host_of
from .sources import Endpoint, Folder, NoWeights, Repository, Source

Dtype = Literal["auto", "bfloat16", "float16", "float32"]
Quantisation = Literal["", "bitsandbytes-4bit", "bitsandbytes-8bit", "torchao-int8"]


class ModelOptions(BaseModel):
    """Of every model. A kind gives ``kind`` its value: ``kind: Literal["mine"] = "mine"``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    passed_over: ClassVar[frozenset[str]] = frozenset()  # keys that other kinds have, and that mean nothing to this one
    folders: ClassVar[tuple[str, ...]] = ("path",)  # keys that name a folder, that of the weights first; relative to a profile

    kind: str
    batch: int = Field(default=8, ge=1)  # how many inputs at a time, of concurrent conversations or of an indexing
    licence: str = ""

    def source(self) -> Source:
        """Where the weights are. Raises ProfileError for a place that cannot be."""
        return NoWeights()

    @property
    def identity(self) -> str:
        """Everything that makes it this model and no other, as JSON: two profiles that agree in it can share what is loaded."""
        kept = self.model_dump(mode="json", exclude={"licence", "download", "parameters", "languages"})
        real = {key: os.path.realpath(kept[key]) for key in self.folders if kept.get(key)}  # one folder may be named in several ways
        return json.dumps({**kept, **real}, sort_keys=True)

    @property
    def fingerprint_without_files(self) -> str:
        """What identifies the model where its files are not: where it is or would be from; of one that is nothing but code, its kind and
        what its own options say."""
        source = self.source()
        if isinstance(source, Endpoint | Repository):
            return str(source)
        own = self.model_dump_json(exclude=ModelOptions.model_fields.keys() - {"kind"})
        return hashlib.sha256(own.encode()).hexdigest()[:16]

    @model_validator(mode="before")
    @classmethod
    def _pass_over(cls, table: Any) -> Any:
        return {key: value for key, value in table.items() if key not in cls.passed_over} if isinstance(table, dict) else table


class WeightOptions(ModelOptions):
    """Of a model that runs on this machine, with weights in a folder or in a repository of the hub."""

    path: str = ""  # a folder
    repo: str = ""
    revision: str = ""  # a branch, tag or commit of the repository; empty: its main branch
    device: str = "auto"  # cpu, cuda, cuda:1, mps; auto: the first there is of cuda, mps and cpu
    dtype: Dtype = "auto"  # auto: float32 on a processor and for encoders, otherwise what the device is good at
    quantise: Quantisation = ""  # empty: not at all
    offload: bool = False  # what a GPU does not need at the moment waits in main memory
    download: float = Field(default=0.0, ge=0)  # GB
    parameters: float = Field(default=0.0, ge=0)  # billions

    places: ClassVar[tuple[tuple[str, ...], ...]] = (("path",), ("repo",))  # keys that together say where it is: one of these

    def source(self) -> Source:
        return Folder(Path(self.path)) if self.path else Repository(self.repo, self.revision)

    @model_validator(mode="after")
    def _in_one_place(self) -> WeightOptions:
        keys = dict.fromkeys(key for place in self.places for key in place)
        named = tuple(key for key in keys if getattr(self, key))
        if named not in self.places:
            ways = " or ".join(" and ".join(place) for place in self.places)
            raise ValueError(f"give either {ways}" + (f", not {' and '.join(named)}" if named else ""))
        return self


class EndpointOptions(ModelOptions):
    """Of a model that runs elsewhere, behind an OpenAI-compatible endpoint."""

    url: str = ""
    model: str = ""  # what the endpoint calls it
    key: str = "OPENAI_API_KEY"  # the environment variable that holds the endpoint's key
    tries: int = Field(default=3, ge=1)  # how often an answer may fail before that is an error
    timeout: float = Field(default=60.0, ge=0)  # seconds an answer may take; 0: as long as it takes

    def source(self) -> Source:
        return Endpoint(self.url, self.model)

    @model_validator(mode="after")
    def _has_an_address(self) -> EndpointOptions:
        if not (self.url and self.model):
            named = " and ".join(key for key in ("url", "model") if getattr(self, key))
            raise ValueError("give either model and url" + (f", not {named}" if named else ""))
        if not (self.url.startswith(("http://", "https://")) and host_of(self.url)):
            raise ValueError(f"url is {self.url!r}; expected an address such as http://localhost:8000/v1")
        if "@" in self.url.partition("://")[2].partition("/")[0]:
            raise ValueError("url has a name or a password in it: give the key in the variable that `key` names, and the address without")
        return self


class EncoderOptions(ModelOptions):
    """Of an encoder."""

    batch: int = Field(default=64, ge=1)

    @model_validator(mode="after")
    def _whole_numbers_of_its_own(self) -> EncoderOptions:
        if getattr(self, "quantise", ""):
            raise ValueError("an encoder cannot be quantised: its vectors would not compare with those of a gallery made without")
        return self


class TextOptions(ModelOptions):
    """Of a language or vision model."""

    tries: int = Field(default=3, ge=1)  # how often it may answer with nothing, or an endpoint fail, before that is an error
    timeout: float = Field(default=0.0, ge=0)  # seconds a reply may take; 0: as long as it takes
    languages: list[str] = Field(default=[])  # that it reads and writes beside English
    generation: dict[str, Any] = Field(default={})  # what generate() takes, or the endpoint; max_new_tokens is the budget
