"""Galleries that are drawn for an evaluation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from dir_tir.evaluation.postcards import postcards_gallery, twins_gallery
from dir_tir.evaluation.runner import read_tasks

if TYPE_CHECKING:
    from dir_tir.tools.workspace import Workspace


@pytest.mark.models
def test_every_target_has_its_look_alikes_in_the_gallery_and_what_is_there_is_not_drawn_or_indexed_again(workspace: Workspace) -> None:
    made = twins_gallery(workspace, 4, "miniature", targets=1, seed=5)
    tasks = read_tasks(made.descriptions, 1, 5)
    alike = [json.loads(line) for line in (made.folder / "twins.jsonl").read_text().splitlines()]
    assert {line["of"] for line in alike} == {task.image for task in tasks}
    assert len(alike) == 20
    search = workspace.search(made.gallery, "miniature")
    assert len(search) == made.pictures == 24
    assert {task.target for task in tasks} <= set(search.ids)
    drawn = {file: file.stat().st_mtime_ns for file in made.folder.iterdir()}
    revision = workspace.store.describe(made.gallery).revision
    assert twins_gallery(workspace, 4, "miniature", targets=1, seed=5) == made
    assert {file: file.stat().st_mtime_ns for file in made.folder.iterdir()} == drawn
    assert workspace.store.describe(made.gallery).revision == revision


@pytest.mark.models
def test_the_same_postcards_without_captions_are_a_gallery_of_their_own(workspace: Workspace) -> None:
    said = postcards_gallery(workspace, 4, "miniature")
    bare = postcards_gallery(workspace, 4, "miniature", captioned=False)
    assert (bare.folder, bare.pictures) == (said.folder, said.pictures)
    captions = [[bool(record.caption) for record in workspace.vectors(made.gallery).records] for made in (said, bare)]
    assert captions == [[True] * 4, [False] * 4]
