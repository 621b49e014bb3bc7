from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import checkpoints
import numpy as np
import pytest
from dir_tir.errors import ModelError
from dir_tir.tools.models.kinds.open_clip import OpenClipEncoder, OpenClipOptions
from given import given
from PIL import Image

OPTIONS = OpenClipOptions(path="encoder")


@pytest.fixture(scope="module")
def encoder(weights: Path) -> OpenClipEncoder:
    return OpenClipEncoder(OPTIONS, given(weights / "encoder"))


def test_rows_have_unit_length_and_the_dimension_promised(encoder: OpenClipEncoder) -> None:
    texts = encoder.encode_texts(["a red boat", "the blue house at night", ""])
    images = encoder.encode_images([Image.new("RGB", (50, 40), "red"), Image.new("L", (8, 8))])
    assert (texts.shape, images.shape, encoder.dimension) == ((3, 16), (2, 16), 16)
    assert texts.dtype == images.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(np.concatenate([texts, images]), axis=1), 1, atol=1e-5)
    assert encoder.encode_texts([]).shape == encoder.encode_images([]).shape == (0, 16)


def test_the_words_beside_the_weights_are_used(encoder: OpenClipEncoder) -> None:
    known, same, other, unknown, unknown_too = encoder.encode_texts(["a red boat", "A  RED boat", "a blue boat", "a xyzzy", "a plugh"])
    np.testing.assert_allclose(known, same, atol=1e-6)
    np.testing.assert_allclose(unknown, unknown_too, atol=1e-6)
    assert not np.allclose(known, other, atol=1e-3)


def test_a_vector_does_not_depend_on_its_batch(encoder: OpenClipEncoder) -> None:
    texts = [f"a {word}" for word in checkpoints.WORDS] * 4
    assert len(texts) > OPTIONS.batch
    np.testing.assert_allclose(encoder.encode_texts(texts)[-1], encoder.encode_texts(texts[-1:])[0], atol=1e-5)


def test_other_weights_have_another_fingerprint_and_a_copy_has_the_same(weights: Path, encoder: OpenClipEncoder, tmp_path: Path) -> None:
    shutil.copytree(weights / "encoder", tmp_path / "copy")
    other = checkpoints.save_encoder(tmp_path / "other", seed=1)
    assert OpenClipEncoder(OPTIONS, given(tmp_path / "copy")).fingerprint == encoder.fingerprint
    assert OpenClipEncoder(OPTIONS, given(other)).fingerprint != encoder.fingerprint


def test_a_text_beyond_the_context_is_said_to_be_cut(encoder: OpenClipEncoder) -> None:
    assert not encoder.cuts("a red boat")
    assert encoder.cuts("a red boat " * 60)


def test_where_memory_runs_out_fewer_pictures_are_taken_at_a_time(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from open_clip.model import CLIP

    encoder, pictures = OpenClipEncoder(OPTIONS, given(weights / "encoder")), [Image.new("RGB", (9, 9), (n, 0, 0)) for n in range(20)]
    whole, sizes = encoder.encode_images(pictures), []
    room = 6
    embed = CLIP.encode_image

    def embed_few(model: CLIP, pixels: Any) -> Any:
        sizes.append(len(pixels))
        if len(pixels) > room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return embed(model, pixels)

    monkeypatch.setattr(CLIP, "encode_image", embed_few)
    np.testing.assert_allclose(encoder.encode_images(pictures), whole, atol=1e-6)
    assert sizes == [20, 10, 5, 5, 5, 5]
    room = 0
    with pytest.raises(
        ModelError, match=r"^the encoder failed: OutOfMemoryError: CUDA out of memory.*close other programs.*the same goes on$"
    ):
        encoder.encode_images(pictures)
