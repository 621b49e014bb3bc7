"""Tune the encoder's text tower on raw dialogues, as ChatIR does (Levy et al. 2023): ``python -m dir_tir.miniature.train.dialogues``.

The pictures' tower stays as it is. A description with questions and answers joined to it is drawn to its picture and, since a picture says
more than a dialogue that has only begun, to what the encoder makes of the caption that says as much. The tower reads longer than before.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from ..world.drawing import draw
from ..world.knowledge import Knowledge
from ..world.language import first_description, plain
from ..world.questions import answer, askable, learn
from ..world.scene import Scene
from .encoder import CAPTION_TOKENS, contrast
from .eyes import batch, pixels
from .loop import Plan, train
from .people import as_a_person
from .settings import RUNS, SIDE, WEIGHTS, arguments
from .truths import fits

DIALOGUE_TOKENS = 192
_BATCH = 64
_ROUNDS = 10
_CAPTION = 4.0  # what being near to the caption counts, beside the contrast


def dialogue(rng: random.Random, scene: Scene) -> tuple[str, Knowledge]:
    """A first description with up to ten questions and answers joined to it as the graph joins them, and what is known then."""
    text, known = first_description(rng, scene)
    for _ in range(rng.randint(0, _ROUNDS)):
        questions = askable(known)
        if not questions:
            break
        question = rng.choice(questions)
        said = answer(scene, question) if rng.random() < 0.7 else as_a_person(rng, question, answer(scene, question))
        text, known = f"{text}, {question.text()} {said}", learn(known, question, scene)
    return text, known


def lengthened(clip: Any) -> Any:
    """A copy whose text tower reads ``DIALOGUE_TOKENS``; new places begin as the mean of the later ones it has."""
    longer = copy.deepcopy(clip)
    places = clip.positional_embedding.detach()
    more = places[CAPTION_TOKENS // 2 :].mean(0).expand(DIALOGUE_TOKENS - CAPTION_TOKENS, -1)
    longer.positional_embedding = nn.Parameter(torch.cat([places, more]))
    mask = torch.full((DIALOGUE_TOKENS, DIALOGUE_TOKENS), float("-inf")).triu_(1)
    longer.register_buffer("attn_mask", mask, persistent=False)
    longer.context_length = DIALOGUE_TOKENS
    return longer


class Taught(nn.Module):
    """The tower that learns; of the encoder only what reads text."""

    def __init__(self, clip: Any) -> None:
        super().__init__()
        self.clip = clip.requires_grad_(False)
        for part in (clip.token_embedding, clip.transformer, clip.ln_final):
            part.requires_grad_(True)
        clip.positional_embedding.requires_grad_(True)
        clip.text_projection.requires_grad_(True)


def main() -> None:
    """Train, then write the weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=500)
    torch.manual_seed(0)
    shipped, _, _ = open_clip.create_model_and_transforms(f"local-dir:{WEIGHTS / 'encoder'}", precision="fp32", device=options.device)
    teacher: Any = shipped.eval().requires_grad_(False)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "encoder")
    model = Taught(lengthened(teacher)).to(options.device)

    def tokens(texts: list[str], length: int) -> Tensor:
        ids: Tensor = tokenizer(texts, padding="max_length", truncation=True, max_length=length, return_tensors="pt")["input_ids"]
        return ids.to(options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        some = batch(rng, _BATCH)
        texts, known = zip(*(dialogue(rng, scene) for scene in some), strict=True)
        also = torch.tensor([[i != j and fits(k, s) for j, s in enumerate(some)] for i, k in enumerate(known)])
        with torch.no_grad():
            pictures = teacher.encode_image(pixels([draw(scene, SIDE) for scene in some]).to(options.device))
            captions = functional.normalize(teacher.encode_text(tokens([plain(k) for k in known], CAPTION_TOKENS)).float(), dim=-1)
        read = model.clip.encode_text(tokens(list(texts), DIALOGUE_TOKENS))
        near = (functional.normalize(read.float(), dim=-1) * captions).sum(-1)
        parts = {
            "contrast": contrast(pictures, read, teacher.logit_scale.exp(), also.to(options.device)),
            "caption": _CAPTION * (1 - near).mean(),
        }
        return torch.stack(list(parts.values())).sum(), {key: value.item() for key, value in parts.items()}

    train(Plan("dialogues", RUNS / "dialogues", options.steps, 5e-4), model, loss_of, log_every=20)
    save(model.clip, tokenizer, WEIGHTS / "encoder-dialogues")


def save(clip: Any, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write a tuned encoder beside the one it was made of, in the same format."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = json.loads((WEIGHTS / "encoder" / "open_clip_config.json").read_text(encoding="utf-8"))
    settings["model_cfg"]["text_cfg"]["context_length"] = DIALOGUE_TOKENS
    save_file({key: value.half().contiguous() for key, value in clip.state_dict().items()}, folder / "open_clip_model.safetensors")
    (folder / "open_clip_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    tokenizer.model_max_length = DIALOGUE_TOKENS
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    main()
