"""Published dialogues, clean and dirty, and their ranks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dir_tir.contracts import PictureRecord
from dir_tir.errors import InputError
from dir_tir.evaluation.dialogues import Dialogue, read_dialogues, read_pool
from dir_tir.evaluation.replay import paths_of, ranks_of, replay
from dir_tir.miniature.gallery import write_gallery
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.tools.search import Search
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder

CHATIR = [{"img": "a.jpg", "dialog": ["a cat", "is it red? yes", "is it big? no"]}]
VISDIAL = {
    "data": {
        "questions": ["is it big", "is it red"],
        "answers": ["no", "yes"],
        "dialogs": [{"image_id": 7, "caption": "a cat", "dialog": [{"question": 1, "answer": 1}, {"question": 0, "answer": 0}]}],
    }
}


def _file(folder: Path, content: Any) -> Path:
    path = folder / "dialogues.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize(("content", "image"), [(CHATIR, "a.jpg"), (VISDIAL, "7")])
def test_both_forms_give_the_caption_and_a_text_for_each_round(tmp_path: Path, content: Any, image: str) -> None:
    read = read_dialogues(_file(tmp_path, content), mend=False)
    assert read.dialogues == (Dialogue(image, ("a cat", "is it red? yes", "is it big? no")),)
    assert not read.mended
    assert not read.refused


def test_dirty_dialogues_are_mended_or_refused_and_counted(tmp_path: Path) -> None:
    dirty = [
        {"img": "a.jpg", "dialog": ["a cat", "Question: is it red? Answer: yes", "is it", "big? no", "is it red? yes", "is it"]},
        {"img": "b.jpg", "dialog": ["a dog", ""]},
        {"dialog": ["a bird"]},
        "what is this",
    ]
    read = read_dialogues(_file(tmp_path, dirty), mend=True)
    assert read.dialogues == (Dialogue("a.jpg", ("a cat", "is it red? yes", "is it big? no")),)
    assert read.mended == {
        "a label or blanks removed": 1,
        "halves of a turn joined": 1,
        "a repeated question left out": 1,
        "half a turn left out": 1,
    }
    assert read.refused == {"a text is missing or empty": 1, "no picture is named": 2}
    assert read_dialogues(_file(tmp_path, dirty), mend=False).dialogues[0].texts == tuple(dirty[0]["dialog"])


@pytest.mark.parametrize("content", ["{", "3", "[]", '{"a": 1}', [{"img": "a.jpg"}]])
def test_what_holds_no_dialogue_is_refused_by_name(tmp_path: Path, content: Any) -> None:
    with pytest.raises(InputError, match=r"dialogues\.json"):
        read_dialogues(_file(tmp_path, content), mend=False)


def test_a_search_space_names_each_picture_once(tmp_path: Path) -> None:
    assert read_pool(_file(tmp_path, ["a.jpg", "b.jpg"])) == ["a.jpg", "b.jpg"]
    with pytest.raises(InputError, match="1 pictures more than once"):
        read_pool(_file(tmp_path, ["a.jpg", "a.jpg"]))
    with pytest.raises(InputError, match="expected a JSON list"):
        read_pool(_file(tmp_path, {"a": 1}))


def test_every_round_is_searched_with_all_that_was_said_so_far() -> None:
    encoder = FakeEncoder()
    records = [PictureRecord(f"id {n}", f"/{n}.jpg", (str(n),), 8, 8) for n in range(30)]
    vectors = encoder.encode_texts([f"made up {n}" for n in range(30)])
    search = Search(encoder, Vectors(records, vectors, vectors))
    dialogues = [Dialogue("3.jpg", ("a cat", "is it red? yes", "is it big? no")), Dialogue("4.jpg", ("a dog",))]
    ranks = ranks_of(dialogues, search, {f"{n}.jpg": f"id {n}" for n in range(30)})
    queries = ["a cat", "a cat, is it red? yes", "a cat, is it red? yes, is it big? no"]
    scores = encoder.encode_texts(queries) @ vectors.T
    assert ranks[0].tolist() == (1 + (scores > scores[:, 3:4]).sum(1)).tolist()
    assert len(set(ranks[1])) == 1  # a shorter dialogue keeps its rank
    assert ranks.dtype == np.int64


def test_pictures_are_found_by_name_or_by_number_and_missing_ones_are_counted(tmp_path: Path) -> None:
    (tmp_path / "val").mkdir()
    for name in ("val/a.jpg", "VisualDialog_val2018_000000000007.jpg"):
        (tmp_path / name).touch()
    paths = paths_of(["val/a.jpg", "7"], tmp_path)
    assert paths == {"val/a.jpg": tmp_path / "val/a.jpg", "7": tmp_path / "VisualDialog_val2018_000000000007.jpg"}
    with pytest.raises(InputError, match=r"lacks 2 of 3 pictures of the search space, b\.jpg for one"):
        paths_of(["val/a.jpg", "b.jpg", "8"], tmp_path)


@pytest.mark.models
def test_a_replay_says_what_it_takes_beside_paging_on_and_leaves_tables_and_curves(
    tmp_path: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    write_gallery(tmp_path / "pictures", 40)
    captions = [json.loads(line) for line in (tmp_path / "pictures" / "captions.jsonl").read_text().splitlines()]
    dialogues = [{"img": line["image"], "dialog": ["a picture", f"what else? {line['caption']}"]} for line in captions]
    dialogues[0]["dialog"] = ["a picture"]
    folder = replay(workspace, _file(tmp_path, dialogues), None, tmp_path / "pictures", "miniature", mend=False, out=tmp_path / "run")
    assert {path.name for path in folder.iterdir()} >= {"summary.json", "summary.csv", "table.tex", "curves.svg"}
    replayed, paged = json.loads((folder / "summary.json").read_text())["methods"]
    assert replayed["to_reach"] == {"round": 1, "answers": 39 / 40, "clicks": 0, "seconds": None}  # one of them ends before its answer
    assert (paged["method"], paged["to_reach"]) == ("paging", None)
    assert "Hits@10 of 90 %" in capsys.readouterr().out
    with pytest.raises(InputError, match="another run"):
        replay(workspace, tmp_path / "dialogues.json", None, tmp_path / "pictures", "miniature", mend=True, out=folder)
