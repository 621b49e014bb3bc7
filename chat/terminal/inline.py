"""A picture inside the terminal, where the terminal can show one."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

_CHUNK = 4096  # what kitty's protocol allows in one escape sequence


def inline(path: Path, environment: Mapping[str, str]) -> str:
    """The escape sequence that shows a PNG in iTerm2, WezTerm, kitty or Ghostty; empty for every other terminal."""
    if environment.get("TMUX"):
        return ""
    if environment.get("TERM_PROGRAM") in {"iTerm.app", "WezTerm"}:
        return f"\033]1337;File=inline=1;width=100%:{base64.b64encode(path.read_bytes()).decode()}\a\n"
    if environment.get("TERM") in {"xterm-kitty", "xterm-ghostty"}:
        data = base64.b64encode(path.read_bytes()).decode()
        chunks = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
        return (
            "".join(
                f"\033_G{'a=T,f=100,' if number == 0 else ''}m={int(number < len(chunks) - 1)};{chunk}\033\\"
                for number, chunk in enumerate(chunks)
            )
            + "\n"
        )
    return ""
