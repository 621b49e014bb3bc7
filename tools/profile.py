"""Profiles: TOML files that name an encoder, a language model, a vision model, a painter and a prompt set.

    prompts = "miniature"
    [encoder]   kind = "open_clip" or "blip"
    [llm]       kind = "transformers"   tries, batch, generation = { what generate() takes }
    [vision]    kind = "transformers"   tries, batch, generation
    [painter]   kind = "diffusers"      call = { what the pipeline takes besides prompt and generator }

Each model has either `path`, a folder (relative to the package in a profile that ships with it, to the TOML file otherwise), or `repo`,
a repository on the Hugging Face hub.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from ..errors import ProfileError

PACKAGE = Path(__file__).resolve().parent.parent
SHIPPED = Path(__file__).resolve().parent / "profiles"
KINDS = {"encoder": {"blip", "open_clip"}, "llm": {"transformers"}, "vision": {"transformers"}, "painter": {"diffusers"}}


@dataclass(frozen=True)
class Weights:
    """Which adapter loads a model, and where its files are: in a folder or in a repository."""

    kind: str
    path: str = ""
    repo: str = ""


@dataclass(frozen=True)
class TextModel(Weights):
    """A language or vision model.

    tries: how often it may answer with nothing before that is an error. batch: how many concurrent conversations it answers at a time.
    """

    tries: int = 3
    batch: int = 8
    generation: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PaintModel(Weights):
    """A text-to-image pipeline and what it is called with."""

    call: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """One set of models and prompts."""

    name: str
    prompts: str
    encoder: Weights
    llm: TextModel
    vision: TextModel
    painter: PaintModel

    @property
    def is_local(self) -> bool:
        """Whether every model lies in a folder, so that nothing has to be asked of a hub."""
        return not any(model.repo for model in (self.encoder, self.llm, self.vision, self.painter))


def load_profile(name: str) -> Profile:
    """A profile that ships with the package, by name, or one's own, by the path of its TOML file."""
    file = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    if not file.is_file():
        shipped = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.toml")))
        raise ProfileError(f"there is no profile {name!r}: expected {shipped}, or the path of a .toml file")
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"profile {name!r} is not TOML ({error}): repair {file}") from None
    base = PACKAGE if file.parent.resolve() == SHIPPED else file.parent.absolute()
    models = {role: _read_model(name, role, type_, table.pop(role, None), base) for role, type_ in _MODELS.items()}
    return _read(Profile, name, "the profile", {**table, **models, "name": file.stem})


_MODELS: dict[str, type[Weights]] = {"encoder": Weights, "llm": TextModel, "vision": TextModel, "painter": PaintModel}
_T = TypeVar("_T")


def _read_model(profile: str, role: str, type_: type[Weights], table: Any, base: Path) -> Weights:
    if not isinstance(table, dict):
        raise ProfileError(f"profile {profile!r} has no table [{role}]: name a model there")
    model = _read(
        type_, profile, f"[{role}]", {**table, "path": str(base / table["path"])} if isinstance(table.get("path"), str) else table
    )
    if model.kind not in KINDS[role]:
        raise ProfileError(f"profile {profile!r}, [{role}]: kind {model.kind!r} is unknown; expected {', '.join(sorted(KINDS[role]))}")
    if bool(model.path) == bool(model.repo):
        raise ProfileError(f"profile {profile!r}, [{role}]: give either path (a folder) or repo (a repository on the hub)")
    if isinstance(model, TextModel):
        for name, value in (("tries", model.tries), ("batch", model.batch)):
            if value < 1:
                raise ProfileError(f"profile {profile!r}, [{role}]: {name} is {value}; expected at least 1")
    return model


def _read(type_: type[_T], profile: str, where: str, table: Mapping[str, Any]) -> _T:
    """A dataclass from a table, refusing by name what is unknown, missing or of another type."""
    known = {item.name: item for item in fields(type_)}  # type: ignore[arg-type]
    needed = {name for name, item in known.items() if item.default is MISSING and item.default_factory is MISSING}
    hints = get_type_hints(type_)
    plain = {str: str, int: int, Mapping[str, Any]: dict}
    faults = [f"unknown: {', '.join(sorted(table.keys() - known.keys()))}"] if table.keys() - known.keys() else []
    faults += [f"missing: {', '.join(sorted(needed - table.keys()))}"] if needed - table.keys() else []
    faults += [
        f"{key} is {value!r}, expected {plain[hints[key]].__name__}"
        for key, value in table.items()
        if key in known and hints[key] in plain and type(value) is not plain[hints[key]]
    ]
    if faults:
        raise ProfileError(f"profile {profile!r}, {where}: {'; '.join(faults)}; known: {', '.join(sorted(known.keys() - {'name'}))}")
    return type_(**table)
