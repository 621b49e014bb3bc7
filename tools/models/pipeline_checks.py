"""What can be seen of a pipeline before it paints: that it paints from a text, and understands what it will be called with."""

from __future__ import annotations

import inspect
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ...errors import ProfileError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_OURS = {"prompt", "generator", "output_type", "return_dict", "callback_on_step_end"}
_SIDE = 512  # pixels, where a pipeline chooses its own size


def require_painting_from_text(pipeline: Any, call: Mapping[str, Any], folder: Path) -> None:
    """Raise ProfileError for a pipeline that needs something else than a text, and for settings that it does not know or take."""
    name = f"the pipeline in {folder} ({type(pipeline).__name__})"
    parameters = {
        key: parameter
        for key, parameter in inspect.signature(pipeline.__call__).parameters.items()
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    }
    if "prompt" not in parameters or _needs_a_picture(type(pipeline)):
        raise ProfileError(f"{name} does not paint from a text alone: name a text-to-image pipeline for the painter")
    for key in call.keys() - (parameters.keys() - _OURS):
        near = get_close_matches(key, sorted(parameters), n=1)
        meant = "it is set by the program" if key in _OURS else f"did you mean {near[0]}?" if near else f"known: {', '.join(parameters)}"
        raise ProfileError(f"painter.call.{key} means nothing to {name}: {meant}")
    steps = call.get("num_inference_steps", 1)
    if not isinstance(steps, int) or steps < 1:
        raise ProfileError(f"painter.call.num_inference_steps is {steps!r}; expected at least 1")
    try:
        with suppress(TypeError, AttributeError):  # some look at what only a call under way has
            _check_inputs(pipeline, {key: parameter.default for key, parameter in parameters.items()} | dict(call))
    except ValueError as error:
        raise ProfileError(f"{name} refuses painter.call ({' '.join(str(error).split())[:200]}): change it in the profile") from error


def _check_inputs(pipeline: Any, values: dict[str, Any]) -> None:
    """The check that pipelines make first of all when they are called."""
    check = getattr(pipeline, "check_inputs", None)
    if check is None:
        return
    values |= {"prompt": "a boat", **{side: values.get(side) or _SIDE for side in ("height", "width")}}
    expected = inspect.signature(check).parameters.items()
    check(**{key: values.get(key, None if parameter.default is parameter.empty else parameter.default) for key, parameter in expected})


def _needs_a_picture(type_: type[Any]) -> bool:
    from diffusers.pipelines import auto_pipeline

    from_text = auto_pipeline.AUTO_TEXT2IMAGE_PIPELINES_MAPPING.values()
    from_pictures = [*auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING.values(), *auto_pipeline.AUTO_INPAINT_PIPELINES_MAPPING.values()]
    return type_ in from_pictures and type_ not in from_text
