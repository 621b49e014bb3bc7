"""Painter: any text-to-image pipeline that diffusers ships."""

from __future__ import annotations

import copy
import inspect
import os
from queue import LifoQueue
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ....contracts import unwatched
from ....errors import BrokenReply
from ..adapters import Given, adapter
from ..options import WeightOptions
from ..painted import require_something_shown
from ..pipeline_checks import require_painting_from_text
from ..pipeline_loading import load_pipeline
from ..sources import Folder, Repository

if TYPE_CHECKING:
    from PIL import Image

    from ....contracts import StepProgress
    from ..sources import Source


class DiffusersOptions(WeightOptions):
    """What is read of a pipeline, and what it is called with."""

    kind: Literal["diffusers"] = "diffusers"
    variant: str = ""  # of the weight files, "fp16" for those that are half as large
    without: list[str] = Field(default=[])  # parts of the pipeline to leave out, such as text_encoder_3 and tokenizer_3
    call: dict[str, Any] = Field(default={})

    def source(self) -> Source:
        given = super().source()
        if isinstance(given, Folder):
            return given
        return Repository(self.repo, self.revision, in_parts=True, variant=self.variant, without=tuple(self.without))


@adapter("painter", DiffusersOptions)
class DiffusersPainter:
    """The folder holds a pipeline as save_pretrained writes it.

    On the CPU, concurrent conversations are painted for side by side, as many as there are processors, and not in one batch: arithmetic
    in a batch differs in its last bits from company to company, and a painting must not depend on who else is waiting.
    """

    def __init__(self, options: DiffusersOptions, given: Given) -> None:
        import torch

        placement, self._processors = given.placement, given.processors
        pipeline = load_pipeline(given.weights, placement, variant=options.variant, without=options.without)
        require_painting_from_text(pipeline, options.call, given.weights)
        if placement.offload:
            pipeline.enable_model_cpu_offload(device=placement.device)
        else:
            pipeline.to(placement.device)
        pipeline.set_progress_bar_config(disable=True)
        parameters = inspect.signature(pipeline.__call__).parameters
        self._call = {**options.call, **({"output_type": "np"} if "output_type" in parameters else {})}
        self._reports_steps = "callback_on_step_end" in parameters
        self._free: LifoQueue[Any] = LifoQueue()
        self._free.put(pipeline)
        if placement.device == "cpu":
            for part in pipeline.components.values():
                if isinstance(part, torch.nn.Module):
                    part.to(memory_format=torch.channels_last)  # how the processor's convolutions want it: a fifth less time
            for _ in range(1, os.cpu_count() or 1):
                self._free.put(_for_another_thread(pipeline))

    def paint(self, prompt: str, seed: int, progress: StepProgress = unwatched) -> Image.Image:
        """One RGB picture; the same prompt and seed give the same picture. ``progress`` is called at each step, if the pipeline can.

        Raises BrokenReply for what is no picture: numbers that are none, a single colour, a safety checker's black.
        """
        import torch

        generator = torch.Generator("cpu").manual_seed(seed)  # on the CPU, so that a seed means the same on every machine

        def step_done(pipeline: Any, step: int, _: Any, values: dict[str, Any]) -> dict[str, Any]:
            progress(step + 1, pipeline.num_timesteps)
            return values

        call = {**self._call, "callback_on_step_end": step_done} if self._reports_steps else self._call
        pipeline = self._free.get()
        try:
            with self._processors.turn(first=True), torch.inference_mode():
                painted = pipeline(prompt, generator=generator, **call)
        finally:
            self._free.put(pipeline)
        return _picture(painted)


def _picture(painted: Any) -> Image.Image:
    """The picture in what a pipeline gives back. Raises BrokenReply when it is none."""
    import numpy as np
    from PIL import Image

    if any(getattr(painted, "nsfw_content_detected", None) or []):
        raise BrokenReply("the painter's safety checker took the painting for something else and blackened it: describe it in other words")
    found = painted.images[0]
    if not isinstance(found, Image.Image):
        if not np.isfinite(found).all():
            raise BrokenReply('the painter gave numbers that are none (NaN) instead of colours: set its dtype to "float32" or "bfloat16"')
        found = Image.fromarray((found * 255).round().astype("uint8").squeeze())  # as diffusers does it
    return require_something_shown(found.convert("RGB"), "try another dtype, or more steps")


def _for_another_thread(pipeline: Any) -> Any:
    """A pipeline over the same weights, with what changes while it paints its own.

    A scheduler keeps the painting that is under way. A tokenizer keeps how long its next result is to be, so that of two threads one would
    get the other's length: an error now and then, or a painting of something else.
    """
    other = copy.copy(pipeline)
    for name, part in pipeline.components.items():
        if part is not None and name.startswith(("scheduler", "tokenizer")):
            setattr(other, name, copy.deepcopy(part))
    return other
