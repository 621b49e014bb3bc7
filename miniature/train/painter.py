"""Train the painter, a small Stable Diffusion: ``python -m dir_tir.miniature.train.painter``.

The U-Net predicts the clean thumbnail of a postcard from a noisy one and the caption, which it reads through a text tower that starts
as the trained encoder's. Heads that are thrown away afterwards read the world's truth off the middle of the U-Net: they teach it where
which thing belongs. The trained autoencoder (:mod:`.enlarger`) makes a postcard of the thumbnail.
"""

from __future__ import annotations

import argparse
import random

import numpy as np
import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image, ImageChops
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel, PreTrainedTokenizerFast

from ..world.drawing import backdrop, draw
from ..world.knowledge import complete, glimpse
from ..world.language import caption, free, plain
from ..world.scene import Scene, sample
from .enlarger import ENLARGED, SMALL, trained_autoencoder
from .eyes import pixels, read_loss
from .loop import Plan, train
from .settings import RUNS, WEIGHTS, arguments
from .towers import text_tower
from .truths import GROUP_CLASSES, SETTING_CLASSES, classes

_BATCH = 32
_SMALLER = 2_800  # steps on thumbnails of two thirds of the size, which teach what belongs where in half the time
_WORDS = 192  # width of the encoder's text tower
_TRUTH = 0.3
_CARE = 4.0  # how much more a thing's pixels count than the backdrop's


def text_encoder(tokenizer: PreTrainedTokenizerFast) -> CLIPTextModel:
    """The encoder's text tower."""
    model = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=_WORDS,
            intermediate_size=4 * _WORDS,
            num_hidden_layers=4,
            num_attention_heads=6,
            max_position_embeddings=tokenizer.model_max_length,
            hidden_act="gelu",
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    model.load_state_dict(text_tower())
    return model


def unet() -> UNet2DConditionModel:
    """About 4 million parameters; it looks at the words where the picture is 12 x 12."""
    return UNet2DConditionModel(
        sample_size=SMALL,
        in_channels=3,
        out_channels=3,
        block_out_channels=(32, 64, 128),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
        cross_attention_dim=_WORDS,
        attention_head_dim=4,
        norm_num_groups=8,
    )


class Painting(nn.Module):
    """Text tower and U-Net with the heads of their training."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        super().__init__()
        self.text_encoder = text_encoder(tokenizer)
        self.unet = unet()
        width = self.unet.config.block_out_channels[-1]
        self.setting = nn.Linear(width, sum(SETTING_CLASSES))
        self.group = nn.Linear(width, sum(GROUP_CLASSES))
        self.middle = torch.empty(0)
        self.unet.mid_block.register_forward_hook(self._keep)

    def forward(self, noisy: Tensor, times: Tensor, tokens: Tensor) -> Tensor:
        """The clean pictures, (n, 3, side, side), from noisy ones at integer ``times`` (n,) and captions (n, length)."""
        words = self.text_encoder(input_ids=tokens)[0]
        painted: Tensor = self.unet(noisy, times, encoder_hidden_states=words, return_dict=False)[0]
        return painted

    def truth_loss(self, settings: Tensor, groups: Tensor) -> Tensor:
        """Cross-entropy of the setting from the middle of the U-Net in the last call, and of each group from its third of it."""
        thirds = functional.adaptive_avg_pool2d(self.middle, (1, 3))[:, :, 0].transpose(1, 2)
        return read_loss(self.setting(self.middle.mean((2, 3))), self.group(thirds), settings, groups)

    def _keep(self, _module: nn.Module, _inputs: object, output: Tensor) -> None:
        self.middle = output


def scheduler() -> DDIMScheduler:
    """Noise schedule of training and painting; the first step starts from pure noise."""
    return DDIMScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="sample",
        clip_sample=False,
        steps_offset=1,
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
    )


def drawn_times(count: int) -> Tensor:
    """Integer times in 0 … 999, three in five of them at 850 and later: in so much noise the caption alone decides."""
    late = torch.rand(count) < 0.6
    return torch.where(late, 850 + 150 * torch.rand(count), 1000 * torch.rand(count)).long()


def described(rng: random.Random, scene: Scene) -> str:
    """A caption to paint from: mostly complete and plain, sometimes partial, free, or (for guidance) empty."""
    kind = rng.random()
    if kind < 0.07:
        return ""
    if kind < 0.6:
        return caption(scene)
    if kind < 0.8:
        return plain(glimpse(rng, scene))
    return free(rng, complete(scene) if rng.random() < 0.5 else glimpse(rng, scene))


def lesson(scene: Scene, side: int) -> tuple[Image.Image, Image.Image]:
    """The postcard as the U-Net should paint it, and how much of each pixel a thing covers (mode "L", 255 for all)."""
    picture, behind = draw(scene, ENLARGED * side), backdrop(scene, ENLARGED * side)
    covered = ImageChops.difference(picture, behind).convert("L").point(lambda value: 255 if value else 0)
    return picture.reduce(ENLARGED), covered.reduce(ENLARGED)


def pipeline(painting: Painting, tokenizer: PreTrainedTokenizerFast) -> StableDiffusionPipeline:
    """diffusers' pipeline around the trained parts."""
    return StableDiffusionPipeline(
        vae=trained_autoencoder(),
        text_encoder=painting.text_encoder,
        tokenizer=tokenizer,
        unet=painting.unet,
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=6_400)
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "encoder")
    painting = Painting(tokenizer).to(options.device)
    noise_schedule = scheduler()

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        side = SMALL if step >= _SMALLER else 2 * SMALL // 3
        some = [sample(rng, allow_held_out=False) for _ in range(_BATCH)]
        pictures, covered = zip(*(lesson(scene, side) for scene in some), strict=True)
        clean = pixels(list(pictures)).to(options.device)
        weight = 1 + _CARE * torch.from_numpy(np.stack([np.asarray(c) for c in covered])).float()[:, None].to(options.device) / 255
        tokens = tokenizer([described(rng, scene) for scene in some], padding="max_length", truncation=True, return_tensors="pt")
        times = drawn_times(_BATCH)
        noisy = noise_schedule.add_noise(clean, torch.randn(clean.shape).to(options.device), times)
        painted = painting(noisy, times.to(options.device), tokens["input_ids"].to(options.device))
        parts = {
            "pixels": (weight * (painted - clean).square()).mean(),
            "truth": _TRUTH * painting.truth_loss(*(t.to(options.device) for t in classes(some))),
        }
        return torch.stack(list(parts.values())).sum(), {key: value.item() for key, value in parts.items()}

    train(Plan("painter", RUNS / "painter", options.steps, 8e-4), painting, loss_of)
    pipeline(painting, tokenizer).to(dtype=torch.float16).save_pretrained(WEIGHTS / "painter")


if __name__ == "__main__":
    main()
