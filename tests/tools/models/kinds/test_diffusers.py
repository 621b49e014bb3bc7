from __future__ import annotations

import os
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import checkpoints
import numpy as np
import pytest
import torch
from dir_tir.tools.models.adapters import Given
from dir_tir.tools.models.kinds.diffusers import DiffusersOptions, DiffusersPainter
from dir_tir.tools.models.processors import Processors
from dir_tir.tools.profiles.profile import load_profile


@pytest.fixture(scope="module")
def options(weights: Path) -> DiffusersOptions:
    painter = load_profile(str(weights / "tiny.toml")).painter
    assert isinstance(painter, DiffusersOptions)
    return painter


@pytest.fixture(scope="module")
def processors() -> Processors:
    return Processors()


@pytest.fixture(scope="module")
def read() -> list[Any]:
    """The pipelines that were read from files."""
    return []


@pytest.fixture(scope="module")
def painter(weights: Path, options: DiffusersOptions, processors: Processors, read: list[Any]) -> DiffusersPainter:
    from diffusers import DiffusionPipeline

    reading = DiffusionPipeline.from_pretrained
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DiffusionPipeline, "from_pretrained", lambda *asked, **how: read.append(reading(*asked, **how)) or read[-1])
        return DiffusersPainter(options, Given(weights / "painter", processors=processors))


def test_the_same_prompt_and_seed_give_the_same_picture(painter: DiffusersPainter) -> None:
    one, same, other = (np.asarray(painter.paint("A red boat", seed)) for seed in (1, 1, 2))
    assert one.shape == (32, 32, 3)
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_paintings_made_side_by_side_are_those_made_alone_to_the_last_bit(painter: DiffusersPainter, processors: Processors) -> None:
    with processors.sharing(6):
        alone = [np.asarray(painter.paint("a red boat", seed)) for seed in range(6)]
        with ThreadPoolExecutor(6) as threads:
            together = [np.asarray(picture) for picture in threads.map(lambda seed: painter.paint("a red boat", seed), range(6))]
    np.testing.assert_array_equal(alone, together)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one painting at a time")
def test_paintings_made_side_by_side_share_no_tokenizer(
    painter: DiffusersPainter, read: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(read[0].tokenizer)
    tokenize, used = kind.__call__, defaultdict[int, set[int]](set)

    def recorded(tokenizer: Any, *texts: Any, **how: Any) -> Any:
        used[threading.get_ident()].add(id(tokenizer))
        return tokenize(tokenizer, *texts, **how)

    monkeypatch.setattr(kind, "__call__", recorded)
    both = threading.Barrier(2)  # neither goes on before the other paints, too

    def paint(seed: int) -> None:
        painter.paint("a red boat", seed, lambda done, _: both.wait(60) and None if done == 1 else None)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(paint, range(2)))
    one, other = used.values()
    assert not one & other


def test_another_prompt_gives_another_picture(painter: DiffusersPainter) -> None:
    assert not np.array_equal(np.asarray(painter.paint("a red boat", 1)), np.asarray(painter.paint("the moon at night", 1)))


def test_every_part_is_read_as_float32_and_not_in_training(painter: DiffusersPainter, read: list[Any]) -> None:
    for part in (read[0].text_encoder, read[0].transformer, read[0].vae):
        assert {parameter.dtype for parameter in part.parameters()} == {torch.float32}
        assert not part.training


def test_in_pixel_space_the_autoencoder_enlarges(painter: DiffusersPainter, read: list[Any]) -> None:
    assert read[0].vae_scale_factor == 4
    assert read[0].transformer.config.sample_size == checkpoints.PIXELS // 4
