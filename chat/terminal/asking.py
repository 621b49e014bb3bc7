"""Questions with yes or no at the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def confirming() -> Callable[[str], bool] | None:
    """Asks a question, and says whether the answer is yes; None where nobody sits at a terminal."""
    return _confirmed if sys.stdin.isatty() else None


def _confirmed(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:  # Ctrl-D: no answer is no
        print()
        return False
