"""The two further retrievers begin where the shipped encoder stands, and are saved as the program's adapters read them."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from dir_tir.miniature.train import blip, dialogues
from dir_tir.miniature.train.eyes import pixels
from dir_tir.miniature.train.settings import SIDE, WEIGHTS
from dir_tir.miniature.train.truths import fits
from dir_tir.miniature.world.drawing import draw
from dir_tir.miniature.world.scene import scenes
from dir_tir.tools.models.kinds.blip import BlipEncoder, BlipOptions
from dir_tir.tools.models.kinds.open_clip import OpenClipEncoder, OpenClipOptions
from given import given
from transformers import BlipForImageTextRetrieval, PreTrainedTokenizerFast


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "encoder")


def test_patches_begin_as_what_postcards_differ_in_and_the_adapter_reads_what_is_saved(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    torch.manual_seed(0)
    model = blip.begun(BlipForImageTextRetrieval(blip.configuration(tokenizer)), blip.Teacher("cpu"))
    shown = pixels([draw(scene, SIDE) for scene in scenes("test", 8)])
    with torch.no_grad():
        patches = model.vision_model.embeddings.patch_embedding(shown).flatten(2).transpose(1, 2).flatten(0, 1)
        taught = blip.Taught(model, tokenizer.pad_token_id)
        _, maps, last = taught.picture(shown)
    deviations = patches.std(0)
    assert deviations[:50].min() > 0.2 and deviations[:50].max() < 3  # the first directions weigh about alike
    assert [tuple(each.shape) for each in maps] == [(8, channels, 8, 8) for channels in (64, 128, 256)]
    assert last.shape == (8, 8, 8, 192)
    blip.save(model, tokenizer, tmp_path / "blip")
    assert (tmp_path / "blip" / "model.safetensors").stat().st_size < 16_000_000
    encoder = BlipEncoder(BlipOptions(path="blip"), given(tmp_path / "blip"))
    assert encoder.encode_texts(["a red fish on a meadow"]).shape == (1, 256)
    assert encoder.cuts("fish " * 80) and not encoder.cuts("a red fish")


def test_the_teacher_says_what_the_shipped_encoder_says(tokenizer: PreTrainedTokenizerFast) -> None:
    some = [draw(scene, SIDE) for scene in scenes("test", 4)]
    embeddings, maps = blip.Teacher("cpu").picture(pixels(some))
    shipped = OpenClipEncoder(OpenClipOptions(path="encoder"), given(WEIGHTS / "encoder")).encode_images(some)
    np.testing.assert_allclose(embeddings.numpy(), shipped, atol=1e-4)
    assert [each.shape[-1] for each in maps] == [12, 6, 3]


def test_a_dialogue_is_joined_as_the_graph_joins_it_and_what_is_known_holds() -> None:
    rng = random.Random(3)
    some = [(scene, *dialogues.dialogue(rng, scene)) for scene in scenes("train", 30)]
    assert all(fits(known, scene) for scene, _, known in some)
    assert {text.count("?") for _, text, _ in some} >= {0, 1, 5}
    assert all(text.count("?") <= 10 and not text.endswith("?") for _, text, _ in some)
    turn = re.compile(r", [A-Z][^?]*\? \S")
    assert all(len(turn.findall(text)) == text.count("?") for _, text, _ in some)


def test_the_longer_tower_reads_short_texts_as_before_and_long_ones_to_their_end(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    shipped, _, _ = open_clip.create_model_and_transforms(f"local-dir:{WEIGHTS / 'encoder'}", precision="fp32")
    dialogues.save(dialogues.lengthened(shipped.eval()), tokenizer, tmp_path / "longer")
    longer = OpenClipEncoder(OpenClipOptions(path="longer"), given(tmp_path / "longer"))
    before = OpenClipEncoder(OpenClipOptions(path="encoder"), given(WEIGHTS / "encoder"))
    texts = ["a red fish on a meadow", "two purple houses in the middle, at night"]
    np.testing.assert_allclose(longer.encode_texts(texts), before.encode_texts(texts), atol=2e-3)
    assert before.cuts("fish " * 100) and not longer.cuts("fish " * 100)
