"""The models of a profile, loaded when first used, once in a process, and shared by every conversation."""

from __future__ import annotations

import os
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from safetensors import SafetensorError

from ..errors import DirTirError, ProfileError
from .profile import Profile, load_profile
from .weights import fingerprint, weights_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from .interfaces import Encoder, LanguageModel, Painter, VisionModel

# One lock for all loading: transformers and diffusers import their parts on demand, which two threads must not do at the same time.
_loading = RLock()
_T = TypeVar("_T")


class Models:
    """Four models, each loaded when first asked for. Every adapter has a lock of its own, since LangGraph runs nodes in threads."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._loaded: dict[str, Any] = {}

    @property
    def encoder_fingerprint(self) -> str:
        """The encoder's fingerprint, from its files alone: nothing is loaded."""
        return fingerprint(weights_folder(self.profile.encoder))

    @property
    def encoder(self) -> Encoder:
        def load() -> Encoder:
            folder = weights_folder(self.profile.encoder)
            if self.profile.encoder.kind == "blip":
                from .blip_encoder import BlipEncoder

                return BlipEncoder(folder)
            from .open_clip_encoder import OpenClipEncoder

            return OpenClipEncoder(folder)

        return self._once("encoder", load)

    @property
    def llm(self) -> LanguageModel:
        def load() -> LanguageModel:
            from .transformers_llm import TransformersLanguageModel

            choice = self.profile.llm
            return TransformersLanguageModel(weights_folder(choice), choice.tries, choice.generation, choice.batch)

        return self._once("llm", load)

    @property
    def vision(self) -> VisionModel:
        def load() -> VisionModel:
            from .transformers_vision import TransformersVisionModel

            choice = self.profile.vision
            return TransformersVisionModel(weights_folder(choice), choice.tries, choice.generation, choice.batch)

        return self._once("vision", load)

    @property
    def painter(self) -> Painter:
        def load() -> Painter:
            from .diffusers_painter import DiffusersPainter

            return DiffusersPainter(weights_folder(self.profile.painter), self.profile.painter.call)

        return self._once("painter", load)

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
                except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
                    # What the libraries raise over files they cannot make sense of; the cause stays attached for whoever wants it.
                    reason = " ".join(str(error).split())[:200]
                    raise ProfileError(
                        f"profile {self.profile.name!r}: the {role} cannot be loaded ({reason}): check its folder"
                    ) from error
            return cast("_T", self._loaded[role])


@cache
def _models(name: str) -> Models:
    return Models(load_profile(name))


def models_of(profile: str) -> Models:
    """The models of a profile (name or path of a TOML file): always the same object for the same profile."""
    with _loading:
        return _models(profile)


def _quieten(*, offline: bool) -> None:
    """No progress bars and no advice in a conversation; and no question to a hub when every model lies in a folder."""
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read by huggingface_hub at its first import
    import diffusers
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    diffusers.logging.set_verbosity_error()
    diffusers.logging.disable_progress_bar()
