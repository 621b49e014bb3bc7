from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from dir_tir.errors import BrokenReply, PictureError
from dir_tir.tools.models.kinds.transformers_vision import TransformersVisionModel
from dir_tir.tools.models.transformers_loading import TransformersOptions
from given import given
from PIL import Image
from transformers import AutoProcessor, LlavaForConditionalGeneration

RED, BLUE = Image.new("RGB", (50, 40), "red"), Image.new("RGBA", (32, 32), "blue")


@pytest.fixture(scope="module")
def vision(weights: Path) -> TransformersVisionModel:
    options = TransformersOptions(path="vision", generation={"max_new_tokens": 6, "do_sample": False})
    return TransformersVisionModel(options, given(weights / "vision"))


@pytest.mark.parametrize("pictures", [[], [RED], [RED, BLUE]])
def test_it_replies_to_a_prompt_with_any_number_of_pictures(vision: TransformersVisionModel, pictures: list[Image.Image]) -> None:
    reply = vision.reply("what color is the boat", pictures)
    assert reply == vision.reply("what color is the boat", pictures)
    assert 0 < len(reply.split()) <= 6


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the model is given, and the model itself."""
    seen: list[dict[str, Any]] = []
    generate = LlavaForConditionalGeneration.generate

    def watched(self: LlavaForConditionalGeneration, **inputs: Any) -> Any:
        seen.append({**inputs, "model": self})
        return generate(self, **inputs)

    monkeypatch.setattr(LlavaForConditionalGeneration, "generate", watched)
    return seen


def test_pictures_stand_before_the_text_in_the_order_given(
    vision: TransformersVisionModel, weights: Path, seen: list[dict[str, Any]]
) -> None:
    vision.reply("what color", [RED, BLUE])
    text = AutoProcessor.from_pretrained(weights / "vision").decode(seen[0]["input_ids"][0])
    assert text.index("<image>") < text.index("what color")
    assert text.count("<image>") == 2 * 4  # four patches a picture
    red, blue = seen[0]["pixel_values"]
    assert red[0].mean() > 0 > red[2].mean()
    assert blue[2].mean() > 0 > blue[0].mean()


def test_weights_are_read_as_float32_and_not_in_training(vision: TransformersVisionModel, seen: list[dict[str, Any]]) -> None:
    vision.reply("what color", [RED])
    assert {parameter.dtype for parameter in seen[0]["model"].parameters()} == {torch.float32}
    assert not seen[0]["model"].training


def test_messages_of_many_threads_are_answered_as_each_would_be_alone(vision: TransformersVisionModel) -> None:
    asked = [(f"what color is the boat{' on the left' * n}", pictures) for n in range(4) for pictures in ([RED], [RED, BLUE], [BLUE])]
    alone = [vision.reply(*message) for message in asked]
    with ThreadPoolExecutor(len(asked)) as threads:
        assert list(threads.map(lambda message: vision.reply(*message), asked)) == alone


def test_drawn_replies_of_many_threads_are_those_of_each_alone(weights: Path) -> None:
    options = TransformersOptions(path="vision", generation={"max_new_tokens": 12, "do_sample": True, "temperature": 0.9})
    drawing = TransformersVisionModel(options, given(weights / "vision"))
    asked = [(f"what color is the boat{' on the left' * n}", pictures) for n in range(4) for pictures in ([RED], [RED, BLUE], [BLUE])]
    alone = [drawing.reply(*message) for message in asked]
    assert len(set(alone)) > 1
    with ThreadPoolExecutor(len(asked)) as threads:
        assert list(threads.map(lambda message: drawing.reply(*message), asked)) == alone


def test_a_template_that_opens_the_thinking_makes_an_unfinished_thought_no_reply(weights: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(weights / "vision", tmp_path / "thinking"))
    template = folder / "chat_template.jinja"
    template.write_text(template.read_text().replace("<|im_start|>assistant\n", "<|im_start|>assistant\n<think>\n"))
    options = TransformersOptions(path="vision", tries=2, generation={"max_new_tokens": 4, "do_sample": False})
    with pytest.raises(BrokenReply, match="said nothing in 2 tries"):
        TransformersVisionModel(options, given(folder)).reply("what color", [RED])


def test_a_banner_that_qwen_cannot_take_is_named_and_those_beside_it_are_captioned(tmp_path: Path) -> None:
    from dir_tir.tools.captioning import caption_of
    from real_classes import save_qwen_vl

    folder = save_qwen_vl(tmp_path / "qwen")
    options = TransformersOptions(path="qwen", batch=4, generation={"max_new_tokens": 4, "min_new_tokens": 2, "do_sample": False})
    qwen = TransformersVisionModel(options, given(folder))
    pictures = [RED, Image.new("RGB", (1200, 4)), BLUE.convert("RGB")]

    def caption(picture: Image.Image) -> str:
        try:
            return caption_of(qwen, "what color", picture)
        except PictureError as error:
            return str(error)

    with ThreadPoolExecutor(len(pictures)) as threads:
        red, banner, blue = threads.map(caption, pictures)
    assert "the vision model cannot take this picture (ValueError: absolute aspect ratio" in banner
    assert "cannot take" not in f"{red} {blue}"
