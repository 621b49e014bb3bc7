"""Words of a text for comparing: without those that carry no fact, and without endings."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Words of English that say nothing of a picture by themselves.
_EMPTY = frozenset(
    """a an the this that these those some any all both each every other another more most such own same several
    i you he she it we they me him her us them my your his its our their mine yours
    is are was were be been being am isn't aren't wasn't weren't do does did done have has had having can could may might must shall should
    will would don't doesn't didn't it's that's there's they're i'm
    and or but nor so yet if then than as of in on at to by for from with without into onto over under up down off out about near beside
    there here where when what which who how why not no yes nothing none very really quite rather just only too also still after before
    picture pictures image images photo photos photograph postcard painting drawing scene shows show showing shown see seen visible depicts
    please well oh actually sorry think guess much many lot lots bit""".split()
)
_NEVER_STRIPPED = frozenset(("less", "glass", "grass", "dress", "bus"))


def words(text: str) -> list[str]:
    """Every word, in lower case and in order."""
    return _WORD.findall(text.replace("’", "'").casefold())


def facts(text: str) -> list[str]:
    """The stems of the words that may say something of a picture, in order, as often as they stand there."""
    return [stem(word) for word in words(text) if word not in _EMPTY]


def stem(word: str) -> str:
    """What a word shares with its other forms: boats and boat, rainy, raining and rain, cities and city."""
    bare = word.removesuffix("'s")
    if bare.endswith("ies") and len(bare) > 4:
        bare = f"{bare[:-3]}y"
    elif re.search(r"(?:[sxz]|[cs]h)es$", bare) and len(bare) > 4:
        bare = bare[:-2]
    elif bare.endswith("s") and not bare.endswith("ss") and len(bare) > 3 and bare not in _NEVER_STRIPPED:
        bare = bare[:-1]
    if re.search(r"[sxz]e$", bare) and len(bare) > 3:  # house, of which the plural has lost its e
        bare = bare[:-1]
    for ending in ("ing", "ed", "y"):
        short = bare.removesuffix(ending)
        if short != bare and len(short) >= 3 and re.search(r"[aeiou]", short):
            return short[:-1] if len(short) > 3 and short[-1] == short[-2] and short[-1] not in "lse" else short
    return bare
