"""What the tiny checkpoints of the tests share: few words, small pictures, layers of 32 numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedTokenizerFast

WORDS = "a the red blue green boat house tree moon on in sea field at night day small large one two is there what color yes no".split()
PIXELS = 32  # side of every picture these models read or paint
PATCH = 16

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>\n{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
    "{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def language_size(tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """Settings of a Qwen2 of one layer that reads what this tokenizer gives."""
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "max_position_embeddings": 256,
        "tie_word_embeddings": True,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": None,
    }


def word_tokenizer(
    special: list[str], begin_and_end: tuple[str | None, str | None] | None = None, more: Sequence[str] = ()
) -> PreTrainedTokenizerFast:
    """Whole words, lower case. By position: special[0] pads, special[-1 of begin_and_end] or special[1] ends."""
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: index for index, word in enumerate([*special, *WORDS, *more])}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    inner.normalizer = normalizers.Lowercase()
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special if not token.isalpha()])
    end = (begin_and_end and begin_and_end[1]) or special[1]
    if begin_and_end:
        used = [token for token in begin_and_end if token]
        around = [token or "" for token in begin_and_end]
        inner.post_processor = processors.TemplateProcessing(
            single=f"{around[0]} $A {around[1]}".strip(), special_tokens=[(token, vocabulary[token]) for token in used]
        )
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token=special[0], eos_token=end, unk_token="<unk>", model_max_length=256)
