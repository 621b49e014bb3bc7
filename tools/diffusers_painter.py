"""Painter: any text-to-image pipeline that diffusers ships."""

from __future__ import annotations

import inspect
from threading import Lock
from typing import TYPE_CHECKING, Any

from .interfaces import unwatched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from PIL import Image

    from .interfaces import Progress


class DiffusersPainter:
    """The folder holds a pipeline as save_pretrained writes it. call: what the pipeline takes besides prompt and generator."""

    def __init__(self, folder: Path, call: Mapping[str, Any]) -> None:
        import torch
        from diffusers import DiffusionPipeline

        self._pipeline: Any = DiffusionPipeline.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
        self._pipeline.set_progress_bar_config(disable=True)
        self._call = call
        self._tells_steps = "callback_on_step_end" in inspect.signature(self._pipeline.__call__).parameters
        self._lock = Lock()

    def paint(self, prompt: str, seed: int, progress: Progress = unwatched) -> Image.Image:
        """One RGB picture; the same prompt and seed give the same picture. ``progress`` is told of each step, if the pipeline tells."""
        import torch

        generator = torch.Generator("cpu").manual_seed(seed)  # on the CPU, so that a seed means the same on every machine

        def step_done(pipeline: Any, step: int, _: Any, values: dict[str, Any]) -> dict[str, Any]:
            progress(step + 1, pipeline.num_timesteps)
            return values

        call = {**self._call, "callback_on_step_end": step_done} if self._tells_steps else self._call
        with self._lock, torch.inference_mode():
            picture: Image.Image = self._pipeline(prompt, generator=generator, **call).images[0]
        return picture.convert("RGB")
