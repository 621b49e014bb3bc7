"""Train the vision model, a small FastVLM: ``python -m dir_tir.miniature.train.vision``.

It starts with the encoder's eyes (:mod:`.eyes`) and the shallow language model's words, so that it has to learn only to read the one
with the other. It answers questions about a picture, describes it, and tells what a painting should have been (painting first, target
second).
"""

from __future__ import annotations

import argparse
import random
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional
from transformers import (
    CLIPImageProcessor,
    FastVlmConfig,
    FastVlmForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)

from ..world.differences import differences, told
from ..world.drawing import draw
from ..world.knowledge import complete, whole
from ..world.language import caption, plain_group
from ..world.questions import NO_IDEA, TOPICS, answer, any_question
from ..world.scene import KINDS, POSITIONS, Scene, Thing, sample
from ..world.unanswerable import unanswerable
from ..world.words import NUMBERS, PLACE_WORDS, POSITION_WORDS, TIME_WORDS, WEATHER_WORDS, plural
from . import qwen
from .eyes import CELLS, TOWER, WIDTH, pixels, trained_eyes
from .lessons import prompt
from .llm import LAYERS, shallow
from .look_alikes import halfway, look_alike
from .loop import Plan, train
from .packing import Rows, pack
from .reader import roughened
from .settings import RUNS, SIDE, WEIGHTS, arguments, save_weights
from .tokens import IMAGE

_PICTURES, _PAIRS = 8, 16
_SETTING_TOPICS, _THINGS_TOPICS = TOPICS[:3], TOPICS[3:]
PICTURE_TOKENS = CELLS**2
_PICTURE = IMAGE * PICTURE_TOKENS


def configuration(tokenizer: PreTrainedTokenizerFast) -> FastVlmConfig:
    """About 3 million parameters, a picture in 9 tokens."""
    return FastVlmConfig(
        vision_config={
            "model_type": "timm_wrapper",
            "architecture": TOWER,
            "hidden_size": WIDTH,
            "num_features": WIDTH,
            "do_pooling": False,
        },
        text_config=qwen.configuration(tokenizer, LAYERS, positions=512).to_dict(),
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE),
        image_seq_length=PICTURE_TOKENS,
        tie_word_embeddings=True,
    )


def processor(tokenizer: PreTrainedTokenizerFast) -> LlavaProcessor:
    """What turns messages with pictures into the model's input."""
    half = [0.5, 0.5, 0.5]
    eyes = CLIPImageProcessor(size={"height": SIDE, "width": SIDE}, do_center_crop=False, image_mean=half, image_std=half)
    return LlavaProcessor(
        image_processor=eyes,
        tokenizer=tokenizer,
        patch_size=SIDE // CELLS,
        vision_feature_select_strategy="full",
        num_additional_image_tokens=0,
        chat_template=tokenizer.chat_template,
    )


def about(rng: random.Random, scene: Scene) -> list[tuple[str, str]]:
    """Questions about one picture with their true answers, one that it does not answer, and the request to describe it."""
    asked = [any_question(rng, scene, topic, KINDS) for topic in (*_THINGS_TOPICS, rng.choice(_SETTING_TOPICS))]
    pairs = [(prompt("answer", question=q.text(rng if rng.random() < 0.3 else None)), answer(scene, q)) for q in asked]
    return [*pairs, (prompt("answer", question=unanswerable(rng)), NO_IDEA), (prompt("caption"), caption(scene))]


def painted(rng: random.Random, target: Scene) -> Scene:
    """A painting of ``target`` that got most, some or almost nothing right; half of them err in details."""
    painting = look_alike(rng, complete(target), rng.choice((0.95, 0.8, 0.5)))
    return halfway(rng, painting, target) if rng.random() < 0.5 else painting


def compared(rng: random.Random, painting: Scene, target: Scene) -> list[tuple[str, str]]:
    """The differences between two pictures, and what stands at two positions in either: practice in looking at one as at the other."""
    looked = [(f"Both {POSITION_WORDS[p][0]}?", f"{_standing(painting, p)}; {_standing(target, p)}") for p in rng.sample(POSITIONS, 2)]
    return [(prompt("differences"), told(differences(painting, target))), *looked]


def _standing(scene: Scene, position: str) -> str:
    thing = scene.at(position)
    return plain_group(replace(whole(position, thing), position=None)) if thing else "nothing"


def reply_loss(model: FastVlmForConditionalGeneration, rows: Rows, pictures: Tensor, device: str) -> Tensor:
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


def named(scene: Scene) -> list[list[str]]:
    """The words for what is seen in each third of a picture, the setting's among them everywhere."""
    setting = [*WEATHER_WORDS[scene.weather][0].split(), *PLACE_WORDS[scene.place][0].split(), *TIME_WORDS[scene.time][0].split()[-1:]]
    words = []
    for position in POSITIONS:
        thing = scene.at(position)
        seen = _noun(thing) if thing else ["nothing"]
        words.append([*seen, *setting])
    return words


def _noun(thing: Thing) -> list[str]:
    several = [NUMBERS[thing.count], plural(thing.kind)] if thing.count > 1 else [thing.kind]
    return [thing.size, thing.colour, *several]


def learn_words(model: FastVlmForConditionalGeneration, tokenizer: PreTrainedTokenizerFast, device: str, steps: int = 400) -> None:
    """Teach the projector alone to hand on the words of what a third shows, summed, as the language model embeds them.

    The language model then meets words it knows, instead of finding out what each of sixteen kinds looks like through its own layers.
    """
    optimiser = torch.optim.AdamW(model.model.multi_modal_projector.parameters(), lr=2e-3)
    embeddings = model.get_input_embeddings().weight.detach()
    for step in range(steps):
        rng = random.Random(f"words {step}")
        some = [sample(rng, allow_held_out=False) for _ in range(64)]
        cells = model.model.get_image_features(pixels([draw(s, SIDE) for s in some]).to(device)).pooler_output
        thirds = cells.reshape(len(some), CELLS, 3, -1).mean(1)
        wanted = torch.stack([torch.stack([_summed(words, tokenizer, embeddings) for words in named(scene)]) for scene in some])
        loss = functional.mse_loss(thirds, wanted) / embeddings.square().mean()
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1.0, 2 * (1 - step / steps))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % 50 == 0:
            print("vision, words:", step + 1, round(loss.item(), 4), flush=True)


def _summed(words: list[str], tokenizer: PreTrainedTokenizerFast, embeddings: Tensor) -> Tensor:
    return embeddings[tokenizer(" " + " ".join(words))["input_ids"]].sum(0)


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=10_200)
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "llm")
    model = FastVlmForConditionalGeneration(configuration(tokenizer)).to(options.device)
    model.set_attn_implementation({"": "eager", "text_config": "eager"})
    model.model.vision_tower.timm_model.load_state_dict(trained_eyes())
    model.model.vision_tower.requires_grad_(False)
    model.model.vision_tower.eval()
    model.model.language_model.load_state_dict(shallow(options.device).model.state_dict())
    if not (RUNS / "vision" / "checkpoint.safetensors").exists():
        learn_words(model, tokenizer, options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        model.model.vision_tower.eval()
        rng = random.Random(step)
        some = [sample(rng, allow_held_out=False) for _ in range(_PICTURES)]
        rows = pack([qwen.family(tokenizer, about(rng, scene), _PICTURE) for scene in some], tokenizer.pad_token_id)
        answers = reply_loss(model, rows, pixels([draw(scene, SIDE) for scene in some]), options.device)
        targets = [sample(rng, allow_held_out=False) for _ in range(_PAIRS)]
        pairs = [(painted(rng, target), target) for target in targets]
        rows = pack([qwen.family(tokenizer, compared(rng, *pair), 2 * _PICTURE) for pair in pairs], tokenizer.pad_token_id)
        paintings, wanted = (pixels([draw(scene, SIDE) for scene in side]) for side in zip(*pairs, strict=True))
        both = torch.stack([roughened(paintings), wanted], 1).flatten(0, 1)
        told_apart = reply_loss(model, rows, both, options.device)
        return answers + told_apart, {"answers": answers.item(), "differences": told_apart.item()}

    train(Plan("vision", RUNS / "vision", options.steps, 8e-4, cooldown=0.4), model, loss_of)
    save_weights(model, processor(tokenizer), WEIGHTS / "vision", max_new_tokens=128)


if __name__ == "__main__":
    main()
