"""What a run was made with, so that a reader can trust it and two runs can be told apart."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ..prompts.library import PromptLibrary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..graph.config import Config
    from ..tools.workspace import Workspace
    from .runner import Task

_LIBRARIES = ("chromadb", "diffusers", "dir-tir", "langgraph", "numpy", "open-clip-torch", "scikit-learn", "torch", "transformers")


def manifest(workspace: Workspace, retrievers: Sequence[Config], tasks: Sequence[Task]) -> dict[str, Any]:
    """``setting`` holds what the results depend on, ``also`` the same of further retrievers, ``made_with`` the rest."""
    first, *others = (_setting(workspace, config, tasks) for config in retrievers)
    return {
        "setting": first,
        "also": others,
        "made_with": {
            "versions": {name: version(name) for name in _LIBRARIES},
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            "command": " ".join(["dir-tir", *sys.argv[1:]]),
        },
    }


def _setting(workspace: Workspace, config: Config, tasks: Sequence[Task]) -> dict[str, Any]:
    models = workspace.models(config.profile)
    profile = models.profile
    return {
        "config": asdict(config),
        "targets": len(tasks),
        "tasks": _digest("".join(f"{task.target}\n{task.description}\n" for task in tasks).encode()),
        "weights": {role: models.fingerprint(role) for role in profile.models},
        "models": {role: model.model_dump(mode="json", exclude={"path"}) for role, model in profile.models.items()},
        "prompts": PromptLibrary.load(profile.prompts).hashes(),
    }


def name_of(made: dict[str, Any]) -> str:
    """A short name for the settings: another weight, prompt or number, another run."""
    return _digest(json.dumps([made["setting"], *made["also"]], sort_keys=True).encode())[:10]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
