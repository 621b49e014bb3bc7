"""The checks of a foreign language model, part by part: its questions, verdicts, and what it works into a text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ...contracts import LanguageModel
from ...miniature.train.look_alikes import look_alike
from ...miniature.train.talks import talk
from ...miniature.world.differences import NO_DIFFERENCE, differences, told
from ...miniature.world.language import caption, plain
from ...miniature.world.questions import UNCERTAIN, answer, any_question, askable, deduced, reading
from ...miniature.world.scene import KINDS, Scene, scenes
from ...nodes.ask import ask
from ...nodes.filter_uncertain import filter_uncertain
from ...nodes.re_prompt import re_prompt
from ...nodes.rewrite import rewrite
from ...nodes.state import NEW_ROUND
from ...prompts.library import PromptLibrary
from ...tools.rewriting.checks import repeats
from ...tools.rewriting.denials import affirmed, denials
from ...tools.rewriting.words import facts
from ...tools.search import Search
from ..miniature.check import Check, every, share
from .reading import read_question

CANDIDATES = 10
_TOPICS = ("place", "time", "weather", "content", "colour", "size", "count", "position")


def parts(llm: LanguageModel, prompts: PromptLibrary, search: Search, cases: int) -> Iterator[Check]:
    """Every check, ``cases`` times each."""
    yield from _questions(llm, prompts, cases)
    yield from _verdicts(llm, prompts, cases)
    yield from _rewrites(llm, prompts, search, cases)
    yield from _re_prompts(llm, prompts, search, cases)


def _questions(llm: LanguageModel, prompts: PromptLibrary, cases: int) -> Iterator[Check]:
    rng = random.Random(30)
    moments = []
    for scene in scenes("test", cases, seed=31):
        so_far = talk(rng, scene, rng.randrange(4))
        moments.append((so_far, [look_alike(rng, so_far.known, 0.9) for _ in range(CANDIDATES)]))

    def proposed(moment: Any) -> str:
        so_far, pictures = moment
        candidates = [{"id": str(number), "caption": caption(picture)} for number, picture in enumerate(pictures)]
        rounds = [_record(question, said) for question, said in so_far.turns]
        state = _state(description=so_far.description, candidates=candidates, rounds=rounds)
        return str(ask(state, llm=llm, prompts=prompts, with_context=True)["tries"][-1]["question"])

    formed, telling = [], []
    for said, (so_far, pictures) in zip(every(proposed, moments, "questions"), moments, strict=True):
        question = read_question(said)
        formed.append(question is not None)
        telling.append(
            question is not None
            and deduced(so_far.known, question) == UNCERTAIN
            and len({reading(picture, question) for picture in pictures}) > 1
        )
    yield Check("question well formed, at the first try", share(formed), None, cases)
    yield Check("about something unknown in which the candidates differ", share(telling), None, cases)


def _verdicts(llm: LanguageModel, prompts: PromptLibrary, cases: int) -> Iterator[Check]:
    rng = random.Random(32)
    asked = []
    for scene in scenes("test", cases, seed=32):
        so_far = talk(rng, scene, rng.randrange(4))
        question = any_question(rng, scene, rng.choice(_TOPICS), tuple(KINDS))  # type: ignore[arg-type]
        asked.append((plain(so_far.known), question.text(rng), deduced(so_far.known, question) == UNCERTAIN))

    def stands(case: tuple[str, str, bool]) -> bool:
        state = _state(description=case[0], tries=[{"question": case[1], "with_candidates": True, "reason": ""}])
        return not filter_uncertain(state, llm=llm, prompts=prompts)["tries"][-1]["reason"]

    found = every(stands, asked, "verdicts")
    unknown = [stood for stood, (_, _, open_) in zip(found, asked, strict=True) if open_]
    known = [not stood for stood, (_, _, open_) in zip(found, asked, strict=True) if not open_]
    yield Check("filter: a question that is open stands", share(unknown), None, len(unknown))
    yield Check("filter: a question that is answered does not", share(known), None, len(known))


def _rewrites(llm: LanguageModel, prompts: PromptLibrary, search: Search, cases: int) -> Iterator[Check]:
    rng = random.Random(33)
    moments = []
    for scene in scenes("test", cases, seed=33):
        so_far = talk(rng, scene, rng.randrange(3))
        question = rng.choice(askable(so_far.known) or [any_question(rng, scene, "content", tuple(KINDS))])
        moments.append((so_far.description, question.text(), answer(scene, question)))

    def written(moment: tuple[str, str, str]) -> tuple[str, list[str]]:
        description, question, said = moment
        tries = [{"question": question, "with_candidates": True, "reason": ""}]
        state = _state(description=description, tries=tries, answer={"text": said, "accepted": None})
        new = rewrite(state, llm=llm, prompts=prompts, search=search, rewriting=True)
        return new["description"], new["ruled_out"]

    yield from _worked_in("rewrite", every(written, moments, "rewrites"), moments)


def _re_prompts(llm: LanguageModel, prompts: PromptLibrary, search: Search, cases: int) -> Iterator[Check]:
    rng = random.Random(34)
    moments = []
    for scene in scenes("test", 2 * cases, seed=34):
        so_far = talk(rng, scene, rng.randrange(3))
        said = told(differences(_painted(rng, so_far.known), scene))
        if said != NO_DIFFERENCE:
            moments.append((so_far.description, "", said))

    def written(moment: tuple[str, str, str]) -> tuple[str, list[str]]:
        prompt, _, said = moment
        state: Any = {**NEW_ROUND, "prompt": prompt, "critique": {"question": "", "reply": {"text": said, "accepted": None}}}
        new = re_prompt(state, llm=llm, prompts=prompts, search=search)
        return new["prompt"], new["ruled_out_of_prompt"]

    moments = moments[:cases]
    yield from _worked_in("re-prompt", every(written, moments, "re-prompts"), moments)


def _painted(rng: random.Random, known: Any) -> Scene:
    return look_alike(rng, known, 0.9)


def _worked_in(name: str, found: list[tuple[str, list[str]]], moments: list[tuple[str, str, str]]) -> Iterator[Check]:
    kept = [kept_facts(old, new, question, said) for (new, _), (old, question, said) in zip(found, moments, strict=True)]
    added = [set(facts(affirmed(said))) <= set(facts(new)) for (new, _), (_, _, said) in zip(found, moments, strict=True)]
    there, all_ = sum(count for count, _ in kept), sum(of for _, of in kept)
    yield Check(f"{name}: facts kept", there / max(1, all_), 0.95, all_)
    yield Check(f"{name}: everything that was said is there", share(added), None, len(added))
    yield Check(f"{name}: degenerate", share([repeats(new) for new, _ in found]), 0.0, len(found), ceiling=True)


def kept_facts(old: str, new: str, question: str, said: str) -> tuple[int, int]:
    """How many facts of a text are in its new form, and how many should be: what was denied may go."""
    denied = {stem for denial in denials(said, question) for stem in (*denial.denied, *denial.of)}
    wanted, there = set(facts(old)) - denied, set(facts(new))
    return len(wanted & there), len(wanted)


def _record(question: str, said: str) -> dict[str, Any]:
    tries = [{"question": question, "with_candidates": True, "reason": ""}]
    return {"question": question, "tries": tries, "answer": {"text": said, "accepted": None}}


def _state(**changes: Any) -> Any:
    return {**NEW_ROUND, "round": 1, "rounds": [], **changes}
