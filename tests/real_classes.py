"""Tiny language and vision models of the classes that the profiles `laptop` and `paper` name, written as their publishers write them.

The vision models are as they were drawn.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from tiny import CHAT_TEMPLATE, language_size, word_tokenizer

REPLY = "uncertain?"  # passes as a question and as the verdict that it may be asked
SAID = ["uncertain", "?"]  # the same, word by word

# As the R1 distills have it: the tokenizer puts the first token in front by itself, the template does too, and it opens the thinking.
R1_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}<｜User｜>{{ message['content'] }}{% else %}"
    "<｜Assistant｜>{{ message['content'].split('</think>')[-1] }}{{ eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<｜Assistant｜><think>\n{% endif %}"
)
QWEN_VL_TEMPLATE = (
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}<|im_start|>system\n"
    "You are a helpful assistant.<|im_end|>\n{% endif %}"
    "<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def save_r1(folder: Path, *, opens: bool = True) -> Path:
    """A Qwen2 with the template of the R1 distills, which thinks and then says REPLY to everything.

    opens: the template opens the thinking, as theirs does; otherwise the model itself opens it.
    """
    template = R1_TEMPLATE if opens else R1_TEMPLATE.replace("<think>\\n", "")
    special = ["<pad>", "<eos>", "<unk>", "<bos>", "<｜User｜>", "<｜Assistant｜>"]
    return _save_chain(folder, template, special, ["<｜Assistant｜>", "<think>", "the", "boat", "</think>", *SAID, "<eos>"], begin="<bos>")


def save_instruct(folder: Path) -> Path:
    """A Qwen2 with the template of the Qwen2.5 instruct models, which says REPLY to everything."""
    special = ["<|endoftext|>", "<|im_end|>", "<unk>", "<|im_start|>", "user", "assistant"]
    return _save_chain(folder, CHAT_TEMPLATE, special, ["assistant", *SAID, "<|im_end|>"])


def _save_chain(folder: Path, template: str, special: list[str], chain: list[str], begin: str | None = None) -> Path:
    """A Qwen2 in which every word of the chain is followed by the next: layers that add nothing between one-hot words."""
    from transformers import GenerationConfig, Qwen2Config, Qwen2ForCausalLM

    tokenizer = word_tokenizer(special, (begin, None) if begin else None, SAID)
    tokenizer.add_tokens(["<think>", "</think>", chain[0]], special_tokens=False)  # read as they are, whatever class reads the rest
    tokenizer.bos_token = begin
    tokenizer.chat_template = template
    size = len(tokenizer)
    changed: dict[str, Any] = {"hidden_size": 64, "max_position_embeddings": 2048, "tie_word_embeddings": False}
    config = Qwen2Config(**{**language_size(tokenizer), **changed, "bos_token_id": tokenizer.bos_token_id})
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(config)
    with torch.no_grad():
        layer = model.model.layers[0]
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(size, 64))
        model.lm_head.weight.zero_()
        ids = tokenizer.convert_tokens_to_ids(chain)
        for word, following in pairwise(ids):
            model.lm_head.weight[following, word] = 10
    model.generation_config = GenerationConfig(eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)
    model.to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def save_qwen_vl(folder: Path, kind: str = "qwen2_5_vl") -> Path:
    """A Qwen2.5-VL (or Qwen2-VL) with its processor."""
    import transformers
    from transformers import GenerationConfig

    name = {"qwen2_5_vl": "Qwen2_5_VL", "qwen2_vl": "Qwen2VL"}[kind]
    special = "<|endoftext|> <|im_end|> <unk> <|im_start|> <|image_pad|> <|video_pad|> <|vision_start|> <|vision_end|>".split()
    tokenizer = word_tokenizer(special)
    at = dict(zip(special, range(len(special)), strict=True))
    vision: dict[str, Any] = {"depth": 1, "num_heads": 2, "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2}
    vision |= (
        {"hidden_size": 32, "intermediate_size": 64, "out_hidden_size": 32, "window_size": 56, "fullatt_block_indexes": [0]}
        if kind == "qwen2_5_vl"
        else {"embed_dim": 32, "hidden_size": 32, "mlp_ratio": 2}
    )
    rotary = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0}
    text = {**language_size(tokenizer), "max_position_embeddings": 2048, "tie_word_embeddings": False, "rope_parameters": rotary}
    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(
        text_config=text,
        vision_config=vision,
        image_token_id=at["<|image_pad|>"],
        video_token_id=at["<|video_pad|>"],
        vision_start_token_id=at["<|vision_start|>"],
        vision_end_token_id=at["<|vision_end|>"],
    )
    model = getattr(transformers, f"{name}ForConditionalGeneration")(config)
    model.generation_config = GenerationConfig(eos_token_id=at["<|im_end|>"], pad_token_id=at["<|endoftext|>"])
    processor = getattr(transformers, f"{name}Processor")(
        image_processor=transformers.Qwen2VLImageProcessor(size={"shortest_edge": 56 * 56, "longest_edge": 112 * 112}),
        tokenizer=tokenizer,
        video_processor=transformers.Qwen2VLVideoProcessor(),
        chat_template=QWEN_VL_TEMPLATE,
    )
    model.to(torch.bfloat16).save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
