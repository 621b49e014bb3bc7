"""A simulated user who is no better than people are: denies, corrects itself, misremembers, points instead of answering, does not know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Literal

from ..store.conversations.paintings import painting_file
from .clumsy_words import (
    NO_ANSWER,
    NO_DIFFERENCE,
    Told,
    as_differences,
    but_for_one_word,
    clauses,
    corrected_at_once,
    denied,
    denied_difference,
    mistaken_for,
    nearest_wrong,
    taken_back,
    told,
)
from .user import together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..contracts import EarlierRound, UserReply
    from .user import SimulatedUser

Manner = Literal["exact", "denied", "corrected", "misremembered", "unknown", "pointed"]
RATES: dict[Manner, float] = {"exact": 0.4, "denied": 0.2, "corrected": 0.1, "misremembered": 0.1, "unknown": 0.1, "pointed": 0.1}
"""How often something is said in each manner: as the vision model says it; "it is not green, it is red"; "green, sorry, I meant red";
"green", and a round or two later "sorry, I was wrong"; "I don't know"; or a result is pointed at instead. Where a manner needs something
wrong to say and the results shown give none, it is said exactly."""
LATEST = 2  # rounds after which what was misremembered is taken back
LOOKED_AT = 5  # of the results shown, to find something wrong to say


@dataclass(frozen=True)
class ClumsyUser:
    """Says what the exact simulated user says, as people say it.

    What is wrong is the vision model's answer to the same question about a result that was shown, so that it is of the right sort for
    any pictures. It is drawn by seed, target, round and question, and nothing is kept: what was misremembered is seen from the record.
    ``last``: the last round. So near to it that it might not be taken back, nothing is misremembered.
    """

    exact: SimulatedUser
    seed: int
    target: str  # its id
    last: int
    path_of: Callable[[str], Path]  # of a result, by its id

    def answer(self, question: str, earlier: Sequence[EarlierRound]) -> UserReply:
        rng, manner = self._drawn(question, len(earlier))
        if owed := self._owed(earlier):
            exact = self.exact.says(question, self.exact.target)
            return _said(" ".join(filter(None, (*(taken_back(rng, *each) for each in owed), exact))))
        if manner == "unknown":
            return _said(rng.choice(NO_ANSWER))
        if manner == "pointed":
            return self._pointed(earlier)
        exact = self.exact.says(question, self.exact.target)
        truth = told(exact) if manner != "exact" else None
        wrong = self._wrong(rng, question, truth, earlier) if truth else ""
        if not truth or not wrong:
            return _said(exact)
        if manner == "denied":
            return _said(denied(rng, question, truth, wrong))
        return _said(corrected_at_once(rng, truth.value, wrong) if manner == "corrected" else Told(truth.lead, wrong).sentence())

    def offer(self, words: Sequence[str], earlier: Sequence[EarlierRound]) -> UserReply:
        return self.exact.offer(words, earlier)

    def compare(self, question: str, painting: str, earlier: Sequence[EarlierRound]) -> UserReply:
        """A painting is in front of them, so that what differs is not misremembered."""
        rng, manner = self._drawn(question, len(earlier))
        if manner == "unknown":
            return _said(rng.choice(NO_DIFFERENCE))
        if manner == "pointed":
            return self._pointed(earlier)
        exact = self.exact.compare(question, painting, earlier)
        return _said(self._otherwise(rng, manner, exact["text"], painting)) if manner in ("denied", "corrected") else exact

    def point(self, results: Sequence[tuple[str, str]]) -> UserReply:
        """As the exact one."""
        return self.exact.point(results)

    def _drawn(self, question: str, round_number: int) -> tuple[Random, Manner]:
        rng = Random(f"{self.seed}/{self.target}/{round_number}/{question}")
        (manner,) = rng.choices(list(RATES), list(RATES.values()))
        return rng, "exact" if manner == "misremembered" and round_number > self.last - LATEST else manner

    def _owed(self, earlier: Sequence[EarlierRound]) -> list[tuple[str, Told, str]]:
        """What has to be taken back in this round: question, truth, and what was said instead."""
        owed: dict[int, tuple[int, tuple[str, Told, str]]] = {}  # round → from when on, and what
        for number, record in enumerate(earlier):
            question, said = record["question"], told(record["answer"]["text"])
            due = [wrong for wrong, (since, _) in owed.items() if since <= number]
            if not record["answer"]["text"]:
                continue  # nothing was said, and nothing taken back
            for wrong in due:
                del owed[wrong]
            rng, manner = self._drawn(question, number)
            if manner == "misremembered" and said and not due:
                truth = told(self.exact.says(question, self.exact.target))
                if truth and truth.value != said.value:
                    owed[number] = (number + rng.randint(1, LATEST), (question, truth, said.value))
        return [what for since, what in owed.values() if since <= len(earlier)]

    def _wrong(self, rng: Random, question: str, truth: Told, earlier: Sequence[EarlierRound]) -> str:
        page = [self.path_of(result["id"]) for result in earlier[-1]["results"]]
        some = rng.sample(page, min(LOOKED_AT, len(page)))
        wrong = nearest_wrong(truth, together(partial(self.exact.says, question), some))
        return but_for_one_word(rng, truth.value, wrong) if wrong else ""

    def _pointed(self, earlier: Sequence[EarlierRound]) -> UserReply:
        return self.exact.point([(result["id"], str(self.path_of(result["id"]))) for result in earlier[-1]["results"]])

    def _otherwise(self, rng: Random, manner: Manner, exact: str, painting: str) -> str:
        """One of the differences is denied of the painting, or what was painted is named before it by mistake. What was painted is known
        where the vision model, asked the other way round, names as many differences, and this one is of the same thing."""
        should, painted = clauses(exact), clauses(self.exact.differences(self.exact.target, painting_file(painting)))
        pairs = enumerate(zip(should, painted, strict=True)) if len(should) == len(painted) else ()
        found = [(number, parts) for number, pair in pairs if (parts := mistaken_for(*pair))]
        if not found:
            return exact
        number, (true, wrong) = rng.choice(found)
        if manner == "denied":
            should[number] = denied_difference(rng, should[number], true, wrong)
        else:
            should[number] = clauses(corrected_at_once(rng, true, painted[number]))[0]
        return as_differences(should)


def _said(text: str) -> UserReply:
    return {"text": text, "accepted": None}
