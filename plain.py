"""Texts of others made plain: what models, people, files and exceptions say, before it is kept or shown.

`cleaned` takes out what is no text: for what is kept. `shown` leaves it visible as an escape: for paths, captions and messages that are
printed. Nothing else decides what may reach a state, a terminal, a log or a page.
"""

from __future__ import annotations

import re
import traceback

LONGEST_SHOWN = 4096  # characters: as long as a path may be
LONGEST_SAID = 300  # of what an exception says

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, the cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # titles, links, what a terminal is programmed with
    r"|\x1b[ -/]*[0-~]"
)
# Controls that are no white space, halves of characters, marks that turn the direction of what follows, what is never shown at all.
_NO_TEXT = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
_TAGS = r"(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"  # invisible letters; after a black flag they name a country
_REMOVED = re.compile(rf"[{_NO_TEXT}]|{_TAGS}")
_ESCAPED = re.compile(rf"[{_NO_TEXT}\t-\r\x1c-\x1f\x85\u2028\u2029]|{_TAGS}")


def cleaned(text: str) -> str:
    """A text in one line without escape sequences, control characters, marks of direction and halves of characters."""
    if not text.isprintable():
        text = _REMOVED.sub("", _SEQUENCES.sub("", text))
    return " ".join(text.split())


def shown(text: object, longest: int = LONGEST_SHOWN) -> str:
    """A text as it may be printed, in one line: what `cleaned` would take out stands there as an escape. Longer ones are cut off."""
    line = str(text)
    if not line.isprintable():
        line = _ESCAPED.sub(_escape, line)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def said_by(error: BaseException, longest: int = LONGEST_SAID) -> str:
    """What an exception says, in one line; the name of its class where that is nothing, or fails."""
    try:
        said = shown(cleaned(str(error)), longest)
    except Exception:  # exceptions are anybody's code
        said = ""
    return said or type(error).__name__


def traced(error: BaseException, lines: int = 200) -> str:
    """Where an exception came from, for a log: the last lines of its traceback, each as it may be printed."""
    try:
        trace = "".join(traceback.format_exception(error))
    except Exception:
        return said_by(error)
    return "\n".join(shown(line, 1000) for line in trace.splitlines()[-lines:])


def _escape(found: re.Match[str]) -> str:
    """Bytes of a file name that are no text in the file system's encoding are shown as bytes."""
    return "".join(
        f"\\x{ord(one) - 0xDC00:02x}" if "\udc80" <= one <= "\udcff" else one.encode("unicode_escape").decode("ascii") for one in found[0]
    )
