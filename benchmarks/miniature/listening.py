"""The checks of what the language model makes of denials, corrections and the like, in wordings that no lesson has.

A reply is used as the graph uses it: `tools/rewriting` checks it, asks again, and lets the old text stay. What the model says by itself is
measured beside that, without a bar.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ...contracts import Example, LanguageModel
from ...evaluation.postcards import postcards_gallery
from ...miniature.train import listening as lessons
from ...miniature.train.saying import Denied, Saying
from ...miniature.train.sayings import OF_PAINTINGS, ROWS, says
from ...miniature.train.speaker import Speaker
from ...miniature.train.utterances import Split
from ...miniature.world.knowledge import Knowledge, in_order
from ...miniature.world.parsing import parsed
from ...miniature.world.scene import scenes
from ...miniature.world.words import COLOUR_WORDS, KIND_WORDS, SIZE_WORDS, plural
from ...prompts.asking import Asking
from ...tools.models.loading import Models
from ...tools.models.retrying import reply_or_nothing
from ...tools.rewriting.words import facts
from ...tools.rewriting.writing import Reader, apart, rewritten
from ...tools.workspace import Workspace
from .check import Check, Exam, every, share

_GALLERY = 400  # postcards over which two texts are compared
_BARS = {"correction": 0.95, "taking back": 0.95, "pronoun": 0.92, "two facts": 0.95, "nothing said": 0.99}
_WORDINGS: dict[str, Mapping[str, Sequence[str]]] = {"colour": COLOUR_WORDS, "size": SIZE_WORDS}


@dataclass(frozen=True)
class Case:
    """A text, what it says, what is said of it, and the prompt that the model is given."""

    text: str
    known: Knowledge
    saying: Saying
    prompt: str

    @property
    def after(self) -> Knowledge:
        """What is right to know then."""
        known = self.saying.change(self.known)
        return replace(known, groups=in_order(known.groups), absent=())


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the text, and what is ruled out beside it."""

    case: Case
    text: str
    ruled_out: Sequence[str]

    @property
    def exact(self) -> bool:
        """Whether the text says what is right, no more and no less."""
        return parsed(self.text) == self.case.after or (self.text == self.case.text and self.case.known == self.case.after)

    @property
    def asserted(self) -> bool:
        """Whether the text says anything that was denied."""
        return any(_asserted(denied, self.text) for denied in self.case.saying.denied)

    @property
    def noted(self) -> bool:
        """Whether everything that can be searched for is ruled out."""
        listed = [set(facts(one)) for one in self.ruled_out]
        return all(any(set(facts(wanted)) <= one for one in listed) for wanted in self.case.saying.ruled_out)


class _Kept:
    """A model whose first, greedy reply is read twice and written once."""

    def __init__(self, llm: LanguageModel, prompt: str) -> None:
        self.llm, self.first = llm, reply_or_nothing(llm.reply, prompt)

    def reply(self, prompt: str, *, again: int = 0, examples: Sequence[Example] = (), begin: str = "") -> str:
        return self.llm.reply(prompt, again=again, examples=examples, begin=begin) if again else self.first

    def choose(self, prompt: str, answers: Sequence[str], *, examples: Sequence[Example] = ()) -> str:
        return self.llm.choose(prompt, answers, examples=examples)


def exams(workspace: Workspace) -> Iterator[Exam]:
    """One for each kind of thing that people say in answers, then of paintings; first descriptions; capitals and slips of the finger."""
    for row in ROWS:
        yield Exam(f"listening {row}", partial(_said, workspace, row, False, 0.0))
    for row in OF_PAINTINGS:
        yield Exam(f"listening to differences {row}", partial(_said, workspace, row, True, 0.0))
    yield Exam("listening first", partial(_first, workspace))
    yield Exam("listening clumsy", partial(_said, workspace, "denial", False, 1.0))


def cases(row: str, number: int, split: Split, *, of_painting: bool = False, clumsy: float = 0.0) -> list[Case]:
    """``number`` cases of a row in the wordings of ``split``. A fact, or a pronoun, always tells something new."""
    rng = random.Random(f"{row} {of_painting} {clumsy}")
    found = []
    for scene in scenes("test" if split == "test" else "validation", 4 * number, seed=41):
        known, text = (lessons.painted if of_painting else lessons.moment)(rng, scene)
        if row == "nothing said" and rng.random() < 0.1:
            known, text = Knowledge(), lessons.foreign(rng, split)
        saying = says(Speaker(rng, known, split, of_painting=of_painting), row, clumsy=clumsy)
        prompt, _ = (lessons.differing if of_painting else lessons.answered)(text, known, saying)
        case = Case(text, known, saying, prompt)
        if row not in ("pronoun", "two facts") or case.after != known:
            found.append(case)
        if len(found) == number:
            break
    return found


def _said(workspace: Workspace, row: str, of_painting: bool, clumsy: float, models: Models, number: int) -> Iterator[Check]:
    some = cases(row, number, "test", of_painting=of_painting, clumsy=clumsy)
    name = f"{'differences' if of_painting else 'listening'}: {row}{', in capitals or mistyped' if clumsy else ''}"
    yield from _measured(name, row, some, models, _reader(workspace, models), bars=not clumsy)


def _first(workspace: Workspace, models: Models, number: int) -> Iterator[Check]:
    rng = random.Random(42)
    some = []
    for scene in scenes("test", number, seed=42):
        (asked, _), known, saying = lessons.first(rng, scene, "test")
        some.append(Case(saying.said, known, replace(saying, question=lessons.FIRST_QUESTION), asked))
    yield from _measured("first descriptions: denial", "denial", some, models, _reader(workspace, models))


def _measured(name: str, row: str, some: Sequence[Case], models: Models, search: Reader, *, bars: bool = True) -> Iterator[Check]:
    both = every(partial(outcomes, models.llm, search), some, name)
    used, alone = ([pair[which] for pair in both] for which in (0, 1))
    number = len(some)
    if row in ("denial", "yes or no"):
        bar = 0.002 if bars and row == "denial" else None
        yield Check(f"{name}, denied things asserted", share([one.asserted for one in used]), bar, number, ceiling=True)
        yield Check(f"{name}, denied things asserted, model alone", share([one.asserted for one in alone]), None, number, ceiling=True)
        for who, outcome in (("", used), (", model alone", alone)):
            denying = [one.noted for one in outcome if one.case.saying.ruled_out]
            yield Check(f"{name}, noted as ruled out{who}", share(denying), None if who or not bars else 0.95, len(denying))
    words = "text left alone" if row == "nothing said" else "exact"
    yield Check(f"{name}, {words}", share([one.exact for one in used]), _BARS.get(row) if bars else None, number)
    yield Check(f"{name}, {words}, model alone", share([one.exact for one in alone]), None, number)


def outcomes(llm: LanguageModel, search: Reader | None, case: Case) -> tuple[Outcome, Outcome]:
    """What came of a case as the graph uses the model, and what the model says by itself."""
    kept = _Kept(llm, case.prompt)
    text, listed = apart(kept.first, case.text)
    new = rewritten(kept, Asking(case.prompt), case.text, (), case.saying.said, case.saying.question, search)
    return Outcome(case, new.text, new.ruled_out), Outcome(case, text, listed)


def _reader(workspace: Workspace, models: Models) -> Reader:
    gallery = postcards_gallery(workspace, _GALLERY, models.profile.name)
    return workspace.search(gallery.gallery, models.profile.name)


def _asserted(denied: Denied, text: str) -> bool:
    known = parsed(text)
    if known is not None:
        return denied.asserted_by(known)
    if not denied.kind:
        return bool(re.search(rf"\b{denied.value}", text, re.IGNORECASE))
    nouns = "|".join(form for name in KIND_WORDS[denied.kind] for form in (plural(name), name))
    values = "|".join(_WORDINGS[denied.topic][denied.value]) if denied.topic in _WORDINGS else denied.value
    return any(
        re.search(rf"\b(?:{nouns})\b", clause, re.IGNORECASE)
        and (denied.topic == "kind" or re.search(rf"\b(?:{values})\b", clause, re.IGNORECASE))
        for clause in re.split(r"[,.;:]|\band\b|\bwith\b", text)
    )
