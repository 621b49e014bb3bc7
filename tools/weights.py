"""Where a model's files are, and what they are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ProfileError

if TYPE_CHECKING:
    from .profile import Profile, Weights


def weights_folder(weights: Weights) -> Path:
    """The folder named, or that of the repository's copy on this machine, fetched when it is not there."""
    if weights.path:
        folder = Path(weights.path)
        if not folder.is_dir() or not any(folder.iterdir()):
            raise ProfileError(f"there are no weights in {folder}: check the profile's path, or train them (make miniature)")
        return folder
    from huggingface_hub import snapshot_download

    try:
        # Safetensors only: the other formats hold the same weights again, and pickles run code.
        return Path(snapshot_download(weights.repo, ignore_patterns=["*.bin", "*.ckpt", "*.h5", "*.msgpack", "*.onnx", "*.pt", "*.pth"]))
    except (OSError, ValueError) as error:
        raise ProfileError(
            f"repository {weights.repo!r} cannot be fetched ({' '.join(str(error).split())[:200]}): check name and network"
        ) from error


def fingerprint(folder: Path) -> str:
    """The first 16 digits of the SHA-256 over every file of a model: weights, configuration, tokenizer. Another file, another model."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        digest.update(f"{file.relative_to(folder).as_posix()}\n{file.stat().st_size}\n".encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:16]


def require_weights(profile: Profile, name: str) -> None:
    """Raise ProfileError naming every model of the profile ``name`` whose folder holds no file; repositories are fetched later."""
    roles = {"encoder": profile.encoder, "llm": profile.llm, "vision": profile.vision, "painter": profile.painter}
    missing = [role for role, model in roles.items() if model.path and not any(file.is_file() for file in Path(model.path).rglob("*"))]
    if missing:
        raise ProfileError(f"profile {name!r} has no weights yet for {', '.join(missing)}: check its paths, or train them (make miniature)")
