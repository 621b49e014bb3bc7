"""The pictures painted in conversations, one PNG per round."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

from .home import paintings_folder


def painting_file(conversation: str, round_number: int) -> Path:
    """Where the painting of a round lies, if there is one."""
    return paintings_folder(conversation) / f"round-{round_number:02}.png"


def painting_link(path: Path) -> str:
    """The address under which a server shows a painting, if DIR_TIR_PICTURES names one: what reads the state elsewhere (Studio) can follow
    it. Empty otherwise.
    """
    server = os.environ.get("DIR_TIR_PICTURES", "").rstrip("/")
    return f"{server}/paintings/{path.parent.name}/{path.name}" if server else ""


def save_painting(picture: Image.Image, conversation: str, round_number: int) -> Path:
    """Keep the painting of a round; a round that is painted again (resumed after a crash) replaces it. Returns the absolute path."""
    path = painting_file(conversation, round_number)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    picture.save(draft, format="PNG")
    draft.replace(path)
    return path
