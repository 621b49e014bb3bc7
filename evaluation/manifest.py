"""What a run was made with, so that a reader can trust it and two runs can be distinguished."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..prompts.library import PromptLibrary
from ..tools.code import digest_of_code
from ..tools.profiles.profile import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..graph.config import Config
    from ..tools.workspace import Workspace
    from .conversing import Task

_LIBRARIES = ("chromadb", "diffusers", "dir-tir", "langgraph", "numpy", "open-clip-torch", "scikit-learn", "torch", "transformers")


# What conversations and ranks depend on; faces, tables and curves may change while a run is interrupted.
_CODE = ("contracts.py", "errors.py", "registry.py", "graph", "nodes", "prompts", "store", "tools")
_EVALUATION = ("conversing.py", "methods.py", "ranking.py", "runner.py")


def manifest(workspace: Workspace, retrievers: Sequence[Config], tasks: Sequence[Task]) -> dict[str, Any]:
    """``setting`` holds what results depend on, ``also`` the same of further retrievers, ``code`` the program, ``made_with`` the rest."""
    first, *others = (_setting(workspace, config, tasks) for config in retrievers)
    return made_of(first, others)


def made_of(setting: dict[str, Any], also: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """A manifest of what results depend on. ``made_with``: what they do not depend on, and a reader wants to know all the same."""
    return {
        "setting": setting,
        "also": list(also),
        "code": f"{version('dir-tir')}, {code_digest(PACKAGE)}",
        "made_with": {
            "versions": {name: version(name) for name in _LIBRARIES},
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            "command": " ".join(["dir-tir", *sys.argv[1:]]),
        },
    }


def code_digest(package: Path) -> str:
    """Of the source files that a run's results depend on, in the package's folder: 16 digits."""
    return digest_of_code(package, (*_CODE, *(f"evaluation/{name}" for name in _EVALUATION)))


def name_of(made: dict[str, Any]) -> str:
    """A short name for the settings and the code: another weight, prompt, number or line of the program, another run."""
    return _digest(json.dumps([made["setting"], *made["also"], made["code"]], sort_keys=True).encode())[:10]


def made_by_other_code(made: dict[str, Any], folder: Path) -> Path | None:
    """An earlier run of the same settings by another version of the program, in the same place, if there is one."""
    for file in sorted(folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*/manifest.json")):
        try:
            other = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:  # killed while it was written
            continue
        if file.parent != folder and [other.get("setting"), other.get("also")] == json.loads(json.dumps([made["setting"], made["also"]])):
            return file.parent
    return None


def refuse_another(folder: Path, made: dict[str, Any]) -> None:
    """Raises InputError when a folder that somebody named is a file, or has another run in it or other files."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out {folder} is a file: name a folder")
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        there = name_of(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        there = ""
    if there != name_of(made):
        raise InputError(f"--out {folder} has {'another run' if there else 'other files'} in it: name a new folder, or empty this one")


def _setting(workspace: Workspace, config: Config, tasks: Sequence[Task]) -> dict[str, Any]:
    models = workspace.models(config.profile)
    profile = models.profile
    return {
        "config": asdict(config),
        "targets": len(tasks),
        "tasks": _digest("".join(f"{task.target or task.image}\n{task.description}\n" for task in tasks).encode()),
        "weights": {role: models.fingerprint(role) for role in profile.models} | models.fingerprints_beside(),
        "models": {role: model.model_dump(mode="json", exclude=set(model.folders)) for role, model in profile.models.items()},
        "prompts": PromptLibrary.load(profile.prompts).hashes(),
        "hubs": _hubs(workspace, config, tasks),
    }


def _hubs(workspace: Workspace, config: Config, tasks: Sequence[Task]) -> dict[str, Any]:
    """What hubs are worked out from: never from what the tasks begin with."""
    hubs = workspace.vectors(config.gallery).hubs_without(task.description for task in tasks)
    return {"from": hubs.source, "captions": hubs.captions}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
