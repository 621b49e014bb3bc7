"""The image refiner (section 2.3).

generate → critique → re_prompt
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langgraph.graph import START, StateGraph

from ..nodes.critique import critique
from ..nodes.generate import generate
from ..nodes.re_prompt import re_prompt
from ..nodes.state import ImageOutput, ImageState
from .config import Config
from .injection import Clicked, Resolver, always, bind, nobody
from .routers import after_critique, after_generate, at_image_refiner

if TYPE_CHECKING:
    from collections.abc import Callable

    from langgraph.graph.state import CompiledStateGraph


def image_refiner(
    resolve: Resolver, clicked: Clicked = nobody, paints: Callable[[], bool] = always
) -> CompiledStateGraph[ImageState, Config, ImageState, ImageOutput]:
    """Paints what has been understood, asks the user what is wrong with it, works that into the painting prompt. Nobody waits for a
    painting who has ``clicked``, or wants none any more (``paints``)."""
    graph = StateGraph(ImageState, context_schema=Config, output_schema=ImageOutput)
    graph.add_node("generate", bind(generate, resolve, "image", clicked=clicked, breaks_off=True, wanted=paints))
    graph.add_node("critique", bind(critique, resolve, "image", clicked=clicked))
    graph.add_node("re_prompt", bind(re_prompt, resolve, "image"))
    graph.add_conditional_edges(START, at_image_refiner)
    graph.add_conditional_edges("generate", after_generate)
    graph.add_conditional_edges("critique", after_critique)
    graph.set_finish_point("re_prompt")
    return graph.compile(name="image_refiner")
