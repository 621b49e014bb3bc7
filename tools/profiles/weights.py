"""Where the files of a model are on this machine, and what is said when they are not."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ProfileError
from ..models.options import WeightOptions
from ..models.sources import Folder, Repository
from .hub import fetched

if TYPE_CHECKING:
    from ..models.options import ModelOptions
    from .profile import Profile


def weights_there(options: ModelOptions) -> Path | None:
    """The folder of a model's files, when they are on this machine; nothing is fetched. None for a model without files, too."""
    source = options.source()
    if isinstance(source, Folder):
        return source.path if any(file.is_file() for file in source.path.rglob("*")) else None
    return fetched(source) if isinstance(source, Repository) else None


def weights_missing(options: ModelOptions) -> bool:
    """Whether a model has files that are not on this machine."""
    return isinstance(options.source(), Folder | Repository) and weights_there(options) is None


def weights_folder(profile: Profile, role: str) -> Path | None:
    """The folder of a model's files; None for a model without. Raises ProfileError that says how to get them: nothing is fetched."""
    require_weights(profile, [role])
    return weights_there(profile.models[role])


def require_weights(profile: Profile, roles: Collection[str]) -> None:
    """Raise ProfileError when the files of these models are not on this machine, in one line that says how to get them."""
    missing = {role: model for role, model in profile.models.items() if role in roles and weights_missing(model)}
    folders = {role: model for role, model in missing.items() if isinstance(model.source(), Folder)}
    if folders:
        where = ", ".join(str(model.source()) for model in folders.values())
        raise ProfileError(
            f"profile {profile.name!r} has no weights yet for {', '.join(folders)}: check its paths, or train them (make miniature); "
            f"there are no weights in {where}"
        )
    if missing:
        listed = ", ".join(f"{role} ({model.source()}{_size(model)})" for role, model in missing.items())
        raise ProfileError(
            f"profile {profile.name!r}: not on this machine: {listed}; fetch once with `dir-tir models --profile {profile.origin} --fetch`"
        )


def _size(model: ModelOptions) -> str:
    return f", {model.download:.1f} GB" if isinstance(model, WeightOptions) and model.download else ""
