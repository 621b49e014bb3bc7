"""The checks of the language model: questions, verdicts, rewritten descriptions, corrected prompts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

from ...errors import BrokenReply
from ...miniature.train.lessons import CANDIDATES, Pair, filter_uncertain, opening, prompt, re_prompt, rewrite
from ...miniature.train.look_alikes import look_alike
from ...miniature.train.talks import Talk, talk, telling
from ...miniature.world.language import caption
from ...miniature.world.questions import NOTHING_LEFT, TOPICS, UNCERTAIN, Question, deduced, reading
from ...miniature.world.scene import KINDS, POSITIONS, Scene, scenes
from ...prompts.rendering import render_candidates, render_dialogue, render_rejected
from ...tools.models.loading import Models
from ...tools.models.thinking import without_thinking
from .check import Check, Exam, every, share

_Moment = tuple[Talk, list[Scene]]  # a conversation under way, and the candidates


def exams() -> Iterator[Exam]:
    """One for each task."""
    yield Exam("questions", _questions)
    yield Exam("verdicts", _verdicts)
    for name, lesson in (("rewrite", rewrite), ("rewrite of a first description", opening), ("re-prompt", re_prompt)):
        yield Exam(name, partial(_writing, name, lesson))


def _questions(models: Models, cases: int) -> Iterator[Check]:
    rng = random.Random(30)
    moments = []
    for scene in scenes("test", cases * 6 // 5, seed=31):
        moment = talk(rng, scene, rng.randrange(5))
        moments.append((moment, [look_alike(rng, moment.known, 0.9) for _ in range(CANDIDATES)]))

    def ask(moment: _Moment) -> str:
        so_far, pictures = moment
        return models.llm.reply(
            prompt(
                "ask",
                candidates=render_candidates(caption(picture) for picture in pictures),
                description=so_far.description,
                dialogue=render_dialogue(so_far.turns),
                rejected=render_rejected(()),
            )
        )

    replies = every(ask, moments, "questions")
    good, best, silent = [], [], []
    for reply, (so_far, pictures) in zip(replies, moments, strict=True):
        left = telling(so_far.known, pictures, so_far.unanswered)
        silent.append((reply == NOTHING_LEFT) == (not left))
        if left:
            good.append(_good(_ASKED.get(reply), so_far, pictures))
            best.append(among_the_first_two(_ASKED.get(reply), left))
    yield Check("language: question well formed, new, and candidates differ in it", share(good), 0.97, len(good))
    yield Check("language: that is one of the two most telling questions left", share(best), 0.80, len(best))
    yield Check("language: says that nothing is left to ask when all is known, and only then", share(silent), 0.97, len(silent))


def _good(question: Question | None, moment: Talk, pictures: list[Scene]) -> bool:
    if question is None or deduced(moment.known, question) != UNCERTAIN or question.subject in moment.unanswered:
        return False
    return len({reading(picture, question) for picture in pictures}) > 1


def among_the_first_two(question: Question | None, left: list[tuple[float, Question]]) -> bool:
    """Whether at most one of the questions that are left has more entropy over the candidates than this one."""
    entropies = {open_question.subject: entropy for entropy, open_question in left}
    if question is None or question.subject not in entropies:
        return False
    return sum(entropy > entropies[question.subject] + 1e-9 for entropy in entropies.values()) < 2


def _verdicts(models: Models, cases: int) -> Iterator[Check]:
    rng = random.Random(32)
    asked = [filter_uncertain(rng, scene)[0] for scene in scenes("test", cases, seed=32)]
    right = every(lambda case: (models.llm.reply(case[0]) == UNCERTAIN) == (case[1] == UNCERTAIN), asked, "verdicts")
    yield Check("language: filter verdict right", share(right), 0.98, cases)


def _writing(name: str, lesson: Callable[[random.Random, Scene], list[Pair]], models: Models, cases: int) -> Iterator[Check]:
    rng = random.Random(33)
    asked = [lesson(rng, scene)[0] for scene in scenes("test", cases, seed=33)]

    def right(case: Pair) -> bool:
        try:
            return models.llm.reply(case[0]) == without_thinking(case[1])
        except BrokenReply:  # it thought without end
            return False

    results = every(right, asked, name)
    yield Check(f"language: {name} keeps every fact and applies the new one", share(results), 0.97, cases)


def _every_question() -> Iterator[Question]:
    for topic in TOPICS:
        if topic in ("place", "time", "weather"):
            yield Question(topic)
        elif topic == "content":
            yield from (Question(topic, position) for position in POSITIONS)
        else:
            yield from (Question(topic, kind, several) for kind in KINDS for several in (True, False))


_ASKED = {question.text(): question for question in _every_question()}
