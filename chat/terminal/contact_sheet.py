"""One picture of a whole conversation: what was looked for, and for each round what was said, what was painted, and the ten results."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from ...errors import PictureError
from ...plain import cleaned
from ...store.conversations.paintings import painting_file
from ...store.pictures import open_picture
from ...store.writing import write_whole
from ..library.fonts import font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import ImageFont

    from ...nodes.state import RoundRecord
    from ..library.snapshot import Lookup

PAPER, INK, FAINT, LINE = "#fbf8f2", "#26221c", "#857d70", "#e4ddd0"
FROM = {"dialog": "#3c6e9e", "image": "#d07c2e"}
FOUND = "#2f9e54"
MARGIN, GAP, TALK, PAINTING, THUMB = 32, 10, 430, 150, 116  # pixels
RESULTS_AT = MARGIN + TALK + GAP + PAINTING + 28
WIDTH = RESULTS_AT + 10 * (THUMB + GAP) + MARGIN - GAP


def save_sheet(path: Path, records: Sequence[RoundRecord], picture: Lookup, target: str = "") -> Path:
    """Draw the rounds below each other and keep the picture as a PNG. `target`: id of the picture looked for, framed wherever it shows."""
    rows = [_row(record, picture, target, records[0]["description"]) for record in records]
    head = _head(records[0]["description"], picture, target)
    sheet = Image.new("RGB", (WIDTH, head.height + sum(row.height for row in rows) + MARGIN // 2), PAPER)
    at = 0
    for part in (head, *rows):
        sheet.paste(part, (0, at))
        at += part.height
    drawn = BytesIO()
    sheet.save(drawn, format="PNG")
    return write_whole(path, drawn.getvalue(), durable=False)  # it can be drawn again


def _head(description: str, picture: Lookup, target: str) -> Image.Image:
    """The target, the first description, and what the colours mean."""
    size = 190 if target else 60
    head = Image.new("RGB", (WIDTH, size + MARGIN + 46), PAPER)
    draw = ImageDraw.Draw(head)
    left = MARGIN
    if target:
        record = picture(target)
        _paste(head, record.path if record else "", (MARGIN, MARGIN), size, frame=FOUND)
        left += size + 24
        draw.text((left, MARGIN + 2), "looked for", FAINT, font(15))
        for number, line in enumerate(_wrapped(record.caption if record else "", font(17), 620)[:6]):
            draw.text((left, MARGIN + 100 + 23 * number), line, FAINT, font(17))
        draw.text((left, MARGIN + 78), "its caption", FAINT, font(15))
    for number, line in enumerate(_wrapped(f"“{description}”", font(24), WIDTH - left - MARGIN)[: 1 if target else 2]):
        draw.text((left, MARGIN + (26 if target else 0) + 30 * number), line, INK, font(24))
    legend = head.height - 34
    draw.text((MARGIN + TALK + GAP, legend), "painting", FAINT, font(15))
    x = RESULTS_AT
    for colour, words in (
        (FROM["dialog"], "found by the description"),
        (FROM["image"], "found by the painting"),
        (FOUND, "the picture looked for"),
    ):
        draw.rounded_rectangle((x, legend + 2, x + 15, legend + 17), 4, colour)
        draw.text((x + 22, legend), words, FAINT, font(15))
        x += 60 + int(font(15).getlength(words))
    return head


def _row(record: RoundRecord, picture: Lookup, target: str, first: str) -> Image.Image:
    lines = _talk(record, first)
    row = Image.new("RGB", (WIDTH, max(PAINTING + 46, 44 + sum(height for _, _, _, height in lines))), PAPER)
    draw = ImageDraw.Draw(row)
    draw.line((MARGIN, 0, WIDTH - MARGIN, 0), LINE, 2)
    y = 14
    for text, colour, face, height in lines:
        draw.text((MARGIN, y), text, colour, face)
        y += height
    if record["painting"]:
        _paste(row, str(painting_file(record["painting"]["path"])), (MARGIN + TALK + GAP, 16), PAINTING)
    for rank, result in enumerate(record["results"], start=1):
        x = RESULTS_AT + (rank - 1) * (THUMB + GAP)
        hit = result["id"] in (target, record["accepted"])
        known = picture(result["id"])
        _paste(row, known.path if known else "", (x, 16), THUMB, frame=FOUND if hit else None)
        draw.rounded_rectangle((x, 16 + THUMB + 6, x + THUMB, 16 + THUMB + 26), 5, FOUND if hit else FROM[result["source"]])
        draw.text((x + THUMB / 2, 16 + THUMB + 16), str(rank), "white", font(14), anchor="mm")
    return row


def _talk(record: RoundRecord, first: str) -> list[tuple[str, str, ImageFont.FreeTypeFont, int]]:
    """(line, colour, face, height) of what was said in a round."""
    lines: list[tuple[str, str, ImageFont.FreeTypeFont, int]] = []

    def say(text: str, colour: str, size: int, most: int) -> None:
        wrapped = _wrapped(text, font(size), TALK)
        if len(wrapped) > most:
            wrapped = [*wrapped[: most - 1], wrapped[most - 1].rstrip(" .,") + " ..."]
        lines.extend((line, colour, font(size), round(size * 1.32)) for line in wrapped)

    say(f"round {record['round']}" if record["round"] else "first search", FAINT, 15, 1)
    if record["round"]:
        question, answer = record["question"], record["answer"]["text"]
        say(question or ("" if answer else "(no question in this round)"), INK, 18, 2)
        say(f"- {answer or 'skipped'}" if question or answer else "", FROM["dialog"], 18, 2)
    if record["critique"]:
        say(f"on the painting: {record['critique']['reply']['text'] or 'skipped'}", FROM["image"], 15, 3)
    if record["description"] != first or not record["round"]:
        say(record["description"], FAINT, 15, 4)
    return lines


def _paste(onto: Image.Image, path: str, at: tuple[int, int], side: int, frame: str | None = None) -> None:
    """A picture shrunk into a square at `at`; a grey field where it cannot be read."""
    field = Image.new("RGB", (side, side), LINE)
    try:
        picture = open_picture(Path(path))
    except PictureError:
        picture = field
    scale = side / max(picture.size)
    picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS)
    field.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    if frame:
        ImageDraw.Draw(onto).rectangle((at[0] - 5, at[1] - 5, at[0] + side + 4, at[1] + side + 4), frame)
    onto.paste(field, at)


def _wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in cleaned(text).split():
        if lines and face.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
