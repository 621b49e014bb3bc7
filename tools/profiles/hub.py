"""Repositories of the Hugging Face hub: fetched once, safetensors only, and used without a network from then on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ProfileError

if TYPE_CHECKING:
    from ..models.sources import Repository

_SMALL = (".json", ".txt", ".model", ".jinja", ".tiktoken")


def fetched(source: Repository) -> Path | None:
    """The folder of a repository that is on this machine completely; None when it is not, or not all of it."""
    from huggingface_hub import get_cached_repo_tree, snapshot_download
    from huggingface_hub.errors import CachedRepoTreeNotFoundError, HFValidationError, LocalEntryNotFoundError

    repo, revision = source.name, source.revision or None
    try:
        tree = {entry.path: entry.size for entry in get_cached_repo_tree(repo, revision=revision or "main") if hasattr(entry, "size")}
        files = wanted(source, tree)
        return Path(snapshot_download(repo, revision=revision, allow_patterns=_exactly(files), local_files_only=True))
    except (CachedRepoTreeNotFoundError, HFValidationError, LocalEntryNotFoundError):
        return None


def fetch(source: Repository) -> Path:
    """Fetch what is not there yet; what an interrupted fetching left is taken up.

    Shows how far it is on the terminal. Raises ProfileError that says what to do.
    """
    from huggingface_hub import HfApi, constants, snapshot_download

    repo, revision = source.name, source.revision or None
    with _plain_errors(repo, source.revision):
        listed: Any = HfApi().model_info(repo, revision=revision, files_metadata=True).siblings
        sizes = {entry.rfilename: entry.size or 0 for entry in listed}
        files = wanted(source, sizes)
        missing = sum(sizes[name] for name in files)
        disk = next(folder for folder in (Path(constants.HF_HUB_CACHE), *Path(constants.HF_HUB_CACHE).parents) if folder.is_dir())
        free = shutil.disk_usage(disk).free
        if missing > free:
            raise ProfileError(
                f"{repo} needs {missing / 1e9:.1f} GB and {disk} has {free / 1e9:.1f} GB free: make room, or let HF_HOME name another disk"
            )
        return Path(snapshot_download(repo, revision=revision, allow_patterns=_exactly(files)))


def wanted(source: Repository, sizes: Mapping[str, int]) -> list[str]:
    """Which files of a repository an adapter reads: configuration, vocabulary, and the weights once, as safetensors.

    sizes: every file of the repository, in bytes. Raises ProfileError when the weights are there only in formats that run code.
    """
    depth = 1 if source.in_parts else 0
    near = [name for name in sizes if name.count("/") in (0, depth) and name.partition("/")[0] not in source.without]
    small = [name for name in near if name.endswith(_SMALL)]
    tensors = [name for name in near if name.count("/") == depth and _holds(source, name, source.variant)]
    if source.variant:  # a part that has no such variant comes as it is
        there = {name.partition("/")[0] for name in tensors}
        tensors += [name for name in near if name.count("/") == depth and _holds(source, name, "") and name.partition("/")[0] not in there]
    if not tensors:
        raise ProfileError(
            f"{source.name} has no safetensors of the kind wanted: other formats run code when they are read; "
            "choose another repository or revision"
        )
    return sorted({*small, *tensors})


def _holds(source: Repository, name: str, variant: str) -> bool:
    """Whether a file holds weights: whole, or one of several numbered files."""
    infix = rf"\.{re.escape(variant)}" if variant else ""
    return re.fullmatch(rf"{source.weights}{infix}(-\d+-of-\d+)?\.safetensors", name.rpartition("/")[2]) is not None


def _exactly(files: list[str]) -> list[str]:
    return [re.sub(r"([\[*?])", r"[\1]", name) for name in files]


@contextmanager
def _plain_errors(repo: str, revision: str) -> Iterator[None]:
    """The hub's many exceptions, as one line that says what to do."""
    import httpx
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError, RevisionNotFoundError

    try:
        yield
    except GatedRepoError as error:
        raise ProfileError(
            f"{repo} is gated: accept its licence at https://huggingface.co/{repo}, then run `hf auth login` or set HF_TOKEN"
        ) from error
    except RevisionNotFoundError as error:
        raise ProfileError(f"{repo} has no revision {revision!r}: check `revision` in the profile") from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ProfileError(f"there is no repository {repo!r} on the hub, or it is private: check `repo` in the profile") from error
    except (OSError, httpx.HTTPError) as error:
        cause = error.__cause__ or error
        reason = " ".join(str(cause).split())[:160] or type(cause).__name__
        raise ProfileError(
            f"{repo} is not on this machine and cannot be fetched ({reason}): check the network, or fetch it where there is one "
            "(`dir-tir models --fetch`) and copy the folder that HF_HOME names"
        ) from error
