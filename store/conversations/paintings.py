"""The pictures painted in conversations: PNG files named after their round, and what they were painted from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ..home import checked_name
from ..writing import write_whole

if TYPE_CHECKING:
    from PIL import Image

_NAME = re.compile(r"round-\d{2,4}(?:-[0-9a-f]{8})?\.png")  # conversations of version 0.1 have them without a mark


@dataclass(frozen=True)
class Paintings:
    """A folder of paintings for each conversation, below ``folder``. ``server``: the address of a server that shows them, if any."""

    folder: Path
    server: str = ""

    def file(self, conversation: str, name: str) -> Path:
        """Where the painting of this name lies, if there is one. Raises InputError for what is no name of a painting."""
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r:.40} is no painting")
        return self.folder / checked_name(conversation, "conversation id") / name

    def newest(self, conversation: str, round_number: int) -> Path | None:
        """What was painted last for a round: another branch of the conversation may have painted it, too."""
        folder = self.folder / checked_name(conversation, "conversation id")
        painted = [file for file in folder.glob(f"round-{round_number:02}*.png") if _NAME.fullmatch(file.name)]
        return max(painted, key=lambda file: file.stat().st_mtime_ns, default=None)

    def link(self, path: Path) -> str:
        """The address under which the server shows a painting: what reads the state elsewhere (Studio) can follow it. Empty without one."""
        return f"{self.server.rstrip('/')}/paintings/{path.parent.name}/{path.name}" if self.server else ""

    def picture_link(self, gallery: str, id_: str) -> str:
        """The address under which the same server shows a picture of a gallery. Empty without one."""
        return f"{self.server.rstrip('/')}/pictures/{gallery}/{id_}.webp" if self.server else ""

    def save(self, picture: Image.Image, conversation: str, round_number: int, prompt: str) -> Path:
        """Keep the painting of a round; one of the same prompt (resumed after a crash) replaces it, and one of another, painted in another
        branch, does not. Returns the absolute path. Raises DiskFullError.
        """
        path = self.file(conversation, f"round-{round_number:02}-{sha256(prompt.encode()).hexdigest()[:8]}.png")
        drawn = BytesIO()
        picture.save(drawn, format="PNG")
        return write_whole(path, drawn.getvalue())
