"""The command that counts how many postcards the simulated user finds."""

from __future__ import annotations

from ..errors import InputError
from ..evaluation.command import evaluate
from ..graph.config import Config
from ..tools.profile import load_profile
from ..tools.weights import missing_weights
from .galleries import postcards_gallery
from .loading import can_converse, shares

PROFILE = "miniature"


def evaluate_postcards(targets: int, postcards: int, rounds: int, seed: int) -> None:
    """Draw and index the gallery where it is not there yet, then converse about ``targets`` of its postcards."""
    missing = missing_weights(load_profile(PROFILE))
    if not can_converse(missing):
        raise InputError(f"there are no weights yet for {' and '.join(missing)}: train them with `make miniature`, which takes hours")
    gallery = postcards_gallery(postcards, PROFILE)
    dialog_num, image_num = shares(missing)
    # The simulated user's target is set for each conversation.
    config = Config(
        profile=PROFILE,
        gallery=gallery.gallery,
        max_rounds=rounds,
        related_size=max(10, postcards // 10),
        seed=seed,
        dialog_num=dialog_num,
        image_num=image_num,
    )
    if missing:
        print("There are no weights yet for the painter: all ten results come from the dialog.")
    evaluate(config, gallery.descriptions, targets)
