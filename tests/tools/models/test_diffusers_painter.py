from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import checkpoints
import numpy as np
import pytest
import torch
from dir_tir.tools.models.diffusers_painter import DiffusersPainter
from dir_tir.tools.models.processors import sharing_processors
from dir_tir.tools.profiles.profile import load_profile


@pytest.fixture(scope="module")
def painter(weights: Path) -> DiffusersPainter:
    profile = load_profile(str(weights / "tiny.toml"))
    return DiffusersPainter(weights / "painter", profile.painter)


def test_the_same_prompt_and_seed_give_the_same_picture(painter: DiffusersPainter) -> None:
    one, same, other = (np.asarray(painter.paint("A red boat", seed)) for seed in (1, 1, 2))
    assert one.shape == (32, 32, 3)
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_paintings_made_side_by_side_are_those_made_alone_to_the_last_bit(painter: DiffusersPainter) -> None:
    with sharing_processors(6):
        alone = [np.asarray(painter.paint("a red boat", seed)) for seed in range(6)]
        with ThreadPoolExecutor(6) as threads:
            beside = [np.asarray(picture) for picture in threads.map(lambda seed: painter.paint("a red boat", seed), range(6))]
    np.testing.assert_array_equal(alone, beside)


def test_another_prompt_gives_another_picture(painter: DiffusersPainter) -> None:
    assert not np.array_equal(np.asarray(painter.paint("a red boat", 1)), np.asarray(painter.paint("the moon at night", 1)))


def test_every_part_is_read_as_float32_and_not_in_training(painter: DiffusersPainter) -> None:
    for part in (_pipeline(painter).text_encoder, _pipeline(painter).transformer, _pipeline(painter).vae):
        assert {parameter.dtype for parameter in part.parameters()} == {torch.float32}
        assert not part.training


def test_in_pixel_space_the_autoencoder_enlarges(painter: DiffusersPainter) -> None:
    assert _pipeline(painter).vae_scale_factor == 4
    assert _pipeline(painter).transformer.config.sample_size == checkpoints.PIXELS // 4


def _pipeline(painter: DiffusersPainter) -> Any:
    return painter._free.queue[0]
