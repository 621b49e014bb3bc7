"""Train the encoder, a small CLIP: ``python -m dir_tir.miniature.train.encoder``.

Beside the contrastive loss, heads that are thrown away afterwards read the world's truth off both towers; they make the
towers learn things, colours and positions in a tenth of the pictures.
"""

from __future__ import annotations

import argparse
import json
import random

import numpy as np
import torch
from open_clip.model import CLIP
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from ..world.drawing import draw
from ..world.knowledge import Knowledge, complete, glimpse
from ..world.language import first_description, free, plain
from ..world.scene import Scene, sample
from .look_alikes import look_alike
from .loop import Plan, train
from .settings import PATCH, RUNS, SIDE, WEIGHTS, arguments
from .tokens import caption_tokenizer, kept
from .truths import GROUP_CLASSES, SETTING_CLASSES, classes, fits

CAPTION_TOKENS = 64
_BATCH = 64
_WIDTH = 192
_DIMENSION = 256


def configuration(tokenizer: PreTrainedTokenizerFast) -> dict[str, dict[str, object]]:
    """open_clip's configuration: 5.5 million parameters, a picture in 37 tokens."""
    half = (0.5, 0.5, 0.5)
    return {
        "model_cfg": {
            "embed_dim": _DIMENSION,
            "vision_cfg": {"image_size": SIDE, "patch_size": PATCH, "width": _WIDTH, "layers": 6, "head_width": 32},
            "text_cfg": {
                "context_length": CAPTION_TOKENS,
                "vocab_size": len(tokenizer),
                "width": _WIDTH,
                "heads": 6,
                "layers": 4,
                "hf_tokenizer_name": "local",
                "pool_type": "eos",
                "eos_id": tokenizer.eos_token_id,
                "pad_id": tokenizer.pad_token_id,
            },
        },
        "preprocess_cfg": {"mean": half, "std": half, "interpolation": "bicubic", "resize_mode": "squash"},
    }


class Taught(nn.Module):
    """CLIP with the heads of its training: for settings and groups from picture tokens, and for everything from either embedding."""

    def __init__(self, clip: CLIP) -> None:
        super().__init__()
        self.clip = clip
        self.setting = nn.Linear(_WIDTH, sum(SETTING_CLASSES))
        self.group = nn.Linear(_WIDTH, sum(GROUP_CLASSES))
        self.whole = nn.Linear(_DIMENSION, sum(SETTING_CLASSES) + 3 * sum(GROUP_CLASSES))

    def picture(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Embeddings (n, d), not normalised, and patch tokens (n, patches, width)."""
        self.clip.visual.output_tokens = True
        pooled, tokens = self.clip.visual(pixels)
        self.clip.visual.output_tokens = False
        return pooled, tokens

    def token_loss(self, tokens: Tensor, settings: Tensor, groups: Tensor) -> Tensor:
        """Cross-entropy of the setting from all patches and of each group from the patches of its third."""
        across = SIDE // PATCH
        thirds = tokens.reshape(len(tokens), across, 3, across // 3, -1).mean(dim=(1, 3))
        return read_loss(self.setting(tokens.mean(1)), self.group(thirds), settings, groups)

    def embedding_loss(self, embeddings: Tensor, settings: Tensor, groups: Tensor) -> Tensor:
        """Cross-entropy of everything from embeddings."""
        logits = self.whole(functional.normalize(embeddings, dim=-1) * _DIMENSION**0.5)
        first, rest = torch.split(logits, [sum(SETTING_CLASSES), 3 * sum(GROUP_CLASSES)], dim=-1)
        return read_loss(first, rest.reshape(len(rest), 3, -1), settings, groups)


def read_loss(setting: Tensor, group: Tensor, settings: Tensor, groups: Tensor) -> Tensor:
    """Mean cross-entropy over the three facts of the setting and the four of each group."""
    parts = [functional.cross_entropy(x, y) for x, y in zip(torch.split(setting, SETTING_CLASSES, -1), settings.unbind(-1), strict=True)]
    flat = group.flatten(0, 1)
    parts += [
        functional.cross_entropy(x, y) for x, y in zip(torch.split(flat, GROUP_CLASSES, -1), groups.flatten(0, 1).unbind(-1), strict=True)
    ]
    return torch.stack(parts).mean()


def pixels(pictures: list[Image.Image]) -> Tensor:
    """Pictures as CLIP sees them: (n, 3, side, side) in [-1, 1]."""
    array = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures]))
    return array.permute(0, 3, 1, 2).float() / 127.5 - 1


def described(rng: random.Random, scene: Scene) -> tuple[str, Knowledge]:
    """A caption, complete or partial, and what it says."""
    kind = rng.random()
    if kind < 0.07:
        return first_description(rng, scene)
    known = complete(scene) if kind < 0.6 else glimpse(rng, scene)
    return (plain(known) if rng.random() < 0.65 else free(rng, known)), known


def batch(rng: random.Random) -> list[Scene]:
    """Half random scenes, half near twins of them, so that every detail matters."""
    some = [sample(rng, allow_held_out=False) for _ in range(_BATCH // 2)]
    return some + [look_alike(rng, complete(scene), 0.9) for scene in some]


def contrast(pictures: Tensor, texts: Tensor, scale: Tensor, also: Tensor) -> Tensor:
    """CLIP's symmetric loss. ``also`` (texts, pictures) marks further pictures that a text fits: they are left out."""
    logits = scale * functional.normalize(texts, dim=-1) @ functional.normalize(pictures, dim=-1).T
    logits = logits.masked_fill(also, -1e4)
    own = torch.arange(len(logits), device=logits.device)
    return (functional.cross_entropy(logits, own) + functional.cross_entropy(logits.T, own)) / 2


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=1_150)
    torch.manual_seed(0)
    tokenizer = kept(RUNS / "encoder", lambda: caption_tokenizer(CAPTION_TOKENS))
    settings_of_model = configuration(tokenizer)
    clip = CLIP(**settings_of_model["model_cfg"])
    model = Taught(clip).to(options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        some = batch(rng)
        words, known = zip(*(described(rng, scene) for scene in some), strict=True)
        also = torch.tensor([[i != j and fits(k, s) for j, s in enumerate(some)] for i, k in enumerate(known)])
        whole = torch.tensor([k == complete(s) for k, s in zip(known, some, strict=True)])
        truth = tuple(t.to(options.device) for t in classes(some))
        tokens = tokenizer(list(words), padding="max_length", truncation=True, max_length=CAPTION_TOKENS, return_tensors="pt")["input_ids"]
        pooled, patches = model.picture(pixels([draw(scene, SIDE) for scene in some]).to(options.device))
        texts = clip.encode_text(tokens.to(options.device))
        parts = {
            "contrast": contrast(pooled, texts, clip.logit_scale.exp().clamp(max=100), also.to(options.device)),
            "patches": model.token_loss(patches, *truth),
            "picture": model.embedding_loss(pooled, *truth),
            "text": model.embedding_loss(texts[whole], *(t[whole] for t in truth)),
        }
        return torch.stack(list(parts.values())).sum(), {key: value.item() for key, value in parts.items()}

    train(Plan("encoder", RUNS / "encoder", options.steps, 1e-3), model, loss_of)
    folder = WEIGHTS / "encoder"
    folder.mkdir(parents=True, exist_ok=True)
    save_file({key: value.half().contiguous() for key, value in clip.state_dict().items()}, folder / "open_clip_model.safetensors")
    (folder / "open_clip_config.json").write_text(json.dumps(settings_of_model, indent=2) + "\n", encoding="utf-8")
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    main()
