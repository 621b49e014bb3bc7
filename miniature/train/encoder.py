"""Train the encoder, a small CLIP: ``python -m dir_tir.miniature.train.encoder``.

It looks through the trained eyes (:mod:`.eyes`). Beside the contrastive loss, a head that is thrown away afterwards reads the world's
truth off both embeddings, so that every fact has its place in them.
"""

from __future__ import annotations

import argparse
import json
import random
from typing import Any

import torch
from open_clip.model import CLIP
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from ..world.drawing import draw
from ..world.knowledge import Knowledge, complete, glimpse
from ..world.language import first_description, free, plain
from ..world.scene import Scene
from .eyes import TOWER, batch, pixels, read_loss, trained_eyes
from .loop import Plan, train
from .people import with_typos, without_articles
from .settings import RUNS, SIDE, WEIGHTS, arguments
from .tokens import caption_tokenizer, kept
from .truths import GROUP_CLASSES, SETTING_CLASSES, classes, fits

CAPTION_TOKENS = 64
_BATCH = 64
_WIDTH = 192
_DIMENSION = 256


def configuration(tokenizer: PreTrainedTokenizerFast) -> dict[str, dict[str, object]]:
    """open_clip's configuration: 2.7 million parameters."""
    half = (0.5, 0.5, 0.5)
    return {
        "model_cfg": {
            "embed_dim": _DIMENSION,
            "vision_cfg": {"image_size": SIDE, "timm_model_name": TOWER, "timm_pool": "rot_attn", "timm_proj": "mlp"},
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
    """CLIP on the trained eyes, with a head that reads everything off either embedding."""

    def __init__(self, clip: CLIP) -> None:
        super().__init__()
        self.clip = clip
        self.whole = nn.Linear(_DIMENSION, sum(SETTING_CLASSES) + 3 * sum(GROUP_CLASSES))

    def picture(self, pictures: Tensor) -> Tensor:
        """Embeddings (n, d), not normalised; the eyes themselves learn no further."""
        visual: Any = self.clip.visual
        visual.trunk.eval()
        with torch.no_grad():
            seen = visual.trunk(pictures)
        embeddings: Tensor = visual.head(seen)
        return embeddings

    def embedding_loss(self, embeddings: Tensor, settings: Tensor, groups: Tensor) -> Tensor:
        """Cross-entropy of everything from embeddings."""
        logits = self.whole(functional.normalize(embeddings, dim=-1) * _DIMENSION**0.5)
        first, rest = torch.split(logits, [sum(SETTING_CLASSES), 3 * sum(GROUP_CLASSES)], dim=-1)
        return read_loss(first, rest.reshape(len(rest), 3, -1), settings, groups)


def described(rng: random.Random, scene: Scene) -> tuple[str, Knowledge]:
    """A caption, complete or partial, typed with more or less care, and what it says."""
    kind = rng.random()
    if kind < 0.07:
        return first_description(rng, scene)
    known = complete(scene) if kind < 0.6 else glimpse(rng, scene)
    text = plain(known) if rng.random() < 0.65 else free(rng, known)
    hurry = rng.random()
    if hurry < 0.3:
        text = with_typos(rng, text)
    elif hurry < 0.4:
        text = without_articles(text)
    return text, known


def contrast(pictures: Tensor, texts: Tensor, scale: Tensor, also: Tensor) -> Tensor:
    """CLIP's symmetric loss. ``also`` (texts, pictures) marks further pictures that a text fits: they are left out."""
    logits = scale * functional.normalize(texts, dim=-1) @ functional.normalize(pictures, dim=-1).T
    logits = logits.masked_fill(also, -1e4)
    own = torch.arange(len(logits), device=logits.device)
    return (functional.cross_entropy(logits, own) + functional.cross_entropy(logits.T, own)) / 2


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=3_500)
    torch.manual_seed(0)
    tokenizer = kept(RUNS / "encoder", lambda: caption_tokenizer(CAPTION_TOKENS))
    settings_of_model = configuration(tokenizer)
    clip = CLIP(**settings_of_model["model_cfg"])
    clip.visual.trunk.load_state_dict(trained_eyes())
    clip.visual.trunk.requires_grad_(False)
    model = Taught(clip).to(options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        some = batch(rng, _BATCH)
        words, known = zip(*(described(rng, scene) for scene in some), strict=True)
        also = torch.tensor([[i != j and fits(k, s) for j, s in enumerate(some)] for i, k in enumerate(known)])
        whole = torch.tensor([k == complete(s) for k, s in zip(known, some, strict=True)])
        truth = tuple(t.to(options.device) for t in classes(some))
        tokens = tokenizer(list(words), padding="max_length", truncation=True, max_length=CAPTION_TOKENS, return_tensors="pt")["input_ids"]
        pictures = model.picture(pixels([draw(scene, SIDE) for scene in some]).to(options.device))
        texts = clip.encode_text(tokens.to(options.device))
        parts = {
            "contrast": contrast(pictures, texts, clip.logit_scale.exp().clamp(max=100), also.to(options.device)),
            "picture": model.embedding_loss(pictures, *truth),
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
