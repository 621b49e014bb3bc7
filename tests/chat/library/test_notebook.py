"""What a notebook shows."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path
from typing import Any

from dir_tir.chat.library.events import Difference, Page, Result
from dir_tir.chat.library.notebook import ShownMatches
from dir_tir.chat.library.texts import note_text
from dir_tir.contracts import PictureRecord
from dir_tir.tools.finding import Match
from PIL import Image

NO_RECORD: Any = None


def _result(path: Path, number: int = 1, caption: str = "a red boat") -> Result:
    return Result(number, f"id-{number}", path, caption, 0.5, "dialog")


def _pictures(html: str) -> list[Image.Image]:
    return [Image.open(BytesIO(base64.b64decode(found))) for found in re.findall(r'src="data:image/webp;base64,([^"]+)"', html)]


def test_a_page_shows_its_pictures_small_and_all_that_is_understood(tmp_path: Path) -> None:
    for number in (1, 2):
        Image.new("RGB", (800, 400), (number * 100, 0, 0)).save(tmp_path / f"{number}.png")
    results = tuple(_result(tmp_path / f"{number}.png", number, f"boat {number}") for number in (1, 2))
    page = Page(3, results, "boats", "boats", ("rain",), ("answer_unused",), None, NO_RECORD)
    html = page._repr_html_()
    assert [picture.size for picture in _pictures(html)] == [(160, 80)] * 2
    for words in ("Round 3: boats", "1. boat 1", "2. boat 2", "Ruled out: rain", note_text("answer_unused"), str(tmp_path / "1.png")):
        assert words in html


def test_what_one_search_found_is_shown(tmp_path: Path) -> None:
    Image.new("RGB", (80, 40)).save(tmp_path / "0.png")
    records = [PictureRecord(f"id-{number}", str(tmp_path / f"{number}.png"), (f"<b>boat</b> {number}",), 8, 8) for number in range(2)]
    html = ShownMatches("boats", ("rain",), True, tuple(Match(record, 0.5) for record in records))._repr_html_()
    assert len(_pictures(html)) == 1  # of the other the file is gone
    for words in ("<b>boats</b>", "1. &lt;b&gt;boat&lt;/b&gt; 0", "cannot be shown", "Ruled out: rain"):
        assert words in html


def test_nothing_that_somebody_wrote_is_markup(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / 'a"onerror=x.png')
    html = _result(tmp_path / 'a"onerror=x.png', caption="<script>alert(1)</script>")._repr_html_()
    assert "<script" not in html
    assert 'a"onerror' not in html
    assert "&lt;script&gt;" in html


def test_what_cannot_be_read_has_a_place_that_says_so(tmp_path: Path) -> None:
    assert "cannot be shown" in _result(tmp_path / "gone.png")._repr_html_()
    assert _pictures(Difference(1, "What differs?", tmp_path / "gone.png")._repr_html_()) == []


def test_a_painting_is_shown_with_what_is_asked_about_it(tmp_path: Path) -> None:
    Image.new("RGB", (96, 96), "red").save(tmp_path / "painting.png")
    html = Difference(2, "What differs?", tmp_path / "painting.png")._repr_html_()
    assert "Round 2: What differs?" in html
    assert len(_pictures(html)) == 1
