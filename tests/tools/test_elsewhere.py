"""An encoder behind an endpoint, whose weights nobody can look at: it has to make the vectors that a gallery has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dir_tir.errors import GalleryError
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.tools.workspace import Workspace
from fake_embeddings import embeddings, encoder_profile
from fakes import FakeEncoder
from PIL import Image, ImageOps
from scripted import Scripted, scripted


class Other(FakeEncoder):
    """Another model of the same length."""

    def encode_texts(self, texts: Any) -> Any:
        return super().encode_texts([f"other {text}" for text in texts])

    def encode_images(self, images: Any) -> Any:
        return super().encode_images([ImageOps.invert(image) for image in images])


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Serves one model, until a test puts another into its place."""
    with scripted(embeddings) as there:
        yield there


@pytest.fixture
def profile(server: Scripted, tmp_path: Path) -> str:
    return str(encoder_profile(tmp_path / "there.toml", server.url))


def _index(folder: Path, profile: str, count: int = 4, *, captioned: bool = True) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / f"{number}.png")
    sources = [Source(folder / f"{number}.png", (f"picture {number}",) if captioned else ()) for number in range(count)]
    with Workspace() as workspace:
        index(sources, workspace.store, "colours", workspace.encoder("colours", profile))


def _another() -> Callable[[Any], Any]:
    return lambda body: embeddings(body, Other())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("captioned", [True, False])
def test_another_model_in_the_place_of_the_one_that_made_a_gallery_neither_searches_nor_indexes(
    server: Scripted, profile: str, tmp_path: Path, captioned: bool
) -> None:
    _index(tmp_path / "pictures", profile, captioned=captioned)
    with Workspace() as workspace:
        assert workspace.search("colours", profile).by_text("picture 2", 1)
    server.answer = _another()
    with Workspace() as workspace:
        what = "caption" if captioned else "picture"
        with pytest.raises(GalleryError, match=rf"'colours' was made with another model .*\(a {what} of its own .*a likeness of -?0\.\d\d"):
            workspace.search("colours", profile)
    with pytest.raises(GalleryError, match="was made with another model than the one that is served now"):
        _index(tmp_path / "pictures", profile, 5, captioned=captioned)
    with Workspace() as workspace:
        assert workspace.store.describe("colours").count == 4


def test_a_model_of_another_length_is_another(server: Scripted, profile: str, tmp_path: Path) -> None:
    _index(tmp_path / "pictures", profile)
    server.answer = lambda body: embeddings(body, FakeEncoder(dimension=8))
    with Workspace() as workspace, pytest.raises(GalleryError, match="8 numbers instead of 16"):
        workspace.search("colours", profile)


def test_a_gallery_is_compared_once_for_each_of_its_states(server: Scripted, profile: str, tmp_path: Path) -> None:
    _index(tmp_path / "pictures", profile)
    with Workspace() as workspace:
        workspace.search("colours", profile)
        asked = len(server.bodies)
        workspace.search("colours", profile)
        assert len(server.bodies) == asked
        _index(tmp_path / "pictures", profile, 5)
        asked = len(server.bodies)
        workspace.search("colours", profile)
        assert len(server.bodies) > asked


def test_one_model_at_two_addresses_is_one(server: Scripted, profile: str, tmp_path: Path) -> None:
    _index(tmp_path / "pictures", profile)
    with scripted(embeddings) as moved, Workspace() as workspace:
        there = str(encoder_profile(tmp_path / "moved.toml", moved.url))
        assert workspace.largest_gallery(there) == "colours"
        assert workspace.search("colours", there).by_text("picture 2", 1)
        assert moved.bodies


def test_galleries_of_the_same_weights_are_searched_where_the_profile_says_so(server: Scripted, tmp_path: Path) -> None:
    weights = FakeEncoder(fingerprint="0123456789abcdef")
    Image.new("RGB", (8, 8)).save(tmp_path / "one.png")
    with Workspace() as workspace:
        index([Source(tmp_path / "one.png", ("a red boat",))], workspace.store, "here", weights)
        without = str(encoder_profile(tmp_path / "without.toml", server.url))
        with pytest.raises(GalleryError, match="was made with encoder 0123456789abcdef, not with "):
            workspace.search("here", without)
        same = str(encoder_profile(tmp_path / "same.toml", server.url, 'same_as = "0123456789abcdef"'))
        assert workspace.search("here", same).by_text("a red boat", 1)
        server.answer = _another()
    with Workspace() as workspace, pytest.raises(GalleryError, match="was made with another model"):
        workspace.search("here", same)


def test_what_there_is_nothing_to_compare_with_is_believed(server: Scripted, profile: str, tmp_path: Path) -> None:
    _index(tmp_path / "pictures", profile, captioned=False)
    for file in (tmp_path / "pictures").iterdir():
        file.unlink()
    server.answer = _another()
    with Workspace() as workspace:
        assert workspace.search("colours", profile).by_text("picture 2", 1)
