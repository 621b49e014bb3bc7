"""What the language model notes down before it writes a description, as its thinking: each group, its noun first.

In a description adjectives come before their noun, so a model that reads and writes from left to right must choose them before it has
said whose they are. In a note it says the noun and looks up what belongs to it::

    <think> rockets two big white right; cat small</think>a scene, two big white rockets on the right, ...
"""

from __future__ import annotations

import re

from ..world.knowledge import Group, Knowledge
from ..world.language import plain
from ..world.words import COUNT_WORDS, KIND_WORDS, plural

OPEN, CLOSE = "<think>", "</think>"  # as reasoning models have them; the tools take out what stands between

_KIND_OF = {form: kind for kind, names in KIND_WORDS.items() for name in names for form in (name.split()[-1], plural(name.split()[-1]))}


def noted(text: str, before: Knowledge, after: Knowledge) -> str:
    """The reply to a prompt about ``text``, which says ``before``: notes of the groups, then the plain description of ``after``."""
    return thought(notes(text, before, after), plain(after))


def unchanged(text: str) -> str:
    """The reply to what says nothing: ``text`` as it was."""
    return thought("nothing new", text)


def notes(text: str, before: Knowledge, after: Knowledge) -> str:
    """The groups of ``before`` as ``text`` mentions them, with what holds afterwards; then new groups, empty positions, absent kinds."""
    mentioned = [kind for kind in map(_KIND_OF.get, re.findall(r"[a-z-]+", text.lower())) if kind]
    lines = [_note(group, after.find(group.kind)) for group in sorted(before.groups, key=lambda group: mentioned.index(group.kind))]
    lines += [_note(group, group) for group in after.groups if before.find(group.kind) is None]
    lines += [f"nothing {position}" for position in after.empty] + [f"no {kind}" for kind in after.absent]
    return "; ".join(lines) or "nothing"


def thought(thinking: str, reply: str) -> str:
    """``reply`` with ``thinking`` before it."""
    return f"{OPEN} {thinking}{CLOSE}{reply}"


def _note(before: Group, after: Group | None) -> str:
    group = after or before
    noun = group.kind if group.count == 1 else plural(group.kind)
    if after is None:
        return f"{noun} gone"
    return " ".join(filter(None, (noun, COUNT_WORDS.get(group.count or 0), group.size, group.colour, group.position)))
