"""What is told of a model that raised an error: one line, and advice where there is some."""

from __future__ import annotations

from ...errors import DirTirError
from ...plain import cleaned, said_by

_NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")
MEMORY_ADVICE = (
    "there is not enough memory: close other programs, or choose a smaller profile (`dir-tir models` shows what each needs; "
    "`dtype`, `quantise` and `offload` save some)"
)


def failure_text(error: BaseException) -> str:
    """What an error says, with its class where it is not one of ours."""
    kind, said = cleaned(type(error).__name__), said_by(error)
    line = said if isinstance(error, DirTirError) or said == kind else f"{kind}: {said}"
    return f"{line}; {MEMORY_ADVICE}" if lacks_memory(error) else line


def lacks_memory(error: BaseException) -> bool:
    """Whether memory ran out, of the machine or of its accelerator: libraries say so in several ways."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return bool(kinds & {"MemoryError", "OutOfMemoryError"}) or any(words in said_by(error).lower() for words in _NO_MEMORY)
