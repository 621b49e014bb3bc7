"""Of a large gallery the head of an order is found without scoring every picture; it is the same head."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dir_tir.contracts import PAGE, Click, PictureRecord
from dir_tir.store.gallery import compact
from dir_tir.store.gallery.filters import Filter
from dir_tir.store.gallery.vectors import Vectors
from dir_tir.tools.finding import find
from dir_tir.tools.fusion import FUSIONS, Fusion, fused_among, ordered
from dir_tir.tools.search import Search
from fakes import FakeEncoder, FakeMatcher
from PIL import Image

COUNT = 4000


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Vectors:
    images = FakeEncoder().encode_texts([str(number) for number in range(COUNT)])
    images[1::50] = images[::50]  # some show the same
    folder = tmp_path_factory.mktemp("drawn")
    for name in ("few", "many"):
        (folder / name).mkdir()
        for number in range(7):
            Image.new("RGB", (4, 4), (9 * number, 0, 0)).save(folder / name / f"{number}.png")
    paths = [str(folder / ("few" if row % 40 == 0 else "many") / f"{row % 7}.png") for row in range(COUNT)]
    records = [PictureRecord(f"{row:04}", path, ("a",), 1, 1) for row, path in enumerate(paths)]
    vectors = Vectors(records, images, images, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compact, "FROM", COUNT)
        assert vectors.compact
    return vectors


@pytest.fixture
def search(drawn: Vectors) -> Search:
    return Search(FakeMatcher(rerank=25), drawn)


@pytest.fixture
def paintings(tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"{number}.png" for number in range(4)]
    for number, path in enumerate(paths):
        Image.new("RGB", (4, 4), (number, 0, 0)).save(path)
    return list(map(str, paths))


def page(search: Search, fusion: str | Fusion, asked: dict[str, Any], count: int, *, of_all: bool) -> list[dict[str, Any]]:
    chosen = FUSIONS.named(fusion) if isinstance(fusion, str) else fusion
    scores = search.scores(**asked, head=None if of_all else (chosen, count))
    if not of_all and chosen.sums:
        assert scores.rows is not None
        assert count <= len(scores.rows) < COUNT // 3
    fused = fused_among(chosen.fuse, scores)
    results = search.results(fused, scores)
    if count > PAGE:
        fused = search.reranked(fused, asked["text"])
        results += search.results(search.after(fused, [result["id"] for result in results]), scores)
        rows = fused.in_gallery(fused.order[:count])
        results += [{"row": row} for row in rows.tolist()]  # type: ignore[typeddict-item]
    return results  # type: ignore[return-value]


EARLIER = ["a boat", "a red boat", "a red boat at sea"]
ASKED: dict[str, dict[str, Any]] = {
    "a description alone": {"painting": None, "round_number": 0},
    "hubs and what was shown": {"hubs": True, "shown": [f"{row:04}" for row in range(0, COUNT, 3)]},
    "what is marked and ruled out": {
        "hubs": True,
        "disliked": ["0007", "0011"],
        "clicks": [Click(("0001", "0002", "0003"), "0002")],
        "ruled_out": ["red boats"],
    },
}


@pytest.mark.parametrize("fusion", ["slots", "sum", "dar", "newest", "rrf"])
@pytest.mark.parametrize("case", ASKED)
@pytest.mark.parametrize("count", [PAGE, 40])
def test_a_head_is_that_of_the_whole_order(search: Search, paintings: list[str], fusion: str, case: str, count: int) -> None:
    before = list(zip(EARLIER, [None, *paintings[:2]], strict=True))
    asked = {"text": "my red boat", "painting": paintings[3], "dialog_num": 7, "image_num": 3, "round_number": 3, "before": before}
    asked |= ASKED[case]
    if not asked["round_number"]:
        asked["before"] = []
    head, whole = (page(search, fusion, asked, count, of_all=of_all) for of_all in (False, True))
    for one, other in zip(head, whole, strict=True):
        shares, others = one.pop("shares", {}), other.pop("shares", {})
        assert one == other
        assert shares == pytest.approx(others, abs=2e-3)


def test_a_filter_lets_the_same_through(search: Search, paintings: list[str]) -> None:
    asked = {"text": "a boat", "painting": paintings[0], "dialog_num": 7, "image_num": 3, "round_number": 1}
    few = search.only(Filter(folder="few"))
    assert page(few, "newest", asked, PAGE, of_all=False) == page(few, "newest", asked, PAGE, of_all=True)
    shown = [f"{row:04}" for row in range(0, COUNT - 200, 40)]  # there are not ten left that were not shown
    left = page(few, Fusion("", FUSIONS.named("newest").fuse), {**asked, "shown": shown}, PAGE, of_all=False)
    assert left == page(few, "newest", {**asked, "shown": shown}, PAGE, of_all=True)
    assert len(left) == PAGE


def test_lists_and_what_is_found_without_a_conversation_are_the_same_with_and_without_it(
    search: Search, drawn: Vectors, paintings: list[str]
) -> None:
    small = Search(FakeEncoder(), Vectors(drawn.records, drawn.images, drawn.captions, drawn.folder))
    assert search.vectors.compact
    assert small.vectors.compact is None  # there are too few to be worth it
    marks = {"disliked": ["0007"], "clicks": [Click(("0001", "0002"), "0002")], "ruled_out": ["boats"]}
    for limit in (1, PAGE, 150):
        assert search.by_text("a boat", limit) == small.by_text("a boat", limit)
        assert [hit["id"] for hit in search.by_text("a boat", limit, **marks)] == [
            hit["id"] for hit in small.by_text("a boat", limit, **marks)
        ]
        assert search.by_image(paintings[0], limit) == small.by_image(paintings[0], limit)
        assert search.by_vector(drawn.images[5], limit) == small.by_vector(drawn.images[5], limit)
        assert find(search, "a boat", limit).found == find(small, "a boat", limit).found
    assert search.alike("a boat", "a cat") == pytest.approx(small.alike("a boat", "a cat"), abs=1e-4)
    assert search.cosines("a cat", ["0003", "0001"]).tolist() == small.cosines("a cat", ["0003", "0001"]).tolist()
    assert search.ranks_by_text("a boat", ["0005", "3999"]) == small.ranks_by_text("a boat", ["0005", "3999"])


def test_a_fusion_that_does_not_say_what_it_adds_has_every_picture_scored(search: Search) -> None:
    mine = Fusion("the least like it", lambda scores: ordered(scores, -scores.text))
    scores = search.scores("a boat", None, dialog_num=7, image_num=3, round_number=0, head=(mine, PAGE))
    assert scores.rows is None
    assert len(mine.fuse(scores).order) == COUNT
