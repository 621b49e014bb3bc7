"""What people say, by the kind of thing: a row of the lessons and of the exam each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..world.language import free
from .correcting import (
    correct_attribute,
    correct_count,
    correct_kind,
    correct_setting,
    correct_shortly,
    correct_thing,
    take_back_attribute,
    take_back_setting,
    take_back_thing,
)
from .denying import (
    deny_attribute,
    deny_place,
    deny_position,
    deny_such,
    deny_thing,
    deny_time,
    deny_two,
    deny_weather,
    empty,
)
from .saying import Saying, together, touch
from .speaker import Speaker
from .telling import fact_and_denial, nothing, number, pronoun, pronoun_after_thing, two_facts
from .utterances import DENIED_AT_FIRST, clumsily, spoken
from .yes_or_no import yes_or_no

_Make = Callable[[Speaker], Saying | None]

_MAKERS: dict[str, tuple[_Make, ...]] = {
    "denial": (
        deny_attribute, deny_attribute, deny_thing, deny_thing, deny_weather, deny_time, deny_place, deny_such, deny_two, deny_position,
        empty, fact_and_denial,
    ),
    "correction": (
        correct_attribute, correct_attribute, correct_kind, correct_setting, correct_count, correct_shortly, correct_thing,
    ),
    "taking back": (take_back_thing, take_back_thing, take_back_attribute, take_back_setting),
    "pronoun": (pronoun, pronoun, pronoun_after_thing),
    "two facts": (two_facts,),
    "nothing said": (nothing,),
    "yes or no": (yes_or_no,),
    "number": (number,),
}  # fmt: skip
ROWS = tuple(_MAKERS)
OF_PAINTINGS = ROWS[:6]
_AT_FIRST: tuple[_Make, ...] = (deny_thing, deny_weather, deny_time, deny_such, deny_two, deny_attribute, deny_place)


def says(speaker: Speaker, row: str, *, clumsy: float = 0.06) -> Saying:
    """Something of this kind, as people write it; a share ``clumsy`` in capitals or mistyped."""
    saying = _of(speaker, row)
    said = saying.said
    if not saying.silent:
        said = spoken(speaker.rng, said, speaker.split)
        if speaker.rng.random() < clumsy:
            said = clumsily(speaker.rng, said)
    return replace(saying, said=said, question=saying.question or speaker.any_question())


def describes(speaker: Speaker) -> tuple[str, Saying]:
    """A first description of what is known that rules something out."""
    denials = _distinct(speaker, speaker.rng.choices(_AT_FIRST, weights=(6, 4, 2, 2, 2, 2, 1), k=8), 1 if speaker.rng.random() < 0.8 else 2)
    denied = " and ".join(one.said for one in denials)
    text = speaker.rng.choice(DENIED_AT_FIRST[speaker.split]).format(free(speaker.rng, speaker.known), denied)
    return text, together(text, denials)


def _of(speaker: Speaker, row: str) -> Saying:
    for _ in range(20):
        saying = speaker.rng.choice(_MAKERS[row])(speaker)
        if saying is not None:
            return saying
    return deny_thing(speaker) if row != "nothing said" else nothing(speaker)


def _distinct(speaker: Speaker, makers: Sequence[_Make], number: int) -> list[Saying]:
    found: list[Saying] = []
    for make in makers:
        saying = make(speaker)
        known_kinds = {group.kind for group in speaker.known.groups}
        if saying is None or any(touch(saying, one) for one in found) or any(denied.asserted_by(speaker.known) for denied in saying.denied):
            continue
        if any(denied.kind in known_kinds and denied.topic == "kind" for denied in saying.denied):
            continue
        found.append(saying)
        if len(found) == number:
            break
    return found
