"""The checks of the vision model: answers, captions, differences."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

from ...contracts import VisionModel
from ...miniature.train.lessons import prompt
from ...miniature.train.look_alikes import look_alike
from ...miniature.train.settings import SIDE
from ...miniature.world.differences import NO_DIFFERENCE, differences, told
from ...miniature.world.drawing import draw
from ...miniature.world.knowledge import complete
from ...miniature.world.language import caption
from ...miniature.world.questions import NO_IDEA, NONE_THERE, TOPICS, Question, Topic, answer, any_question
from ...miniature.world.scene import KINDS, Scene, scenes
from ...miniature.world.unanswerable import unanswerable
from ...miniature.world.words import plural
from ...tools.models.loading import Models
from .check import Check, Exam, every, share
from .finding import SHOWN

_Asked = tuple[Scene, str, str]  # scene, question, true answer
_ABOUT_THINGS: tuple[Topic, ...] = ("colour", "size", "count", "position")


def exams() -> Iterator[Exam]:
    """One for each kind of question, one for captions, one for differences."""
    for topic in TOPICS:
        yield Exam(f"answers {topic}", partial(_answers, topic))
    yield Exam("answers none", _none)
    yield Exam("answers cannot tell", _cannot_tell)
    yield Exam("captions", _captions)
    yield Exam("differences", _differences)


def _answers(topic: Topic, models: Models, cases: int) -> Iterator[Check]:
    rng = random.Random(f"answers {topic}")
    asked = []
    for scene in scenes("test", cases, seed=22):
        # Of a thing that is not there, colour and the like have a row of their own.
        kinds = tuple(thing.kind for _, thing in scene.placed()) if topic in _ABOUT_THINGS else KINDS
        asked.append(_asked(rng, scene, any_question(rng, scene, topic, kinds)))
    yield _answered(models.vision, topic, asked)


def _none(models: Models, cases: int) -> Iterator[Check]:
    rng = random.Random("none")
    asked = []
    for scene in scenes("test", cases, seed=27):
        kind = rng.choice([kind for kind in KINDS if scene.find(kind) is None])
        asked.append(_asked(rng, scene, Question(rng.choice(_ABOUT_THINGS), kind, rng.random() < 0.5)))
    assert all(truth == NONE_THERE for _, _, truth in asked)
    yield _answered(models.vision, '"there is none"', asked)


def _cannot_tell(models: Models, cases: int) -> Iterator[Check]:
    rng = random.Random("cannot tell")
    for name, held_out in (('"cannot tell"', False), ('"cannot tell", unseen questions', True)):
        asked = [(scene, unanswerable(rng, held_out=held_out), NO_IDEA) for scene in scenes("test", cases, seed=28)]
        yield _answered(models.vision, name, asked)


def _asked(rng: random.Random, scene: Scene, question: Question) -> _Asked:
    return scene, question.text(rng if rng.random() < 0.3 else None), answer(scene, question)


def _answered(vision: VisionModel, name: str, asked: list[_Asked]) -> Check:
    def right(case: _Asked) -> bool:
        scene, question, truth = case
        return vision.reply(prompt("answer", question=question), [draw(scene, SHOWN)]) == truth

    return Check(f"vision: answers right, {name}", share(every(right, asked, name)), 0.95, len(asked))


def _captions(models: Models, cases: int) -> Iterator[Check]:
    def told_of(scene: Scene) -> str:
        return models.vision.reply(prompt("caption"), [draw(scene, SHOWN)])

    some = list(scenes("test", cases, seed=29))
    captions = every(told_of, some, "captions")
    named = [names_all(reply, scene) for reply, scene in zip(captions, some, strict=True)]
    exact = [reply == caption(scene) for reply, scene in zip(captions, some, strict=True)]
    yield Check("vision: caption names every thing with kind and colour right", share(named), 0.93, cases)
    yield Check("vision: caption right to the last word", share(exact), None, cases)


def names_all(reply: str, scene: Scene) -> bool:
    """Whether each thing has a clause with its kind and colour, and no clause is left over."""
    clauses = [set(clause.split()) for clause in reply.split(", ")[1:]]
    things = [thing for _, thing in scene.placed()]
    said = (any({thing.colour} <= clause and {thing.kind, plural(thing.kind)} & clause for clause in clauses) for thing in things)
    return all(said) and len(clauses) == len(things)


def _differences(models: Models, cases: int) -> Iterator[Check]:
    rng = random.Random(21)
    pairs = [(look_alike(rng, complete(target), 0.8), target) for target in scenes("test", cases, seed=23)]

    def compared(pair: tuple[Scene, Scene]) -> set[str]:
        painting, target = pair
        return statements(models.vision.reply(prompt("differences"), [draw(painting, SIDE), draw(target, SHOWN)]))

    there = found = said = invented = 0
    for pair, reply in zip(pairs, every(compared, pairs, "differences"), strict=True):
        truth = statements(told(differences(*pair)))
        there, found = there + len(truth), found + len(truth & reply)
        said, invented = said + len(reply), invented + len(reply - truth)
    yield Check("vision: differences found", found / there, 0.92, cases)
    yield Check("vision: differences invented", invented / max(said, 1), 0.05, cases, ceiling=True)


def statements(text: str) -> set[str]:
    """What a reply to "what is different?" says, part by part; nothing when it says that nothing differs."""
    return {part.strip(" .").lower() for part in text.split(";")} - {"", NO_DIFFERENCE.strip(" .").lower()}
