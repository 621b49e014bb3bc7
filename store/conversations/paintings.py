"""The pictures painted in conversations, one PNG per round."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ..home import checked_name
from ..writing import write_whole

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class Paintings:
    """A folder of paintings for each conversation, below ``folder``. ``server``: the address of a server that shows them, if any."""

    folder: Path
    server: str = ""

    def file(self, conversation: str, round_number: int) -> Path:
        """Where the painting of a round lies, if there is one."""
        return self.folder / checked_name(conversation, "conversation id") / f"round-{round_number:02}.png"

    def link(self, path: Path) -> str:
        """The address under which the server shows a painting: what reads the state elsewhere (Studio) can follow it. Empty without one."""
        return f"{self.server.rstrip('/')}/paintings/{path.parent.name}/{path.name}" if self.server else ""

    def picture_link(self, gallery: str, id_: str) -> str:
        """The address under which the same server shows a picture of a gallery. Empty without one."""
        return f"{self.server.rstrip('/')}/pictures/{gallery}/{id_}.webp" if self.server else ""

    def save(self, picture: Image.Image, conversation: str, round_number: int) -> Path:
        """Keep the painting of a round; a round that is painted again (resumed after a crash) replaces it. Returns the absolute path.

        Raises DiskFullError.
        """
        path = self.file(conversation, round_number)
        drawn = BytesIO()
        picture.save(drawn, format="PNG")
        return write_whole(path, drawn.getvalue())
