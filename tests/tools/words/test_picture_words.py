"""The words of a gallery's pictures, worked out once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from dir_tir.contracts import PictureRecord
from dir_tir.prompts.vocabulary import Vocabulary
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.tools.search import Search
from dir_tir.tools.words.picture_words import kept_words, picture_words
from fakes import FakeEncoder

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY = Vocabulary.read("""
least = 0.4
line = ["a $place", "$things"]
[groups.place]
most = 1
templates = ["$phrase"]
words = "beach, city, forest"
[groups.things]
most = 2
templates = ["$phrase", "a photo of $phrase"]
phrase = "$a_word"
nothing = "nothing"
words = "ox, cow, sheep"
""")


@pytest.fixture
def vectors(tmp_path: Path) -> Vectors:
    """A beach with an ox, a city with a cow and a sheep, a forest with nothing; twenty times: of few pictures the mean says little."""
    encoder = FakeEncoder(dimension=64)
    shown = [("beach", "an ox"), ("city", "a cow", "a sheep"), ("forest", "nothing")] * 20
    images = np.array([_embedded(encoder, texts) for texts in shown], dtype=np.float32)
    records = [PictureRecord(f"{number:02}", f"/{number}.png", (), 8, 8) for number in range(len(shown))]
    folder = tmp_path / "matrix"
    folder.mkdir()
    return Vectors(records, images, images, folder)


def _embedded(encoder: FakeEncoder, texts: tuple[str, ...]) -> np.ndarray:
    read = encoder.encode_texts([*texts, *(f"a photo of {text}" for text in texts[1:])])
    image = read[0] + read[1:].sum(axis=0) / 2
    return image / np.linalg.norm(image)


def test_words_and_line_say_what_a_picture_shows(vectors: Vectors, tmp_path: Path) -> None:
    found = picture_words(vectors, VOCABULARY, FakeEncoder(dimension=64), tmp_path / "home")
    assert [set(found.words(row)) for row in range(3)] == [{"beach", "ox"}, {"city", "cow", "sheep"}, {"forest"}]
    assert found.line(0) == "a beach, an ox"
    assert found.line(1) in ("a city, a cow, a sheep", "a city, a sheep, a cow")
    assert found.line(2) == "a forest"


def test_the_second_time_nothing_is_encoded(vectors: Vectors, tmp_path: Path) -> None:
    first = picture_words(vectors, VOCABULARY, FakeEncoder(dimension=64), tmp_path / "home")
    later = FakeEncoder(dimension=64)
    again = picture_words(vectors, VOCABULARY, later, tmp_path / "home")
    assert (again.picked.tolist(), later.texts) == (first.picked.tolist(), [])
    kept = kept_words(vectors, VOCABULARY)
    assert kept is not None
    assert kept.picked.tolist() == first.picked.tolist()


def test_whoever_waits_is_told_how_much_of_the_vocabulary_is_read_and_nothing_when_it_is_kept(vectors: Vectors, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    for _ in range(2):
        picture_words(vectors, VOCABULARY, FakeEncoder(dimension=64), tmp_path / "home", lambda *step: told.append(step))
    assert told == [(11, 11)]  # three places; three things and nothing, in two templates each


def test_another_gallery_of_the_same_encoder_finds_the_vocabulary_read(vectors: Vectors, tmp_path: Path) -> None:
    picture_words(vectors, VOCABULARY, FakeEncoder(dimension=64), tmp_path / "home")
    other, later = Vectors(vectors.records[:5], vectors.images[:5], vectors.captions[:5]), FakeEncoder(dimension=64)
    assert len(picture_words(other, VOCABULARY, later, tmp_path / "home").picked) == 5
    assert later.texts == []


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY garbage", None])
def test_what_is_damaged_or_killed_on_the_way_is_made_again(vectors: Vectors, tmp_path: Path, damage: bytes | None) -> None:
    first = picture_words(vectors, VOCABULARY, FakeEncoder(dimension=64), tmp_path / "home")
    for file in [*(tmp_path / "home").iterdir(), *(tmp_path / "matrix").iterdir()]:
        if damage is None:
            np.save(file, np.load(file)[:-1])
        else:
            file.write_bytes(damage)
    assert kept_words(vectors, VOCABULARY) is None
    assert picture_words(vectors, VOCABULARY, FakeEncoder(dimension=64), tmp_path / "home").picked.tolist() == first.picked.tolist()


def test_a_caption_wins_over_words(vectors: Vectors, tmp_path: Path) -> None:
    records = [PictureRecord("00", "/0.png", ("my ox at the sea",), 8, 8), *vectors.records[1:]]
    said = Vectors(records, vectors.images, vectors.captions)
    search = Search(
        FakeEncoder(dimension=64), said, words=lambda _: picture_words(said, VOCABULARY, FakeEncoder(dimension=64), tmp_path / "home")
    )
    assert search.looks_like("00") == ""
    assert search.looks_like("03") == "a beach, an ox"
    assert set(search.words(["00"])[0]) == {"beach", "ox"}  # to tell pictures apart it has them all the same


def test_words_are_read_when_they_are_first_wanted_and_a_search_without_them_has_none(vectors: Vectors) -> None:
    captioned = [PictureRecord(record.id, record.path, ("said",), 8, 8) for record in vectors.records]
    asked: list[bool] = []
    search = Search(FakeEncoder(dimension=64), Vectors(captioned, vectors.images, vectors.captions), words=lambda _: asked.append(True))  # type: ignore[arg-type,func-returns-value]
    search.prepare()
    search.candidates(["00", "01"])
    assert asked == []
    bare = Search(FakeEncoder(dimension=64), vectors)
    assert (bare.looks_like("00"), bare.words(["00"])) == ("", [()])
