"""A reply as a model of transformers writes it: with special tokens, which may mark thoughts."""

from __future__ import annotations

import re
from typing import Any

from .thinking import without_thinking


def marks_of(tokenizer: Any) -> re.Pattern[str]:
    """The special tokens of a tokenizer, which are no part of what is said, each with the space that decoding may put in front."""
    special = {*tokenizer.all_special_tokens, *(str(token) for token in tokenizer.added_tokens_decoder.values() if token.special)}
    return re.compile(" ?(?:" + "|".join(re.escape(token) for token in sorted(special, key=len, reverse=True)) + ")")


def reply_in(text: str, marks: re.Pattern[str], *, opened: bool) -> str:
    """What is said, without thoughts and special tokens. Thoughts go first: their marks may be special tokens."""
    return without_thinking(marks.sub("", without_thinking(text, opened=opened)))
