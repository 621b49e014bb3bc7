"""The encoder's picture tower, renamed from open_clip's form into that of transformers' ``CLIPVisionModel``."""

from __future__ import annotations

from pathlib import Path

from safetensors import safe_open
from torch import Tensor

_PREFIX = "model.clip.visual."
_NAMES = {
    "class_embedding": "embeddings.class_embedding",
    "positional_embedding": "embeddings.position_embedding.weight",
    "conv1.weight": "embeddings.patch_embedding.weight",
    "ln_pre": "pre_layrnorm",
    "ln_post": "post_layernorm",
    "transformer.resblocks": "encoder.layers",
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}


def encoder_eyes(checkpoint: Path) -> dict[str, Tensor]:
    """State for ``CLIPVisionModel`` from the encoder's training checkpoint."""
    with safe_open(checkpoint, "pt") as file:
        state = {key.removeprefix(_PREFIX): file.get_tensor(key) for key in file.keys() if key.startswith(_PREFIX)}  # noqa: SIM118
    state.pop("proj")
    renamed: dict[str, Tensor] = {}
    for key, value in state.items():
        for old, new in _NAMES.items():
            key = key.replace(old, new)
        if "attn.in_proj" in key:
            for part, piece in zip("qkv", value.chunk(3), strict=True):
                renamed[key.replace("attn.in_proj_", f"self_attn.{part}_proj.")] = piece.contiguous()
        else:
            renamed[key] = value
    return renamed
