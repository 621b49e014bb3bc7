from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from dir_tir.tools.models.transformers_vision import TransformersVisionModel
from dir_tir.tools.profiles.profile import TextModel
from PIL import Image

RED, BLUE = Image.new("RGB", (50, 40), "red"), Image.new("RGBA", (32, 32), "blue")


@pytest.fixture(scope="module")
def vision(weights: Path) -> TransformersVisionModel:
    return TransformersVisionModel(weights / "vision", TextModel("transformers", generation={"max_new_tokens": 6, "do_sample": False}))


@pytest.mark.parametrize("pictures", [[], [RED], [RED, BLUE]])
def test_it_replies_to_a_prompt_with_any_number_of_pictures(vision: TransformersVisionModel, pictures: list[Image.Image]) -> None:
    reply = vision.reply("what color is the boat", pictures)
    assert reply == vision.reply("what color is the boat", pictures)
    assert 0 < len(reply.split()) <= 6


def test_pictures_stand_before_the_text_in_the_order_given(vision: TransformersVisionModel, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}
    generate = vision._model.generate
    monkeypatch.setattr(vision._model, "generate", lambda **inputs: seen.update(inputs) or generate(**inputs))
    vision.reply("what color", [RED, BLUE])
    text = vision._processor.decode(seen["input_ids"][0])
    assert text.index("<image>") < text.index("what color")
    assert text.count("<image>") == 2 * 4  # four patches a picture
    red, blue = seen["pixel_values"]
    assert red[0].mean() > 0 > red[2].mean()
    assert blue[2].mean() > 0 > blue[0].mean()


def test_weights_are_read_as_float32_and_not_in_training(vision: TransformersVisionModel) -> None:
    assert {parameter.dtype for parameter in vision._model.parameters()} == {torch.float32}
    assert not vision._model.training


def test_messages_of_many_threads_are_answered_as_each_would_be_alone(vision: TransformersVisionModel) -> None:
    asked = [(f"what color is the boat{' on the left' * n}", pictures) for n in range(4) for pictures in ([RED], [RED, BLUE], [BLUE])]
    alone = [vision.reply(*message) for message in asked]
    with ThreadPoolExecutor(len(asked)) as threads:
        assert list(threads.map(lambda message: vision.reply(*message), asked)) == alone
