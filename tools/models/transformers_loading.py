"""Loading a model of transformers the way its profile says: device, number format, quantisation, offloading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .options import TextOptions, WeightOptions
from .whole import load_whole

if TYPE_CHECKING:
    from pathlib import Path

    from .adapters import Placement


class TransformersOptions(TextOptions, WeightOptions):
    """Of a language or vision model that transformers runs."""

    kind: Literal["transformers"] = "transformers"

    passed_over = frozenset({"key"})


def load_model(type_: Any, folder: Path, placement: Placement) -> Any:
    """``type_`` is one of transformers' Auto classes; the weights are safetensors, and no code of the folder is run. Raises ProfileError
    when weights are missing."""
    arguments: dict[str, Any] = {"dtype": placement.torch_dtype, "use_safetensors": True, "trust_remote_code": False}
    if placement.quantise:
        arguments["quantization_config"] = quantisation(placement.quantise, placement.torch_dtype)
    if placement.offload:
        arguments["device_map"] = "auto"  # as many layers as fit on the GPU, the others in main memory
    elif placement.quantise:
        arguments["device_map"] = {"": placement.device}
    model = load_whole(type_, folder, **arguments).eval()
    return model if placement.offload or placement.quantise else model.to(placement.device)


def quantisation(name: str, dtype: Any) -> Any:
    """transformers' configuration for one of the profile's quantisations. dtype: what is calculated with."""
    import transformers

    if name == "bitsandbytes-4bit":
        return transformers.BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)
    if name == "bitsandbytes-8bit":
        return transformers.BitsAndBytesConfig(load_in_8bit=True)
    from torchao.quantization import Int8WeightOnlyConfig

    return transformers.TorchAoConfig(Int8WeightOnlyConfig())
