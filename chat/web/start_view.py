"""What the first page shows, as JSON: where one can search, and what one has begun."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ...errors import DirTirError
from ...tools.profiles.at_work import at_work
from ...tools.profiles.profile import DEFAULT
from ..library.texts import at_work_text
from .settings_view import profiles_for, settings_view

if TYPE_CHECKING:
    from ...contracts import GalleryInfo
    from ...store.conversations.register import Entry
    from ...tools.workspace import Workspace
    from ..library.snapshot import Snapshot
    from .server_state import ServerState

LISTED = 50  # conversations, the newest
UNUSABLE = "it cannot be searched now: whoever runs the server can see why"
_log = logging.getLogger(__name__)


def start_view(state: ServerState, owner: str, *, paths: bool) -> dict[str, Any]:
    """Galleries, and the conversations of this person. paths: whether they may learn where files lie, which problems tell."""
    galleries = galleries_view(state.workspace, state.profile)
    galleries = [line if line["problem"] else {**line, "profiles": profiles_for(state, line["name"])} for line in galleries]
    if not (paths or state.folders):
        galleries = [{**line, "problem": line["problem"] and UNUSABLE} for line in galleries]
    return {
        "galleries": galleries,
        "settings": settings_view(state),
        "conversations": _conversations(state, owner),
        "kept": state.workspace.register.count(owner),
        "manages": bool(state.folders),
    }


def galleries_view(workspace: Workspace, profile: str) -> list[dict[str, Any]]:
    """Every gallery with pictures, those that can be searched first and of them the largest. ``problem``: why one cannot be.

    With a profile, those that another encoder made are left out.
    """
    lines = [line for name in workspace.store.names() if (line := _gallery(workspace, name, profile))]
    return sorted(lines, key=lambda line: (bool(line["problem"]), -line["count"], line["name"]))


def _gallery(workspace: Workspace, name: str, profile: str) -> dict[str, Any] | None:
    try:
        info = workspace.store.describe(name)
    except DirTirError as error:
        return {"name": name, "count": 0, "problem": str(error)}
    if not info.count or (profile and info.fingerprint != workspace.models(profile).encoder_fingerprint):
        return None
    problem = "" if profile else problem_of(workspace, info)
    line: dict[str, Any] = {"name": name, "count": info.count, "problem": problem, "models": "", "example": ""}
    if problem:
        return line
    at = workspace.models(profile or info.profile or DEFAULT).profile
    return {**line, "models": at_work_text(at_work(at)), "example": at.example}


def problem_of(workspace: Workspace, info: GalleryInfo) -> str:
    """Why a gallery cannot be searched with the models it was made with; no model is loaded or fetched to find out."""
    try:
        models = workspace.models(info.profile or DEFAULT)
        models.require_weights()
        workspace.store.open(info.name, models.encoder_fingerprint).close()
    except DirTirError as error:
        return str(error)
    return ""


def _conversations(state: ServerState, owner: str) -> list[dict[str, Any]]:
    """Newest first. What cannot be read costs its own line alone."""
    lines, galleries = [], set(state.workspace.store.names())
    for entry in state.workspace.register.entries(owner, limit=LISTED):
        try:
            lines.append({**_line(entry, state.conversation(entry).snapshot()), "gone": entry.gallery not in galleries})
        except Exception:  # whatever is wrong with one is no reason to keep the others from whoever began them
            _log.warning("conversation %s is not listed", entry.id, exc_info=True)
    return lines


def _line(entry: Entry, snapshot: Snapshot) -> dict[str, Any]:
    shown = snapshot.found or next(iter(snapshot.results), None)
    return {
        "id": entry.id,
        "description": entry.description,
        "title": entry.title,
        "gallery": snapshot.gallery,
        "begun": entry.begun,
        "rounds": max(0, len(snapshot.pages) - 1),
        "finished": snapshot.finished,
        "found": snapshot.found is not None,
        "picture": shown.id if shown and not shown.gone else None,
        "mystery": bool(entry.hunted),
    }
