"""Train the eyes that encoder and vision model share, a very small convolutional network: ``python -m dir_tir.miniature.train.eyes``.

Heads that are thrown away afterwards read the world's truth off its last map, of 3 x 3 cells. Convolutions learn what a thing is in a tenth
of the pictures that patches need (docs/log).
"""

from __future__ import annotations

import argparse
import random
from typing import Any

import numpy as np
import timm
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from ..world.drawing import draw
from ..world.knowledge import complete
from ..world.scene import Scene, sample
from .look_alikes import look_alike
from .loop import Plan, train, trained
from .settings import RUNS, SIDE, arguments
from .truths import GROUP_CLASSES, SETTING_CLASSES, classes

TOWER = "test_byobnet"
WIDTH = 256  # channels of its last map
CELLS = SIDE // 32  # on each side of that map
_BATCH = 48


class Eyes(nn.Module):
    """The tower with the heads of its training."""

    def __init__(self) -> None:
        super().__init__()
        self.tower: Any = timm.create_model(TOWER, num_classes=0)
        self.setting = nn.Linear(WIDTH, sum(SETTING_CLASSES))
        self.column = nn.Linear(CELLS * WIDTH, sum(GROUP_CLASSES))
        self.whole = nn.Linear(WIDTH, 3 * sum(GROUP_CLASSES))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From pictures (n, 3, side, side), logits of setting, of groups off their columns, of groups off the mean of all cells.

        The last makes each cell say where it is: a language model is handed cells without their places.
        """
        cells = self.tower.forward_features(pictures)
        mean = cells.mean((2, 3))
        columns = self.column(cells.permute(0, 3, 1, 2).flatten(2))
        return self.setting(mean), columns, self.whole(mean).reshape(len(pictures), 3, -1)


def read_loss(setting: Tensor, group: Tensor, settings: Tensor, groups: Tensor) -> Tensor:
    """Mean cross-entropy over the three facts of the setting and the four of each group."""
    parts = [functional.cross_entropy(x, y) for x, y in zip(torch.split(setting, SETTING_CLASSES, -1), settings.unbind(-1), strict=True)]
    flat = group.flatten(0, 1)
    parts += [
        functional.cross_entropy(x, y) for x, y in zip(torch.split(flat, GROUP_CLASSES, -1), groups.flatten(0, 1).unbind(-1), strict=True)
    ]
    return torch.stack(parts).mean()


def pixels(pictures: list[Image.Image]) -> Tensor:
    """Pictures as the eyes see them: (n, 3, side, side) in [-1, 1]."""
    array = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures]))
    return array.permute(0, 3, 1, 2).float() / 127.5 - 1


def trained_eyes() -> dict[str, Tensor]:
    """The tower's state after training."""
    state = trained(RUNS / "eyes")
    return {key.removeprefix("tower."): value for key, value in state.items() if key.startswith("tower.")}


def batch(rng: random.Random, count: int) -> list[Scene]:
    """Half random scenes, half near twins of them, so that every detail matters."""
    some = [sample(rng, allow_held_out=False) for _ in range(count // 2)]
    return some + [look_alike(rng, complete(scene), 0.9) for scene in some]


def main() -> None:
    """Train; the encoder and the vision model take the tower from the checkpoint."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=3_000)
    torch.manual_seed(0)
    eyes = Eyes().to(options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        some = batch(random.Random(step), _BATCH)
        truth = tuple(t.to(options.device) for t in classes(some))
        setting, columns, whole = eyes(pixels([draw(scene, SIDE) for scene in some]).to(options.device))
        parts = {"columns": read_loss(setting, columns, *truth), "whole": read_loss(setting, whole, *truth)}
        return torch.stack(list(parts.values())).sum(), {key: value.item() for key, value in parts.items()}

    train(Plan("eyes", RUNS / "eyes", options.steps, 2e-3, weight_decay=0.02), eyes, loss_of)


if __name__ == "__main__":
    main()
