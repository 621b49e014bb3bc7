"""On which device a model runs, with numbers of which format, and whether there is room for it."""

from __future__ import annotations

from collections import defaultdict
from importlib.util import find_spec
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ProfileError
from ..models.adapters import Placement
from ..models.options import EncoderOptions, WeightOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..models.options import ModelOptions

GB = 1e9
_BYTES = {"float32": 4.0, "bfloat16": 2.0, "float16": 2.0}
_QUANTISED = {"bitsandbytes-4bit": 0.6, "bitsandbytes-8bit": 1.1, "torchao-int8": 1.1}  # bytes a parameter, scales included
_WORKING = 1.1  # what runs beside the weights, at the least


def placed(model: ModelOptions) -> Placement:
    """Where and how a model runs on this machine; one without weights, on the processor. Raises ProfileError for a device that the machine
    lacks or a library that is not installed."""
    if not isinstance(model, WeightOptions):
        return Placement()
    device = model.device if model.device != "auto" else _best_device()
    kind = device.partition(":")[0]
    if kind not in ("cpu", "cuda", "mps"):
        raise ProfileError(f"device {model.device!r} is unknown; expected auto, cpu, cuda, cuda:1 or mps")
    if kind != "cpu" and not _is_there(kind):
        raise ProfileError(f"device {model.device!r} is not on this machine: say auto, or cpu")
    library = model.quantise.partition("-")[0]
    if library and not find_spec(library):
        raise ProfileError(f"quantise {model.quantise!r} needs {library}, which is not installed: pip install 'dir-tir[quantise]'")
    dtype: str = model.dtype
    if dtype == "auto":
        dtype = "float32" if isinstance(model, EncoderOptions) or kind == "cpu" else _half(kind)
    return Placement(device, dtype, model.quantise, model.offload and kind == "cuda")


def memory_needed(model: ModelOptions, folder: Path | None) -> float:
    """Bytes for the weights and a little beside them; 0 without weights here, and when nothing tells how many there are."""
    if not isinstance(model, WeightOptions):
        return 0.0
    placement = placed(model)
    parameters = counted_parameters(folder) if folder else model.parameters * 1e9
    return parameters * _QUANTISED.get(placement.quantise, _BYTES[placement.dtype]) * _WORKING


def memory_free(device: str) -> float:
    """Bytes that can be had on a device."""
    if device.startswith("cuda"):
        import torch

        return float(torch.cuda.mem_get_info(device)[0])
    import psutil

    return float(psutil.virtual_memory().available)


def require_memory(profile: str, models: Mapping[str, ModelOptions], folders: Mapping[str, Path | None]) -> None:
    """Raise ProfileError when these models (by role) together will not fit; said before anything is loaded.

    What is offloaded is counted in main memory, where it waits; whether its largest part fits on the GPU only the GPU can tell.
    """
    needs: dict[str, dict[str, float]] = defaultdict(dict)
    for role, model in models.items():
        where = placed(model)
        needs["cpu" if where.offload else where.device][role] = memory_needed(model, folders.get(role))
    for device, roles in needs.items():
        free = memory_free(device)
        if sum(roles.values()) > free:
            listed = ", ".join(f"{role} {size / GB:.1f}" for role, size in roles.items() if size)
            raise ProfileError(
                f"profile {profile!r} needs about {sum(roles.values()) / GB:.1f} GB on {device} ({listed}), and {free / GB:.1f} GB are "
                "free: close other programs, quantise or offload in a copy of the profile, or name smaller models"
            )


def counted_parameters(folder: Path) -> float:
    """How many numbers the safetensors files below a folder hold, from their headers alone; of variants of one file, the first."""
    total, seen = 0, set()
    for file in sorted(folder.rglob("*.safetensors")):
        stem = (file.parent, file.name.split(".")[0])
        if stem not in seen:
            seen.add(stem)
            total += _counted(file)
    return float(total)


def _counted(file: Path) -> int:
    """How many numbers a safetensors file says it holds; none for one that is broken, which whoever loads it will say."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as tensors:
            return sum(prod(tensors.get_slice(name).get_shape()) for name in tensors.keys())  # noqa: SIM118
    except (SafetensorError, OSError):
        return 0


def _best_device() -> str:
    return next((kind for kind in ("cuda", "mps") if _is_there(kind)), "cpu")


def _is_there(kind: str) -> bool:
    import torch

    return torch.cuda.is_available() if kind == "cuda" else torch.backends.mps.is_available()


def _half(kind: str) -> str:
    import torch

    return "bfloat16" if kind == "cuda" and torch.cuda.is_bf16_supported() else "float16"
