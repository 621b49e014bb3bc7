"""The models of a profile, loaded when first used, once in a process, and shared by every conversation."""

from __future__ import annotations

import logging
import os
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from safetensors import SafetensorError

from ...errors import DirTirError, ProfileError
from ..profiles.placement import require_memory
from ..profiles.profile import EncoderModel, Profile
from ..profiles.weights import fingerprint, weights_folder, weights_there

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from ...contracts import Encoder, LanguageModel, Painter, VisionModel

# One lock for all loading: transformers and diffusers import their parts on demand, which two threads must not do at the same time.
_loading = RLock()
_T = TypeVar("_T")


class Models:
    """A profile's models, each loaded when first asked for. Every adapter has a lock of its own, since LangGraph runs nodes in threads."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._loaded: dict[str, Any] = {}

    @property
    def encoder_fingerprint(self) -> str:
        """The encoder's fingerprint, from its files alone: nothing is loaded."""
        return fingerprint(weights_folder(self.profile.encoder))

    @property
    def encoder(self) -> Encoder:
        return self._encoder("encoder", self.profile.encoder)

    @property
    def dialogue_encoder(self) -> Encoder | None:
        """The encoder whose text tower is tuned on raw dialogues, where the profile has one."""
        choice = self.profile.dialogue_encoder
        return self._encoder("dialogue_encoder", choice) if choice else None

    @property
    def llm(self) -> LanguageModel:
        def load() -> LanguageModel:
            choice = self.profile.llm
            if choice.kind == "openai":
                from .endpoint import Endpoint

                return Endpoint(choice)
            from .transformers_llm import TransformersLanguageModel

            return TransformersLanguageModel(self._fitting("llm"), choice)

        return self._once("llm", load)

    @property
    def vision(self) -> VisionModel:
        def load() -> VisionModel:
            choice = self.profile.vision
            if choice.kind == "openai":
                from .endpoint import Endpoint

                return Endpoint(choice)
            from .transformers_vision import TransformersVisionModel

            return TransformersVisionModel(self._fitting("vision"), choice)

        return self._once("vision", load)

    @property
    def painter(self) -> Painter:
        def load() -> Painter:
            from .diffusers_painter import DiffusersPainter

            return DiffusersPainter(self._fitting("painter"), self.profile.painter)

        return self._once("painter", load)

    def require_memory(self, roles: Collection[str]) -> None:
        """Raise ProfileError when those of these models that are not loaded yet will not fit together. Fetches nothing."""
        models = {role: model for role, model in self.profile.models.items() if role in roles and role not in self._loaded}
        require_memory(self.profile.name, models, {role: weights_there(model) for role, model in models.items()})

    def _fitting(self, role: str) -> Path:
        """The folder of a model that fits into what memory there is."""
        model = self.profile.models[role]
        folder = weights_folder(model)
        require_memory(self.profile.name, {role: model}, {role: folder})
        return folder

    def _encoder(self, role: str, choice: EncoderModel) -> Encoder:
        def load() -> Encoder:
            folder = self._fitting(role)
            if choice.kind == "blip":
                from .blip_encoder import BlipEncoder

                return BlipEncoder(folder, choice)
            from .open_clip_encoder import OpenClipEncoder

            return OpenClipEncoder(folder, choice)

        return self._once(role, load)

    def _once(self, role: str, load: Callable[[], _T]) -> _T:
        if role in self._loaded:  # without the lock: what is there need not wait for what is being loaded
            return cast("_T", self._loaded[role])
        with _loading:
            if role not in self._loaded:
                _quieten(offline=self.profile.is_local)
                try:
                    self._loaded[role] = load()
                except DirTirError:
                    raise
                except (MemoryError, _out_of_gpu_memory()) as error:
                    raise ProfileError(
                        f"profile {self.profile.name!r}: there was not enough memory to load the {role}: close other programs, "
                        "quantise or offload it in a copy of the profile, or name a smaller model"
                    ) from error
                except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
                    # What the libraries raise over files they cannot make sense of; the cause stays attached for whoever wants it.
                    reason = " ".join(str(error).split())[:200]
                    raise ProfileError(
                        f"profile {self.profile.name!r}: the {role} cannot be loaded ({reason}): check its folder"
                    ) from error
            return cast("_T", self._loaded[role])


def _out_of_gpu_memory() -> type[Exception]:
    import torch

    return torch.OutOfMemoryError


def _quieten(*, offline: bool) -> None:
    """No progress bars and no advice in a conversation; and no question to a hub when every model lies in a folder."""
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read by huggingface_hub at its first import
    logging.getLogger("torch.utils._pytree").setLevel(logging.ERROR)  # two warnings of torchao's, whoever imports transformers beside it
    import diffusers
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    diffusers.logging.set_verbosity_error()
    diffusers.logging.disable_progress_bar()
