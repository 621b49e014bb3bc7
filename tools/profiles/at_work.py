"""Which models of a profile are at work, and what the next profile would add to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..models.options import WeightOptions
from ..models.roles import LACKABLE
from .profile import load_profile
from .weights import weights_missing

if TYPE_CHECKING:
    from ..models.options import ModelOptions
    from .profile import Profile


@dataclass(frozen=True)
class AtWork:
    """models: role → what its model is called, empty where it has no name. more: the next profile, if there is one. adds: role → what of it
    is still to be fetched, in GB."""

    models: dict[str, str]
    more: str
    adds: dict[str, float]


def at_work(profile: Profile) -> AtWork:
    """Of the models that a conversation uses. Nothing is fetched or loaded."""
    there = {role: _name(model) for role, model in profile.models.items() if role == "encoder" or role in LACKABLE}
    if not profile.more:
        return AtWork(there, "", {})
    further = load_profile(profile.more).models
    return AtWork(there, profile.more, {role: _to_fetch(further[role]) for role in LACKABLE if role in further and role not in there})


def _name(model: ModelOptions) -> str:
    """By what the profile says alone: asking a library where its weights are would load it."""
    named = str(getattr(model, "model", "") or getattr(model, "repo", ""))
    return named.rpartition("/")[2] + (", behind an endpoint" if getattr(model, "url", "") else "")


def _to_fetch(model: ModelOptions) -> float:
    return model.download if isinstance(model, WeightOptions) and weights_missing(model) else 0.0
