"""The trained encoder's text tower, renamed from open_clip's form into that of transformers' ``CLIPTextModel``."""

from __future__ import annotations

from safetensors.torch import load_file
from torch import Tensor

from .settings import WEIGHTS

_NAMES = {
    "positional_embedding": "embeddings.position_embedding.weight",
    "token_embedding": "embeddings.token_embedding",
    "ln_final": "final_layer_norm",
    "transformer.resblocks": "encoder.layers",
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}


def text_tower() -> dict[str, Tensor]:
    """State for ``CLIPTextModel``."""
    state = load_file(WEIGHTS / "encoder" / "open_clip_model.safetensors")
    return _renamed(
        {key: value.float() for key, value in state.items() if key.startswith(("token_", "positional_", "transformer.", "ln_final"))}
    )


def _renamed(state: dict[str, Tensor]) -> dict[str, Tensor]:
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
