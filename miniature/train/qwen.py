"""What the language model and the vision model share: a small Qwen2 and the tokens of its chat."""

from __future__ import annotations

from transformers import PreTrainedTokenizerFast, Qwen2Config

from .packing import Example
from .tokens import END


def configuration(tokenizer: PreTrainedTokenizerFast, layers: int, positions: int) -> Qwen2Config:
    """A Qwen2 of width 192; about 0.4 million parameters a layer."""
    return Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=192,
        intermediate_size=512,
        num_hidden_layers=layers,
        num_attention_heads=6,
        num_key_value_heads=3,
        max_position_embeddings=positions,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.convert_tokens_to_ids(END),
        pad_token_id=tokenizer.pad_token_id,
    )


def family(tokenizer: PreTrainedTokenizerFast, pairs: list[tuple[str, str]], before: str = "") -> list[Example]:
    """(prompt, reply) texts as the tokens that the chat template makes of them; ``before`` stands before each prompt."""
    prompts = [f"<|im_start|>user\n{before}{prompt}<|im_end|>\n<|im_start|>assistant\n" for prompt, _ in pairs]
    replies = [f"{reply}<|im_end|>" for _, reply in pairs]
    return list(zip(tokenizer(prompts)["input_ids"], tokenizer(replies)["input_ids"], strict=True))
