from __future__ import annotations

from pathlib import Path

import checkpoints
import numpy as np
import pytest
import torch
from dir_tir.errors import ProfileError
from dir_tir.tools.models.kinds.blip import BlipEncoder, BlipOptions
from given import given
from PIL import Image
from safetensors.torch import load_file, save_file

OPTIONS = BlipOptions(path="encoder")
TEXTS = ["a red boat", "the blue house at night"]
PICTURES = [Image.new("RGB", (50, 40), "red"), Image.linear_gradient("L")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.save_blip(tmp_path_factory.mktemp("blip") / "encoder")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> BlipEncoder:
    return BlipEncoder(OPTIONS, given(folder))


def test_rows_have_unit_length_and_the_dimension_promised(encoder: BlipEncoder) -> None:
    texts, images = encoder.encode_texts(TEXTS), encoder.encode_images(PICTURES)
    assert (texts.shape, images.shape, encoder.dimension) == ((2, 16), (2, 16), 16)
    assert texts.dtype == images.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(np.concatenate([texts, images]), axis=1), 1, atol=1e-5)
    assert encoder.encode_texts([]).shape == encoder.encode_images([]).shape == (0, 16)


def test_cosines_are_those_of_the_models_own_contrastive_head(folder: Path, encoder: BlipEncoder) -> None:
    from transformers import BlipForImageTextRetrieval, BlipProcessor

    model, processor = BlipForImageTextRetrieval.from_pretrained(folder, dtype=torch.float32).eval(), BlipProcessor.from_pretrained(folder)
    inputs = processor(images=[picture.convert("RGB") for picture in PICTURES], text=TEXTS, padding=True, return_tensors="pt")
    with torch.inference_mode():
        expected = model(**inputs, use_itm_head=False).itm_score.numpy()
    np.testing.assert_allclose(encoder.encode_images(PICTURES) @ encoder.encode_texts(TEXTS).T, expected, atol=1e-5)
    assert np.ptp(expected) > 0.01


def test_a_vector_does_not_depend_on_its_batch(encoder: BlipEncoder) -> None:
    texts = [f"a {word}" * (1 + number % 3) for number, word in enumerate(checkpoints.WORDS * 4)]
    assert len(texts) > OPTIONS.batch
    np.testing.assert_allclose(encoder.encode_texts(texts)[-1], encoder.encode_texts(texts[-1:])[0], atol=1e-5)


def test_other_weights_have_another_fingerprint(encoder: BlipEncoder, tmp_path: Path) -> None:
    assert BlipEncoder(OPTIONS, given(checkpoints.save_blip(tmp_path / "other", seed=1))).fingerprint != encoder.fingerprint


def test_a_text_beyond_the_context_is_said_to_be_cut_and_embedded_all_the_same(encoder: BlipEncoder) -> None:
    longest = " ".join(["boat"] * 22)  # with the tokens that begin and end it 24, as many as the model has positions for
    assert not encoder.cuts(longest)
    assert encoder.cuts(f"{longest} boat")
    np.testing.assert_allclose(*encoder.encode_texts([longest, f"{longest} boat"]), atol=1e-5)


def _parted(folder: Path, head: Path | None = None) -> None:
    """Take what belongs to the matching head out of a checkpoint, and write it into a folder of its own."""
    state = load_file(folder / "model.safetensors")
    heads = {name: state.pop(name) for name in list(state) if "crossattention" in name or "itm_head" in name}
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    if head:
        head.mkdir()
        save_file(heads, head / "model.safetensors", {"format": "pt"})


def test_a_match_is_what_the_models_own_head_says(folder: Path) -> None:
    from transformers import BlipForImageTextRetrieval, BlipProcessor

    encoder = BlipEncoder(BlipOptions(path="encoder", rerank=50, batch=2), given(folder))
    pictures = [*PICTURES, Image.new("RGB", (40, 50), "blue")]
    model, processor = BlipForImageTextRetrieval.from_pretrained(folder, dtype=torch.float32).eval(), BlipProcessor.from_pretrained(folder)
    inputs = processor(images=[picture.convert("RGB") for picture in pictures], text=[TEXTS[0]] * 3, return_tensors="pt")
    with torch.inference_mode():
        logits = model(**inputs, use_itm_head=True).itm_score
    np.testing.assert_allclose(encoder.match(TEXTS[0], pictures), (logits[:, 1] - logits[:, 0]).numpy(), atol=1e-5)
    assert encoder.match(TEXTS[0], []).shape == (0,)
    assert np.ptp(encoder.match(TEXTS[0], pictures)) > 0


def test_a_head_in_a_folder_of_its_own_is_the_same_head_and_the_fingerprint_does_not_depend_on_it(folder: Path, tmp_path: Path) -> None:
    whole = BlipEncoder(BlipOptions(path="encoder", rerank=50), given(folder))
    _parted(checkpoints.save_blip(tmp_path / "encoder"), tmp_path / "head")
    without = BlipEncoder(OPTIONS, given(tmp_path / "encoder"))
    parted = BlipEncoder(BlipOptions(path="encoder", rerank=50, head=str(tmp_path / "head")), given(tmp_path / "encoder"))
    np.testing.assert_allclose(parted.match(TEXTS[1], PICTURES), whole.match(TEXTS[1], PICTURES), atol=1e-6)
    np.testing.assert_array_equal(parted.encode_texts(TEXTS), without.encode_texts(TEXTS))
    assert parted.fingerprint == without.fingerprint
    assert (without.rerank, parted.rerank) == (0, 50)


def test_a_head_that_is_not_there_is_missed_only_when_it_is_wanted(tmp_path: Path) -> None:
    _parted(checkpoints.save_blip(tmp_path / "encoder"))
    assert BlipEncoder(OPTIONS, given(tmp_path / "encoder")).encode_texts(TEXTS).shape == (2, 16)
    for head, where in (("", tmp_path / "encoder"), (str(tmp_path / "nowhere"), tmp_path / "nowhere")):
        with pytest.raises(ProfileError, match=f"^rerank = 20 needs BLIP's matching head, and there is none in {where}: [^\n]+$"):
            BlipEncoder(BlipOptions(path="encoder", rerank=20, head=head), given(tmp_path / "encoder"))
