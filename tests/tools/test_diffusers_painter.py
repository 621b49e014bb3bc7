from __future__ import annotations

from pathlib import Path

import checkpoints
import numpy as np
import pytest
import torch
from dir_tir.tools.diffusers_painter import DiffusersPainter
from dir_tir.tools.profile import load_profile


@pytest.fixture(scope="module")
def painter(weights: Path) -> DiffusersPainter:
    profile = load_profile(str(weights / "tiny.toml"))
    return DiffusersPainter(weights / "painter", profile.painter)


def test_the_same_prompt_and_seed_give_the_same_picture(painter: DiffusersPainter) -> None:
    one, same, other = (np.asarray(painter.paint("A red boat", seed)) for seed in (1, 1, 2))
    assert one.shape == (32, 32, 3)
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_another_prompt_gives_another_picture(painter: DiffusersPainter) -> None:
    assert not np.array_equal(np.asarray(painter.paint("a red boat", 1)), np.asarray(painter.paint("the moon at night", 1)))


def test_every_part_is_read_as_float32_and_not_in_training(painter: DiffusersPainter) -> None:
    for part in (painter._pipeline.text_encoder, painter._pipeline.transformer, painter._pipeline.vae):
        assert {parameter.dtype for parameter in part.parameters()} == {torch.float32}
        assert not part.training


def test_in_pixel_space_the_autoencoder_enlarges(painter: DiffusersPainter) -> None:
    assert painter._pipeline.vae_scale_factor == 4
    assert painter._pipeline.transformer.config.sample_size == checkpoints.PIXELS // 4
