"""Train the reader, a small convolutional classifier that no part of the system uses: ``python -m dir_tir.miniature.train.reader``.

It exists to say what a painting shows, independently of the models under test.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from ..world.drawing import draw
from ..world.scene import sample
from .eyes import pixels, read_loss
from .loop import Plan, train
from .settings import RUNS, SIDE, WEIGHTS, arguments
from .truths import GROUP_CLASSES, SETTING_CLASSES, classes

_BATCH = 48


class Reader(nn.Module):
    """Reads place, time and weather off the whole picture, and the group of each third off that third."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 48, 8, stride=4, padding=2),
            nn.GELU(),
            nn.Conv2d(48, 96, 3, stride=2, padding=1),
            nn.BatchNorm2d(96),
            nn.GELU(),
            nn.Conv2d(96, 192, 3, stride=2, padding=1),
            nn.BatchNorm2d(192),
            nn.GELU(),
            nn.Conv2d(192, 256, 3, padding=1),
            nn.GELU(),
        )
        rows = SIDE // 16
        self.setting = nn.Linear(256 * rows, sum(SETTING_CLASSES))
        self.group = nn.Linear(512 * rows, sum(GROUP_CLASSES))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (n, 16) of the setting and (n, 3, 33) of the groups, from pictures (n, 3, side, side) in [-1, 1]."""
        features = self.layers(pictures)
        thirds = features.unflatten(3, (3, 2)).permute(0, 3, 1, 2, 4).flatten(2)
        return self.setting(features.mean(3).flatten(1)), self.group(thirds)

    @torch.inference_mode()
    def read(self, pictures: list[Image.Image]) -> tuple[Tensor, Tensor]:
        """Class numbers as :func:`.truths.classes` gives them."""
        setting, group = self(pixels(pictures))
        best = [part.argmax(-1) for part in torch.split(setting, SETTING_CLASSES, -1)]
        things = [part.argmax(-1) for part in torch.split(group, GROUP_CLASSES, -1)]
        return torch.stack(best, -1), torch.stack(things, -1)

    @classmethod
    def load(cls, folder: Path = WEIGHTS / "reader") -> Reader:
        """The trained reader."""
        reader = cls()
        reader.load_state_dict({key: value.float() for key, value in load_file(folder / "model.safetensors").items()}, strict=False)
        return reader.eval()


def roughened(pictures: Tensor) -> Tensor:
    """Pictures as a painter might leave them: half of them softened, all a little noisy."""
    soft = functional.avg_pool2d(functional.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    share = torch.rand(len(pictures), 1, 1, 1) * (torch.rand(len(pictures), 1, 1, 1) < 0.5)
    return pictures + share * (soft - pictures) + 0.05 * torch.randn_like(pictures)


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=520)
    torch.manual_seed(0)
    reader = Reader().to(options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        some = [sample(rng, allow_held_out=True) for _ in range(_BATCH)]
        setting, group = reader(roughened(pixels([draw(scene, SIDE) for scene in some])).to(options.device))
        return read_loss(setting, group, *(t.to(options.device) for t in classes(some))), {}

    train(Plan("reader", RUNS / "reader", options.steps, 1e-3), reader, loss_of)
    folder = WEIGHTS / "reader"
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {key: value.half() if value.is_floating_point() else value for key, value in reader.state_dict().items()},
        folder / "model.safetensors",
    )
    (folder / "config.json").write_text(json.dumps({"side": SIDE}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
