"""Conversations under way: what was said, what is known, and which question would tell most now."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass

from ..world.knowledge import Knowledge, glimpse
from ..world.language import free, plain
from ..world.questions import Question, answer, askable, learn, reading
from ..world.scene import Scene
from .nonsense import nonsense
from .people import as_a_person, no_idea


@dataclass(frozen=True)
class Talk:
    """A conversation under way: the truth, what is known of it, how that is worded, and what was said."""

    scene: Scene
    known: Knowledge
    description: str
    turns: tuple[tuple[str, str], ...]
    unanswered: frozenset[tuple[str, str]]


def talk(rng: random.Random, scene: Scene, turns: int, share: float | None = None) -> Talk:
    """A conversation of ``turns`` rounds about ``scene``, each fact known at its start with probability ``share`` (drawn when None).

    One answer in nine tells nothing.
    """
    known = glimpse(rng, scene, rng.random() ** 1.5 if share is None else share)
    said: list[tuple[str, str]] = []
    unanswered: set[tuple[str, str]] = set()
    start = known
    for _ in range(turns):
        open_questions = [q for q in askable(known) if q.subject not in unanswered]
        if not open_questions:
            break
        question = rng.choice(open_questions)
        if rng.random() < 1 / 9:
            unanswered.add(question.subject)
            said.append((question.text(), no_idea(rng) if rng.random() < 0.6 else nonsense(rng)[:60].strip()))
        else:
            said.append((question.text(), as_a_person(rng, question, answer(scene, question))))
            known = learn(known, question, scene)
    tidy = known != start or rng.random() < 0.4
    return Talk(scene, known, plain(known) if tidy else free(rng, known), tuple(said), frozenset(unanswered))


def telling(known: Knowledge, candidates: list[Scene], excluded: frozenset[tuple[str, str]]) -> list[tuple[float, Question]]:
    """Open questions with the entropy (nats) of their answer over the candidates, most telling first.

    Ties to a tenth of a nat keep the order of :func:`askable`.
    """
    scored = []
    for question in askable(known):
        if question.subject not in excluded:
            counts = Counter(reading(scene, question) for scene in candidates)
            entropy = -sum(n / len(candidates) * math.log(n / len(candidates)) for n in counts.values())
            scored.append((entropy, question))
    return sorted(scored, key=lambda pair: -round(pair[0], 1))
