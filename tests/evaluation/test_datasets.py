"""Targets and first descriptions from the files in which people and data sets keep them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.contracts import PictureRecord
from dir_tir.errors import InputError
from dir_tir.evaluation.datasets import read_described, tasks_of
from dir_tir.evaluation.runner import run
from dir_tir.graph.config import Config
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.tools.search import Search
from fakes import FakeEncoder

if TYPE_CHECKING:
    from fakes import FakeToolbox

COCO = {
    "images": [{"id": 7, "file_name": "000.png"}],
    "annotations": [{"image_id": 7, "caption": "red"}, {"image_id": 7, "caption": "dark"}],
}
KARPATHY = {
    "images": [
        {"filename": "000.png", "split": "test", "sentences": [{"raw": "red"}, {"raw": "dark"}]},
        {"filename": "001.png", "split": "train", "sentences": [{"raw": "blue"}]},
    ]
}
VISDIAL = {"data": {"questions": [], "answers": [], "dialogs": [{"image_id": 0, "caption": "red", "dialog": []}]}}


def _written(folder: Path, content: Any, name: str = "file.json") -> Path:
    (folder / name).write_text("".join(json.dumps(line) + "\n" for line in content) if name.endswith("l") else json.dumps(content))
    return folder / name


@pytest.mark.parametrize(
    ("content", "name", "image"),
    [
        ([{"image": "000.png", "description": "red"}], "descriptions.jsonl", "000.png"),
        ([{"image": "000.png", "captions": ["red", "dark"]}], "captions.jsonl", "000.png"),
        (COCO, "captions_val2017.json", "000.png"),
        (KARPATHY, "dataset_coco.json", "000.png"),
        ([{"img": "000.png", "dialog": ["red", "is it? yes"]}], "queries.json", "000.png"),
        (VISDIAL, "visdial.json", "0"),
    ],
)
def test_every_form_gives_pictures_with_their_first_caption_and_the_gallery_knows_them(
    tmp_path: Path, toolbox: FakeToolbox, content: Any, name: str, image: str
) -> None:
    described = read_described(_written(tmp_path, content, name), split="test" if content is KARPATHY else "")
    assert described.pairs == [(image, "red")]
    (task,) = tasks_of(described.pairs, tmp_path, toolbox.search, 1, seed=0)
    assert toolbox.search.record(task.target).path == str(tmp_path / "000.png")


def test_captions_that_name_no_pictures_are_read_beside_their_search_space_of_the_same_length(tmp_path: Path) -> None:
    captions = _written(tmp_path, [{"caption": ["red", "dark"]}, {"caption": [" "]}, {"caption": ["blue"]}])
    pool = _written(tmp_path, ["a.png", "b.png", "c.png"], "pool.json")
    described = read_described(captions, pool)
    assert described.pairs == [("a.png", "red"), ("c.png", "blue")]
    assert described.left_out == {"no caption": 1}
    with pytest.raises(InputError, match="names no pictures: give the search space"):
        read_described(captions)
    with pytest.raises(InputError, match=r"captions for 3 pictures and the search space names 2"):
        read_described(captions, _written(tmp_path, ["a.png", "b.png"], "pool.json"))


def test_entries_that_are_left_out_are_counted_and_other_files_refused(tmp_path: Path) -> None:
    described = read_described(_written(tmp_path, [{"img": "a.png", "dialog": ["red"]}, {"img": "b.png", "dialog": []}]))
    assert described.left_out == {"a text is missing or empty": 1}
    with pytest.raises(InputError, match="line 2: expected"):
        read_described(_written(tmp_path, [{"image": "a.png", "description": "red"}, {"image": "b.png"}], "own.jsonl"))
    for content in ("nothing of the kind", 3, {"other": 1}):
        with pytest.raises(InputError):
            read_described(_written(tmp_path, content))


def test_what_the_gallery_does_not_hold_fails_by_name_and_too_few_are_refused(tmp_path: Path, toolbox: FakeToolbox) -> None:
    pairs = [("000.png", "red"), ("val2017/gone.jpg", "blue")]
    tasks = tasks_of(pairs, tmp_path, toolbox.search, 2, seed=0)
    assert sorted(bool(task.target) for task in tasks) == [False, True]
    config = Config(gallery="colours", max_rounds=1, related_size=20)
    found = run(tasks, config, tmp_path / "run" / "dir-tir.jsonl", lambda _: toolbox)
    assert [c["error"] for c in found if "error" in c] == [
        "the gallery holds no picture 'val2017/gone.jpg': index it, or leave its description out"
    ]
    with pytest.raises(InputError, match="2 pictures have a description, 3 targets were asked for"):
        tasks_of(pairs, tmp_path, toolbox.search, 3, seed=0)


def test_a_target_that_is_a_copy_of_another_picture_is_found_by_any_of_its_paths(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    records = [PictureRecord(f"id {n}", str(tmp_path / f"{n}.png"), (), 8, 8, also=(str(tmp_path / f"copy {n}.png"),)) for n in range(3)]
    vectors = encoder.encode_texts([record.id for record in records])
    search = Search(encoder, Vectors(records, vectors, vectors))
    tasks = tasks_of([("1.png", "a boat"), ("copy 1.png", "a boat"), ("gone.png", "a tree")], tmp_path, search, 3, 0)
    assert sorted(task.target for task in tasks) == ["", "id 1", "id 1"]
