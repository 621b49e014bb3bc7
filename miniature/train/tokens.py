"""The tokenizers: byte-level BPE learnt from the world's own language, so that every word of it is one token and no input is unknown."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from ..world.knowledge import glimpse
from ..world.language import caption, first_description, free
from ..world.scene import scenes
from .lessons import LESSONS
from .notes import CLOSE, OPEN

PAD, START, END, IMAGE = "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}"
    "{% for part in message.content %}{% if part.type == 'image' %}<image>{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_VOCABULARY = 1536
_SCENES = 3000


def kept(folder: Path, make: Callable[[], PreTrainedTokenizerFast]) -> PreTrainedTokenizerFast:
    """The tokenizer of a run: made once, then read from the run's folder, so that a continued run speaks as it began."""
    place = folder / "tokenizer"
    if not place.exists():
        make().save_pretrained(place)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(place)
    return tokenizer


def chat_tokenizer() -> PreTrainedTokenizerFast:
    """For the language model and the vision model: case kept, chat tokens and template, marks of thinking, nothing added by itself."""
    tokenizer = _learn(_prompts_and_replies(), lowercase=False)
    tokenizer.add_tokens([OPEN, CLOSE])  # not special: they are part of what the model says
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        extra_special_tokens=[START, IMAGE],
        chat_template=CHAT_TEMPLATE,
        padding_side="left",
    )


def caption_tokenizer(length: int) -> PreTrainedTokenizerFast:
    """For the encoder and the painter: lower case, ``<|im_start|> text <|im_end|>``, at most ``length`` tokens."""
    tokenizer = _learn(_captions(), lowercase=True)
    marks = [(mark, tokenizer.token_to_id(mark)) for mark in (START, END)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{START} $A {END}", special_tokens=marks)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=PAD, bos_token=START, eos_token=END, model_max_length=length, padding_side="right"
    )


def _learn(texts: Iterator[str], *, lowercase: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    if lowercase:
        tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=lowercase)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        special_tokens=[PAD, START, END, IMAGE],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _prompts_and_replies() -> Iterator[str]:
    rng = random.Random(1)
    for scene in scenes("train", _SCENES, seed=90):
        for lesson in LESSONS:
            for prompt, reply in lesson(rng, scene):
                yield prompt
                yield reply
        yield free(rng, glimpse(rng, scene))


def _captions() -> Iterator[str]:
    rng = random.Random(2)
    for scene in scenes("train", _SCENES, seed=91):
        yield caption(scene)
        yield first_description(rng, scene)[0]
        for _ in range(4):
            yield free(rng, glimpse(rng, scene))
