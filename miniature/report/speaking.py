"""The checks of the language model."""

from __future__ import annotations

import random
from collections.abc import Iterator

from ...prompts.rendering import render_candidates, render_dialogue, render_rejected
from ...tools.interfaces import LanguageModel
from ..train.lessons import CANDIDATES, filter_uncertain, opening, prompt, re_prompt, rewrite, talk
from ..train.look_alikes import look_alike
from ..world.language import caption
from ..world.questions import TOPICS, UNCERTAIN, Question, deduced, reading
from ..world.scene import KINDS, POSITIONS, scenes
from .check import Check


def language_checks(llm: LanguageModel, cases: int) -> Iterator[Check]:
    """Questions, verdicts, rewrites and corrected prompts."""
    rng = random.Random(30)
    good = 0
    for scene in scenes("test", cases, seed=31):
        moment = talk(rng, scene, rng.randrange(5))
        pictures = [look_alike(rng, moment.known, 0.9) for _ in range(CANDIDATES)]
        reply = llm.reply(
            prompt(
                "ask",
                candidates=render_candidates(caption(picture) for picture in pictures),
                description=moment.description,
                dialogue=render_dialogue(moment.turns),
                rejected=render_rejected(()),
            )
        )
        question = _ASKED.get(reply)
        new = question is not None and deduced(moment.known, question) == UNCERTAIN and question.subject not in moment.unanswered
        good += new and question is not None and len({reading(picture, question) for picture in pictures}) > 1
    yield Check("language: question well formed, new, and candidates differ in it", good / cases, 0.85, cases)
    right = total = 0
    for scene in scenes("test", cases, seed=32):
        text, truth = filter_uncertain(rng, scene)[0]
        total, right = total + 1, right + ((llm.reply(text) == UNCERTAIN) == (truth == UNCERTAIN))
    yield Check("language: filter verdict right", right / total, 0.90, total)
    for name, lesson in (("rewrite", rewrite), ("rewrite of a first description", opening), ("re-prompt", re_prompt)):
        exact = 0
        for scene in scenes("test", cases, seed=33):
            text, truth = lesson(rng, scene)[0]
            exact += llm.reply(text) == truth
        yield Check(f"language: {name} keeps every fact and applies the new one", exact / cases, 0.85, cases)


def _every_question() -> Iterator[Question]:
    for topic in TOPICS:
        if topic in ("place", "time", "weather"):
            yield Question(topic)
        elif topic == "content":
            yield from (Question(topic, position) for position in POSITIONS)
        else:
            yield from (Question(topic, kind, several) for kind in KINDS for several in (True, False))


_ASKED = {question.text(): question for question in _every_question()}
