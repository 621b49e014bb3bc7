"""What a run was made with, so that a reader can trust it and two runs can be told apart."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..prompts.library import PromptLibrary
from ..tools.profile import load_profile
from ..tools.weights import identity

if TYPE_CHECKING:
    from ..graph.config import Config

_LIBRARIES = ("chromadb", "diffusers", "dir-tir", "langgraph", "numpy", "open-clip-torch", "scikit-learn", "torch", "transformers")


def manifest(config: Config, descriptions: Path, targets: int) -> dict[str, Any]:
    """``setting`` holds what the results depend on, ``made_with`` the rest."""
    profile = load_profile(config.profile)
    models = profile.models
    return {
        "setting": {
            "config": asdict(config),
            "targets": targets,
            "descriptions": _digest(descriptions.read_bytes()),
            "weights": {role: identity(model) for role, model in models.items()},
            "models": json.loads(json.dumps({role: asdict(model) | {"path": ""} for role, model in models.items()})),
            "prompts": PromptLibrary.load(profile.prompts).hashes(),
        },
        "made_with": {
            "versions": {name: version(name) for name in _LIBRARIES},
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            "command": " ".join(["dir-tir", *sys.argv[1:]]),
        },
    }


def name_of(made: dict[str, Any]) -> str:
    """A short name for the setting: another weight, prompt or number, another run."""
    return _digest(json.dumps(made["setting"], sort_keys=True).encode())[:10]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
