"""The gallery that somebody means who names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import InputError
from ...plain import shown

if TYPE_CHECKING:
    from ...tools.workspace import Workspace


def named_or_only(workspace: Workspace, gallery: str | None) -> str:
    """The one that is named, or else the only one there is. Raises InputError where there is none, and where there are several."""
    if gallery:
        return gallery
    names = workspace.store.names()
    if len(names) == 1:
        return names[0]
    if not names:
        raise InputError("there are no galleries yet: make one with `dir-tir index FOLDER --gallery NAME`")
    raise InputError(f"there are several galleries, say which with --gallery: {', '.join(map(shown, names))}")
