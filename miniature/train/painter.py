"""Train the painter, a small PixArt-Sigma in pixel space: ``python -m dir_tir.miniature.train.painter``.

The transformer predicts the clean picture, at half the size, from a noisy one and the caption, which it reads through the
trained encoder's text tower. Its autoencoder only enlarges, so that diffusers' own pipeline paints pixels.
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
from transformers import CLIPTextConfig, CLIPTextModel, PreTrainedTokenizerFast

from ..world.drawing import draw
from ..world.knowledge import complete, glimpse
from ..world.language import caption, free, plain
from ..world.scene import Scene, sample
from .loop import Plan, train
from .settings import RUNS, SIDE, WEIGHTS, arguments
from .towers import text_tower

ENLARGED = 2
_PATCH = 6  # of the picture at half size: 64 tokens
_BATCH = 32
_WIDTH = 256
_WORDS = 192  # width of the encoder's text tower


def text_encoder(tokenizer: PreTrainedTokenizerFast) -> CLIPTextModel:
    """The encoder's text tower; it is not trained further."""
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
    return model.eval().requires_grad_(False)


def transformer() -> PixArtTransformer2DModel:
    """About 7 million parameters."""
    return PixArtTransformer2DModel(
        num_attention_heads=8,
        attention_head_dim=_WIDTH // 8,
        in_channels=3,
        out_channels=3,
        num_layers=6,
        cross_attention_dim=_WIDTH,
        sample_size=SIDE // ENLARGED,
        patch_size=_PATCH,
        interpolation_scale=1,
        use_additional_conditions=False,
        caption_channels=_WORDS,
    )


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
    if kind < 0.6:
        return caption(scene)
    if kind < 0.8:
        return plain(glimpse(rng, scene))
    return free(rng, complete(scene) if rng.random() < 0.5 else glimpse(rng, scene))


def pixels(pictures: list[Image.Image]) -> Tensor:
    """Pictures as the transformer's latents (n, 3, side, side): the inverse of the decoder's soft clamp 3 tanh(z / 3)."""
    array = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures]))
    return 3 * torch.atanh((array.permute(0, 3, 1, 2).float() / 127.5 - 1) / 3)


def enlarger() -> AutoencoderTiny:
    """An autoencoder that decodes pixels into twice as many, bilinearly; a shift by 4 carries them over its rectifier."""
    vae = AutoencoderTiny(
        encoder_block_out_channels=(3, 3),
        decoder_block_out_channels=(3, 3),
        num_encoder_blocks=(0, 0),
        num_decoder_blocks=(0, 0),
        latent_channels=3,
        upsample_fn="bilinear",
    )
    convolutions = [m for m in vae.decoder.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        for module in vae.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.dirac_(module.weight)
                if module.bias is not None:
                    module.bias.zero_()
        first, *_, last = convolutions
        first.bias = nn.Parameter(torch.full((3,), 4.0))
        last.weight.mul_(0.5)
        last.bias = nn.Parameter(torch.full((3,), 0.5 - 2.0))
    return vae


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=6_000)
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "encoder")
    reading = text_encoder(tokenizer).to(options.device)
    painting = transformer().to(options.device)
    noise_schedule = scheduler()

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        some = [sample(rng, allow_held_out=False) for _ in range(_BATCH)]
        clean = pixels([draw(scene, SIDE).reduce(ENLARGED) for scene in some]).to(options.device)
        tokens = tokenizer([described(rng, scene) for scene in some], padding=True, truncation=True, return_tensors="pt").to(options.device)
        mask = tokens["attention_mask"]
        words = reading(input_ids=tokens["input_ids"], attention_mask=mask)[0]
        # More steps with much noise: there the caption decides.
        times = (999 * torch.rand(_BATCH) ** 0.7).long()
        noisy = noise_schedule.add_noise(clean, torch.randn(clean.shape).to(options.device), times)
        painted = painting(
            noisy, encoder_hidden_states=words, encoder_attention_mask=mask, timestep=times.to(options.device), return_dict=False
        )[0]
        return functional.mse_loss(painted, clean), {}

    train(Plan("painter", RUNS / "painter", options.steps, 1e-3), painting, loss_of)
    pipeline = PixArtSigmaPipeline(tokenizer, reading.half(), enlarger(), painting.half(), noise_schedule)
    pipeline.save_pretrained(WEIGHTS / "painter")


if __name__ == "__main__":
    main()
