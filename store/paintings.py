"""The pictures painted in conversations, one PNG per round."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from .home import paintings_folder


def save_painting(picture: Image.Image, conversation: str, round_number: int) -> Path:
    """Keep the painting of a round; a round that is painted again (resumed after a crash) replaces it. Returns the absolute path."""
    folder = paintings_folder(conversation)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"round-{round_number:02}.png"
    draft = path.with_suffix(".part")
    picture.save(draft, format="PNG")
    draft.replace(path)
    return path
