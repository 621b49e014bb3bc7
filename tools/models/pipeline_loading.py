"""Loading a pipeline of diffusers part by part, so that each can be seen to be whole."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .transformers_loading import quantisation
from .whole import load_whole

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from .adapters import Placement

_LARGE = ("transformer", "unet", "text_encoder_3")  # the parts of a pipeline that are worth quantising


def load_pipeline(folder: Path, placement: Placement, *, variant: str = "", without: Collection[str] = ()) -> Any:
    """The pipeline in a folder; ``without`` some parts. Raises ProfileError when weights are missing; no code of the folder is run."""
    from diffusers import DiffusionPipeline

    index: Any = DiffusionPipeline.load_config(folder)
    named = {name: entry for name, entry in index.items() if isinstance(entry, list) and len(entry) == 2 and name not in without}
    types = {name: type_ for name, (library, of) in named.items() if (type_ := _type_with_weights(library, of))}
    parts = {name: _part(type_, folder / name, name, placement, variant) for name, type_ in types.items()}
    missing = dict.fromkeys(without)
    return DiffusionPipeline.from_pretrained(folder, **parts, **missing, trust_remote_code=False)


def _type_with_weights(library: Any, name: Any) -> Any:
    """The class of a part that has weights: of one of the two libraries, or of a pipeline that diffusers ships."""
    from diffusers import ModelMixin, pipelines
    from transformers import PreTrainedModel

    if not (isinstance(library, str) and isinstance(name, str)):
        return None
    module = import_module(library) if library in ("diffusers", "transformers") else getattr(pipelines, library, None)
    type_ = getattr(module, name, None)
    return type_ if isinstance(type_, type) and issubclass(type_, ModelMixin | PreTrainedModel) else None


def _part(type_: Any, folder: Path, name: str, placement: Placement, variant: str) -> Any:
    from transformers import PreTrainedModel

    of_transformers = issubclass(type_, PreTrainedModel)
    arguments: dict[str, Any] = {"dtype" if of_transformers else "torch_dtype": placement.torch_dtype, "use_safetensors": True}
    if of_transformers:
        arguments["trust_remote_code"] = False
    if variant and any(folder.glob(f"*.{variant}*.safetensors")):  # a part that has no such variant is read as it is
        arguments["variant"] = variant
    if placement.quantise and name in _LARGE:
        arguments["quantization_config"] = (
            quantisation(placement.quantise, placement.torch_dtype) if of_transformers else _quantisation(placement)
        )
    return load_whole(type_, folder, **arguments)


def _quantisation(placement: Placement) -> Any:
    """As `quantisation`, of a part that is diffusers' own."""
    from diffusers import BitsAndBytesConfig, TorchAoConfig

    if placement.quantise == "torchao-int8":
        from torchao.quantization import Int8WeightOnlyConfig

        return TorchAoConfig(Int8WeightOnlyConfig())
    if placement.quantise == "bitsandbytes-4bit":
        return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=placement.torch_dtype)
    return BitsAndBytesConfig(load_in_8bit=True)
