from __future__ import annotations

from pathlib import Path

import pytest

PROFILE = """
prompts = "paper"
[encoder]
kind = "open_clip"
path = "encoder"
[llm]
kind = "transformers"
path = "llm"
generation = { max_new_tokens = 6, do_sample = false }
[vision]
kind = "transformers"
path = "vision"
generation = { max_new_tokens = 6, do_sample = false }
[painter]
kind = "diffusers"
path = "painter"
[painter.call]
num_inference_steps = 2
guidance_scale = 2.0
height = 32
width = 32
clean_caption = false
use_resolution_binning = false
max_sequence_length = 24
"""


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the four tiny checkpoints and a profile that names them."""
    import checkpoints

    folder = tmp_path_factory.mktemp("weights")
    checkpoints.save_encoder(folder / "encoder")
    checkpoints.save_language_model(folder / "llm")
    checkpoints.save_vision_model(folder / "vision")
    checkpoints.save_painter(folder / "painter")
    (folder / "tiny.toml").write_text(PROFILE)
    return folder
