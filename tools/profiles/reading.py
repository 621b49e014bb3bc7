"""Reading a profile, and refusing by name what it gets wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from ...errors import ProfileError
from .profile import DTYPES, KINDS, PACKAGE, QUANTISATIONS, SHIPPED, EncoderModel, PaintModel, Profile, TextModel, Weights

_MODELS: dict[str, type[Weights]] = {"encoder": EncoderModel, "llm": TextModel, "vision": TextModel, "painter": PaintModel}
_MAY_BE_MISSING: dict[str, type[Weights]] = {"dialogue_encoder": EncoderModel}
_PLACES = {
    "blip": ({"path"}, {"repo"}),
    "diffusers": ({"path"}, {"repo"}),
    "open_clip": ({"path"}, {"repo"}, {"model", "tag"}),
    "openai": ({"url", "model"},),
    "transformers": ({"path"}, {"repo"}),
}
_T = TypeVar("_T")


def read_profile(name: str) -> Profile:
    """A shipped profile by name, or one's own by path."""
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
    roles = _MODELS | {role: type_ for role, type_ in _MAY_BE_MISSING.items() if role in table}
    models = {role: _read_model(name, role, type_, table.pop(role, None), base) for role, type_ in roles.items()}
    return _read(Profile, name, "the profile", {**table, **models, "name": file.stem}, hidden={"name"})


def _read_model(profile: str, role: str, type_: type[Weights], table: Any, base: Path) -> Weights:
    if not isinstance(table, dict):
        raise ProfileError(f"profile {profile!r} has no table [{role}]: name a model there")
    placed = {**table, "path": str(base / table["path"])} if isinstance(table.get("path"), str) else table
    model = _read(type_, profile, f"[{role}]", placed)
    if fault := _fault(role, model):
        raise ProfileError(f"profile {profile!r}, [{role}]: {fault}")
    return model


def _fault(role: str, model: Weights) -> str:
    """What a model's table says that cannot be; empty when there is nothing."""
    if model.kind not in KINDS[role]:
        return f"kind {model.kind!r} is unknown; expected {', '.join(sorted(KINDS[role]))}"
    named = {key for key in ("path", "repo", "url", "model", "tag") if getattr(model, key, "")}
    if named not in _PLACES[model.kind]:
        ways = " or ".join(" and ".join(sorted(way)) for way in _PLACES[model.kind])
        return f"give either {ways}" + (f", not {' and '.join(sorted(named))}" if named else "")
    for key, known in (("dtype", DTYPES), ("quantise", QUANTISATIONS)):
        if getattr(model, key) not in known:
            return f"{key} is {getattr(model, key)!r}; expected {', '.join(sorted(known - {''}))}"
    if isinstance(model, EncoderModel) and model.quantise:
        return "an encoder cannot be quantised: its vectors would not compare with those of a gallery made without"
    least = {"batch": 1, "tries": 1, "timeout": 0, "download": 0, "parameters": 0}
    low = [key for key, value in least.items() if getattr(model, key, value) < value]
    return f"{low[0]} is {getattr(model, low[0])}; expected at least {least[low[0]]}" if low else ""


def _read(type_: type[_T], profile: str, where: str, table: Mapping[str, Any], hidden: set[str] | None = None) -> _T:
    """A dataclass from a table, refusing by name what is unknown, missing or of another type."""
    known = {item.name: item for item in fields(type_)}  # type: ignore[arg-type]
    needed = {name for name, item in known.items() if item.default is MISSING and item.default_factory is MISSING}
    hints = get_type_hints(type_)
    plain = {str: str, int: int, bool: bool, float: float, Mapping[str, Any]: dict, list[str]: list}
    unknown = sorted(table.keys() - known.keys())
    faults = [f"unknown: {', '.join(_with_nearest(key, known.keys()) for key in unknown)}"] if unknown else []
    faults += [f"missing: {', '.join(sorted(needed - table.keys()))}"] if needed - table.keys() else []
    faults += [
        f"{key} is {value!r}, expected {plain[hints[key]].__name__}"
        for key, value in table.items()
        if key in known and hints[key] in plain and not _is(value, plain[hints[key]])
    ]
    if faults:
        raise ProfileError(
            f"profile {profile!r}, {where}: {'; '.join(faults)}; known: {', '.join(sorted(known.keys() - (hidden or set())))}"
        )
    return type_(**table)


def _is(value: Any, type_: type) -> bool:
    if type_ is float:
        return type(value) in (int, float)
    if type_ is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return type(value) is type_


def _with_nearest(key: str, known: Any) -> str:
    near = get_close_matches(key, sorted(known), n=1)
    return f"{key} (did you mean {near[0]}?)" if near else key
