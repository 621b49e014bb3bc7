"""Whole conversations with a foreign language model in place of the miniature's, and what came of them."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from ...contracts import Example, LanguageModel, User
from ...evaluation.methods import DIR_TIR, PAGING
from ...evaluation.runner import read_tasks, run
from ...graph.config import Config
from ...nodes.history import standing_question
from ...prompts.library import PromptLibrary
from ...tools.rewriting.checks import repeats
from ...tools.toolbox import ProfileToolbox
from ...tools.user import SimulatedUser
from ...tools.workspace import Workspace
from ..miniature.check import Check, share
from .asking import kept_facts
from .reading import read_question

_OF_THE_USER = ("answer", "caption", "compare", "differences")


def spoken(name: str) -> PromptLibrary:
    """A prompt set for the language model, with the miniature's own for its vision model: that stays who it is."""
    chosen, own = PromptLibrary.load(name), PromptLibrary.load("miniature")
    return replace(chosen, texts={**chosen.texts, **{prompt: own.texts[prompt] for prompt in _OF_THE_USER}})


@dataclass
class Counted:
    """A language model, and how often it was called."""

    model: LanguageModel
    calls: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def reply(self, prompt: str, *, again: int = 0, examples: Sequence[Example] = (), begin: str = "") -> str:
        self._count("replies")
        return self.model.reply(prompt, again=again, examples=examples, begin=begin)

    def choose(self, prompt: str, answers: Sequence[str], *, examples: Sequence[Example] = ()) -> str:
        self._count("choices")
        return self.model.choose(prompt, answers, examples=examples)

    def _count(self, what: str) -> None:
        with self.lock:
            self.calls[what] += 1


class _Toolbox:
    """A profile's tools, with a counted language model and another way to speak to it."""

    def __init__(self, plain: ProfileToolbox, counted: Counted, spoken: PromptLibrary) -> None:
        self._plain, self.llm, self.prompts = plain, counted, spoken

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

    @cached_property
    def user(self) -> User:
        target = self._plain.search.record(self._plain.settings.target)
        assert self._plain.models.vision is not None
        return SimulatedUser(self._plain.models.vision, self.prompts, Path(target.path))


def conversations(
    workspace: Workspace, config: Config, tasks: Any, counted: Counted, prompts: PromptLibrary, file: Path, at_once: int
) -> tuple[list[dict[str, Any]], float]:
    """The conversations, and the seconds that they took."""

    def tools(own: Config) -> Any:
        return _Toolbox(workspace.toolbox(own), counted, prompts)

    started = time.perf_counter()
    found = run(tasks, config, file, tools, at_once=at_once, method=DIR_TIR, processors=workspace.processors)
    return found, time.perf_counter() - started


def whole(found: Sequence[Mapping[str, Any]], calls: int, seconds: float) -> Iterator[Check]:
    """What the records of conversations say."""
    held = [conversation["rounds"] for conversation in found if "rounds" in conversation]
    yield Check("conversations that ended with an error", 1 - len(held) / max(1, len(found)), 0.0, len(found), ceiling=True)
    rounds = [(before, record) for each in held for before, record in pairwise(each)]
    asked = [record["question"] for _, record in rounds]
    yield Check("rounds with a valid question", share([read_question(question) is not None for question in asked]), 0.80, len(asked))
    yield Check("calls of the language model a round", calls / max(1, len(rounds)), 6.0, len(rounds), ceiling=True, unit="calls")
    yield Check("seconds a round", seconds / max(1, len(rounds)), None, len(rounds), unit="s")
    texts = [record[name] for _, record in rounds for name in ("description", "prompt")]
    yield Check("degenerate descriptions and prompts", share([repeats(text) for text in texts]), 0.0, len(texts), ceiling=True)
    kept = [
        kept_facts(before["description"], record["description"], standing_question(record["tries"]), record["answer"]["text"])
        for before, record in rounds
    ]
    yield Check("facts of the description kept", sum(k for k, _ in kept) / max(1, sum(n for _, n in kept)), 0.95, len(kept))
    for name in ("description_written", "prompt_written"):
        by = Counter((record[name] or {"by": "nobody"})["by"] for _, record in rounds)
        yield Check(f"{name.removesuffix('_written')} written by the model itself", by["model"] / max(1, len(rounds)), None, len(rounds))
    hits = {name: _hits(held, name) for name in (DIR_TIR, PAGING)}
    for number, (own, paged) in enumerate(zip(hits[DIR_TIR], hits[PAGING], strict=True)):
        last = number == len(hits[DIR_TIR]) - 1
        bar = max(0.80, paged) if last else paged
        yield Check(f"Hits@10 at round {number}, and no less than paging on ({paged:.0%})", own, bar if number else None, len(held))


def _hits(held: Sequence[Sequence[Mapping[str, Any]]], name: str) -> list[float]:
    """By round the share of conversations in which the target was among ten in this round or before."""
    best = [[min(record["ranks"][name] for record in each[: number + 1]) for number in range(len(each))] for each in held]
    return [share([ranks[number] <= 10 for ranks in best if number < len(ranks)]) for number in range(max(map(len, best), default=0))]


def transcripts(found: Sequence[Mapping[str, Any]], count: int, seed: int = 0) -> str:
    """Rounds picked at random, as markdown."""
    rounds = [(each, number) for each in found if "rounds" in each for number in range(1, len(each["rounds"]))]
    lines = []
    for each, number in random.Random(seed).sample(rounds, min(count, len(rounds))):
        before, record = each["rounds"][number - 1], each["rounds"][number]
        tries = "; ".join(f"“{one['question']}”" + (f" ({one['reason']})" if one["reason"] else "") for one in record["tries"])
        critique = record["critique"]["reply"]["text"] if record["critique"] else ""
        lines += [
            f"**Round {number} about {each['image']}**, rank {before['ranks'][DIR_TIR]} before, {record['ranks'][DIR_TIR]} after",
            "",
            f"- known: {before['description']}",
            f"- asked: {tries}",
            f"- answered: {record['answer']['text']}",
            f"- understood: {record['description']} ({(record['description_written'] or {}).get('by', 'nobody')})",
            f"- painted: {record['painting']['prompt'] if record['painting'] else ''}",
            f"- found different: {critique}",
            f"- next prompt: {record['prompt']} ({(record['prompt_written'] or {}).get('by', 'nobody')})",
            "",
        ]
    return "\n".join(lines)


def tasks_of(descriptions: Path, targets: int) -> Any:
    """The pictures to be found."""
    return read_tasks(descriptions, targets, seed=0)
