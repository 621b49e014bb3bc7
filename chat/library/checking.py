"""What a program hands in is checked before anything is done with it: a wrong type or name is one line, as everything refused is."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...errors import InputError
from ...plain import shown

if TYPE_CHECKING:
    from collections.abc import Iterable


def require(what: str, value: object, kinds: type | tuple[type, ...], expected: str) -> None:
    """Raises InputError for a value of another type. A truth value is no number."""
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        raise InputError(f"{what} is {shown(repr(value), 80)}; expected {expected}")


def require_each(what: str, values: object, kinds: type | tuple[type, ...], expected: str) -> None:
    """Raises InputError for what is no list of values of these types: a text by itself is none, and would be taken apart into letters."""
    if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
        raise InputError(f"{what} is {shown(repr(values), 80)}; expected a list of {expected}")
    for value in values:
        require(f"one of {what}", value, kinds, f"a list of {expected}")


def require_known(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raises InputError for a name that is none of those that are known, and says which is nearest."""
    there = list(known)
    for name in names:
        if name not in there:
            near = get_close_matches(name, there, n=1)
            raise InputError(f"there is no {what} {name!r}: " + (f"did you mean {near[0]}?" if near else f"expected {', '.join(there)}"))
