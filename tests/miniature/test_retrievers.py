"""The two further retrievers and the matching head begin where what is trained stands, and the program's adapters read what is saved."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from dir_tir.miniature.train import blip, dialogues, matching
from dir_tir.miniature.train.eyes import pixels
from dir_tir.miniature.train.settings import SIDE, WEIGHTS
from dir_tir.miniature.train.truths import TOPICS, fits, wrong
from dir_tir.miniature.world.drawing import draw
from dir_tir.miniature.world.knowledge import Group, Knowledge
from dir_tir.miniature.world.scene import Scene, Thing, scenes
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


@pytest.fixture(scope="module")
def matcher(tokenizer: PreTrainedTokenizerFast) -> matching.Taught:
    torch.manual_seed(0)
    return matching.Taught(matching.begun(WEIGHTS / "blip"), int(tokenizer.pad_token_id))


def test_a_head_learns_without_touching_what_embeddings_depend_on(matcher: matching.Taught, tokenizer: PreTrainedTokenizerFast) -> None:
    learning = {name for name, parameter in matcher.named_parameters() if parameter.requires_grad}
    assert learning and all("crossattention" in name or "itm_head" in name or name.startswith("topics") for name in learning)
    texts = tokenizer(["a red boat", "two houses at night, a cat on the left"], padding=True, return_tensors="pt")["input_ids"]
    patches, embeddings = matcher.seen(pixels([draw(scene, SIDE) for scene in scenes("test", 4)]))
    ours, _ = matcher(texts, patches.unflatten(0, (2, 2)))
    whole = matcher.blip.text_encoder(
        input_ids=texts.repeat_interleave(2, 0),
        attention_mask=(texts != tokenizer.pad_token_id).long().repeat_interleave(2, 0),
        encoder_hidden_states=patches,
        encoder_attention_mask=torch.ones(patches.shape[:2], dtype=torch.long),
    )
    theirs = matcher.blip.itm_head(whole.last_hidden_state[:, 0])
    torch.testing.assert_close(ours.flatten(0, 1), theirs)  # a text that is read once for all its pictures is read alike
    assert torch.linalg.norm(embeddings, dim=1).tolist() == pytest.approx([1] * 4, abs=1e-4)


def test_a_head_reads_with_its_own_a_twin_and_the_nearest_and_what_is_saved_is_the_adapters(
    matcher: matching.Taught, tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    postcards = matching.bank(matcher, tmp_path / "bank.safetensors", "cpu", count=64)
    again = matching.bank(matcher, tmp_path / "bank.safetensors", "cpu", count=64)
    assert torch.equal(postcards.patches, again.patches) and postcards.scenes == again.scenes
    chosen = matching.candidates(random.Random(0), postcards, [3, 40], torch.rand(2, 64))
    assert [row[:2] for row in chosen] == [[3, 35], [40, 8]]
    assert all(len(set(row) - {row[0]}) >= 2 for row in chosen)
    matching.save(matcher.blip, tmp_path / "matching")
    encoder = BlipEncoder(BlipOptions(path="blip", rerank=50, head=str(tmp_path / "matching")), given(WEIGHTS / "blip"))
    text, shown = "a red boat", [draw(scene, SIDE) for scene in postcards.scenes[:3]]
    tokens = tokenizer([text], return_tensors="pt")["input_ids"]
    logits, _ = matcher(tokens, matcher.seen(pixels(shown))[0].unsqueeze(0))
    np.testing.assert_allclose(encoder.match(text, shown), (logits[0, :, 1] - logits[0, :, 0]).detach().numpy(), atol=0.02)


def test_what_is_wrong_is_named_by_topic() -> None:
    scene = Scene("beach", "night", "rain", (Thing("cat", "red", "small", 2), None, Thing("boat", "blue", "big", 1)))
    known = Knowledge("beach", "noon", None, (Group("cat", 3, "red", None, "left"), Group("boat", 1, "red", "big", "middle")))

    def named(said: Knowledge) -> set[str]:
        return {topic for topic, is_wrong in zip(TOPICS, wrong(said, scene), strict=True) if is_wrong}

    assert named(known) == {"time", "count", "colour", "position"}
    assert named(Knowledge(groups=(Group("kite", 1, "red"),))) == {"kind"}
    assert named(Knowledge(empty=("left",))) == named(Knowledge(absent=("boat",))) == {"kind"}
    assert named(Knowledge("beach", empty=("middle",), groups=(Group("cat"),))) == set()


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
