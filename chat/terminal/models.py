"""What the models of a profile need, what of it is on this machine, and fetching the rest ahead of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import DirTirError, ProfileError
from ...tools.profiles.hub import fetch, repository
from ...tools.profiles.placement import GB, memory_free, memory_needed, placed
from ...tools.profiles.profile import SHIPPED, Profile, TextModel, Weights, load_profile
from ...tools.profiles.weights import weights_there

if TYPE_CHECKING:
    from pathlib import Path

_SETS = {
    "a conversation": ("encoder", "llm", "painter"),
    "an evaluation": ("encoder", "llm", "vision", "painter"),
    "indexing": ("encoder",),
}


def list_models(names: Sequence[str]) -> None:
    """Print a table for every profile named, or for all that ship; nothing is fetched or loaded."""
    for name in names or sorted(file.stem for file in SHIPPED.glob("*.toml")):
        profile = load_profile(name)
        there = {role: weights_there(model) for role, model in profile.models.items()}
        print(f"{name}" + (f" (knows only {profile.limited_to})" if profile.limited_to else ""))
        for role, model in profile.models.items():
            print(f"  {role:16} {_where(model)}\n                   {_needs(model, there[role])}")
        print(f"  {_fits(profile, there)}\n")


def fetch_models(names: Sequence[str]) -> None:
    """Fetch what the profiles name and is not here; one that fails does not keep the others. Raises ProfileError when one did."""
    failed = 0
    for name in names:
        for role, model in load_profile(name).models.items():
            if model.path or model.kind == "openai" or weights_there(model):
                continue
            print(f"{name}, {role}: {repository(model)}, about {model.download:.1f} GB")
            try:
                fetch(model)
            except ProfileError as error:
                failed += 1
                print(f"  {error}")
    if failed:
        raise ProfileError(f"{failed} could not be fetched; what was fetched is kept, and the same command goes on")


def _where(model: Weights) -> str:
    if isinstance(model, TextModel) and model.kind == "openai":
        return f"{model.model} at {model.url}"
    if model.path:
        return model.path
    return repository(model) + (f" @ {model.revision[:12]}" if model.revision else "")


def _needs(model: Weights, folder: Path | None) -> str:
    if model.kind == "openai":
        return "an endpoint: nothing is needed here"
    try:
        where, size = placed(model), memory_needed(model, folder)
        runs = f"{size / GB:.1f} GB of memory on {where.device} as {where.quantise or where.dtype}"
    except DirTirError as error:
        runs = f"cannot run here: {error}"
    here = "here" if folder else (f"not here, {model.download:.1f} GB to fetch" if not model.path else "not here")
    return ", ".join(part for part in (model.licence, here, runs) if part)


def _fits(profile: Profile, there: dict[str, Path | None]) -> str:
    """Whether there is room, for each of the things one does."""
    try:
        needed = {role: memory_needed(model, there[role]) / GB for role, model in profile.models.items()}
        device = placed(profile.llm).device if profile.llm.kind != "openai" else placed(profile.painter).device
    except DirTirError:
        return "cannot run here as it is"
    free = memory_free(device) / GB
    told = (
        f"{what} {total:.1f} GB{'' if total <= free else ' (does not fit)'}"
        for what, total in ((what, sum(needed[role] for role in roles)) for what, roles in _SETS.items())
    )
    return f"in memory: {', '.join(told)}; {free:.1f} GB free on {device}"
