"""The paper's curves over the rounds of many conversations."""

from __future__ import annotations

from collections.abc import Sequence

Found = Sequence[Sequence[bool]]  # for each conversation, for each round 0 … n: whether the target was among its ten


def recall(found: Found) -> list[float]:
    """Recall@10 of each round: the share of conversations whose target is among that round's ten (section 4.1)."""
    return [sum(at_round) / len(found) for at_round in zip(*found, strict=True)]


def hits(found: Found) -> list[float]:
    """Hits@10 of each round: the share of conversations whose target has been among the ten in that round or any before; never falls."""
    return recall([[any(rounds[: number + 1]) for number in range(len(rounds))] for rounds in found])
