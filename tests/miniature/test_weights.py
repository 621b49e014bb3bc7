"""The weights that ship: small, safetensors only, and the encoder finds postcards by what is said of them."""

from pathlib import Path

import numpy as np
import pytest
from dir_tir.miniature.world.drawing import draw
from dir_tir.miniature.world.language import caption
from dir_tir.miniature.world.scene import scenes
from dir_tir.tools.profiles.profile import PACKAGE
from dir_tir.tools.workspace import Workspace

WEIGHTS = PACKAGE / "miniature" / "weights"
MEGABYTE = 1_000_000


def test_every_weight_file_is_small_and_none_can_run_code() -> None:
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 60 * MEGABYTE
    assert all(path.stat().st_size <= 16 * MEGABYTE for path in files)
    assert {path.suffix for path in files} <= {".safetensors", ".json", ".jinja", ".txt"}


@pytest.mark.models
@pytest.mark.parametrize(("profile", "folder", "bar"), [("miniature", "encoder", 0.8), ("miniature-blip", "blip", 0.7)])
def test_a_complete_caption_finds_its_postcard(profile: str, folder: str, bar: float) -> None:
    encoder = Workspace().models(profile).encoder
    some = list(scenes("test", 60, seed=77))
    pictures = encoder.encode_images([draw(scene, 192) for scene in some])
    texts = encoder.encode_texts([caption(scene) for scene in some])
    assert pictures.shape == texts.shape == (60, encoder.dimension)
    first = (texts @ pictures.T).argmax(axis=1) == np.arange(60)
    assert first.mean() > bar
    assert Path(Workspace().models(profile).profile.encoder.path) == WEIGHTS / folder
