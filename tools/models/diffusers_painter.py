"""Painter: any text-to-image pipeline that diffusers ships."""

from __future__ import annotations

import copy
import inspect
import os
from queue import LifoQueue
from typing import TYPE_CHECKING, Any

from ...contracts import unwatched
from ..profiles.placement import placed
from .processors import turn

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from ...contracts import StepProgress
    from ..profiles.placement import Placement
    from ..profiles.profile import PaintModel

_LARGE = ["transformer", "unet", "text_encoder_3"]  # the parts of a pipeline that are worth quantising


class DiffusersPainter:
    """The folder holds a pipeline as save_pretrained writes it.

    On the CPU, concurrent conversations are painted for side by side, as many as there are processors, and not in one batch: arithmetic
    in a batch differs in its last bits from company to company, and a painting must not depend on who else is waiting.
    """

    def __init__(self, folder: Path, choice: PaintModel) -> None:
        import torch
        from diffusers import DiffusionPipeline

        placement = placed(choice)
        arguments: dict[str, Any] = {"dtype": placement.torch_dtype, "use_safetensors": True, **dict.fromkeys(choice.without)}
        if choice.variant:
            arguments["variant"] = choice.variant
        if placement.quantise:
            arguments["quantization_config"] = _quantisation(placement)
        pipeline: Any = DiffusionPipeline.from_pretrained(folder, **arguments)
        if placement.offload:
            pipeline.enable_model_cpu_offload(device=placement.device)
        else:
            pipeline.to(placement.device)
        pipeline.set_progress_bar_config(disable=True)
        self._call = choice.call
        self._tells_steps = "callback_on_step_end" in inspect.signature(pipeline.__call__).parameters
        self._free: LifoQueue[Any] = LifoQueue()
        self._free.put(pipeline)
        if placement.device == "cpu":
            for part in pipeline.components.values():
                if isinstance(part, torch.nn.Module):
                    part.to(memory_format=torch.channels_last)  # how the processor's convolutions want it: a fifth less time
            for _ in range(1, os.cpu_count() or 1):
                self._free.put(_beside(pipeline))

    def paint(self, prompt: str, seed: int, progress: StepProgress = unwatched) -> Image.Image:
        """One RGB picture; the same prompt and seed give the same picture. ``progress`` is told of each step, if the pipeline tells."""
        import torch

        generator = torch.Generator("cpu").manual_seed(seed)  # on the CPU, so that a seed means the same on every machine

        def step_done(pipeline: Any, step: int, _: Any, values: dict[str, Any]) -> dict[str, Any]:
            progress(step + 1, pipeline.num_timesteps)
            return values

        call = {**self._call, "callback_on_step_end": step_done} if self._tells_steps else self._call
        pipeline = self._free.get()
        try:
            with turn(first=True), torch.inference_mode():
                picture: Image.Image = pipeline(prompt, generator=generator, **call).images[0]
        finally:
            self._free.put(pipeline)
        return picture.convert("RGB")


def _beside(pipeline: Any) -> Any:
    """A pipeline over the same weights with a scheduler of its own, which is where a painting that is under way is kept."""
    other = copy.copy(pipeline)
    other.scheduler = copy.deepcopy(pipeline.scheduler)
    return other


def _quantisation(placement: Placement) -> Any:
    from diffusers import BitsAndBytesConfig, PipelineQuantizationConfig, TorchAoConfig

    from .transformers_loading import quantisation

    if placement.quantise == "torchao-int8":
        from torchao.quantization import Int8WeightOnlyConfig

        ours: Any = TorchAoConfig(Int8WeightOnlyConfig())
    elif placement.quantise == "bitsandbytes-4bit":
        ours = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=placement.torch_dtype)
    else:
        ours = BitsAndBytesConfig(load_in_8bit=True)
    theirs = quantisation(placement.quantise, placement.torch_dtype)
    return PipelineQuantizationConfig(quant_mapping={part: theirs if part.startswith("text") else ours for part in _LARGE})
