"""The settings that a person may choose for a conversation on the page, read off `graph/config.py`, and what they chose, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import DirTirError, InputError
from ...graph.config import SETTINGS, Config
from ...tools.models.roles import LACKABLE, USES
from ...tools.profiles.needs import to_fetch
from ...tools.profiles.profile import DEFAULT, load_profile
from ...tools.user import typed_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...graph.settings import Setting
    from .server_state import ServerState

FOLLOWS = {"dialog_num"}  # from another, which the panel has
MOST: dict[str, int] = {"max_rounds": 50, "captioning": 60}  # of a visitor; the command line sets no limit
LONGEST = 40  # characters of a text


def settings_view(state: ServerState) -> list[dict[str, Any]]:
    """One field for each. The default is what holds for a person on this server, so nothing is left unset."""
    standing = Config(**state.settings).settled("person")
    return [_field(setting, getattr(standing, setting.name)) for setting in _chosen_here()]


def profiles_for(state: ServerState, gallery: str) -> list[dict[str, Any]]:
    """The profiles whose encoder made a gallery, its own first: with what of each is still to be fetched, in GB. None where there is
    nothing to choose, or the server was told which one to take."""
    if state.profile:
        return []
    try:
        own = state.workspace.store.describe(gallery).profile or DEFAULT
        encoder = load_profile(own).encoder.identity
        others = [name for name, identity in state.encoders.items() if name != own and identity == encoder]
        return [_profile(name) for name in (own, *others)] if others else []
    except DirTirError:  # it or its profile is gone, which the gallery's own line says
        return []


def checked_settings(state: ServerState, gallery: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody chose, as keywords of a search. Raises InputError for what the panel does not have, or beyond its limits."""
    settings = {setting.name: setting for setting in _chosen_here()}
    given = dict(chosen)
    profile = given.pop("profile", None)
    if profile is not None and profile not in [line["name"] for line in profiles_for(state, gallery)]:
        raise InputError(f"profile {profile!r:.80} cannot be chosen for gallery {gallery!r}")
    for name, value in given.items():
        if name not in settings:
            raise InputError(f"setting {name!r:.80} cannot be chosen here: known are {', '.join(settings)}")
        settings[name].check(value)
        if name in MOST and value is not None and value > MOST[name]:
            raise InputError(f"{name} is {value}; expected at most {MOST[name]} here")
        if isinstance(value, str) and len(typed_text(value)) > LONGEST:
            raise InputError(f"{name} is {len(value)} characters long; expected at most {LONGEST}")
    return given if profile is None else {**given, "profile": profile}


def _chosen_here() -> list[Setting]:
    return [setting for setting in SETTINGS if setting.for_people and setting.name not in FOLLOWS]


def _field(setting: Setting, default: Any) -> dict[str, Any]:
    words, _, _ = setting.words.partition(" (unset")
    return {
        "name": setting.name,
        "words": words,
        "type": setting.type.__name__,
        "low": setting.low,
        "high": MOST.get(setting.name, setting.high),
        "choices": list(setting.choices),
        "default": default,
    }


def _profile(name: str) -> dict[str, Any]:
    profile = load_profile(name)
    missing = to_fetch(profile, [role for role in USES["a conversation"] if role in LACKABLE])  # the encoder is the gallery's
    return {
        "name": name,
        "title": profile.name,
        "asks": profile.llm is not None,
        "paints": profile.painter is not None,
        "fetch": sum(missing.values()),
    }
