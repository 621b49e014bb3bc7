"""Repositories of the Hugging Face hub: fetched once, safetensors only, and used without a network from then on."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ProfileError

if TYPE_CHECKING:
    from ..models.sources import Repository

_WORDS = ("tokenizer", "vocab", "spiece")  # how the files begin in which a model's words are
_SMALL = (".json", ".txt", ".model", ".jinja", ".tiktoken")


def fetched(source: Repository) -> Path | None:
    """The folder of a repository that is on this machine completely; None when it is not, or not all of it, or cut off."""
    from huggingface_hub import get_cached_repo_tree, snapshot_download
    from huggingface_hub.errors import CachedRepoTreeNotFoundError, HFValidationError, LocalEntryNotFoundError

    repo, revision = source.name, source.revision or None
    try:
        tree = {entry.path: entry.size for entry in get_cached_repo_tree(repo, revision=revision or "main") if hasattr(entry, "size")}
        files = wanted(source, tree)
        folder = Path(snapshot_download(repo, revision=revision, allow_patterns=_exactly(files), local_files_only=True))
        return folder if all(_is_whole(folder / name, tree[name]) for name in files) else None
    except CachedRepoTreeNotFoundError:  # as `from_pretrained` of other programs leaves it
        pass
    except (HFValidationError, LocalEntryNotFoundError):
        return None
    try:
        folder = Path(snapshot_download(repo, revision=revision, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return folder if is_complete(source, folder) else None


def fetch(source: Repository) -> Path:
    """Fetch what is not there yet; what an interrupted fetching left is taken up, and what is not as large as it should be is fetched anew.

    Shows how far it is on the terminal. Raises ProfileError that says what to do.
    """
    from huggingface_hub import HfApi, constants, snapshot_download, try_to_load_from_cache

    repo, revision = source.name, source.revision or None
    with _plain_errors(repo, source.revision):
        about = HfApi().model_info(repo, revision=revision, files_metadata=True)
        listed: Any = about.siblings
        sizes = {entry.rfilename: entry.size or 0 for entry in listed}
        files = wanted(source, sizes)
        cached = {name: try_to_load_from_cache(repo, name, revision=about.sha) for name in files}
        there = {name: Path(path) for name, path in cached.items() if isinstance(path, str)}
        whole = {name for name, file in there.items() if _is_whole(file, sizes[name])}
        missing = sum(sizes[name] for name in files if name not in whole)
        disk = next(folder for folder in (Path(constants.HF_HUB_CACHE), *Path(constants.HF_HUB_CACHE).parents) if folder.is_dir())
        free = shutil.disk_usage(disk).free
        if missing > free:
            raise ProfileError(
                f"{repo} needs {missing / 1e9:.1f} GB more and {disk} has {free / 1e9:.1f} GB free: make room, or let HF_HOME name another "
                "disk"
            )
        for name in there.keys() - whole:
            there[name].resolve().unlink(missing_ok=True)  # the cache links to what several revisions share
            there[name].unlink(missing_ok=True)
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


def is_complete(source: Repository, folder: Path) -> bool:
    """Whether a folder of which nobody knows what it should hold has all that is read of a model, by what its files say of one another."""
    sizes = {file.relative_to(folder).as_posix(): file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    try:
        files = wanted(source, sizes)
    except ProfileError:
        return False
    tensors = [name for name in files if name.endswith(".safetensors")]
    named = {name for file in files if file.endswith(".safetensors.index.json") for name in _named_in(folder, file)}
    if source.in_parts:
        index = _read(folder / "model_index.json")
        parts = {part for part, of in index.items() if isinstance(of, list) and all(of) and part not in source.without}
        with_weights = {part for part in parts if f"{part}/config.json" in sizes}
        lacking = any(not any(name.startswith(f"{part}/") for name in files) for part in parts)
        lacking = lacking or any(not any(name.startswith(f"{part}/") for name in tensors) for part in with_weights) or not parts
    elif source.weights == "open_clip_model":
        lacking = "open_clip_config.json" not in sizes
    else:
        lacking = "config.json" not in sizes or not any(name.startswith(_WORDS) for name in sizes)
    return not lacking and named <= sizes.keys() and all(_is_whole(folder / name) for name in tensors)


def _named_in(folder: Path, index: str) -> set[str]:
    """The files that the index of weights in several of them names."""
    beside = index[: index.rfind("/") + 1]
    return {f"{beside}{name}" for name in _read(folder / index).get("weight_map", {}).values()}


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_whole(file: Path, size: int | None = None) -> bool:
    """Whether a file is as large as the hub says, or, where it says nothing, as the head of its safetensors does."""
    try:
        there = file.stat().st_size
        if size is not None:
            return there == size
        with file.open("rb") as content:
            head = int.from_bytes(content.read(8), "little")
            tensors = json.loads(content.read(min(head, there)))
        return bool(there == 8 + head + max((of["data_offsets"][1] for name, of in tensors.items() if name != "__metadata__"), default=0))
    except (OSError, ValueError, KeyError, TypeError):
        return False


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
