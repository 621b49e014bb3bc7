"""What the language model notes down before it writes a description, as its thinking: each group, its noun first.

In a description adjectives come before their noun, so a model that reads and writes from left to right must choose them before it has
said whose they are. In a note it says the noun and looks up what belongs to it. First it notes what it was told, in the order in which it
was told, then everything as it is now, what was told of a thing before the rest::

    <think> rockets white right. rockets white right two big; cat small</think>a scene, two big white rockets on the right, ...

Place, time and weather are noted where they were told. To what says nothing the reply is one word, which stands for the text as it was.

What is denied or taken back is noted after what was told, and what is ruled out has a line of its own, which `tools/rewriting` reads::

    <think> kites now tents; not kites. kites gone; tents two left</think>a scene, two tents on the left
    Not: kites

So nothing has to be searched for: the first notes follow what was said, the others the description, and what follows a noun in the first
notes follows it again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..world.knowledge import Group, Knowledge
from ..world.language import plain
from ..world.words import COUNT_WORDS, KIND_WORDS, plural

OPEN, CLOSE = "<think>", "</think>"  # as reasoning models have them; the tools take out what stands between
NOT, UNCHANGED = "Not:", "unchanged"  # as `tools/rewriting` has them
NOTHING = "nothing"

_KIND_OF = {form: kind for kind, names in KIND_WORDS.items() for name in names for form in (name.split()[-1], plural(name.split()[-1]))}


def noted(
    text: str, before: Knowledge, told: Knowledge, after: Knowledge, ruled_out: Sequence[str] = (), remarks: Sequence[str] = ()
) -> str:
    """The reply to a prompt about ``text``, which says ``before``: notes of what was ``told`` and of all groups, then ``after`` as a
    plain description, without what is absent: that is ruled out, beside ``ruled_out``. ``remarks``: notes of what is no fact."""
    ruled_out = [*ruled_out, *(plural(kind) for kind in told.absent)]
    facts = notes("", Knowledge(), replace(told, absent=()), replace(told, absent=()))
    setting = (value for value in (told.place, told.time, told.weather) if value)
    first = [*setting, *([facts] if facts != NOTHING else []), *remarks, *(f"not {one}" for one in ruled_out)]
    shown = replace(after, absent=())
    reply = thought(f"{'; '.join(first) or NOTHING}. {notes(text, before, told, shown)}", plain(shown))
    return f"{reply}\n{NOT} {'; '.join(ruled_out)}" if ruled_out else reply


def unchanged() -> str:
    """The reply to what says nothing."""
    return thought("nothing new", UNCHANGED)


def notes(text: str, before: Knowledge, told: Knowledge, after: Knowledge) -> str:
    """The groups of ``before`` as ``text`` mentions them, with what holds afterwards; then new groups, empty positions, absent kinds."""
    kept = as_mentioned(text, before.groups)
    new = [group for group in after.groups if before.find(group.kind) is None]
    lines = [_note(group, told.find(group.kind), after.find(group.kind)) for group in (*kept, *new)]
    lines += [f"nothing {position}" for position in after.empty] + [f"no {kind}" for kind in after.absent]
    return "; ".join(lines) or NOTHING


def as_mentioned(text: str, groups: Sequence[Group]) -> tuple[Group, ...]:
    """The groups in the order in which ``text`` mentions them."""
    mentioned = [kind for kind in map(_KIND_OF.get, re.findall(r"[a-z-]+", text.lower())) if kind]
    return tuple(sorted(groups, key=lambda group: mentioned.index(group.kind)))


def thought(thinking: str, reply: str) -> str:
    """``reply`` with ``thinking`` before it."""
    return f"{OPEN} {thinking}{CLOSE}{reply}"


def _note(group: Group, told: Group | None, after: Group | None) -> str:
    if after is None:
        return f"{_noun(group)} gone"
    first = _attributes(told) if told else []
    return " ".join([_noun(after), *first, *(word for word in _attributes(after) if word not in first)])


def _noun(group: Group) -> str:
    return group.kind if group.count == 1 else plural(group.kind)


def _attributes(group: Group) -> list[str]:
    return [word for word in (COUNT_WORDS.get(group.count or 0), group.size, group.colour, group.position) if word]
