"""Profiles: TOML files that name an encoder, a language model, a vision model, a painter and a prompt set.

    prompts = "paper"                  the prompt set
    limited_to = ""                    what the models know, when that is not pictures at large; said before a folder is indexed with them
    otherwise = ""                     the profile for other pictures
    example = ""                       how somebody might describe one of the pictures it is limited to
    more = ""                          the profile that has models which this one lacks
    [encoder]   kind = "open_clip", "blip" or "openai"
    [llm]       kind = "transformers" or "openai"; without it nothing is asked
    [vision]    kind = "transformers" or "openai"; without it no captions are written, and nobody can be simulated
    [painter]   kind = "diffusers" or "openai"; without it nothing is painted
    [dialogue_encoder]  the encoder with another text tower, tuned on raw dialogues; `dir-tir eval` compares with it (ft)

The encoder alone has to be there.

Where a model is, one of: `path`, a folder (relative to the package in a profile that ships with it, to the TOML file otherwise); `repo`, a
repository on the Hugging Face hub, with `revision`; `url` and `model`, an OpenAI-compatible endpoint and its name for the model; `model`
and `tag`, as open_clip lists its pretrained weights. `tools/models/options.py` and the files of the kinds have every other key.
"""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import ProfileError
from ..models.adapters import adapters_for
from ..models.options import EncoderOptions, ModelOptions, TextOptions
from ..models.roles import ROLES
from ..models.sources import Folder, NoWeights
from .faults import faults_in

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(__file__).resolve().parent.parent.parent
DEFAULT = "miniature"  # the profile that ships with its weights
SHIPPED = Path(__file__).resolve().parent

_Table = TypeVar("_Table", bound=BaseModel)


class Profile(BaseModel):
    """One set of models and prompts. Of what kind each model is, and what else is said of it, see `tools/models/kinds`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    origin: str  # as it was asked for: the name of one that ships, or the path of its file
    prompts: str
    limited_to: str = ""
    otherwise: str = ""
    example: str = ""
    more: str = ""
    encoder: EncoderOptions
    llm: TextOptions | None = None
    vision: TextOptions | None = None
    painter: ModelOptions | None = None
    dialogue_encoder: EncoderOptions | None = None

    @property
    def models(self) -> dict[str, ModelOptions]:
        """Role → model, of those that there are."""
        return {role: model for role in ROLES if (model := getattr(self, role)) is not None}

    @property
    def rerank(self) -> int:
        """How many of the first results the encoder's matching head orders once more; 0: none, or it has no such head."""
        return int(getattr(self.encoder, "rerank", 0))

    @property
    def is_local(self) -> bool:
        """Whether every model lies in a folder, so that nothing has to be asked of a hub."""
        return all(isinstance(model.source(), Folder | NoWeights) for model in self.models.values())


def load_profile(name: str) -> Profile:
    """A profile that ships with the package, by name, or one's own, by the path of its TOML file. Raises ProfileError."""
    file = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    if not file.is_file():
        shipped = sorted(path.stem for path in SHIPPED.glob("*.toml"))
        near = get_close_matches(name, shipped, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise ProfileError(f"there is no profile {name!r}: expected {', '.join(shipped)}, or the path of a .toml file{meant}")
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"profile {name!r} is not TOML ({error}): repair {file}") from None
    base = PACKAGE if file.parent.resolve() == SHIPPED else file.parent.absolute()
    models = {role: _model(name, role, table.pop(role, None), base) for role in ROLES if role in table or ROLES[role].required}
    return _read(Profile, name, "the profile", {**table, **models, "name": file.stem, "origin": name}, hidden={"name", "origin"})


def _model(profile: str, role: str, table: Any, base: Path) -> ModelOptions:
    """What a table says of a model: which keys it may have depends on its kind."""
    if not isinstance(table, dict):
        raise ProfileError(f"profile {profile!r} has no table [{role}]: name a model there")
    kinds = adapters_for(ROLES[role].contract)
    kind = table.get("kind")
    if kind not in kinds:
        fault = "missing: kind" if kind is None else f"kind {kind!r} is unknown"
        raise ProfileError(f"profile {profile!r}, [{role}]: {fault}; expected {', '.join(kinds)}")
    options = kinds[kind].options
    folders = {key: os.path.normpath(base / table[key]) for key in options.folders if isinstance(table.get(key), str)}
    return _read(options, profile, f"[{role}]", {**table, **folders})


def _read(type_: type[_Table], profile: str, where: str, table: Mapping[str, Any], hidden: set[str] | None = None) -> _Table:
    try:
        return type_.model_validate(table)
    except ValidationError as error:
        known = type_.model_fields.keys() - (hidden or set())
        raise ProfileError(f"profile {profile!r}, {where}: {faults_in(error, type_, table, known)}") from None
