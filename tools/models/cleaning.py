"""What a model replies, as it may be kept: one clean line of a bounded length, or nothing."""

from __future__ import annotations

from ...errors import BrokenReply
from ...plain import cleaned

LONGEST_REPLY = 4000  # characters: more than an encoder reads, and than ten long answers come to in one description
LONGEST_QUESTION = 500  # as an answer to one


def usable(said: object, longest: int = LONGEST_REPLY) -> str:
    """The reply as one clean line. Raises BrokenReply for what is no text, or longer: a beginning would be no reply either."""
    if not isinstance(said, str):
        raise BrokenReply(f"the model gave something of type {type(said).__name__}, not a text: see its adapter")
    text = cleaned(said)
    if len(text) > longest:
        raise BrokenReply(f"the model replied with more than {longest:,} characters: lower generation.max_new_tokens in the profile")
    return text
