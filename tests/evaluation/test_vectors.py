"""Embeddings that somebody else made are scored by every fusion, and files that cannot be are refused in one line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from dir_tir.errors import InputError
from dir_tir.evaluation.vector_command import score_vectors
from dir_tir.evaluation.vector_ranks import ranks_on
from dir_tir.evaluation.vectors import read_vectors
from dir_tir.store.gallery.hubs import hubs_of
from dir_tir.store.home import Home
from dir_tir.tools.fusion import FUSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIZE, QUERIES, ROUNDS, WIDTH = 60, 6, 4, 16


def _unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def _arrays() -> dict[str, NDArray[Any]]:
    """Descriptions and paintings that come nearer to their pictures round by round."""
    chance = np.random.default_rng(0)
    images = _unit(chance.normal(size=(SIZE, WIDTH)))
    targets = np.arange(QUERIES) * 5
    nearer = np.linspace(0.2, 0.6, ROUNDS)[None, :, None] * images[targets][:, None]
    noise = 0.25 * chance.normal(size=(3, QUERIES, ROUNDS, WIDTH))
    texts, paintings, dialogues = (_unit(nearer + some) for some in noise)
    return {"images": images, "texts": texts, "paintings": paintings, "dialogues": dialogues, "targets": targets}


def _written(folder: Path, **changes: Any) -> Path:
    arrays = {**_arrays(), **changes}
    np.savez(folder / "some.npz", **{name: array for name, array in arrays.items() if array is not None})
    return folder / "some.npz"


def _with(array: NDArray[Any], value: float) -> NDArray[Any]:
    changed = array.copy()
    changed.reshape(-1, array.shape[-1])[3] *= value
    return changed


def _bank(count: int) -> NDArray[np.float32]:
    return _unit(np.random.default_rng(1).normal(size=(count, WIDTH)))


A = _arrays()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"images": None}, "lacks the array 'images': it has texts, paintings, dialogues, targets"),
        ({"texts": A["texts"][0]}, r"texts is \(4, 16\): expected \(queries, rounds, dimensions\)"),
        ({"images": A["images"][:0]}, r"images is \(0, 16\): expected \(rows, dimensions\), none of them 0"),
        ({"paintings": A["paintings"][:, :2]}, r"paintings is \(6, 2, 16\) and texts is \(6, 4, 16\): give both for the same queries"),
        ({"dialogues": _unit(A["dialogues"][..., :8])}, "dialogues has 8 dimensions and images has 16: give vectors of one encoder"),
        ({"texts": _with(A["texts"], np.nan)}, r"1 vectors of texts have numbers that are not finite \(NaN\)"),
        ({"images": _with(A["images"], 2)}, "1 vectors of images are not of unit length, one is 2 long: normalise them"),
        ({"texts": _with(A["texts"], 0)}, "1 vectors of texts are not of unit length, one is 0 long"),
        ({"images": (100 * A["images"]).astype(np.int64)}, "images is of type int64: expected floating-point numbers"),
        ({"targets": None}, "texts has 6 queries and images has 60 pictures: say which is whose in an array 'targets'"),
        ({"targets": A["targets"] + 36}, "1 targets are no row of images, 61 for one: expected 0 to 59"),
        ({"targets": A["targets"] / 2}, r"targets is float64 \(6,\): expected 6 whole numbers"),
        ({"captions": A["images"][:7]}, "captions has 7 rows and images has 60: give a caption for each picture"),
        ({"texts": np.array([[["a"]]])}, "texts is of type <U1: expected floating-point numbers"),
        ({"texts": np.array([[[None]]], dtype=object)}, r"is no \.npz file of plain arrays"),
    ],
)
def test_what_cannot_be_scored_is_said_in_one_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_vectors(_written(tmp_path, **changes))
    assert "\n" not in str(caught.value)


def test_another_file_and_none_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("no archive")
    np.save(tmp_path / "one.npy", A["images"])
    whole = _written(tmp_path).read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "hurt.npz").write_bytes(whole[:300] + b"x" * 40 + whole[340:])
    for name in ("text.npz", "one.npy", "cut.npz", "hurt.npz", "gone.npz", "."):
        with pytest.raises(InputError) as caught:
            read_vectors(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_a_vector_of_zeros_is_a_painting_that_was_not_made_or_a_caption_that_says_nothing(tmp_path: Path) -> None:
    paintings = A["paintings"].copy()
    paintings[0] = 0
    bank = np.concatenate([_bank(300), np.zeros((5, WIDTH), dtype=np.float32)])
    read = read_vectors(_written(tmp_path, paintings=paintings, bank=bank))
    assert read.bank is not None and len(read.bank) == 300
    ranks = ranks_on(read, hubs_of(read.images, read.bank).values)
    assert ranks["sum"][0].tolist() == ranks["drm"][0].tolist()
    assert ranks["sum"].tolist() != ranks["drm"].tolist()


def test_a_bank_never_holds_what_is_searched_for(tmp_path: Path) -> None:
    bank = np.concatenate([_bank(300), A["texts"][:, 0], A["texts"][:3, 2]])
    read = read_vectors(_written(tmp_path, bank=bank))
    assert read.queries_in_bank == QUERIES + 3
    assert read.bank is not None
    assert read.bank.tolist() == _bank(300).tolist()
    own = read_vectors(_written(tmp_path, captions=_bank(SIZE)))
    assert own.bank is not None and hubs_of(own.images, own.bank, own.captions).source == "crowding"  # too few to be one


def test_every_fusion_is_scored_with_and_without_what_was_shown_and_with_clicks(tmp_path: Path) -> None:
    read = read_vectors(_written(tmp_path, images=A["images"].astype(np.float16)))
    hubs = hubs_of(read.images).values
    ranks = ranks_on(read, hubs)
    added = ["", "+exclude-shown", "+exclude-shown+clicks"]
    names = [name + hub + more for name in (*FUSIONS, "drm", "zs") for hub in ("", "+hubs") for more in added]
    assert sorted(ranks) == sorted([*names, "paging", "paging+hubs"])
    assert {array.shape for array in ranks.values()} == {(QUERIES, ROUNDS)}
    for name in ("slots", "newest+hubs"):
        assert ranks[name][:, 0].tolist() == ranks[f"{name}+exclude-shown"][:, 0].tolist()
    for before, after in zip(ranks["sum"].tolist(), ranks["sum+exclude-shown"].tolist(), strict=True):
        assert all(later <= rank for rank, later in zip(before, after, strict=True))  # fewer stand before it
    again = ranks_on(read, hubs)
    assert all(again[name].tolist() == ranks[name].tolist() for name in names)


def test_paging_takes_the_order_of_the_first_description_ten_at_a_time(tmp_path: Path) -> None:
    read = read_vectors(_written(tmp_path))
    ranks = ranks_on(read, np.random.default_rng(0).normal(size=len(read.images)).astype(np.float32))
    for hubs in ("", "+hubs"):
        for row, first in zip(ranks["paging" + hubs].tolist(), ranks["drm" + hubs][:, 0].tolist(), strict=True):
            assert row == [max(first - 10 * number, (first - 1) % 10 + 1) for number in range(ROUNDS)]
    assert ranks["paging"].tolist() != ranks["paging+hubs"].tolist()


@pytest.mark.slow
def test_the_command_leaves_a_folder_with_figures_tables_and_curves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = score_vectors(Home.of(tmp_path), _written(tmp_path, bank=_bank(300)), out=tmp_path / "out")
    assert folder == tmp_path / "out"
    names = {"manifest.json", "summary.json", "summary.csv", "table.tex", "curves.png", "curves.svg"}
    assert {path.name for path in folder.iterdir()} == names
    assert json.loads((folder / "manifest.json").read_text())["setting"]["hubs"]["from"] == "bank"
    methods = {method["method"]: method for method in json.loads((folder / "summary.json").read_text())["methods"]}
    assert methods["sum+hubs+exclude-shown+clicks"]["rounds"][3]["hits@10"]["value"] > 0.5
    said = capsys.readouterr().out
    assert "newest+hubs+exclude-shown" in said and "hubs from a bank of 300 captions" in said
    assert "BRI: area below" in said
    assert r"newest+hubs & " in (folder / "table.tex").read_text()
    with pytest.raises(InputError, match="has another run in it: name a new folder"):
        score_vectors(Home.of(tmp_path), tmp_path / "some.npz", seed=1, out=folder)
    with pytest.raises(InputError, match="has other files in it"):
        score_vectors(Home.of(tmp_path), tmp_path / "some.npz", out=tmp_path)
    with pytest.raises(InputError, match="is a file: name a folder"):
        score_vectors(Home.of(tmp_path), tmp_path / "some.npz", out=tmp_path / "some.npz")
