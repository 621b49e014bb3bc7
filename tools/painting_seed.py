"""One seed for each painting."""

from __future__ import annotations

import hashlib


def painting_seed(seed: int, first_description: str, round_number: int) -> int:
    """From the query and the round, so that a painting can be made again and two rounds do not share their noise. 0 … 2^31 - 1."""
    digest = hashlib.sha256(f"{seed}\n{round_number}\n{first_description}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1
