"""What the models of a profile need, what of it is on this machine, and fetching the rest ahead of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import DirTirError, ProfileError
from ...plain import shown
from ...tools.models.endpoints import answers
from ...tools.models.options import EndpointOptions, WeightOptions
from ...tools.models.sources import Repository
from ...tools.profiles.at_work import at_work
from ...tools.profiles.hub import fetch
from ...tools.profiles.needs import needs_of
from ...tools.profiles.placement import GB, memory_needed, placed
from ...tools.profiles.profile import SHIPPED, Profile, load_profile
from ...tools.profiles.weights import weights_missing, weights_there
from ..library.texts import at_work_text

if TYPE_CHECKING:
    from pathlib import Path

    from ...tools.models.options import ModelOptions


def list_models(names: Sequence[str]) -> None:
    """Print a table for every profile named, or for all that ship; nothing is fetched or loaded. Endpoints are asked whether they answer
    where their profile is named."""
    for name in names or sorted(file.stem for file in SHIPPED.glob("*.toml")):
        profile = load_profile(name)
        there = {role: weights_there(model) for role, model in profile.models.items()}
        print(f"{name}" + (f" (knows only {profile.limited_to})" if profile.limited_to else ""))
        for role, model in profile.models.items():
            print(f"  {role:16} {model.source()}\n                   {format_needs(model, there[role], asked=bool(names))}")
        print(f"  {format_fit(profile, there)}")
        print(f"  {at_work_text(at_work(profile))}\n" if profile.more else "")


def fetch_models(names: Sequence[str]) -> None:
    """Fetch what the profiles name and is not here; one that fails does not keep the others. Raises ProfileError when one did."""
    failed = 0
    for name in names:
        for role, model in load_profile(name).models.items():
            source = model.source()
            if not (isinstance(source, Repository) and weights_missing(model)):
                continue
            print(f"{name}, {role}: {source.name}{f', about {model.download:.1f} GB' if isinstance(model, WeightOptions) else ''}")
            try:
                fetch(source)
            except ProfileError as error:
                failed += 1
                print(f"  {shown(error)}")
    if failed:
        raise ProfileError(f"{failed} could not be fetched; what was fetched is kept, and the same command goes on")


def format_needs(model: ModelOptions, folder: Path | None, *, asked: bool = False) -> str:
    """What a model needs on this machine, and whether it is here. asked: whether an endpoint is asked if it answers."""
    if isinstance(model, EndpointOptions):
        return "an endpoint: nothing is needed here" + (f"; it {answers(model)}" if asked else "")
    if not isinstance(model, WeightOptions):
        return ", ".join(part for part in (model.licence, "nothing is needed here") if part)
    try:
        where, size = placed(model), memory_needed(model, folder)
        runs = f"{size / GB:.1f} GB of memory on {where.device} as {where.quantise or where.dtype}"
    except DirTirError as error:
        runs = f"cannot run here: {error}"
    here = "here" if folder else (f"not here, {model.download:.1f} GB to fetch" if not model.path else "not here")
    return ", ".join(part for part in (model.licence, here, runs) if part)


def format_fit(profile: Profile, there: dict[str, Path | None]) -> str:
    """Whether there is room, for each of the things one does."""
    needs = needs_of(profile, there)
    if needs.problem:
        return "cannot run here as it is"
    if all(isinstance(model, EndpointOptions) for model in profile.models.values()):
        return "nothing of it runs on this machine"
    each = (f"{what} {total:.1f} GB{'' if total <= needs.free else ' (does not fit)'}" for what, total in needs.memory.items())
    return f"in memory: {', '.join(each)}; {needs.free:.1f} GB free on {needs.device}"
