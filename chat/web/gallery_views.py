"""What the page shows of galleries, of the folders to make one of, and of the profiles to make it with, as JSON."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Any

from ...errors import DirTirError
from ...plain import shown
from ...store.gallery.folders import folders_of
from ...tools.models.at_once import AtOnce
from ...tools.models.endpoints import ANSWERS, ANSWERS_UNNAMED, answers
from ...tools.models.options import EndpointOptions
from ...tools.models.roles import USES
from ...tools.models.sources import Endpoint
from ...tools.profiles.needs import needs_of
from ...tools.profiles.profile import DEFAULT, SHIPPED, load_profile
from .speeds import speeds
from .start_view import problem_of

if TYPE_CHECKING:
    from pathlib import Path

    from ...tools.workspace import Workspace
    from .folders import FolderView
    from .server_state import ServerState


def managed_view(state: ServerState, owner: str) -> list[dict[str, Any]]:
    """Every gallery, those included that have no pictures yet or cannot be used, for whoever may change them."""
    return [_managed(state, name, owner) for name in state.workspace.store.names()]


def _managed(state: ServerState, name: str, owner: str) -> dict[str, Any]:
    store = state.workspace.store
    line = {
        "name": name,
        "count": 0,
        "profile": "",
        "finished": False,
        "size": 0,
        "problem": "",
        "folders": [shown(folder) for folder in folders_of(store.cache(name))],
        "conversations": state.workspace.register.count(owner, gallery=name),
    }
    try:
        info = store.describe(name)
        line |= {"count": info.count, "profile": info.profile, "finished": bool(info.revision), "size": store.size(name)}
    except DirTirError as error:
        return {**line, "problem": shown(error)}
    return {**line, "problem": shown(problem_of(state.workspace, info)) if info.count else ""}


def folder_view(view: FolderView, workspace: Workspace) -> dict[str, Any]:
    """A folder to choose, and what its gallery could be called. The root is called by its whole path, what lies below by its name."""
    return {
        "path": str(view.path),
        "above": [{"name": folder.name if number else str(folder), "path": str(folder)} for number, folder in enumerate(view.above)],
        "folders": [{"name": folder.name, "path": str(folder)} for folder in view.folders],
        "left_out": view.left_out,
        "pictures": view.pictures,
        "all": view.all,
        "gallery": _name_for(view.path, workspace.store.names()),
    }


def profiles_view(state: ServerState) -> list[dict[str, Any]]:
    """The profiles that a gallery may be made with: the server's, or all that ship. Nothing is fetched or loaded. Endpoints are asked
    whether they answer where whoever runs the server named the profile."""
    measured = speeds(state.workspace.home.speeds)
    return [{**_profile(name), "speed": measured.get(name), "away": _away(name) if state.profile else []} for name in state.profiles]


def shipped_profiles() -> tuple[str, ...]:
    """Their names: those that know pictures at large first, and of them the smallest; of the others the default one."""
    profiles = [load_profile(file.stem) for file in sorted(SHIPPED.glob("*.toml"))]
    ordered = sorted(
        profiles, key=lambda profile: (bool(profile.limited_to), profile.name != DEFAULT and bool(profile.limited_to), len(profile.models))
    )
    return tuple(profile.name for profile in ordered)


def _profile(name: str) -> dict[str, Any]:
    profile = load_profile(name)
    needs = needs_of(profile)
    roles = [role for role in USES["a conversation"] if role in profile.models]
    return {
        "name": name,
        "title": profile.name,
        "limited_to": profile.limited_to,
        "asks": profile.llm is not None,
        "paints": profile.painter is not None,
        "fetch": sum(needs.fetch.get(role, 0.0) for role in roles),
        "lacking": [role for role in needs.lacking if role in roles],
        "memory": {"indexing": needs.memory.get("indexing", 0.0), "conversation": needs.memory.get("a conversation", 0.0)},
        "free": needs.free,
        "device": needs.device,
        "problem": shown(needs.problem),
        "sends_pictures": isinstance(profile.encoder.source(), Endpoint),
        "endpoints": sorted({source.url for role in roles if isinstance(source := profile.models[role].source(), Endpoint)}),
    }


def _away(name: str) -> list[str]:
    """The roles whose endpoints do not answer now as they should."""
    models = {role: model for role, model in load_profile(name).models.items() if isinstance(model, EndpointOptions)}
    said = AtOnce(len(models) or 1).all([partial(answers, model) for model in models.values()])
    return [role for role, words in zip(models, said, strict=True) if words not in (ANSWERS, ANSWERS_UNNAMED)]


def _name_for(folder: Path, taken: list[str]) -> str:
    """A gallery's name after its folder, that no other has."""
    plain = unicodedata.normalize("NFKD", folder.name).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("._-")[:50].lower() or "pictures"
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in numbered if other not in taken)
