"""Train the vision model, a small LLaVA: ``python -m dir_tir.miniature.train.vision``.

It starts with the trained encoder's eyes and the trained language model's words, so that it has to learn only to read the one with the
other. It answers questions about a picture, describes it, and tells what a painting should have been (painting first, target second).
"""

from __future__ import annotations

import argparse
import random

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)

from ..world.differences import differences, told
from ..world.drawing import draw
from ..world.knowledge import complete
from ..world.language import caption
from ..world.questions import TOPICS, answer, any_question
from ..world.scene import KINDS, Scene, sample
from . import qwen
from .encoder import pixels
from .lessons import prompt
from .llm import LAYERS
from .look_alikes import look_alike
from .loop import Plan, train
from .packing import Rows, pack
from .settings import PATCH, RUNS, SIDE, WEIGHTS, arguments, save_weights
from .tokens import IMAGE
from .towers import picture_tower

_PICTURES, _PAIRS, _QUESTIONS = 12, 10, 7
PATCHES = (SIDE // PATCH) ** 2
_PICTURE = IMAGE * PATCHES


def configuration(tokenizer: PreTrainedTokenizerFast) -> LlavaConfig:
    """About 5 million parameters, a picture in 36 tokens."""
    eyes = CLIPVisionConfig(
        hidden_size=192,
        intermediate_size=768,
        num_hidden_layers=6,
        num_attention_heads=6,
        image_size=SIDE,
        patch_size=PATCH,
        hidden_act="gelu",
        projection_dim=256,
    )
    return LlavaConfig(
        vision_config=eyes,
        text_config=qwen.configuration(tokenizer, LAYERS, positions=512),
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE),
        vision_feature_layer=-1,
        vision_feature_select_strategy="default",
        image_seq_length=PATCHES,
        tie_word_embeddings=True,
    )


def processor(tokenizer: PreTrainedTokenizerFast) -> LlavaProcessor:
    """What turns messages with pictures into the model's input."""
    half = [0.5, 0.5, 0.5]
    eyes = CLIPImageProcessor(size={"height": SIDE, "width": SIDE}, do_center_crop=False, image_mean=half, image_std=half)
    return LlavaProcessor(
        image_processor=eyes,
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=tokenizer.chat_template,
    )


def about(rng: random.Random, scene: Scene) -> list[tuple[str, str]]:
    """Questions about one picture with their true answers, and the request to describe it."""
    asked = [any_question(rng, scene, topic, KINDS) for topic in rng.sample(TOPICS, _QUESTIONS)]
    pairs = [(prompt("answer", question=q.text(rng if rng.random() < 0.3 else None)), answer(scene, q)) for q in asked]
    return [*pairs, (prompt("caption"), caption(scene))]


def painted(rng: random.Random, target: Scene) -> Scene:
    """A painting of ``target`` that got most, some or almost nothing right."""
    return look_alike(rng, complete(target), rng.choice((0.95, 0.8, 0.5)))


def reply_loss(model: LlavaForConditionalGeneration, rows: Rows, pictures: Tensor, device: str) -> Tensor:
    """Mean cross-entropy (nats a token) of the replies."""
    hidden = model.model(
        input_ids=rows.tokens.to(device),
        pixel_values=pictures.to(device),
        position_ids=rows.positions.to(device),
        attention_mask=rows.mask.to(device),
        use_cache=False,
    ).last_hidden_state
    labels = rows.labels.to(device)
    wanted = labels >= 0
    return functional.cross_entropy(model.lm_head(hidden[wanted]), labels[wanted])


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=3_000)
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "llm")
    model = LlavaForConditionalGeneration(configuration(tokenizer)).to(options.device)
    model.model.vision_tower.load_state_dict(picture_tower())
    words = load_file(WEIGHTS / "llm" / "model.safetensors")
    model.model.language_model.load_state_dict({key.removeprefix("model."): value.float() for key, value in words.items()})

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        some = [sample(rng, allow_held_out=False) for _ in range(_PICTURES)]
        rows = pack([qwen.family(tokenizer, about(rng, scene), _PICTURE) for scene in some], tokenizer.pad_token_id)
        answers = reply_loss(model, rows, pixels([draw(scene, SIDE) for scene in some]), options.device)
        targets = [sample(rng, allow_held_out=False) for _ in range(_PAIRS)]
        pairs = [(painted(rng, target), target) for target in targets]
        compared = [[(prompt("differences"), told(differences(painting, target)))] for painting, target in pairs]
        rows = pack([qwen.family(tokenizer, each, 2 * _PICTURE) for each in compared], tokenizer.pad_token_id)
        both = pixels([draw(scene, SIDE) for pair in pairs for scene in pair])
        told_apart = reply_loss(model, rows, both, options.device)
        return answers + told_apart, {"answers": answers.item(), "differences": told_apart.item()}

    train(Plan("vision", RUNS / "vision", options.steps, 8e-4), model, loss_of)
    save_weights(model, processor(tokenizer), WEIGHTS / "vision", max_new_tokens=128)


if __name__ == "__main__":
    main()
