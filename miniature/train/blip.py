"""Train the second retriever, a small BLIP: ``python -m dir_tir.miniature.train.blip``.

Patches alone learn kinds slowly (docs/log). So the shipped CLIP teaches: both towers are drawn to its embeddings, and the patches,
layer by layer, to the maps of its convolutional eyes, which say what stands in every place of a picture. Heads that are thrown away
afterwards translate. The towers' own contrast keeps them together. Only the contrastive towers are trained: the matching head stays as it
was made.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

import open_clip
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BlipConfig, BlipForImageTextRetrieval, BlipImageProcessor, BlipProcessor, PreTrainedTokenizerFast

from ..world.drawing import draw
from ..world.scene import sample
from .encoder import CAPTION_TOKENS, contrast, described
from .eyes import batch, pixels, read_loss
from .loop import Plan, train
from .settings import RUNS, SIDE, WEIGHTS, arguments, save_weights
from .truths import GROUP_CLASSES, SETTING_CLASSES, classes, fits

_BATCH = 64
_WIDTH = 192
_PATCH = 12  # pixels
_CELLS = SIDE // _PATCH
_LAYERS = 6
_DIMENSION = 256  # of the encoder that teaches
_MAPS = {2: 64, 4: 128, 6: 256}  # after which layer the patches should know which map of the eyes (its channels)
_DISTILLED = 4.0


def configuration(tokenizer: PreTrainedTokenizerFast) -> BlipConfig:
    """5 million parameters."""
    tower = {"hidden_size": _WIDTH, "intermediate_size": 4 * _WIDTH, "num_attention_heads": 6}
    return BlipConfig(
        # With BLIP's own initializer_range, 1e-10, the picture tower would begin with seeing nothing.
        vision_config={**tower, "num_hidden_layers": _LAYERS, "image_size": SIDE, "patch_size": _PATCH, "initializer_range": 0.02},
        text_config={
            **tower,
            "num_hidden_layers": 4,
            "vocab_size": len(tokenizer),
            "encoder_hidden_size": _WIDTH,
            "max_position_embeddings": CAPTION_TOKENS,
            "pad_token_id": tokenizer.pad_token_id,
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "sep_token_id": tokenizer.eos_token_id,
            "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0,
            "is_decoder": False,
        },
        image_text_hidden_size=_DIMENSION,
    )


class Teacher:
    """The shipped encoder; it learns nothing here."""

    def __init__(self, device: str) -> None:
        model, _, _ = open_clip.create_model_and_transforms(f"local-dir:{WEIGHTS / 'encoder'}", precision="fp32", device=device)
        self._clip: Any = model.eval().requires_grad_(False)

    @property
    def words(self) -> tuple[Tensor, Tensor]:
        """What it knows of single tokens (vocabulary, width) and of their places (length, width)."""
        return self._clip.token_embedding.weight, self._clip.positional_embedding

    @torch.no_grad()
    def picture(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Unit embeddings, and the maps of its eyes at a step of 8, 16 and 32 pixels, each channel with mean 0 and deviation 1."""
        maps = self._clip.visual.trunk.forward_intermediates(pictures, indices=[2, 3, 4], intermediates_only=True)
        normal = [functional.batch_norm(each.float(), None, None, training=True) for each in maps]
        return functional.normalize(self._clip.encode_image(pictures).float(), dim=-1), normal

    @torch.no_grad()
    def text(self, tokens: Tensor) -> Tensor:
        """Unit embeddings."""
        return functional.normalize(self._clip.encode_text(tokens).float(), dim=-1)


class Taught(nn.Module):
    """BLIP with the heads of its training."""

    def __init__(self, blip: BlipForImageTextRetrieval, padding: int) -> None:
        super().__init__()
        self.blip = blip
        self.maps = nn.ModuleList(nn.Linear(_WIDTH, channels) for channels in _MAPS.values())
        self.setting = nn.Linear(_WIDTH, sum(SETTING_CLASSES))
        self.column = nn.Linear(_WIDTH, sum(GROUP_CLASSES))
        self.scale = nn.Parameter(torch.tensor(3.0))
        self._padding = padding

    def picture(self, pictures: Tensor) -> tuple[Tensor, list[Tensor], Tensor]:
        """Embeddings (n, d), maps as the patches see them (n, channels, cells, cells), and the last patches (n, cells, cells, width)."""
        seen: Any = self.blip.vision_model(pixel_values=pictures, output_hidden_states=True)
        grids = [seen.hidden_states[layer][:, 1:] for layer in _MAPS]
        maps = [head(grid).transpose(1, 2).unflatten(2, (_CELLS, _CELLS)) for head, grid in zip(self.maps, grids, strict=True)]
        last = seen.last_hidden_state
        return self.blip.vision_proj(last[:, 0]), maps, last[:, 1:].unflatten(1, (_CELLS, _CELLS))

    def text(self, tokens: Tensor) -> Tensor:
        """Embeddings (n, d)."""
        hidden = self.blip.text_encoder(input_ids=tokens, attention_mask=(tokens != self._padding).long()).last_hidden_state
        embeddings: Tensor = self.blip.text_proj(hidden[:, 0])
        return embeddings

    def truth_loss(self, patches: Tensor, settings: Tensor, groups: Tensor) -> Tensor:
        """Cross-entropy of the setting from all patches and of each group from its third of them."""
        thirds = functional.adaptive_avg_pool2d(patches.permute(0, 3, 1, 2), (1, 3))[:, :, 0].transpose(1, 2)
        return read_loss(self.setting(patches.mean((1, 2))), self.column(thirds), settings, groups)


def begun(blip: BlipForImageTextRetrieval, teacher: Teacher) -> BlipForImageTextRetrieval:
    """Words begin as the teacher knows them, and patches as the directions in which those of postcards differ most."""
    words, places = teacher.words
    rng = random.Random(0)
    cut = functional.unfold(pixels([draw(sample(rng, allow_held_out=False), SIDE) for _ in range(64)]), _PATCH, stride=_PATCH)
    patches = cut.transpose(1, 2).flatten(0, 1)
    mean = patches.mean(0)
    _, spread, directions = torch.linalg.svd(patches - mean, full_matrices=False)
    scale = (len(patches) ** 0.5 / spread[:_WIDTH].clamp(min=spread[0] / 100)).unsqueeze(1)
    with torch.no_grad():
        embeddings: Any = blip.vision_model.embeddings
        embeddings.patch_embedding.weight.copy_((scale * directions[:_WIDTH]).reshape(embeddings.patch_embedding.weight.shape))
        embeddings.patch_embedding.bias.copy_(-(scale * directions[:_WIDTH]) @ mean)
        embeddings.position_embedding.mul_(0.1)
        blip.text_encoder.embeddings.word_embeddings.weight.copy_(words)
        blip.text_encoder.embeddings.position_embeddings.weight.copy_(places)
    return blip


def apart(one: Tensor, other: Tensor) -> Tensor:
    """Mean of 1 - cosine, ``other`` having unit rows."""
    return (1 - (functional.normalize(one.float(), dim=-1) * other).sum(-1)).mean()


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=4_000)
    torch.manual_seed(0)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "encoder")
    teacher = Teacher(options.device)
    blip = begun(BlipForImageTextRetrieval(configuration(tokenizer)), teacher)
    model = Taught(blip, tokenizer.pad_token_id).to(options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        some = batch(rng, _BATCH)
        words, known = zip(*(described(rng, scene) for scene in some), strict=True)
        also = torch.tensor([[i != j and fits(k, s) for j, s in enumerate(some)] for i, k in enumerate(known)])
        settings, groups = (t.to(options.device) for t in classes(some))
        tokens = tokenizer(list(words), padding="max_length", truncation=True, max_length=CAPTION_TOKENS, return_tensors="pt")["input_ids"]
        tokens = tokens[:, : int((tokens != tokenizer.pad_token_id).sum(1).max())].to(options.device)
        shown = pixels([draw(scene, SIDE) for scene in some]).to(options.device)
        wanted, maps = teacher.picture(shown)
        pictures, seen, patches = model.picture(shown)
        texts = model.text(tokens)
        padded = functional.pad(tokens, (0, CAPTION_TOKENS - tokens.shape[1]), value=tokenizer.pad_token_id)
        parts = {
            "maps": torch.stack([_unlike(mine, theirs) for mine, theirs in zip(seen, maps, strict=True)]).mean(),
            "truth": model.truth_loss(patches, settings, groups),
            "picture": _DISTILLED * apart(pictures, wanted),
            "text": _DISTILLED * apart(texts, teacher.text(padded)),
            "contrast": 0.2 * contrast(pictures, texts, model.scale.exp().clamp(max=100), also.to(options.device)),
        }
        return torch.stack(list(parts.values())).sum(), {key: value.item() for key, value in parts.items()}

    train(Plan("blip", RUNS / "blip", options.steps, 1e-3), model, loss_of)
    save(blip, tokenizer, WEIGHTS / "blip")


def save(blip: BlipForImageTextRetrieval, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write model and processor in fp16, as the program's adapter of BLIP reads them."""
    half = [0.5, 0.5, 0.5]
    eyes = BlipImageProcessor(size={"height": SIDE, "width": SIDE}, image_mean=half, image_std=half)
    save_weights(blip, BlipProcessor(eyes, tokenizer), folder)


def _unlike(mine: Tensor, theirs: Tensor) -> Tensor:
    """Mean square of what the patches' map lacks of the eyes', on the coarser of both grids."""
    side = min(mine.shape[-1], theirs.shape[-1])
    return functional.mse_loss(functional.adaptive_avg_pool2d(mine.float(), side), functional.adaptive_avg_pool2d(theirs, side))


if __name__ == "__main__":
    main()
