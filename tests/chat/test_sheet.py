from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.sheet import FOUND, FROM, WIDTH, save_sheet
from PIL import Image, ImageColor
from states import record, said

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def search(tmp_path: Path) -> Any:
    """Just the pictures of a search: records by id."""

    def found(id_: str) -> Any:
        return SimpleNamespace(path=str(tmp_path / f"{id_}.png"), caption=f"a caption of {id_}")

    for number in range(12):
        Image.new("RGB", (40, 20), (0, 0, 200 + number)).save(tmp_path / f"{number}.png")
    return SimpleNamespace(record=found)


def _round(number: int, painting: Path | None = None) -> Any:
    results = [{"id": str(n), "score": 0.5, "source": "dialog" if n < 7 else "image"} for n in range(10)]
    if painting is None:
        return record(number, results=results)
    painted = {"path": str(painting), "prompt": "a boat", "seed": 1}
    critique = {"question": "What is different?", "reply": said("it is night")}
    return record(number, results=results, painting=painted, critique=critique, question="What colour?", answer=said("red " * 60))


def _colours(sheet: Path) -> set[tuple[int, ...]]:
    with Image.open(sheet) as picture:
        assert picture.width == WIDTH
        return {colour for _, colour in picture.convert("RGB").getcolors(10**7)}


def test_a_sheet_shows_target_paintings_and_where_results_come_from(tmp_path: Path, search: Any) -> None:
    Image.new("RGB", (96, 96), (250, 1, 250)).save(tmp_path / "painting.png")
    sheet = save_sheet(tmp_path / "sheets" / "talk.png", [_round(0), _round(1, tmp_path / "painting.png")], search, target="11")
    colours = _colours(sheet)
    assert {(250, 1, 250), (0, 0, 211), *map(ImageColor.getrgb, (*FROM.values(), FOUND))} <= colours
    assert {(0, 0, 200 + number) for number in range(10)} <= colours


def test_a_picture_that_is_gone_leaves_a_grey_field_and_not_an_error(tmp_path: Path, search: Any) -> None:
    (tmp_path / "3.png").unlink()
    assert (0, 0, 203) not in _colours(save_sheet(tmp_path / "talk.png", [_round(0)], search))
