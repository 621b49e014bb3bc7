"""Which words split a list of pictures best: those that one offers to whoever looks for one of them, to take or to rule out."""

from __future__ import annotations

from collections import Counter
from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

OFFERED = 6  # words at a time
_NOTHING_NEW = 1e-9  # bits


def splitting(words_of_candidates: Sequence[Collection[str]], asked_before: Collection[str] = (), most: int = OFFERED) -> list[str]:
    """The words to offer, best first: each splits the candidates best that those before it leave together.

    words_of_candidates: the words of each picture, best-ranked first. asked_before: what was taken, ruled out or passed over, and is not
    offered again. A word is chosen by the entropy of the parts into which it and those before it divide the candidates (bits); a tie goes
    to the word that comes first. What all of them have, or none, divides nothing. When no word divides them further the list ends.
    """
    having = _candidates_having(words_of_candidates)
    everything = frozenset(range(len(words_of_candidates)))
    known = set(map(str.casefold, asked_before))
    left = {word: numbers for word, numbers in having.items() if word.casefold() not in known and numbers != everything}
    parts = [0] * len(words_of_candidates)  # the part in which each candidate is
    chosen: list[str] = []
    while left and len(chosen) < most:
        best = max(left, key=lambda word: _entropy(_divided(parts, left[word])))  # the first of equals
        divided = _divided(parts, left.pop(best))
        if _entropy(divided) <= _entropy(parts) + _NOTHING_NEW:
            break
        parts = divided
        chosen.append(best)
    return chosen


def _candidates_having(words_of_candidates: Sequence[Collection[str]]) -> dict[str, frozenset[int]]:
    having: dict[str, set[int]] = {}
    for number, words in enumerate(words_of_candidates):
        for word in words:
            having.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in having.items()}


def _divided(parts: Sequence[int], having: frozenset[int]) -> list[int]:
    return [2 * part + (number in having) for number, part in enumerate(parts)]


def _entropy(parts: Iterable[int]) -> float:
    sizes = Counter(parts).values()
    count = sum(sizes)
    # Rounded, so that words that divide alike are equal whichever parts are summed first.
    return round(sum(-size / count * log2(size / count) for size in sizes), 9)
