"""Reads the plain form of a description back into what it says."""

from __future__ import annotations

import re

from .knowledge import Group, Knowledge, in_order
from .scene import COLOURS, KINDS, POSITIONS, SIZES
from .words import NUMBERS, PLACE_WORDS, POSITION_WORDS, TIME_WORDS, WEATHER_WORDS, plural

_PLACES, _TIMES, _WEATHERS = ({words[0]: value for value, words in table.items()} for table in (PLACE_WORDS, TIME_WORDS, WEATHER_WORDS))
_POSITIONS = {words[0]: value for value, words in POSITION_WORDS.items()}
_NOUNS = {noun: (kind, noun == kind) for kind in KINDS for noun in (plural(kind), kind)}
_COUNTS = {"a": 1, "an": 1, **{word: number for number, word in NUMBERS.items()}}


def _one_of(words: object) -> str:
    return "|".join(sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]


_SETTING = re.compile(rf"an? (?:(?P<weather>{_one_of(_WEATHERS)}) )?(?P<place>{_one_of(_PLACES)}|scene)(?: (?P<time>{_one_of(_TIMES)}))?")
_GROUP = re.compile(
    rf"(?:(?P<count>{_one_of(_COUNTS)}) )?(?:(?P<size>{_one_of(SIZES)}) )?(?:(?P<colour>{_one_of(COLOURS)}) )?(?P<noun>{_one_of(_NOUNS)})"
    rf"(?: (?P<position>{_one_of(_POSITIONS)}))?"
)
_NOTHING = re.compile(rf"nothing (?P<position>{_one_of(_POSITIONS)})")
_NONE = re.compile(rf"no (?P<kind>{_one_of(KINDS)})")


def parsed(text: str) -> Knowledge | None:
    """What a text in the plain form says (see :mod:`.language`); None for a text in any other form."""
    first, *clauses = text.split(", ")
    setting = _SETTING.fullmatch(first)
    if setting is None:
        return None
    groups, empty, absent = [], [], []
    for clause in clauses:
        if nothing := _NOTHING.fullmatch(clause):
            empty.append(_POSITIONS[nothing["position"]])
        elif none := _NONE.fullmatch(clause):
            absent.append(none["kind"])
        elif group := _GROUP.fullmatch(clause):
            kind, one = _NOUNS[group["noun"]]
            count = _COUNTS.get(group["count"] or "")
            if (count == 1) != one and kind != "fish":
                return None
            groups.append(Group(kind, count, group["colour"], group["size"], _POSITIONS.get(group["position"] or "")))
        else:
            return None
    return Knowledge(
        _PLACES.get(setting["place"]),
        _TIMES.get(setting["time"] or ""),
        _WEATHERS.get(setting["weather"] or ""),
        in_order(groups),
        tuple(position for position in POSITIONS if position in empty),
        tuple(absent),
    )
