"""The commands that let the simulated user look for many postcards: to count how many are found, or how fast."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..evaluation.benchmark import benchmark
from ..evaluation.command import evaluate
from ..evaluation.runner import read_tasks
from ..graph.config import Config
from .galleries import postcards_gallery

PROFILE = "miniature"


def evaluate_postcards(
    targets: int, postcards: int, rounds: int, seed: int, at_once: int, methods: list[str], *, exclude_shown: bool
) -> None:
    """Draw and index the gallery where it is not there yet, then converse about ``targets`` of its postcards."""
    config, descriptions = _looking(postcards, rounds, seed)
    evaluate(replace(config, exclude_shown=exclude_shown), descriptions, targets, at_once, methods)


def benchmark_postcards(targets: int, postcards: int, rounds: int, seed: int, at_once: int) -> None:
    """The same conversations one after another and at once."""
    config, descriptions = _looking(postcards, rounds, seed)
    benchmark(read_tasks(descriptions, targets, seed), config, at_once)


def _looking(postcards: int, rounds: int, seed: int) -> tuple[Config, Path]:
    """The settings, and the file of first descriptions; the simulated user's target is set for each conversation."""
    gallery = postcards_gallery(postcards, PROFILE)
    config = Config(profile=PROFILE, gallery=gallery.gallery, max_rounds=rounds, related_size=max(10, postcards // 10), seed=seed)
    return config, gallery.descriptions
