"""Train the painter, a small PixArt-Sigma in pixel space: ``python -m dir_tir.miniature.train.painter``.

The transformer predicts the clean picture from a noisy one and the caption. Its autoencoder is a pass-through, so that
diffusers' own pipeline paints pixels.
"""

from __future__ import annotations

import argparse
import random

import numpy as np
import torch
from diffusers import AutoencoderTiny, DDIMScheduler, PixArtSigmaPipeline, PixArtTransformer2DModel
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, T5Config, T5EncoderModel

from ..world.drawing import draw
from ..world.knowledge import complete, glimpse
from ..world.language import caption, free, plain
from ..world.scene import Scene, sample
from .loop import Plan, train
from .settings import PATCH, RUNS, SIDE, WEIGHTS, arguments
from .tokens import caption_tokenizer, kept

CAPTION_TOKENS = 56
_BATCH = 24
_WIDTH = 256


class Painter(nn.Module):
    """Text encoder and transformer, trained together."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        super().__init__()
        self.text_encoder = T5EncoderModel(
            T5Config(
                vocab_size=len(tokenizer),
                d_model=_WIDTH,
                d_kv=32,
                d_ff=512,
                num_layers=2,
                num_heads=8,
                dropout_rate=0.0,
                feed_forward_proj="gated-gelu",
                pad_token_id=tokenizer.pad_token_id,
                eos_token_id=tokenizer.eos_token_id,
            )
        )
        self.transformer = PixArtTransformer2DModel(
            num_attention_heads=8,
            attention_head_dim=_WIDTH // 8,
            in_channels=3,
            out_channels=3,
            num_layers=6,
            cross_attention_dim=_WIDTH,
            sample_size=SIDE,
            patch_size=PATCH,
            interpolation_scale=1,
            use_additional_conditions=False,
            caption_channels=_WIDTH,
        )

    def forward(self, noisy: Tensor, times: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """The clean pictures, (n, 3, side, side), from noisy ones at integer ``times`` (n,) and captions (n, length)."""
        words = self.text_encoder(input_ids=tokens, attention_mask=mask)[0]
        painted: Tensor = self.transformer(
            noisy, encoder_hidden_states=words, encoder_attention_mask=mask, timestep=times, return_dict=False
        )[0]
        return painted


def scheduler() -> DDIMScheduler:
    """Noise schedule of training and painting; the first step starts from pure noise."""
    return DDIMScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="sample",
        clip_sample=True,
        clip_sample_range=1.05,
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
    )


def described(rng: random.Random, scene: Scene) -> str:
    """A caption to paint from: mostly complete and plain, sometimes partial, free, or (for guidance) empty."""
    kind = rng.random()
    if kind < 0.07:
        return ""
    if kind < 0.55:
        return caption(scene)
    if kind < 0.8:
        return plain(glimpse(rng, scene))
    return free(rng, complete(scene) if rng.random() < 0.5 else glimpse(rng, scene))


def pixels(pictures: list[Image.Image]) -> Tensor:
    """Pictures as the transformer's latents (n, 3, side, side): the inverse of the pass-through decoder's soft clamp 3 tanh(z / 3)."""
    array = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures]))
    return 3 * torch.atanh((array.permute(0, 3, 1, 2).float() / 127.5 - 1) / 3)


def pass_through() -> AutoencoderTiny:
    """An autoencoder of one block that hands pixels on; a shift by 4 carries them over its rectifier."""
    vae = AutoencoderTiny(
        encoder_block_out_channels=(3,),
        decoder_block_out_channels=(3,),
        num_encoder_blocks=(0,),
        num_decoder_blocks=(0,),
        latent_channels=3,
    )
    convolutions = [m for m in vae.decoder.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        for module in vae.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.dirac_(module.weight)
                if module.bias is not None:
                    module.bias.zero_()
        first, last = convolutions
        first.bias = nn.Parameter(torch.full((3,), 4.0))
        last.weight.mul_(0.5)
        last.bias = nn.Parameter(torch.full((3,), 0.5 - 2.0))
    return vae


def pipeline(painter: Painter, tokenizer: PreTrainedTokenizerFast) -> PixArtSigmaPipeline:
    """The parts as diffusers' pipeline."""
    return PixArtSigmaPipeline(tokenizer, painter.text_encoder, pass_through(), painter.transformer, scheduler())


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=9_000)
    torch.manual_seed(0)
    tokenizer = kept(RUNS / "painter", lambda: caption_tokenizer(CAPTION_TOKENS))
    painter = Painter(tokenizer).to(options.device)
    noise_schedule = scheduler()

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        some = [sample(rng, allow_held_out=False) for _ in range(_BATCH)]
        clean = pixels([draw(scene, SIDE) for scene in some]).to(options.device)
        words = tokenizer(
            [described(rng, scene) for scene in some], padding="max_length", truncation=True, max_length=CAPTION_TOKENS, return_tensors="pt"
        ).to(options.device)
        times = torch.randint(0, 1000, (_BATCH,))
        noisy = noise_schedule.add_noise(clean, torch.randn(clean.shape).to(options.device), times)
        painted = painter(noisy, times.to(options.device), words["input_ids"], words["attention_mask"])
        return functional.mse_loss(painted, clean), {}

    train(Plan("painter", RUNS / "painter", options.steps, 8e-4), painter, loss_of)
    pipeline(painter.to(torch.float16), tokenizer).save_pretrained(WEIGHTS / "painter")


if __name__ == "__main__":
    main()
