"""How long the trainings will take on the machine at hand, from how fast it takes one small fixed step."""

from __future__ import annotations

import statistics
import time

import torch
from torch import nn

from .loop import autocast

# How many fixed steps each training is worth, at its default length: CPU seconds of ten of its steps over those of the fixed step, measured
# with one thread (docs/log).
WORK = {
    "eyes": 3_500,
    "encoder": 24_000,
    "dialogues": 6_000,
    "blip": 60_000,
    "matching": 2_200,
    "llm": 269_000,
    "listening": 31_000,
    "vision": 72_000,
    "enlarger": 6_300,
    "painter": 140_000,
    "reader": 1_000,
}


def hours_of_trainings(device: str) -> dict[str, float]:
    """Training → hours, on a machine that does nothing else. A forecast: within a factor of two."""
    step = seconds_of_fixed_step(device)
    return {training: work * step / 3600 for training, work in WORK.items()}


def seconds_of_fixed_step(device: str) -> float:
    """The median of ten steps of a transformer layer and a convolution, of the sizes that the trainings use."""
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(192, 4, 512, batch_first=True).to(device)
    convolution = nn.Conv2d(64, 64, 3, padding=1).to(device)
    rows, maps = torch.randn(8, 256, 192, device=device), torch.randn(16, 64, 32, 32, device=device)
    seconds = []
    for _ in range(13):
        start = time.perf_counter()
        with autocast(device):
            loss = layer(rows).square().mean() + convolution(maps).square().mean()
        loss.backward()
        loss.item()  # waits for a device that works on its own
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[3:])  # the first ones compile kernels and fill caches
