"""Which profile somebody means who names none."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ...store.gallery.sources import PROFILE_FILE
from ...tools.profiles.profile import DEFAULT, load_profile

if TYPE_CHECKING:
    from ...tools.workspace import Workspace

Confirm = Callable[[str], bool]


def profile_of(workspace: Workspace, gallery: str, chosen: str = "") -> str:
    """The profile to search a gallery with: the one chosen, or the one it was made with."""
    if chosen:
        return remembered(chosen)
    return workspace.store.describe(gallery).profile or DEFAULT


def remembered(profile: str) -> str:
    """The profile as it can be kept: a path holds wherever the program is started next time."""
    return str(Path(profile).absolute()) if profile.endswith(".toml") else profile


def profile_to_index(workspace: Workspace, folder: Path, gallery: str, chosen: str = "", confirm: Confirm | None = None) -> str:
    """The profile to index a folder with: the one chosen; that of the gallery when it is there already; the one that the folder names.

    The default one is taken only when its models know pictures at large, or when somebody ``confirm``s that the folder holds what they
    know. Raises InputError that says which profile to take.
    """
    if chosen:
        return remembered(chosen)
    if gallery in workspace.store.names():
        return profile_of(workspace, gallery)
    if named := _named_in(folder):
        return named
    default = load_profile(DEFAULT)
    known = f"the models of profile {DEFAULT!r} know only {default.limited_to}"
    if not default.limited_to or (
        confirm and confirm(f"{known}. For other pictures say --profile {default.otherwise}. Go on with {DEFAULT!r}?")
    ):
        return DEFAULT
    raise InputError(
        f"{known}: give --profile {default.otherwise} for other pictures (`dir-tir models` says what it needs), "
        f"or --profile {DEFAULT} if {folder} holds such"
    )


def _named_in(folder: Path) -> str:
    file = folder / PROFILE_FILE
    if not file.is_file():
        return ""
    try:
        return str(tomllib.loads(file.read_text(encoding="utf-8"))["profile"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise InputError(f'{file} is not understood ({error}): expected a line profile = "...", or remove it') from None
