"""Where a model's files are, and what they are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ProfileError
from .hub import fetch, fetched

if TYPE_CHECKING:
    from .profile import Profile, TextModel, Weights


def weights_folder(weights: Weights) -> Path:
    """The folder named, or that of the repository's copy on this machine, fetched when it is not there."""
    if weights.path:
        folder = Path(weights.path)
        if not folder.is_dir() or not any(folder.iterdir()):
            raise ProfileError(f"there are no weights in {folder}: check the profile's path, or train them (make miniature)")
        return folder
    return fetched(weights) or fetch(weights)


def weights_there(weights: Weights) -> Path | None:
    """The folder when the files are on this machine; nothing is fetched. None for an endpoint, too."""
    if weights.kind == "openai":
        return None
    if weights.path:
        return Path(weights.path) if any(file.is_file() for file in Path(weights.path).rglob("*")) else None
    return fetched(weights)


def fingerprint(folder: Path) -> str:
    """The first 16 digits of the SHA-256 over every file of a model: weights, configuration, tokenizer. Another file, another model."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        digest.update(f"{file.relative_to(folder).as_posix()}\n{file.stat().st_size}\n".encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:16]


def identity(weights: Weights) -> str:
    """What a run's manifest says of a model: its fingerprint, or, since nobody can look behind an endpoint, what it is called there."""
    return _endpoint(weights) if weights.kind == "openai" else fingerprint(weights_folder(weights))


def require_weights(profile: Profile, name: str) -> None:
    """Raise ProfileError naming every model of the profile ``name`` whose folder holds no file; repositories are fetched later."""
    missing = [role for role, model in profile.models.items() if model.path and weights_there(model) is None]
    if missing:
        raise ProfileError(f"profile {name!r} has no weights yet for {', '.join(missing)}: check its paths, or train them (make miniature)")


def _endpoint(weights: Weights) -> str:
    model: TextModel = weights  # type: ignore[assignment]  # only these have an endpoint
    return f"{model.model} at {model.url}"
