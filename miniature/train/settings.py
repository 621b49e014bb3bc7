"""What all training commands share: where runs and weights lie, the options, and how weights are written."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

RUNS = Path("runs/miniature")
WEIGHTS = Path(__file__).resolve().parents[1] / "weights"  # of the checkout, not of the tree of links that an editable install is
SIDE = 96  # pixels of a postcard as the models see it


def arguments(parser: argparse.ArgumentParser, steps: int) -> argparse.Namespace:
    """The options of a training command: steps, device, threads."""
    parser.add_argument("--steps", type=int, default=steps, help="optimiser steps (default %(default)s)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads, 0 for all")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    return options


def save_weights(model: PreTrainedModel, companion: Any, folder: Path, max_new_tokens: int | None = None) -> None:
    """Write a transformers model in fp16 safetensors with its tokenizer or processor beside it."""
    if max_new_tokens is not None and model.generation_config is not None:
        model.generation_config.max_new_tokens = max_new_tokens
        model.generation_config.do_sample = False
    model.half().save_pretrained(folder)
    companion.save_pretrained(folder)
