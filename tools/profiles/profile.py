"""Profiles: TOML files that name an encoder, a language model, a vision model, a painter and a prompt set.

    prompts = "paper"                  the prompt set
    limited_to = ""                    what the models know, when that is not pictures at large; said before a folder is indexed with them
    otherwise = ""                     the profile for other pictures
    [encoder]   kind = "open_clip" or "blip"
    [llm]       kind = "transformers" or "openai"
    [vision]    kind = "transformers" or "openai"
    [painter]   kind = "diffusers"
    [dialogue_encoder]  may be missing: the encoder with another text tower, tuned on raw dialogues; `dir-tir eval` compares with it (ft)

Where a model is, one of: `path`, a folder (relative to the package in a profile that ships with it, to the TOML file otherwise); `repo`, a
repository on the Hugging Face hub, with `revision`; `url` and `model`, an OpenAI-compatible endpoint and its name for the model; `model`
and `tag`, as open_clip lists its pretrained weights. The dataclasses below hold every other key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent.parent
DEFAULT = "miniature"  # the profile that ships with its weights
SHIPPED = Path(__file__).resolve().parent
KINDS = {
    "encoder": {"blip", "open_clip"},
    "llm": {"openai", "transformers"},
    "vision": {"openai", "transformers"},
    "painter": {"diffusers"},
    "dialogue_encoder": {"blip", "open_clip"},
}
DTYPES = {"auto", "bfloat16", "float16", "float32"}
QUANTISATIONS = {"", "bitsandbytes-4bit", "bitsandbytes-8bit", "torchao-int8"}


@dataclass(frozen=True)
class Weights:
    """Which adapter loads a model, where its files are, and how it runs."""

    kind: str
    path: str = ""
    repo: str = ""
    revision: str = ""  # a branch, tag or commit of the repository; empty: its main branch
    device: str = "auto"  # cpu, cuda, cuda:1, mps; auto: the first there is of cuda, mps and cpu
    dtype: str = "auto"  # float32, bfloat16 or float16; auto: float32 on a processor and for encoders, otherwise what the device is good at
    quantise: str = ""  # bitsandbytes-4bit, bitsandbytes-8bit or torchao-int8; empty: not at all
    offload: bool = False  # what a GPU does not need at the moment waits in main memory
    batch: int = 8  # how many inputs at a time, of concurrent conversations or of an indexing
    licence: str = ""
    download: float = 0.0  # GB
    parameters: float = 0.0  # billions


@dataclass(frozen=True)
class EncoderModel(Weights):
    """An encoder; `model` and `tag` name one of open_clip's pretrained ones."""

    batch: int = 64
    model: str = ""
    tag: str = ""


@dataclass(frozen=True)
class TextModel(Weights):
    """A language or vision model, on this machine or behind an endpoint."""

    tries: int = 3  # how often it may answer with nothing, or an endpoint fail, before that is an error
    timeout: float = 0.0  # seconds a reply may take; 0: as long as it takes
    generation: Mapping[str, Any] = field(default_factory=dict)  # what generate() takes, or the endpoint; max_new_tokens is the budget
    url: str = ""
    model: str = ""
    key: str = "OPENAI_API_KEY"  # the environment variable that holds the endpoint's key


@dataclass(frozen=True)
class PaintModel(Weights):
    """A text-to-image pipeline and what it is called with."""

    variant: str = ""  # of the weight files, "fp16" for those that are half as large
    without: list[str] = field(default_factory=list)  # parts of the pipeline to leave out, such as text_encoder_3 and tokenizer_3
    call: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """One set of models and prompts."""

    name: str
    prompts: str
    encoder: EncoderModel
    llm: TextModel
    vision: TextModel
    painter: PaintModel
    limited_to: str = ""
    otherwise: str = ""
    dialogue_encoder: EncoderModel | None = None

    @property
    def models(self) -> dict[str, Weights]:
        """Role → model, of those that there are."""
        tuned: dict[str, Weights] = {"dialogue_encoder": self.dialogue_encoder} if self.dialogue_encoder else {}
        return {"encoder": self.encoder, "llm": self.llm, "vision": self.vision, "painter": self.painter, **tuned}

    @property
    def is_local(self) -> bool:
        """Whether every model lies in a folder, so that nothing has to be asked of a hub."""
        return all(model.path for model in self.models.values())


def load_profile(name: str) -> Profile:
    """A profile that ships with the package, by name, or one's own, by the path of its TOML file. Raises ProfileError."""
    from .reading import read_profile

    return read_profile(name)
