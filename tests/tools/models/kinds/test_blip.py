from __future__ import annotations

from pathlib import Path

import checkpoints
import numpy as np
import pytest
import torch
from dir_tir.tools.models.kinds.blip import BlipEncoder, BlipOptions
from given import given
from PIL import Image

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
