from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.terminal.contact_sheet import FOUND, FROM, PAINTING, WIDTH, save_sheet
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
    return found


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


def _height(tmp_path: Path, search: Any, *records: Any, target: str = "") -> int:
    with Image.open(save_sheet(tmp_path / "sheet.png", records, search, target)) as sheet:
        return sheet.height


def test_every_round_without_much_talk_adds_a_row_of_the_same_height(tmp_path: Path, search: Any) -> None:
    heights = [_height(tmp_path, search, *(_round(number) for number in range(count))) for count in (1, 2, 3)]
    assert [after - before for before, after in itertools.pairwise(heights)] == [PAINTING + 46] * 2


def test_a_round_grows_only_when_its_talk_needs_more_than_a_painting_does(tmp_path: Path, search: Any) -> None:
    def added(**talk: Any) -> int:
        return _height(tmp_path, search, _round(0), record(1, **talk)) - _height(tmp_path, search, _round(0))

    critique = {"question": "What is different?", "reply": said("night " * 90)}
    long = {"question": "What colour? " * 20, "answer": said("red " * 90), "description": "a boat at sea " * 40}
    assert added(question="What colour?", answer=said("red")) == PAINTING + 46
    assert added(**long, critique=critique) > PAINTING + 46
    # A talk without end is cut off, so that a sheet of ten rounds stays one that can be looked at.
    assert added(**long, critique=critique) == added(**{**long, "answer": said("red " * 900)}, critique=critique)


def test_a_person_has_no_target_so_the_head_is_small_and_only_what_they_accepted_is_framed(tmp_path: Path, search: Any) -> None:
    assert _height(tmp_path, search, _round(0)) < _height(tmp_path, search, _round(0), target="11")
    found = {**_round(1), "accepted": "3"}
    # The legend has the colour once already, so the frame shows in how much of it there is.
    assert _pixels(save_sheet(tmp_path / "a.png", [_round(0), found], search), FOUND) > 1000
    assert _pixels(save_sheet(tmp_path / "b.png", [_round(0), _round(1)], search), FOUND) < 300


def _pixels(sheet: Path, colour: str) -> int:
    with Image.open(sheet) as picture:
        return next(count for count, drawn in picture.convert("RGB").getcolors(10**7) if drawn == ImageColor.getrgb(colour))


def test_a_round_in_which_nothing_was_asked_or_painted_can_be_drawn(tmp_path: Path, search: Any) -> None:
    assert _height(tmp_path, search, record(0), record(1)) == _height(tmp_path, search, _round(0), _round(1))


def test_a_picture_that_is_gone_leaves_a_grey_field_and_not_an_error(tmp_path: Path, search: Any) -> None:
    (tmp_path / "3.png").unlink()
    assert (0, 0, 203) not in _colours(save_sheet(tmp_path / "talk.png", [_round(0)], search))
