"""What a notebook shows of results, pages, paintings and matches: HTML that holds its pictures, made small."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import PictureError
from ...plain import shown
from ...tools.finding import Matches
from .thumbnails import small_picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIDE = 160  # pixels
_ROW = "display:flex;flex-wrap:wrap;gap:10px"
_FIGURE = f"margin:0;width:{SIDE}px;font:12px/1.35 sans-serif"
_PLACE = f"width:{SIDE}px;height:{SIDE}px;display:grid;place-items:center;background:#8883;text-align:center"


@dataclass(frozen=True)
class ShownMatches(Matches):
    """What one search found."""

    def _repr_html_(self) -> str:
        pictures = [(Path(match.record.path), f"{number}. {match.record.title}") for number, match in enumerate(self.found, start=1)]
        return html_of_pictures(pictures, self.description, [f"Ruled out: {', '.join(self.ruled_out)}"] if self.ruled_out else [])


def html_of_pictures(pictures: Iterable[tuple[Path, str]], heading: str = "", notes: Sequence[str] = ()) -> str:
    """A row of pictures, each over its words; where a file cannot be read, a grey place says so. Nothing in the words is markup."""
    above = f"<p><b>{escape(heading)}</b></p>" if heading else ""
    below = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f'{above}<div style="{_ROW}">{"".join(_figure(*one) for one in pictures)}</div>{below}'


def _figure(path: Path, words: str) -> str:
    try:
        source = b64encode(small_picture(path, SIDE)).decode()
        picture = f'<img src="data:image/webp;base64,{source}" alt="" style="max-width:{SIDE}px;max-height:{SIDE}px">'
    except PictureError:
        picture = f'<div style="{_PLACE}">cannot be shown</div>'
    where = escape(shown(path), quote=True)
    return f'<figure style="{_FIGURE}" title="{where}">{picture}<figcaption>{escape(words)}</figcaption></figure>'
