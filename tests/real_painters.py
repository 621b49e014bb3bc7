"""Tiny painters of the classes that the profiles `laptop` and `paper` name, written as their publishers write them, as they were drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from tiny import PIXELS, word_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def save_sd3(folder: Path) -> Path:
    """A Stable Diffusion 3 pipeline with its three text encoders."""
    from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline
    from transformers import CLIPTextModelWithProjection, T5Config, T5EncoderModel

    torch.manual_seed(0)
    clips = [_clip_text(CLIPTextModelWithProjection) for _ in range(2)]
    t5_words = word_tokenizer(["<pad>", "</s>", "<unk>"], begin_and_end=(None, "</s>"))
    pipeline = StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=PIXELS // 8,
            patch_size=1,
            in_channels=4,
            out_channels=4,
            num_layers=1,
            attention_head_dim=8,
            num_attention_heads=4,
            caption_projection_dim=32,
            joint_attention_dim=64,
            pooled_projection_dim=64,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_autoencoder(AutoencoderKL, shift_factor=0.06),
        text_encoder=clips[0],
        tokenizer=_clip_words(),
        text_encoder_2=clips[1],
        tokenizer_2=_clip_words(),
        text_encoder_3=T5EncoderModel(
            T5Config(vocab_size=len(t5_words), d_model=64, d_kv=16, d_ff=64, num_layers=1, num_heads=2, pad_token_id=0)
        ),
        tokenizer_3=t5_words,
    )
    pipeline.to(dtype=torch.bfloat16).save_pretrained(folder)
    return folder


def save_turbo(folder: Path) -> Path:
    """A Stable Diffusion with the scheduler of the turbo distills, which paints in one step without guidance; its files are fp16."""
    from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextModel

    torch.manual_seed(0)
    pipeline = StableDiffusionPipeline(
        unet=UNet2DConditionModel(
            sample_size=PIXELS // 8,
            block_out_channels=(32, 64),
            layers_per_block=1,
            in_channels=4,
            out_channels=4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=32,
            attention_head_dim=8,
        ),
        scheduler=EulerDiscreteScheduler(timestep_spacing="trailing", steps_offset=1, prediction_type="epsilon"),
        vae=_autoencoder(AutoencoderKL),
        text_encoder=_clip_text(CLIPTextModel),
        tokenizer=_clip_words(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.to(dtype=torch.float16).save_pretrained(folder, variant="fp16")
    return folder


def _clip_words() -> PreTrainedTokenizerFast:
    tokenizer = word_tokenizer(["<pad>", "<bos>", "<eos>", "<unk>"], begin_and_end=("<bos>", "<eos>"))
    tokenizer.model_max_length = 24
    return tokenizer


def _clip_text(type_: Any) -> Any:
    from transformers import CLIPTextConfig

    words = _clip_words()
    return type_(
        CLIPTextConfig(
            vocab_size=len(words),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=24,
            projection_dim=32,
            bos_token_id=words.convert_tokens_to_ids("<bos>"),
            eos_token_id=words.eos_token_id,
            pad_token_id=words.pad_token_id,
        )
    )


def _autoencoder(type_: Any, **more: Any) -> Any:
    return type_(
        block_out_channels=(8, 8, 8, 8),
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=4,
        latent_channels=4,
        **more,
    )
