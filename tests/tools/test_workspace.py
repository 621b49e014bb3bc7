"""What is open, and since when: galleries that change under a workspace that stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dir_tir.errors import GalleryError
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.tools.models.loading import Models
from dir_tir.tools.search import Search
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder
from galleries import indexed
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER_PROCESS = """
import sys
from pathlib import Path
from galleries import indexed
indexed(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "home") as opened:
        yield opened


def _index(workspace: Workspace, folder: Path, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / f"{number}.png")
    index([Source(folder / f"{number}.png") for number in range(count)], workspace.store, "colours", FakeEncoder(), within=folder)


def test_vectors_are_read_once_while_nothing_changes(workspace: Workspace, tmp_path: Path) -> None:
    _index(workspace, tmp_path / "pictures", 3)
    assert workspace.vectors("colours") is workspace.vectors("colours")


def test_what_is_indexed_meanwhile_is_found(workspace: Workspace, tmp_path: Path) -> None:
    _index(workspace, tmp_path / "pictures", 3)
    before = workspace.vectors("colours")
    _index(workspace, tmp_path / "pictures", 5)
    assert (len(before.records), len(workspace.vectors("colours").records)) == (3, 5)


@pytest.mark.slow
def test_what_another_process_indexes_is_found(workspace: Workspace, tmp_path: Path) -> None:
    _index(workspace, tmp_path / "pictures", 3)
    before = workspace.vectors("colours")
    tests = str(Path(__file__).parent.parent)
    script = f"import sys; sys.path.insert(0, {tests!r})\n{OTHER_PROCESS}"
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "home"), str(tmp_path / "pictures"), "4"], check=True)
    assert (len(before.records), len(workspace.vectors("colours").records)) == (3, 4)


def test_a_gallery_that_is_gone_is_no_longer_shown_and_one_made_anew_is(workspace: Workspace, tmp_path: Path) -> None:
    _index(workspace, tmp_path / "pictures", 3)
    id_ = workspace.vectors("colours").records[0].id
    assert workspace.picture("colours", id_)
    assert workspace.picture("colours", "no such id") is None
    workspace.store.delete("colours")
    assert workspace.picture("colours", id_) is None
    with pytest.raises(GalleryError, match="there is no gallery 'colours'"):
        workspace.vectors("colours")
    shutil.rmtree(tmp_path / "pictures")
    _index(workspace, tmp_path / "pictures", 2)
    assert len(workspace.vectors("colours").records) == 2


def test_a_profile_by_its_path_is_the_same_wherever_the_program_stands(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text((Path(__file__).parent.parent.parent / "tools" / "profiles" / "miniature.toml").read_text())
    monkeypatch.chdir(tmp_path)
    assert workspace.models("mine.toml") is workspace.models(str(tmp_path / "mine.toml")) is workspace.models("./mine.toml")


def test_the_largest_gallery_of_a_profiles_encoder_is_known(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GalleryError, match="there is no gallery for profile 'miniature' yet: `make demo`"):
        workspace.largest_gallery("miniature")
    _index(workspace, tmp_path / "pictures", 3)
    with pytest.raises(GalleryError, match="there is no gallery for profile"):
        workspace.largest_gallery("miniature")  # another encoder made it
    monkeypatch.setattr(Models, "encoder_fingerprint", FakeEncoder().fingerprint)
    indexed(workspace.home.root, tmp_path / "pictures", 5, "more")
    assert workspace.largest_gallery("miniature") == "more"


def test_after_an_indexing_matrices_and_hubs_lie_ready_and_a_gallery_that_cannot_be_searched_is_passed_over(
    workspace: Workspace, tmp_path: Path
) -> None:
    _index(workspace, tmp_path / "pictures", 3)
    told: list[tuple[int, int]] = []
    workspace.prepare("colours", "miniature", lambda done, total: told.append((done, total)))
    assert len(list(workspace.store.cache("colours").glob("matrix/*/hubs.npz"))) == 1
    assert told == [(0, 3), (3, 3)]
    workspace.prepare("none", "miniature")


def test_a_gallery_whose_matrices_are_kept_is_searched_without_opening_it(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _index(workspace, tmp_path / "pictures", 3)
    kept = workspace.vectors("colours")
    monkeypatch.setattr("chromadb.PersistentClient", None)
    with Workspace(workspace.home.root) as another:
        assert list(another.vectors("colours").records) == list(kept.records)


def test_hubs_are_worked_out_of_no_caption_that_is_searched_for(workspace: Workspace, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    sources = [Source(pictures / f"{number}.png", (f"caption {number}",)) for number in range(210)]
    for number, source in enumerate(sources):
        Image.new("RGB", (2, 2), (number, 0, 0)).save(source.path)
    index(sources, workspace.store, "colours", FakeEncoder(), within=pictures)
    vectors = workspace.vectors("colours")
    search = Search(FakeEncoder(), vectors, "colours", frozenset(["Caption 7."]))
    assert (vectors.hubs.captions, search.hubs.captions) == (210, 209)
    assert search.read_by(FakeEncoder()).hubs.captions == 209
    assert Search(FakeEncoder(), vectors, "colours", {f"caption {number}" for number in range(20)}).hubs.source == "crowding"
