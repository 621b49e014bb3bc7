"""Many results as one picture: each with its number, uncropped, in rows. A chatbot's client pays for every picture by itself, and a model
that sees them together compares them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from ...errors import PictureError
from ...store.pictures import open_picture
from ..library.fonts import font

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EACH = 20  # results of one sheet: more of them would be made smaller by those who read it
WIDTH, ROW, GAP = 1200, 180, 6  # pixels: of a sheet, of a row about, between pictures
_NARROWEST, _WIDEST = 0.5, 2.5  # of a place; a picture beyond stands in it with a margin
_PAPER, _EMPTY, _BADGE = "#ffffff", "#d8d4cc", "#1c1a17"


def numbered_sheet(results: Sequence[tuple[int, Path]]) -> bytes:
    """A JPEG of the results (number, file) in their order. A file that cannot be read has a grey place."""
    with ThreadPoolExecutor(4) as threads:
        pictures = list(threads.map(_picture, [path for _, path in results]))
    shapes = [min(_WIDEST, max(_NARROWEST, one.width / one.height)) if one else 1.0 for one in pictures]
    rows = _rows(shapes)
    heights = [min(round(1.4 * ROW), int((WIDTH - GAP * (len(row) - 1)) / sum(shapes[place] for place in row))) for row in rows]
    sheet = Image.new("RGB", (WIDTH, sum(heights) + GAP * (len(rows) - 1)), _PAPER)
    y = 0
    for row, height in zip(rows, heights, strict=True):
        x = 0
        for place in row:
            width = int(height * shapes[place])
            _draw(sheet, pictures[place], (x, y, width, height), str(results[place][0]))
            x += width + GAP
        y += height + GAP
    drawn = BytesIO()
    sheet.save(drawn, format="JPEG", quality=80, optimize=True)
    return drawn.getvalue()


def _rows(shapes: Sequence[float]) -> list[list[int]]:
    """Which places stand in which row, so that the rows become about as high as each other."""
    count = max(1, round(sum(shapes) * ROW / WIDTH))
    rows: list[list[int]] = [[] for _ in range(count)]
    before = 0.0
    for place, shape in enumerate(shapes):
        rows[min(count - 1, int((before + shape / 2) * count / sum(shapes)))].append(place)
        before += shape
    return [row for row in rows if row]


def _picture(path: Path) -> Image.Image | None:
    try:
        return open_picture(path, round(1.4 * ROW * _WIDEST))
    except PictureError:
        return None


def _draw(sheet: Image.Image, picture: Image.Image | None, place: tuple[int, int, int, int], number: str) -> None:
    x, y, width, height = place
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((x, y, x + width - 1, y + height - 1), _EMPTY)
    if picture:
        scale = min(width / picture.width, height / picture.height)
        small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS)
        sheet.paste(small, (x + (width - small.width) // 2, y + (height - small.height) // 2))
    badge = (x + 4, y + 4, x + 18 + 14 * len(number), y + 32)
    draw.rounded_rectangle(badge, 6, _BADGE, "white", 1)
    draw.text(((badge[0] + badge[2]) / 2, (badge[1] + badge[3]) / 2), number, "white", font(22), anchor="mm")
