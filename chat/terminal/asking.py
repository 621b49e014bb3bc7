"""Questions with yes or no at the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable


def confirming(*, yes: bool = False) -> Callable[[str], bool] | None:
    """Asks a question, and says whether the answer is yes; None where nobody sits at a terminal. yes: it was given beforehand."""
    if yes:
        return lambda _: True
    return _confirmed if sys.stdin.isatty() else None


def agreed(confirm: Callable[[str], bool] | None, doing: str, question: str) -> bool:
    """Whether something may be removed; says so when it stays. doing: what needs --yes. Raises InputError where nobody can be asked."""
    if confirm is None:
        raise InputError(f"{doing} needs --yes where nobody can be asked")
    if not confirm(question):
        print("kept")
        return False
    return True


def _confirmed(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:  # Ctrl-D: no answer is no
        print()
        return False
