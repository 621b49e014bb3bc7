"""Postcards that nobody captioned, with the real encoder: what their words are worth, and when they are worked out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.miniature.gallery import write_gallery
from dir_tir.miniature.world.parsing import parsed
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import find_pictures
from dir_tir.tools.toolbox import make_ready
from dir_tir.tools.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dir_tir.miniature.world.knowledge import Knowledge
    from dir_tir.store.gallery.sources import Source

pytestmark = pytest.mark.models
COUNT = 60


@pytest.fixture(scope="module")
def postcards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("postcards")
    write_gallery(folder, COUNT, seed=3)
    return folder


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace(tmp_path_factory.mktemp("home")) as opened:
        yield opened


def _index(workspace: Workspace, postcards: Path, gallery: str, captioned: int = 0) -> list[Source]:
    """The postcards in a gallery, so many of them with captions."""
    sources = sorted(find_pictures(postcards).pictures, key=lambda source: source.path)
    sources = [source if number < captioned else replace(source, captions=()) for number, source in enumerate(sources)]
    index(sources, workspace.store, gallery, workspace.models("miniature").encoder, profile="miniature")
    return sources


def _kept(workspace: Workspace, gallery: str) -> list[Path]:
    return list(workspace.store.cache(gallery).glob("matrix/*/words-*.npy"))


def test_words_name_place_and_kind_and_an_indexing_keeps_them(workspace: Workspace, postcards: Path) -> None:
    _index(workspace, postcards, "bare")
    workspace.prepare("bare", "miniature")
    assert len(_kept(workspace, "bare")) == 1
    search = workspace.search("bare", "miniature")
    captions = [json.loads(line) for line in (postcards / "captions.jsonl").read_text().splitlines()]
    truth: dict[str, Any] = {line["image"]: parsed(line["caption"]) for line in captions}
    right = [
        _right(parsed(search.looks_like(record.id)), truth[record.path.rpartition("/")[2]], search.words([record.id])[0])
        for record in search.vectors.records
    ]
    assert sum(right) >= 0.9 * COUNT
    assert workspace.words("bare", search.ids[0], "miniature") == search.words(search.ids[:1])[0]


def _right(seen: Knowledge | None, truth: Knowledge, words: tuple[str, ...]) -> bool:
    """Whether the words have the form of a caption, name the place, and first of all things one that is there."""
    first = next(kind for word in words if (kind := word.split()[-1]) in {group.kind for group in (seen.groups if seen else ())})
    return seen is not None and seen.place == truth.place and truth.find(first) is not None


def test_a_gallery_that_was_made_without_words_has_them_when_it_is_opened(workspace: Workspace, postcards: Path) -> None:
    _index(workspace, postcards, "old")
    assert _kept(workspace, "old") == []
    assert workspace.words("old", workspace.vectors("old").records[0].id, "miniature") == ()
    from dir_tir.graph.config import Config

    assert list(make_ready(workspace.toolbox(Config(gallery="old")), ["search"])) == ["search"]
    assert len(_kept(workspace, "old")) == 1


def test_a_gallery_in_which_every_picture_has_a_caption_is_given_no_words(workspace: Workspace, postcards: Path) -> None:
    _index(workspace, postcards, "captioned", captioned=COUNT)
    workspace.prepare("captioned", "miniature")
    assert _kept(workspace, "captioned") == []


def test_a_caption_that_comes_later_takes_the_place_of_the_words(workspace: Workspace, postcards: Path) -> None:
    first, *_ = _index(workspace, postcards, "later")
    search = workspace.search("later", "miniature")
    id_ = next(record.id for record in search.vectors.records if record.path == str(first.path))
    assert search.looks_like(id_)
    _index(workspace, postcards, "later", captioned=1)
    search = workspace.search("later", "miniature")
    assert (search.looks_like(id_), bool(search.record(id_).caption)) == ("", True)
    assert sum(bool(search.looks_like(record.id)) for record in search.vectors.records) == COUNT - 1
