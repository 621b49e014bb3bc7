"""The models of a profile, loaded when first used, once in a workspace, and shared by every conversation."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from ...errors import DirTirError, ProfileError
from ..profiles.fingerprints import Fingerprints
from ..profiles.hub import fetch
from ..profiles.placement import placed, require_memory
from ..profiles.weights import require_weights, weights_folder, weights_missing, weights_there
from .adapters import Given, adapters_for
from .failures import lacks_memory
from .processors import Processors
from .roles import ROLES
from .sources import Folder, Repository

if TYPE_CHECKING:
    from collections.abc import Collection

    from ...contracts import Encoder, LanguageModel, Painter, VisionModel
    from ..profiles.profile import Profile
    from .adapters import Adapter
    from .options import ModelOptions

# One lock for all loading: transformers and diffusers import their parts on demand, which two threads must not do at the same time.
_loading = RLock()


class LoadedModels:
    """What is loaded in one workspace: two profiles that say the same of a model share it.

    fingerprints: where those of weights are kept. processors: shared out among all of these models while many conversations go on.
    """

    def __init__(self, fingerprints: Fingerprints | None = None, processors: Processors | None = None) -> None:
        self.fingerprints = fingerprints or Fingerprints()
        self.processors = processors or Processors()
        self._loaded: dict[tuple[str, str], Any] = {}

    def there(self, profile: Profile, role: str) -> bool:
        """Whether a model of a profile is loaded."""
        return _key(profile, role) in self._loaded

    def model(self, profile: Profile, role: str) -> Any:
        """A model of a profile, loaded when it is not there yet. Raises ProfileError."""
        key = _key(profile, role)
        if key not in self._loaded:  # without the lock: what is there need not wait for what is being loaded
            with _loading:
                if key not in self._loaded:
                    self._loaded[key] = _load(profile, role, self)
        return self._loaded[key]

    def clear(self) -> None:
        """Let go of every model."""
        self._loaded.clear()


class Models:
    """A profile's models, each loaded when first asked for; nothing is ever fetched by that. Every adapter has a lock of its own, since
    LangGraph runs nodes in threads."""

    def __init__(self, profile: Profile, loaded: LoadedModels | None = None) -> None:
        self.profile = profile
        self._loaded = loaded or LoadedModels()

    @property
    def encoder(self) -> Encoder:
        encoder: Encoder = self._loaded.model(self.profile, "encoder")
        return encoder

    @property
    def dialogue_encoder(self) -> Encoder | None:
        """The encoder whose text tower is tuned on raw dialogues, where the profile has one."""
        encoder: Encoder | None = self._loaded.model(self.profile, "dialogue_encoder") if self.profile.dialogue_encoder else None
        return encoder

    @property
    def llm(self) -> LanguageModel:
        llm: LanguageModel = self._loaded.model(self.profile, "llm")
        return llm

    @property
    def vision(self) -> VisionModel:
        vision: VisionModel = self._loaded.model(self.profile, "vision")
        return vision

    @property
    def painter(self) -> Painter:
        painter: Painter = self._loaded.model(self.profile, "painter")
        return painter

    @property
    def encoder_fingerprint(self) -> str:
        """The encoder's fingerprint, from its files alone: nothing is loaded or fetched. Raises ProfileError when they are not here."""
        require_weights(self.profile, ["encoder"])
        return self.fingerprint("encoder")

    def fingerprint(self, role: str) -> str:
        """What identifies a model: its files; of one without files what is said of it; of one that is not here where it would be from."""
        model = self.profile.models[role]
        folder = weights_there(model)
        return self._loaded.fingerprints.of(folder) if folder else model.fingerprint_without_files

    def fingerprints_beside(self) -> dict[str, str]:
        """What identifies the files in further folders that models name, which no gallery depends on: "encoder.head", say → fingerprint."""
        named = {f"{role}.{key}": getattr(model, key) for role, model in self.profile.models.items() for key in model.folders[1:]}
        return {key: self._loaded.fingerprints.of(Path(folder)) for key, folder in named.items() if folder}

    def require_weights(self, roles: Collection[str] = ("encoder",)) -> None:
        """Raise ProfileError when one of these models, or any that should lie in a folder, is not there: before somebody waits for it."""
        folders = {role for role, model in self.profile.models.items() if isinstance(model.source(), Folder)}
        require_weights(self.profile, folders.union(roles))

    def require_memory(self, roles: Collection[str]) -> None:
        """Raise ProfileError when those of these models that are not loaded yet will not fit together. Fetches nothing."""
        left = {role: model for role, model in self.profile.models.items() if role in roles and not self._loaded.there(self.profile, role)}
        require_memory(self.profile.name, left, {role: weights_there(model) for role, model in left.items()})

    def fetch(self, roles: Collection[str] = tuple(ROLES)) -> None:
        """Fetch the files of these models that are not on this machine, with a progress bar. Raises ProfileError that says what to do."""
        for role, model in self.profile.models.items():
            source = model.source()
            if role in roles and isinstance(source, Repository) and weights_missing(model):
                fetch(source)


def _key(profile: Profile, role: str) -> tuple[str, str]:
    return ROLES[role].contract, _options(profile, role).identity


def _options(profile: Profile, role: str) -> ModelOptions:
    if role not in profile.models:
        other = f"take profile {profile.more!r}, or " if profile.more else ""
        raise ProfileError(
            f"profile {profile.name!r} has no model for {role}: {other}name one in a table [{role}] of a copy of the profile"
        )
    return profile.models[role]


def _adapter(profile: Profile, role: str) -> Adapter:
    return adapters_for(ROLES[role].contract)[profile.models[role].kind]


def _load(profile: Profile, role: str, loaded: LoadedModels) -> Any:
    model, adapter = profile.models[role], _adapter(profile, role)
    adapter.require_packages()
    folder: Path | None = weights_folder(profile, role)
    require_memory(profile.name, {role: model}, {role: folder})
    if folder:
        _quieten(offline=profile.is_local, painting=ROLES[role].contract == "painter")
    given = Given(folder, placed(model), loaded.processors, lambda: Models(profile, loaded).fingerprint(role))
    try:
        return adapter.load(model, given)
    except DirTirError:
        raise
    except (MemoryError, OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        if lacks_memory(error):
            raise ProfileError(
                f"profile {profile.name!r}: there was not enough memory to load the {role}: close other programs, "
                "quantise or offload it in a copy of the profile, or name a smaller model"
            ) from error
        # What the libraries raise over files they cannot make sense of; the cause stays attached for whoever wants it.
        said = " ".join(str(error).split())
        reason = "it wants code of its own run, which never happens here" if "trust_remote_code" in said else said[:200]
        where = f"check its folder, {folder}" if folder else f"check [{role}] in the profile"
        raise ProfileError(f"profile {profile.name!r}: the {role} cannot be loaded ({reason}): {where}") from error


def _quieten(*, offline: bool, painting: bool) -> None:
    """No progress bars and no advice in a conversation; and no question to a hub when every model lies in a folder. diffusers takes a
    second to import, so it is left alone where nothing paints."""
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read by huggingface_hub at its first import
    logging.getLogger("torch.utils._pytree").setLevel(logging.ERROR)  # two warnings of torchao's, whoever imports transformers beside it
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if not painting:
        return
    import diffusers

    diffusers.logging.set_verbosity_error()
    diffusers.logging.disable_progress_bar()
