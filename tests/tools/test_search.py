from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import checkpoints
import numpy as np
import pytest
from dir_tir.contracts import Click, PictureRecord
from dir_tir.errors import GalleryError, PictureError
from dir_tir.graph.config import Config
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.store.pictures import content_id
from dir_tir.tools.clicks import evidence
from dir_tir.tools.fusion import slots
from dir_tir.tools.fusion.order import standardised
from dir_tir.tools.models.kinds.open_clip import OpenClipEncoder, OpenClipOptions
from dir_tir.tools.search import REMEMBERED, Search
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder, FakeMatcher
from given import given
from PIL import Image
from postcards import hunts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

COLORS = ["red", "green", "blue", "white", "black", "orange", "pink", "navy"]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> tuple[Search, list[Source], OpenClipEncoder]:
    """A gallery of plain colours, indexed and searched with a real (untrained) CLIP."""
    folder = tmp_path_factory.mktemp("search")
    checkpoints.save_encoder(folder / "encoder")
    encoder = OpenClipEncoder(OpenClipOptions(path="encoder"), given(folder / "encoder"))
    sources = []
    for color in COLORS:
        Image.new("RGB", (32, 32), color).save(folder / f"{color}.png")
        sources.append(Source(folder / f"{color}.png", (f"the {color} sea",)))
    index(sources, ChromaStore(folder), "gallery", encoder)
    return Search.open(ChromaStore(folder), "gallery", encoder), sources, encoder


def test_a_picture_finds_itself_first(gallery: tuple[Search, list[Source], OpenClipEncoder]) -> None:
    search, sources, _ = gallery
    for source in sources:
        best = search.by_image(str(source.path), 3)[0]
        assert best["id"] == content_id(source.path)
        assert best["score"] == pytest.approx(1, abs=1e-5)
        assert search.ranks_by_image(str(source.path), [best["id"]]) == [1]
        assert search.record(best["id"]).path == str(source.path)


def test_ranks_agree_with_the_order_of_the_whole_list(gallery: tuple[Search, list[Source], OpenClipEncoder]) -> None:
    search, _, _ = gallery
    hits = search.by_text("a red boat at night", 1000)
    assert [hit["id"] for hit in hits] != search.ids
    assert sorted(hit["id"] for hit in hits) == search.ids
    assert search.ranks_by_text("a red boat at night", [hit["id"] for hit in hits]) == list(range(1, len(COLORS) + 1))
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert search.by_text("a red boat at night", 3) == hits[:3]


def test_candidates_come_in_the_order_asked_for(gallery: tuple[Search, list[Source], OpenClipEncoder]) -> None:
    search, _, encoder = gallery
    ids = [hit["id"] for hit in search.by_text("the moon", 5)]
    candidates = search.candidates(ids)
    assert candidates.ids == ids
    assert candidates.captions == [search.record(id_).caption for id_ in ids]
    assert candidates.images_embedded.shape == candidates.captions_embedded.shape == (5, 16)
    np.testing.assert_allclose(candidates.captions_embedded, encoder.encode_texts(candidates.captions), atol=1e-5)


def made_of(vectors: np.ndarray, encoder: FakeEncoder | None = None) -> Search:
    records = [PictureRecord(f"{number:02}", "", ("",), 1, 1) for number in range(len(vectors))]
    return Search(encoder or FakeEncoder(), Vectors(records, vectors, vectors))


def test_ties_go_to_the_smaller_id_in_lists_and_ranks_alike() -> None:
    search = made_of(np.tile(FakeEncoder().encode_texts(["same"]), (6, 1)))
    assert [hit["id"] for hit in search.by_text("x", 6)] == search.ids
    assert search.ranks_by_text("x", search.ids) == [1, 2, 3, 4, 5, 6]


def test_the_same_text_and_the_same_picture_are_encoded_once(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    search = made_of(FakeEncoder().encode_texts(["one", "two"]), encoder)
    path = tmp_path / "painting.png"
    for color in ("red", "red", "blue", "red"):
        Image.new("RGB", (4, 4), color).save(path)
        search.by_image(str(path), 1)
        search.by_text("a boat", 1)
    assert (encoder.pictures, encoder.texts) == (2, ["a boat"])
    for number in [*range(REMEMBERED + 1), "a boat"]:  # what was asked long ago is forgotten
        search.by_text(str(number), 1)
    assert encoder.texts.count("a boat") == 2


def test_another_encoder_reads_the_same_pictures_and_one_that_sees_otherwise_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    Image.new("RGB", (8, 8), "blue").save(tmp_path / "blue.png")
    index([Source(tmp_path / name, ("a",)) for name in ("red.png", "blue.png")], ChromaStore(tmp_path), "gallery", FakeEncoder())
    search = Search.open(ChromaStore(tmp_path), "gallery", FakeEncoder())

    class OtherTower(FakeEncoder):
        def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
            return super().encode_images([image.rotate(90).resize((9, 9)) for image in images])

    class OtherWords(FakeEncoder):
        def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return self.encode_images([Image.new("RGB", (8, 8), text) for text in texts])

    tuned = search.read_by(OtherWords())
    for colour in ("red", "blue"):
        assert tuned.by_text(colour, 1)[0]["id"] == content_id(tmp_path / f"{colour}.png")
    for stranger in (OtherTower(), FakeEncoder(dimension=8)):
        with pytest.raises(GalleryError, match="give one with the same picture tower"):
            search.read_by(stranger)


def test_an_empty_gallery_a_missing_painting_and_an_unknown_id_are_named(tmp_path: Path) -> None:
    with ChromaStore(tmp_path).write("g", "fake-encoder", 16):
        pass
    with pytest.raises(GalleryError, match="is empty"):
        Search.open(ChromaStore(tmp_path), "g", FakeEncoder())
    search = made_of(FakeEncoder().encode_texts(["one"]))
    with pytest.raises(GalleryError, match="holds no picture 'gone'"):
        search.candidates(["gone"])
    with pytest.raises(PictureError, match="cannot be read"):
        search.by_image(str(tmp_path / "gone.png"), 1)


def test_what_is_liked_comes_nearer_and_what_is_disliked_goes_away() -> None:
    encoder = FakeEncoder()
    vectors = encoder.encode_texts([str(number) for number in range(60)])
    records = [PictureRecord(f"{number:02}", "", ("a",), 1, 1) for number in range(60)]
    search = Search(encoder, Vectors(records, vectors, vectors))
    first, *_, last = (hit["id"] for hit in search.by_text("the moon", 60))

    def place(id_: str, **marks: Any) -> int:
        return [hit["id"] for hit in search.by_text("the moon", 60, **marks)].index(id_)

    assert place(last, clicks=[Click((first, last), last)]) < 59
    assert place(last, clicks=[Click((last,), last)]) == 59  # a page of one picture offers no choice
    assert place(first, disliked=[first]) > 0
    assert search.by_text("the moon", 60, clicks=[Click((first, "gone"), "gone")]) == search.by_text("the moon", 60)
    scores = {hit["id"]: hit["score"] for hit in search.by_text("the moon", 60)}
    assert all(
        scores[hit["id"]] == hit["score"] for hit in search.by_text("the moon", 60, clicks=[Click((first, last), last)])
    )  # the score stays the text's


def test_marking_what_is_most_like_the_picture_in_mind_and_what_is_least_brings_it_nearer(
    ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(ground))
    hunt = hunts(ground)[0]
    search = Workspace().toolbox(Config(gallery=hunt.gallery)).search
    words = {id_: set(search.record(id_).caption.replace(",", "").split()) for id_ in search.ids}
    begun = [json.loads(line) for line in (hunt.file.parent / "descriptions.jsonl").read_text().splitlines()[:40]]
    by_name = {Path(search.record(id_).path).name: id_ for id_ in search.ids}
    plain, marked = [], []
    for line in begun:
        target, page = by_name[line["image"]], [hit["id"] for hit in search.by_text(line["description"], 10)]
        if target in page:
            continue
        alike = sorted(page, key=lambda id_: len(words[id_] & words[target]) / len(words[id_] | words[target]))
        hits = search.by_text(line["description"], len(search), clicks=[Click(tuple(page), alike[-1])], disliked=alike[:3])
        plain.append(search.ranks_by_text(line["description"], [target])[0])
        marked.append(1 + [hit["id"] for hit in hits if hit["id"] not in page].index(target) + len(page))
    assert len(plain) > 5
    assert np.mean(marked) < np.mean(plain)


def _reddish(folder: Path, count: int, encoder: FakeMatcher) -> Search:
    """Pictures of which each is redder than the one before, searched by an encoder that can match."""
    records = []
    for number in range(count):
        path = folder / f"{number:02}.png"
        Image.new("RGB", (8, 8), (10 * number, 0, 0)).save(path)
        records.append(PictureRecord(f"{number:02}", str(path), (), 8, 8))
    images = FakeEncoder().encode_texts([record.id for record in records])
    return Search(encoder, Vectors(records, images, images))


def _page_of(search: Search, text: str) -> list[str]:
    scores = search.scores(text, None, dialog_num=10, image_num=0, round_number=0)
    return [result["id"] for result in search.results(search.reranked(slots(scores), text), scores)]


def _once_more(search: Search, text: str, ids: list[str]) -> list[str]:
    """By redness and by nearness to the text, in standard deviations over these pictures."""
    red = standardised(np.array([float(id_) for id_ in ids], dtype=np.float32))
    both = dict(zip(ids, red + standardised(search.cosines(text, ids)), strict=True))
    return sorted(ids, key=lambda id_: both[id_], reverse=True)


def test_the_first_results_are_ordered_with_the_matching_head_and_each_pair_is_read_once(tmp_path: Path) -> None:
    encoder = FakeMatcher()
    search = _reddish(tmp_path, 20, encoder)
    before = [hit["id"] for hit in search.by_text("a boat", 10)]
    assert _page_of(search, "a boat") == [*_once_more(search, "a boat", before[:5]), *before[5:]] != before
    assert _page_of(search, "a boat") == _page_of(search, "a boat")
    assert encoder.matched == [("a boat", 5)]


def test_a_picture_whose_file_is_gone_or_damaged_keeps_its_place(tmp_path: Path) -> None:
    search = _reddish(tmp_path, 20, FakeMatcher())
    first, second, *others = [hit["id"] for hit in search.by_text("a boat", 10)]
    (tmp_path / f"{first}.png").unlink()
    (tmp_path / f"{second}.png").write_bytes(b"no picture")
    assert _page_of(search, "a boat") == [first, second, *_once_more(search, "a boat", others[:3]), *others[3:]]


def test_an_encoder_without_a_matching_head_orders_nothing_once_more() -> None:
    assert made_of(np.eye(12, 16, dtype=np.float32)).rerank == 0


def test_what_clicks_say_is_added_up_in_every_list_and_pictures_that_are_gone_are_left_out_of_a_page() -> None:
    encoder = FakeEncoder()
    vectors = encoder.encode_texts([str(number) for number in range(30)])
    search = Search(encoder, Vectors([PictureRecord(f"{number:02}", "", ("a",), 1, 1) for number in range(30)], vectors, vectors))

    def added(*clicks: Click) -> NDArray[np.float32]:
        found = search.scores("the moon", None, dialog_num=7, image_num=3, round_number=1, clicks=clicks).added
        assert found is not None
        return found

    one, other = Click(("01", "02", "03"), "02"), Click(("04", "05"), "05")
    assert added(one) == pytest.approx(evidence(vectors[[1, 2, 3]] @ vectors.T, 1), abs=1e-3)
    assert added(one, other) == pytest.approx(added(one) + added(other), abs=1e-6)
    assert (added(Click(("01", "gone", "02", "03"), "02")) == added(one)).all()
    assert search.scores("the moon", None, dialog_num=7, image_num=3, round_number=1, clicks=[Click(("gone",), "gone")]).added is None
