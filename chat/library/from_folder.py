"""A folder's pictures as a gallery, for whoever has nothing but the folder."""

from __future__ import annotations

import warnings
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ...plain import said_by, shown
from ...store.gallery.exclusions import remembered
from ...store.gallery.indexing import index
from ...store.gallery.sources import find_pictures
from .profile_choice import profile_to_index

if TYPE_CHECKING:
    from ...contracts import StepProgress
    from ...tools.workspace import Workspace


def indexed(workspace: Workspace, folder: Path, gallery: str, profile: str, progress: StepProgress) -> tuple[str, str]:
    """(gallery, profile) once the gallery is what the folder holds; a name and a profile are found where none is given."""
    found = find_pictures(folder, exclude=remembered(workspace.store.cache(gallery)) if gallery else ())
    profile = profile_to_index(workspace, folder, gallery, profile)
    models = workspace.models(profile)
    name = gallery or _name(folder, models.encoder_fingerprint)
    done = index(
        found.pictures,
        workspace.store,
        name,
        workspace.encoder(name, profile),
        within=folder,
        closed=found.closed,
        profile=profile,
        progress=progress,
        batch_size=models.profile.encoder.batch,
        may_remove=lambda vanished: False,
    )
    workspace.prepare(name, profile)
    if done.vanished:
        warnings.warn(f"{done.vanished} are not there any more, and stay in gallery {name!r}", stacklevel=3)
    return name, profile


def resolved(folder: str | Path) -> Path:
    if not str(folder):  # which would be this folder
        raise InputError("the folder has no name: give the path of one, or . for this one")
    try:
        return Path(folder).resolve()
    except (ValueError, OSError) as error:  # half a character, a zero byte, links that lead in a circle
        raise InputError(f"folder is {shown(repr(str(folder)), 80)}, which cannot be the path of one ({said_by(error)})") from None


def _name(folder: Path, fingerprint: str) -> str:
    """A gallery name that another folder of the same name, and another encoder, do not share."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in folder.name)
    mark = sha256(f"{folder}\n{fingerprint}".encode()).hexdigest()[:8]
    return f"{plain.strip('._-')[:50] or 'pictures'}-{mark}"
