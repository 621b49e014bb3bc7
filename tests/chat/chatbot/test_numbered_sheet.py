"""Many results on one picture."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.chatbot.numbered_sheet import GAP, ROW, WIDTH, numbered_sheet
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path


def _sheet(folder: Path, *sizes: tuple[int, int]) -> Image.Image:
    files = []
    for number, size in enumerate(sizes):
        files.append(folder / f"{number}.png")
        Image.new("RGB", size, "red" if number % 2 else "blue").save(files[-1])
    return Image.open(BytesIO(numbered_sheet(list(enumerate(files, start=1)))))


@pytest.mark.parametrize(
    ("sizes", "rows"), [([(300, 200)] * 10, 2), ([(200, 200)] * 10, 2), ([(100, 300)] * 10, 1), ([(200, 200)] * 20, 3), ([(60, 40)] * 4, 1)]
)
def test_pictures_stand_uncropped_in_rows_of_about_one_height(tmp_path: Path, sizes: list[tuple[int, int]], rows: int) -> None:
    sheet = _sheet(tmp_path, *sizes)
    each = (sheet.height - GAP * (rows - 1)) / rows
    assert sheet.width == WIDTH
    assert ROW / 1.5 < each <= ROW * 1.4


def test_a_panorama_and_a_tower_leave_room_for_the_others(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, (4000, 100), (50, 2000), (200, 200), (200, 200))
    assert sheet.height < 2 * ROW


def test_what_cannot_be_read_has_a_grey_place_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "damaged.png").write_bytes(b"no picture")
    sheet = Image.open(BytesIO(numbered_sheet([(7, tmp_path / "gone.png"), (8, tmp_path / "damaged.png")])))
    red, green, blue = sheet.convert("RGB").getpixel((100, 150))  # type: ignore[misc]
    assert max(red, green, blue) - min(red, green, blue) < 20
    assert sheet.convert("L").getextrema()[0] < 60  # the number's dark ground
