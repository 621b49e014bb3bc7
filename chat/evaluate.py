"""The command that counts how many postcards the simulated user finds."""

from __future__ import annotations

from ..evaluation.command import evaluate
from ..graph.config import Config
from .galleries import postcards_gallery

PROFILE = "miniature"


def evaluate_postcards(targets: int, postcards: int, rounds: int, seed: int, at_once: int, methods: list[str]) -> None:
    """Draw and index the gallery where it is not there yet, then converse about ``targets`` of its postcards."""
    gallery = postcards_gallery(postcards, PROFILE)
    # The simulated user's target is set for each conversation.
    config = Config(
        profile=PROFILE,
        gallery=gallery.gallery,
        max_rounds=rounds,
        related_size=max(10, postcards // 10),
        seed=seed,
    )
    evaluate(config, gallery.descriptions, targets, at_once, methods)
