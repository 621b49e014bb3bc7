"""Tiny untrained checkpoints in the standard formats, written to disk so that tests load them the way real weights are loaded.

They know nothing; every reply is nonsense, and the same nonsense each time (seed 0). What they prove is that the formats, the adapters
and the libraries fit together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from tiny import CHAT_TEMPLATE, PATCH, PIXELS, WORDS, language_size, word_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def save_encoder(folder: Path, *, seed: int = 0, dimension: int = 16) -> Path:
    """A CLIP for open_clip's `local-dir:`: its config, fp16 safetensors, and a word tokenizer beside them."""
    from open_clip.model import CLIP
    from safetensors.torch import save_file

    tokenizer = word_tokenizer(["<pad>", "<bos>", "<eos>", "<unk>"], begin_and_end=("<bos>", "<eos>"))
    model_cfg = {
        "embed_dim": dimension,
        "vision_cfg": {"image_size": PIXELS, "patch_size": PATCH, "layers": 1, "width": 32, "head_width": 16},
        "text_cfg": {
            "context_length": 24,
            "vocab_size": len(tokenizer),
            "width": 32,
            "heads": 2,
            "layers": 1,
            "pool_type": "eos",
            "pad_id": tokenizer.pad_token_id,
            "eos_id": tokenizer.eos_token_id,
            "hf_tokenizer_name": "beside this file",  # open_clip looks in the folder whatever it says here; it must not be empty
        },
    }
    preprocess_cfg = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"}
    torch.manual_seed(seed)
    model = CLIP(**model_cfg)
    folder.mkdir(parents=True)
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": model_cfg, "preprocess_cfg": preprocess_cfg}))
    save_file({name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}, folder / "open_clip_model.safetensors")
    tokenizer.save_pretrained(folder)
    return folder


def save_blip(folder: Path, *, seed: int = 0, dimension: int = 16) -> Path:
    """A BLIP for image-text retrieval with its processor (a BERT tokenizer of whole words)."""
    from transformers import BertTokenizerFast, BlipConfig, BlipForImageTextRetrieval, BlipImageProcessor, BlipProcessor

    folder.mkdir(parents=True)
    vocabulary = {word: index for index, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])}
    tokenizer = BertTokenizerFast(vocab=vocabulary, model_max_length=24)
    # With its own initializer_range, 1e-10, the picture tower would see nothing.
    tower = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "initializer_range": 0.1}
    config = BlipConfig(
        text_config={
            **tower,
            "vocab_size": len(vocabulary),
            "encoder_hidden_size": 32,
            "max_position_embeddings": 24,
            "pad_token_id": 0,
            "bos_token_id": 2,
            "eos_token_id": 3,
            "sep_token_id": 3,
        },
        vision_config={**tower, "image_size": PIXELS, "patch_size": PATCH},
        image_text_hidden_size=dimension,
    )
    torch.manual_seed(seed)
    BlipForImageTextRetrieval(config).half().save_pretrained(folder)
    BlipProcessor(BlipImageProcessor(size={"height": PIXELS, "width": PIXELS}), tokenizer).save_pretrained(folder)
    return folder


def save_language_model(folder: Path) -> Path:
    """A Qwen2 with its tokenizer and chat template."""
    from transformers import GenerationConfig, Qwen2Config, Qwen2ForCausalLM

    tokenizer = _chat_tokenizer()
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(Qwen2Config(**language_size(tokenizer)))
    model.generation_config = GenerationConfig(eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)
    model.half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def save_vision_model(folder: Path) -> Path:
    """A Llava (CLIP vision tower, Qwen2) with its processor."""
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        GenerationConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
        Qwen2Config,
    )

    tokenizer = _chat_tokenizer()
    image_id = tokenizer.convert_tokens_to_ids("<image>")
    vision = CLIPVisionConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=PIXELS,
        patch_size=PATCH,
        projection_dim=32,
    )
    config = LlavaConfig(
        vision_config=vision,
        text_config=Qwen2Config(**language_size(tokenizer)),
        image_token_index=image_id,
        vision_feature_layer=-1,
        vision_feature_select_strategy="default",
        image_seq_length=(PIXELS // PATCH) ** 2,
    )
    torch.manual_seed(0)
    model = LlavaForConditionalGeneration(config)
    model.generation_config = GenerationConfig(eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)
    side = {"height": PIXELS, "width": PIXELS}
    processor = LlavaProcessor(
        image_processor=CLIPImageProcessor(size=side, do_center_crop=False, image_mean=[0.5] * 3, image_std=[0.5] * 3),
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,  # the class token, which the "default" strategy then drops
        chat_template=CHAT_TEMPLATE,
    )
    model.half().save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def save_painter(folder: Path) -> Path:
    """A PixArt-Sigma that predicts clean thumbnails, with the miniature's kind of autoencoder, untrained."""
    from diffusers import DPMSolverMultistepScheduler, PixArtSigmaPipeline, PixArtTransformer2DModel
    from dir_tir.miniature.train.enlarger import ENLARGED, autoencoder
    from transformers import T5Config, T5EncoderModel

    tokenizer = word_tokenizer(["<pad>", "</s>", "<unk>"], begin_and_end=(None, "</s>"))
    torch.manual_seed(0)
    text_encoder = T5EncoderModel(
        T5Config(vocab_size=len(tokenizer), d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2, pad_token_id=0)
    )
    transformer = PixArtTransformer2DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=3,
        out_channels=3,
        num_layers=1,
        cross_attention_dim=32,
        caption_channels=32,
        sample_size=PIXELS // ENLARGED,
        patch_size=8,
        interpolation_scale=1,
        use_additional_conditions=False,
    )
    scheduler = DPMSolverMultistepScheduler(prediction_type="sample", algorithm_type="dpmsolver++", beta_schedule="squaredcos_cap_v2")
    pipeline = PixArtSigmaPipeline(
        tokenizer=tokenizer, text_encoder=text_encoder, vae=autoencoder(), transformer=transformer, scheduler=scheduler
    )
    pipeline.to(dtype=torch.float16).save_pretrained(folder)
    return folder


def _chat_tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = word_tokenizer(["<|endoftext|>", "<|im_end|>", "<unk>", "<|im_start|>", "<image>", "user", "assistant"])
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer
