"""Train the matching head of the second retriever: ``python -m dir_tir.miniature.train.matching``.

BLIP's other head reads a text together with a picture: cross-attention in the text tower looks at the patches, and two logits say whether
they match (Li et al. 2022, section 3.2, image-text matching loss). Only cross-attention and head learn; what the embeddings depend on stays
as it is, so that galleries do not notice. For the time there is, the first half of the layers looks at nothing: a text is read that far
once for all its pictures. Those are its own, a near twin, and some of the nearest by cosine in a bank of postcards. A second head, which is
thrown away afterwards, says what it is that does not match: one bit a pair teaches slowly.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import BlipConfig, BlipForImageTextRetrieval, PreTrainedTokenizerFast

from ..world.drawing import draw
from ..world.scene import Scene
from .encoder import CAPTION_TOKENS, described
from .eyes import batch, pixels
from .loop import Plan, train
from .settings import RUNS, SIDE, WEIGHTS, arguments
from .truths import TOPICS, wrong

_BANK = 8_192  # postcards, of which half are near twins of the other half
_TEXTS = 32  # in a step
_NEAR = 2  # pictures for each beside its own and the twin of that, drawn from the nearest by cosine
_NEAREST = 40
_ALIKE = 8  # texts of like length are read together: half of what is read would be padding otherwise
_RARE = torch.tensor(3.0)  # how much more a topic counts that is wrong: most are right
_MATCH = 1  # which of the head's two logits says "match"


@dataclass(frozen=True)
class Bank:
    """Postcards as the frozen picture tower sees them: patches (n, 1 + patches, width) in fp16, embeddings (n, d) of unit length."""

    scenes: list[Scene]
    patches: Tensor
    embeddings: Tensor

    def twin(self, number: int) -> int:
        """The postcard that is nearly this one."""
        return (number + len(self.scenes) // 2) % len(self.scenes)


class Taught(nn.Module):
    """BLIP, of which cross-attention and matching head learn, with the head that is thrown away."""

    def __init__(self, blip: BlipForImageTextRetrieval, padding: int) -> None:
        super().__init__()
        self.blip = blip.requires_grad_(False)
        layers: Any = blip.text_encoder.encoder.layer
        self._first, self._rest = layers[: len(layers) // 2], layers[len(layers) // 2 :]
        for part in (*(layer.crossattention for layer in self._rest), blip.itm_head):
            part.requires_grad_(True)
        self.topics = nn.Linear(blip.config.text_config.hidden_size, len(TOPICS))
        self._padding = padding

    @torch.no_grad()
    def seen(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """What the picture tower hands on, (n, 1 + patches, width), and unit embeddings (n, d)."""
        patches: Tensor = self.blip.vision_model(pixel_values=pictures).last_hidden_state
        return patches, functional.normalize(self.blip.vision_proj(patches[:, 0]).float(), dim=-1)

    @torch.no_grad()
    def embedded(self, tokens: Tensor) -> Tensor:
        """Unit embeddings (n, d) of texts, as the text tower alone reads them."""
        hidden = self.blip.text_encoder(input_ids=tokens, attention_mask=(tokens != self._padding).long()).last_hidden_state[:, 0]
        return functional.normalize(self.blip.text_proj(hidden).float(), dim=-1)

    def forward(self, tokens: Tensor, patches: Tensor) -> tuple[Tensor, Tensor]:
        """Of texts (n, length), each with k pictures (n, k, 1 + patches, width): the head's logits (n, k, 2), and those of what does not
        match (n, k, topics). The same as BLIP's own, which reads a text anew for every picture."""
        count = patches.shape[1]
        mask = torch.zeros(tokens.shape, device=tokens.device).masked_fill(tokens == self._padding, -1e4)[:, None, None]
        with torch.no_grad():
            hidden = self.blip.text_encoder.embeddings(input_ids=tokens)
            for layer in self._first:
                hidden = layer.attention(hidden, attention_mask=mask)[0]
                hidden = layer.feed_forward_chunk(layer.crossattention.output.LayerNorm(hidden))
        hidden, mask = hidden.repeat_interleave(count, 0), mask.repeat_interleave(count, 0)
        for layer in self._rest:
            hidden = layer(hidden, encoder_hidden_states=patches.flatten(0, 1), attention_mask=mask)
        first = hidden[:, 0].unflatten(0, (-1, count))
        return self.blip.itm_head(first), self.topics(first)


def begun(folder: Path) -> BlipForImageTextRetrieval:
    """The trained towers, with cross-attention that changes nothing in the first half of the layers, and looks somewhere in the second:
    with BLIP's own 0.02 it would begin with a mean of all patches."""
    transformers.logging.set_verbosity_error()
    settings = BlipConfig.from_pretrained(folder)
    settings.text_config.is_decoder = True
    blip: BlipForImageTextRetrieval = BlipForImageTextRetrieval.from_pretrained(folder, config=settings, dtype=torch.float32)
    layers: Any = blip.text_encoder.encoder.layer
    for number, layer in enumerate(layers):
        cross = layer.crossattention
        cross.output.LayerNorm.load_state_dict(layer.attention.output.LayerNorm.state_dict())
        if number < len(layers) // 2:
            nn.init.zeros_(cross.output.dense.weight)
        for part in (cross.self.query, cross.self.key, cross.self.value):
            nn.init.normal_(part.weight, std=part.weight.shape[1] ** -0.5)
    return blip


def bank(model: Taught, file: Path, device: str, count: int = _BANK) -> Bank:
    """Postcards and what the picture tower makes of them; looked at once, and kept in ``file`` for a run that continues."""
    scenes = batch(random.Random("bank"), count)
    if not file.exists():
        parts = [model.seen(pixels([draw(scene, SIDE) for scene in scenes[at : at + 64]]).to(device)) for at in range(0, count, 64)]
        patches, embeddings = (torch.cat(some).cpu() for some in zip(*parts, strict=True))
        file.parent.mkdir(parents=True, exist_ok=True)
        save_file({"patches": patches.half(), "embeddings": embeddings}, file)
    return Bank(scenes, **load_file(file))


def candidates(rng: random.Random, postcards: Bank, own: list[int], cosines: Tensor) -> list[list[int]]:
    """For each text, the pictures it is read with: its own, the twin of that, and some of the nearest. cosines: (texts, pictures)."""
    near = cosines.topk(_NEAREST, 1).indices.tolist()
    return [[mine, postcards.twin(mine), *rng.sample([i for i in some if i != mine], _NEAR)] for mine, some in zip(own, near, strict=True)]


def main() -> None:
    """Train, then write the head's own weights folder."""
    options = arguments(argparse.ArgumentParser(description=__doc__), steps=560)
    torch.manual_seed(0)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "blip")
    model = Taught(begun(WEIGHTS / "blip"), tokenizer.pad_token_id).to(options.device)
    postcards = bank(model, RUNS / "matching" / "bank.safetensors", options.device)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(step)
        own = rng.sample(range(len(postcards.scenes)), _TEXTS)
        said = sorted(((i, *described(rng, postcards.scenes[i])) for i in own), key=lambda one: len(one[1]))
        logits: list[Tensor] = []
        topics: list[Tensor] = []
        faults: list[list[list[bool]]] = []
        for at in range(0, _TEXTS, _ALIKE):
            some = said[at : at + _ALIKE]
            words = [text for _, text, _ in some]
            tokens = tokenizer(words, padding=True, truncation=True, max_length=CAPTION_TOKENS, return_tensors="pt")["input_ids"]
            tokens = tokens.to(options.device)
            chosen = candidates(rng, postcards, [i for i, _, _ in some], model.embedded(tokens).cpu() @ postcards.embeddings.T)
            both = model(tokens, postcards.patches[torch.tensor(chosen)].float().to(options.device))
            logits.append(both[0].float())
            topics.append(both[1].float())
            faults += [[wrong(known, postcards.scenes[i]) for i in each] for (_, _, known), each in zip(some, chosen, strict=True)]
        return losses(torch.cat(logits), torch.cat(topics), torch.tensor(faults, device=options.device).float())

    train(Plan("matching", RUNS / "matching", options.steps, 2e-3, warmup=50, cooldown=0.5), model, loss_of)
    save(model.blip, WEIGHTS / "matching")


def losses(logits: Tensor, topics: Tensor, faults: Tensor) -> tuple[Tensor, dict[str, float]]:
    """Of texts with k pictures each: logits (n, k, 2), logits of topics and what is true of them (n, k, topics)."""
    scores, match = logits[..., _MATCH] - logits[..., 1 - _MATCH], 1 - faults.amax(2)
    parts = {
        "match": functional.binary_cross_entropy_with_logits(scores, match),
        "among": (scores.logsumexp(1) - scores.masked_fill(match == 0, -1e4).logsumexp(1)).mean(),  # one that matches first
        "topics": functional.binary_cross_entropy_with_logits(topics, faults, pos_weight=_RARE.to(topics.device)),
    }
    right = ((scores > 0) == match.bool()).float().mean().item()
    return torch.stack(list(parts.values())).sum(), {**{key: value.item() for key, value in parts.items()}, "right": right}


def save(blip: BlipForImageTextRetrieval, folder: Path) -> None:
    """Write cross-attention and head in fp16, without the towers, as the program's adapter of BLIP reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    heads = {key: value for key, value in blip.state_dict().items() if "crossattention" in key or key.startswith("itm_head")}
    save_file({key: value.half().contiguous().cpu() for key, value in heads.items()}, folder / "model.safetensors", {"format": "pt"})


if __name__ == "__main__":
    main()
