"""Leaves out of a text what is denied of it, word by word: for when no model's reply stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .checks import asserted
from .words import facts, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .denials import Denial

_BETWEEN = re.compile(r"(\s*[,.;:]\s*|\s+and\s+|\s+with\s+)")
_LEADING_TO = re.compile(r"(?:\b(?:in|at|by|on|under|while|near)\s+)?(?:\b(?:the|a|an|it)\s+)?$", re.IGNORECASE)
_NO_NOUN = re.compile(r"\s*(?:$|(?:in|at|by|on|under|to|near|of|from|there|here|is|are)\b)", re.IGNORECASE)
_ARTICLE = re.compile(r"\ban?\s+$", re.IGNORECASE)


def without_denied(text: str, found: Iterable[Denial]) -> str:
    """``text`` without what ``found`` denies, where leaving out words is enough; else as it is.

    "a red cat" loses "red"; where boats themselves are denied, "two boats on the left" goes as a whole, and "a rainy beach" loses "rainy".
    """
    for denial in found:
        if denial.placed or not (denial.whole or denial.of) or not asserted(denial, text):
            continue
        shorter = _shorter(text, denial)
        if facts(shorter) and not asserted(denial, shorter):
            text = shorter
    return text


def _shorter(text: str, denial: Denial) -> str:
    first, *rest = _BETWEEN.split(text)
    clauses = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    kept = [(between, _left(clause, denial)) for between, clause in clauses]
    whole = [(between, clause) for between, clause in kept if clause.strip()]
    return "".join(between + clause if number else clause for number, (between, clause) in enumerate(whole)).strip()


def _left(clause: str, denial: Denial) -> str:
    """What is left of one clause: nothing, where the denied thing is all it is about."""
    if denial.of and not set(denial.of) <= set(facts(clause)):
        return clause
    place = _place(clause, denial.denied)
    if place is None:
        return clause
    before, after = clause[: place[0]], clause[place[1] :]
    if denial.whole and _NO_NOUN.match(after):
        leading = _LEADING_TO.sub("", before)
        return (
            leading.rstrip() if leading != before and facts(leading) and before[len(leading) :].split()[0] not in ("a", "an", "the") else ""
        )
    article = _ARTICLE.search(before)
    if article and after.strip():
        before = f"{before[: article.start()]}{'an' if after.strip()[0] in 'aeiou' else 'a'} "
    return f"{before.rstrip()} {after.lstrip()}".strip()


def _place(clause: str, stems: Sequence[str]) -> tuple[int, int] | None:
    """Where words with these stems stand in a row, from and to."""
    words = list(re.finditer(r"[^\W_]+(?:['’-][^\W_]+)*", clause))
    for start in range(len(words) - len(stems) + 1):
        row = words[start : start + len(stems)]
        if [stem(word[0].casefold()) for word in row] == list(stems):
            return row[0].start(), row[-1].end()
    return None
