from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dir_tir.errors import InputError
from dir_tir.store.gallery.captions import read_captions

COCO = {
    "info": {"year": 2017},
    "images": [{"id": 7, "file_name": "007.jpg"}, {"id": 8, "file_name": "008.jpg"}, {"id": 9, "file_name": "009.jpg"}],
    "annotations": [{"image_id": 8, "caption": "a tree"}, {"image_id": 7, "caption": "a boat "}, {"image_id": 8, "caption": "an oak"}],
}
KARPATHY = {
    "dataset": "coco",
    "images": [
        {"filename": "a.jpg", "filepath": "val2014", "split": "test", "sentences": [{"raw": "a boat", "tokens": ["a", "boat"]}]},
        {"filename": "b.jpg", "split": "restval", "sentences": [{"raw": "a tree"}, {"raw": " an oak"}]},
    ],
}


def written(folder: Path, name: str, content: Any) -> Path:
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder / name


def test_lines_are_read_in_both_forms_and_joined_when_a_picture_has_several(tmp_path: Path) -> None:
    lines = [
        '{"image": "a.png", "captions": ["a boat", "  ", "a red boat "]}',
        "",
        '{"image": "sub/b.png", "caption": "a tree"}',
        '{"image": "a.png", "caption": "a small boat", "url": "ignored"}',
        '{"image": "c.png", "captions": []}',
    ]
    found = read_captions(written(tmp_path, "captions.jsonl", "\n".join(lines)))
    assert found == {"a.png": ("a boat", "a red boat", "a small boat"), "sub/b.png": ("a tree",), "c.png": ()}


def test_coco_captions_are_gathered_by_picture_also_for_one_that_has_none(tmp_path: Path) -> None:
    found = read_captions(written(tmp_path, "captions_val2017.json", COCO))
    assert found == {"007.jpg": ("a boat",), "008.jpg": ("a tree", "an oak"), "009.jpg": ()}


def test_a_karpathy_file_is_read_whole_or_by_split(tmp_path: Path) -> None:
    file = written(tmp_path, "dataset_coco.json", KARPATHY)
    assert read_captions(file) == {"val2014/a.jpg": ("a boat",), "b.jpg": ("a tree", "an oak")}
    assert read_captions(file, "test") == {"val2014/a.jpg": ("a boat",)}
    with pytest.raises(InputError, match="no split 'dev': expected one of restval, test"):
        read_captions(file, "dev")
    with pytest.raises(InputError, match="it has no splits"):
        read_captions(written(tmp_path, "coco.json", COCO), "test")


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "3",
        '{"image": "a.png"}',
        '{"caption": "x"}',
        '{"image": "a.png", "captions": "x"}',
        '{"image": 1, "caption": "x"}',
    ],
)
def test_a_line_that_is_not_understood_is_named(tmp_path: Path, line: str) -> None:
    file = written(tmp_path, "captions.jsonl", '{"image": "a.png", "caption": "x"}\n' + line + "\n")
    with pytest.raises(InputError, match="line 2 is not understood"):
        read_captions(file)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("nonsense", "is not JSON"),
        ([], "holds no captions"),
        ({"images": []}, "holds no captions"),
        ({"images": [{"filename": "a.jpg"}]}, "number 0 of 'images', is not understood"),
        ({"images": ["a.jpg"]}, "number 0 of 'images', is not understood"),
        ({**COCO, "images": [{"id": 7}]}, "number 0 of 'images', is not understood"),
        ({**COCO, "annotations": [{"image_id": 70, "caption": "x"}]}, "number 0 of 'annotations', is not understood"),
        ({**COCO, "annotations": [{"image_id": 7, "caption": None}]}, "number 0 of 'annotations', is not understood"),
    ],
)
def test_a_file_of_something_else_is_refused_in_one_line(tmp_path: Path, content: Any, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read_captions(written(tmp_path, "captions.json", content))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_captions(tmp_path / "captions.json")
