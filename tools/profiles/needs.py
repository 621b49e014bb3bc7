"""What a profile needs on this machine: which of its weights are here, what is to be fetched, and how much memory it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import DirTirError
from ..models.options import WeightOptions
from ..models.roles import ROLES, USES
from ..models.sources import Folder, Repository
from .placement import GB, memory_free, memory_needed, placed
from .weights import weights_missing, weights_there

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from .profile import Profile


@dataclass(frozen=True)
class Needs:
    """fetch: role → GB still to be fetched. lacking: roles whose folder holds no weights, and that nobody can fetch. memory: what somebody
    does (`roles.USES`) → GB on the device. free: GB that can be had there. problem: why it cannot run here as it is."""

    fetch: dict[str, float]
    lacking: tuple[str, ...]
    memory: dict[str, float]
    device: str
    free: float
    problem: str = ""


def needs_of(profile: Profile, there: dict[str, Path | None] | None = None) -> Needs:
    """Nothing is fetched or loaded. there: role → the folder of its weights, where that is known already."""
    there = {role: weights_there(model) for role, model in profile.models.items()} if there is None else there
    missing = [role for role, model in profile.models.items() if weights_missing(model)]
    lacking = tuple(role for role in missing if isinstance(profile.models[role].source(), Folder))
    fetch = to_fetch(profile)
    try:
        needed = {role: memory_needed(model, there[role]) / GB for role, model in profile.models.items()}
        models = (profile.llm, profile.painter, profile.encoder)
        devices = [placed(model).device for model in models if isinstance(model, WeightOptions)]
    except DirTirError as error:
        return Needs(fetch, lacking, {}, "", 0.0, str(error))
    device = devices[0] if devices else "cpu"
    memory = {what: sum(needed.get(role, 0.0) for role in roles) for what, roles in USES.items()}
    return Needs(fetch, lacking, memory, device, memory_free(device) / GB)


def to_fetch(profile: Profile, roles: Collection[str] = tuple(ROLES)) -> dict[str, float]:
    """Role → GB that are still to be fetched for it, of these roles."""
    return {
        role: model.download
        for role, model in profile.models.items()
        if role in roles and isinstance(model, WeightOptions) and isinstance(model.source(), Repository) and weights_missing(model)
    }
