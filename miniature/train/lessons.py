"""What the language model is taught: the graph's own prompts, with replies from the world's truth.

Each lesson is a family of (prompt, reply) pairs that share a long beginning; :mod:`.packing` reads the shared part once.
"""

from __future__ import annotations

import random
from dataclasses import replace

from ...prompts.library import PromptLibrary
from ...prompts.rendering import REASON_WORDS, render_candidates, render_dialogue, render_rejected
from ..world.differences import correct, differences, told
from ..world.knowledge import Knowledge, complete, glimpse
from ..world.language import caption, first_description, free, plain
from ..world.questions import NO_IDEA, NOTHING_LEFT, TOPICS, Question, Topic, answer, any_question, askable, deduced, learn
from ..world.scene import COLOURS, KINDS, Scene, sample
from .look_alikes import halfway, look_alike
from .nonsense import nonsense
from .notes import noted, unchanged
from .people import as_a_person, no_idea
from .talks import Talk, talk, telling

Pair = tuple[str, str]
CANDIDATES = 10
_REASONS = tuple(REASON_WORDS[code] for code in ("already_known", "already_known", "asked_before", "skipped"))
_OF_THINGS: tuple[Topic, ...] = ("colour", "size", "count", "position", "presence")
_PROMPTS = PromptLibrary.load("miniature")


def prompt(name: str, **variables: str) -> str:
    """The miniature's prompt ``name``, filled in."""
    return _PROMPTS.render(name, **variables)


def ask(rng: random.Random, scene: Scene) -> list[Pair]:
    """Five moments of conversations about one scene before the same candidates, some of them with hardly anything left to ask."""
    late = 0.97 if rng.random() < 0.3 else None
    first = talk(rng, scene, rng.randrange(4), late)
    candidates = [look_alike(rng, first.known, rng.choice((0.5, 0.8, 0.95))) for _ in range(CANDIDATES)]
    captions = render_candidates(caption(c) for c in candidates)
    talks = [first] + [talk(rng, scene, rng.randrange(7), late if i < 2 else None) for i in range(4)]
    return [_asked(rng, "ask", moment, candidates, candidates=captions) for moment in talks]


def ask_without_candidates(rng: random.Random, scene: Scene) -> list[Pair]:
    """A question without context: the most telling one over a world of random scenes."""
    candidates = [sample(rng, allow_held_out=False) for _ in range(CANDIDATES)]
    late = 0.97 if rng.random() < 0.2 else None
    return [_asked(rng, "ask_without_candidates", talk(rng, scene, rng.randrange(7), late), candidates)]


def filter_uncertain(rng: random.Random, scene: Scene) -> list[Pair]:
    """Six questions before the same conversation, about half of them already answered."""
    moment = talk(rng, scene, rng.randrange(7))
    pairs = []
    for _ in range(6):
        question = _any_about(rng, moment)
        reply = NO_IDEA if question.subject in moment.unanswered else deduced(moment.known, question)
        text = question.text() if rng.random() < 0.7 else question.text(rng)
        pairs.append((_with_talk("filter_uncertain", moment, question=text), reply))
    return pairs


def repeat(rng: random.Random, scene: Scene) -> list[Pair]:
    """Words of a description in any order, to be said again: practice in copying, which every other lesson needs."""
    words = [*plain(glimpse(rng, scene)).split(), *free(rng, complete(scene)).split()]
    text = " ".join(rng.choice(words) for _ in range(rng.randrange(3, 25)))
    return [(f"Repeat: {text}", text)]


def rewrite(rng: random.Random, scene: Scene) -> list[Pair]:
    """Five answers to take in, each alone, into the same description; one in five says nothing and leaves it as it is."""
    moment = talk(rng, scene, rng.randrange(6))
    pairs = []
    for _ in range(5):
        question = rng.choice(askable(moment.known) or [any_question(rng, scene, "presence", KINDS)])
        if rng.random() < 0.25:
            question = any_question(rng, scene, rng.choice(TOPICS), KINDS)
        useless = rng.random()
        if useless < 0.2:
            said, wanted = no_idea(rng) if useless < 0.07 else nonsense(rng), unchanged()
        else:
            said, wanted = as_a_person(rng, question, answer(scene, question)), _learnt(moment, question)
        pairs.append((_answered(moment.description, question, said), wanted))
    return pairs


def rewrite_one_of_several(rng: random.Random, scene: Scene) -> list[Pair]:
    """Four short answers about one thing each, in a description of several: the fact must land on the thing that was asked about."""
    moment = talk(rng, scene, rng.randrange(3))
    of_things = [question for question in askable(moment.known) if question.topic in _OF_THINGS]
    pairs = []
    for question in rng.choices(of_things or askable(moment.known) or [any_question(rng, scene, "presence", KINDS)], k=4):
        said = as_a_person(rng, question, answer(scene, question))
        pairs.append((_answered(moment.description, question, said), _learnt(moment, question)))
    return pairs


def told_or_not(rng: random.Random, scene: Scene) -> list[Pair]:
    """One question, answered, evaded and met with two lines of nonsense: only the answer changes the description."""
    moment = talk(rng, scene, rng.randrange(4))
    question = rng.choice(askable(moment.known) or [any_question(rng, scene, "presence", KINDS)])
    kept = unchanged()
    said = {as_a_person(rng, question, answer(scene, question)): _learnt(moment, question), no_idea(rng): kept}
    said |= {nonsense(rng): kept, nonsense(rng): kept}
    return [(_answered(moment.description, question, text), wanted) for text, wanted in said.items()]


def re_prompt(rng: random.Random, scene: Scene) -> list[Pair]:
    """Three paintings of the same prompt, each with its differences."""
    known = glimpse(rng, scene)
    if rng.random() < 0.3:
        known = replace(known, groups=tuple(replace(g, colour=rng.choice(COLOURS)) for g in known.groups))
    text = plain(known) if rng.random() < 0.7 else free(rng, known)
    pairs = []
    for _ in range(3):
        painted = look_alike(rng, known, 0.9)
        if rng.random() < 0.5:
            painted = halfway(rng, painted, scene)
        found = differences(painted, scene)
        if rng.random() < 0.08:
            said, wanted = nonsense(rng), unchanged()
        else:
            told_now, after = (correct(before, found, scene) for before in (Knowledge(), known))
            said, wanted = told(found), noted(text, known, told_now, after)
        pairs.append((prompt("re_prompt", prompt=text, differences=said), wanted))
    return pairs


def opening(rng: random.Random, scene: Scene) -> list[Pair]:
    """The first answer after a free first description; now and then one of the two means nothing."""
    text, known = (nonsense(rng), Knowledge()) if rng.random() < 0.08 else first_description(rng, scene)
    moment = Talk(scene, known, text, (), frozenset())
    pairs = []
    for question in rng.sample(askable(known), 3):
        said, wanted = as_a_person(rng, question, answer(scene, question)), _learnt(moment, question)
        if rng.random() < 0.08:
            said, wanted = nonsense(rng), unchanged()
        pairs.append((_answered(text, question, said), wanted))
    return pairs


def _learnt(moment: Talk, question: Question) -> str:
    told_now, after = (learn(known, question, moment.scene) for known in (Knowledge(), moment.known))
    return noted(moment.description, moment.known, told_now, after)


def _answered(description: str, question: Question, said: str) -> str:
    return prompt("rewrite", description=description, question=question.text(), answer=said)


def _asked(rng: random.Random, name: str, moment: Talk, pictures: list[Scene], **variables: str) -> Pair:
    ranked = telling(moment.known, pictures, moment.unanswered)
    rejected: list[Question] = []
    if rng.random() < 0.2:
        rejected = [question for _, question in ranked[: rng.choice((1, 2))]]
        ranked = telling(moment.known, pictures, moment.unanswered | {q.subject for q in rejected})
    listed = render_rejected((question.text(), rng.choice(_REASONS)) for question in rejected)
    return _with_talk(name, moment, rejected=listed, **variables), ranked[0][1].text() if ranked else NOTHING_LEFT


def _any_about(rng: random.Random, moment: Talk) -> Question:
    open_questions = askable(moment.known)
    chance = rng.random()
    asked_in_vain = [question for question in open_questions if question.subject in moment.unanswered]
    if chance < 0.1 and asked_in_vain:
        return rng.choice(asked_in_vain)
    if chance < 0.4 and open_questions:
        return rng.choice(open_questions)
    if chance < 0.7 and moment.known.groups:
        group = rng.choice(moment.known.groups)
        return Question(rng.choice(_OF_THINGS), group.kind, several=group.count != 1)
    return any_question(rng, moment.scene, rng.choice(TOPICS), KINDS)


def _with_talk(name: str, moment: Talk, **variables: str) -> str:
    return prompt(name, description=moment.description, dialogue=render_dialogue(moment.turns), **variables)


LESSONS = (ask, ask_without_candidates, filter_uncertain, rewrite, rewrite_one_of_several, told_or_not, re_prompt, opening, repeat)
