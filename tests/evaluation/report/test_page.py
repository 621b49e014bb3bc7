"""What a run leaves to look at: whole in itself, the same every time, and with every round of the conversations it shows."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.manifest import manifest
from dir_tir.evaluation.report.curves import save_curves
from dir_tir.evaluation.report.page import save_page
from dir_tir.evaluation.report.summary import Ran, summarise
from dir_tir.evaluation.report.tables import format_summary, write_tables
from dir_tir.evaluation.runner import run
from dir_tir.graph.config import Config
from PIL import Image

if TYPE_CHECKING:
    from dir_tir.tools.workspace import Workspace
    from fakes import FakeToolbox

CONFIG = Config(gallery="colours", max_rounds=2, related_size=20)


@pytest.fixture
def left(tmp_path: Path, toolbox: FakeToolbox) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    tasks = [*(Task(id_, f"<b>{id_[:6]}</b>") for id_ in toolbox.search.ids[:10]), Task("gone", "a text about nothing")]
    conversations = run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: toolbox)
    return summarise([Ran("dir-tir", CONFIG, conversations)]), conversations


def test_the_page_needs_nothing_else_and_shows_the_conversations(
    workspace: Workspace, tmp_path: Path, toolbox: FakeToolbox, left: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    summary, conversations = left
    made = manifest(workspace, [CONFIG], [Task("a", "b")])
    curves = save_curves(summary, tmp_path)
    assert [path.name for path in curves] == ["curves.svg", "shares.svg"]
    assert all(path.with_suffix(".png").stat().st_size > 10_000 for path in curves)
    text = save_page(tmp_path, summary, conversations, made, toolbox.search).read_text()
    assert text.count("<article") == 3 * 8
    assert text.count('<section class="round">') == 3 * 8 * 3
    assert text.count("<svg") == 2
    assert "gone: the gallery holds no picture" in text
    assert "<b>" not in text  # what people write is text
    assert not re.search(r"(?:src|href)=|@import|url\((?!data:)", re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL))
    assert save_page(tmp_path, summary, conversations, made, toolbox.search).read_text() == text


def test_title_and_rows_name_the_user_who_is_not_exact(
    workspace: Workspace, tmp_path: Path, toolbox: FakeToolbox, left: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    _, conversations = left
    clumsy = replace(CONFIG, manner="clumsy")
    summary = summarise([Ran("dir-tir", clumsy, conversations)])
    assert {method["user"] for method in summary["methods"]} == {"clumsy"}
    text = save_page(tmp_path, summary, conversations, manifest(workspace, [clumsy], []), toolbox.search).read_text()
    assert "<title>10 conversations in colours, clumsy user</title>" in text
    assert "<td>dir-tir, clumsy user</td>" in text
    assert any(line.startswith("dir-tir, clumsy user") for line in format_summary(summary))
    write_tables(tmp_path, summary)
    assert '\n"dir-tir, clumsy user",' in (tmp_path / "summary.csv").read_text()
    exact = summarise([Ran("dir-tir", CONFIG, conversations)])
    assert "clumsy" not in "".join([*format_summary(exact), str(exact)])


@pytest.mark.slow
def test_curves_are_drawn_alike_every_time(tmp_path: Path, left: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    summary, _ = left
    first, again = tmp_path / "first", tmp_path / "again"
    for folder in (first, again):
        folder.mkdir()
        save_curves(summary, folder)
    assert (first / "curves.svg").read_bytes() == (again / "curves.svg").read_bytes()


@pytest.mark.slow
def test_a_second_retriever_has_its_own_row_of_panels_and_lines_of_the_table(
    workspace: Workspace, tmp_path: Path, toolbox: FakeToolbox, left: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    summary, conversations = left
    both = {**summary, "methods": [*summary["methods"], *({**method, "retriever": "blip"} for method in summary["methods"])]}
    _, shares = save_curves(both, tmp_path)
    with Image.open(shares.with_suffix(".png")) as two:
        height = two.height
    save_curves(summary, tmp_path)
    with Image.open(shares.with_suffix(".png")) as one:
        assert height == 2 * one.height
    text = save_page(tmp_path, both, conversations, manifest(workspace, [CONFIG, CONFIG], []), toolbox.search).read_text()
    assert text.count("<td>dir-tir, blip</td>") == text.count("<td>paging, open_clip</td>") == 1  # of what it takes to reach 90 %
    assert text.count("<td>9:1, blip</td>") == 0  # every share has its last round, folded away, and nothing more
    assert text.count("<td>blip</td>") == text.count("<td>open_clip</td>") == len(summary["methods"])


def test_a_photo_that_lies_on_its_side_on_disk_stands_upright_in_the_page(
    tmp_path: Path, workspace: Workspace, toolbox: FakeToolbox, left: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    summary, conversations = left
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    Image.new("RGB", (60, 30), "red").save(tmp_path / "photo.jpg", exif=turned)
    conversations[0]["rounds"][1]["painting"]["path"] = str(tmp_path / "photo.jpg")
    text = save_page(tmp_path, summary, conversations, manifest(workspace, [CONFIG], []), toolbox.search).read_text()
    pictures = re.findall(r"url\(data:image/jpeg;base64,([^)]+)\)", text)
    sizes = {Image.open(io.BytesIO(base64.b64decode(picture))).size for picture in pictures}
    assert (30, 60) in sizes
    assert (60, 30) not in sizes
