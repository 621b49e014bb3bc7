"""Train the painter's autoencoder, which makes postcards of thumbnails: ``python -m dir_tir.miniature.train.enlarger``.

Its encoder takes the mean of 4 x 4 pixels, so the painter's latents are small pictures; only its decoder learns, to draw them large
and sharp.
"""

from __future__ import annotations

import argparse
import random

import torch
from diffusers import AutoencoderTiny
from torch import Tensor, nn
from torch.nn import functional

from ..world.drawing import draw
from ..world.scene import sample
from .eyes import pixels
from .loop import Plan, train, trained
from .reader import roughened
from .settings import RUNS, arguments

ENLARGED = 4
SMALL = 48  # pixels of a thumbnail's side; a reader still tells things apart at this size
LARGE = ENLARGED * SMALL
_BATCH = 32
_CROP = 16  # thumbnail pixels
_CHANNELS = 32


def autoencoder() -> AutoencoderTiny:
    """0.2 million parameters, the encoder's part fixed."""
    vae = AutoencoderTiny(
        encoder_block_out_channels=(3, 3, 3),
        decoder_block_out_channels=(_CHANNELS,) * 3,
        num_encoder_blocks=(0, 0, 0),
        num_decoder_blocks=(4, 3, 0),
        latent_channels=3,
    )
    convolutions = [m for m in vae.encoder.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        for module in convolutions:
            nn.init.dirac_(module.weight)
            if module.bias is not None:
                module.bias.zero_()
            if module.stride == (2, 2):
                module.weight.zero_()
                for channel in range(3):
                    module.weight[channel, channel, 1:, 1:] = 0.25
        last = convolutions[-1]
        last.weight.mul_(2)  # the encoder works in [0, 1], latents are in [-1, 1]
        last.bias = nn.Parameter(torch.full((3,), -1.0))
    vae.encoder.requires_grad_(False)
    return vae


def trained_autoencoder() -> AutoencoderTiny:
    """The autoencoder after training."""
    vae = autoencoder()
    vae.load_state_dict(trained(RUNS / "enlarger"), strict=False)
    return vae


def main() -> None:
    """Train; the painter takes the autoencoder from the checkpoint."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=1_500)
    torch.manual_seed(0)
    vae = autoencoder().to(options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        large = pixels([draw(sample(rng, allow_held_out=False), LARGE) for _ in range(_BATCH)]).to(options.device)
        small = roughened(vae.encode(large).latents)
        crops, wanted = [], []
        for thumbnail, picture in zip(small, large, strict=True):
            x, y = rng.randrange(SMALL - _CROP + 1), rng.randrange(SMALL - _CROP + 1)
            crops.append(thumbnail[:, y : y + _CROP, x : x + _CROP])
            wanted.append(picture[:, ENLARGED * y : ENLARGED * (y + _CROP), ENLARGED * x : ENLARGED * (x + _CROP)])
        return functional.l1_loss(vae.decode(torch.stack(crops)).sample, torch.stack(wanted)), {}

    train(Plan("enlarger", RUNS / "enlarger", options.steps, 1e-3), vae, loss_of)


if __name__ == "__main__":
    main()
