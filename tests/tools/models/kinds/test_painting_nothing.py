"""Painters that paint nothing, and settings that no pipeline knows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from dir_tir.errors import BrokenReply, ProfileError
from dir_tir.tools.models.kinds.diffusers import DiffusersOptions, DiffusersPainter
from dir_tir.tools.profiles.profile import load_profile
from given import given
from real_painters import save_turbo
from safetensors.torch import load_file, save_file
from tiny import PIXELS

CALL: dict[str, Any] = {"num_inference_steps": 1, "guidance_scale": 0.0, "height": PIXELS, "width": PIXELS}


@pytest.fixture(scope="module")
def turbo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_turbo(tmp_path_factory.mktemp("turbo") / "painter")


@pytest.fixture
def own(turbo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(turbo, tmp_path / "painter"))


def _painter(folder: Path, **call: Any) -> DiffusersPainter:
    return DiffusersPainter(DiffusersOptions(path=str(folder), variant="fp16", call={**CALL, **call}), given(folder))


def _changed(folder: Path, change: Any) -> None:
    """Change the last layer of the autoencoder, which makes the colours."""
    file = folder / "vae" / "diffusion_pytorch_model.fp16.safetensors"
    state = load_file(file)
    state["decoder.conv_out.weight"], state["decoder.conv_out.bias"] = (
        change(state[f"decoder.conv_out.{part}"]) for part in ("weight", "bias")
    )
    save_file(state, file, {"format": "pt"})


def test_what_a_real_class_paints_is_a_picture(turbo: Path) -> None:
    assert _painter(turbo).paint("a red boat", 1).size == (PIXELS, PIXELS)


def test_numbers_that_are_none_are_no_painting(own: Path) -> None:
    _changed(own, lambda tensor: torch.full_like(tensor, torch.nan))
    with pytest.raises(BrokenReply, match=r'numbers that are none \(NaN\).*set its dtype to "float32" or "bfloat16"'):
        _painter(own).paint("a red boat", 1)


def test_a_single_colour_is_no_painting(own: Path) -> None:
    _changed(own, torch.zeros_like)
    with pytest.raises(BrokenReply, match="a picture of a single colour, which shows nothing"):
        _painter(own).paint("a red boat", 1)


def test_what_a_safety_checker_blackened_is_no_painting(own: Path) -> None:
    from diffusers import StableDiffusionPipeline
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor

    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    vision = {**sizes, "image_size": PIXELS, "patch_size": 16, "projection_dim": 32}
    checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision, text_config=sizes, projection_dim=32))
    with torch.no_grad():
        checker.concept_embeds_weights.fill_(-2)  # everything is nearer to every concept than that
    pipeline = StableDiffusionPipeline.from_pretrained(own, variant="fp16")
    pipeline.register_modules(
        safety_checker=checker.half(), feature_extractor=CLIPImageProcessor(size={"height": PIXELS, "width": PIXELS}, do_center_crop=False)
    )
    shutil.rmtree(own)
    pipeline.save_pretrained(own, variant="fp16")
    with pytest.raises(BrokenReply, match="the painter's safety checker took the painting for something else and blackened it"):
        _painter(own).paint("a red boat", 1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            {"num_inference_step": 1},
            "painter.call.num_inference_step means nothing to the pipeline in .*: did you mean num_inference_steps?",
        ),
        ({"generator": 1}, "painter.call.generator means nothing to .*: it is set by the program"),
        ({"height": 100}, "refuses painter.call (.*divisible by 8 but are 100 and 32"),
        ({"num_inference_steps": 0}, "painter.call.num_inference_steps is 0; expected at least 1"),
    ],
)
def test_settings_that_a_pipeline_does_not_know_are_said_when_it_is_loaded(turbo: Path, call: dict[str, Any], said: str) -> None:
    with pytest.raises(ProfileError, match=said.replace("(", r"\(").replace("?", r"\?")) as caught:
        _painter(turbo, **call)
    assert "\n" not in str(caught.value)


def test_pipelines_that_do_not_paint_from_a_text_are_said_when_they_are_loaded(own: Path, tmp_path: Path) -> None:
    from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

    size = {"sample_size": 8, "block_out_channels": (32, 32), "layers_per_block": 1}
    unet = UNet2DModel(down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2, **size)
    DDPMPipeline(unet, DDPMScheduler()).save_pretrained(tmp_path / "ddpm")
    index = own / "model_index.json"
    index.write_text(index.read_text().replace('"StableDiffusionPipeline"', '"StableDiffusionImg2ImgPipeline"'))
    for folder, variant in ((tmp_path / "ddpm", ""), (own, "fp16")):
        with pytest.raises(ProfileError, match=rf"the pipeline in {re.escape(str(folder))} \(\w+\) does not paint from a text alone"):
            DiffusersPainter(DiffusersOptions(path=str(folder), variant=variant), given(folder))


@pytest.mark.parametrize("profile", ["laptop", "paper", "server", "miniature"])
def test_what_the_shipped_profiles_say_is_known(profile: str, turbo: Path) -> None:
    painter = load_profile(profile).painter
    assert isinstance(painter, DiffusersOptions)
    if profile in ("laptop", "server"):  # the class of their painter
        _painter(turbo, **painter.call)
