"""How much memory pictures take while they are decoded."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from dir_tir.errors import PictureError
from dir_tir.store import decoding, png_strips
from dir_tir.store.decoding import Room, bytes_of
from dir_tir.store.pictures import open_picture, open_sized
from PIL import Image


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P"])
@pytest.mark.parametrize("side", [150, 999])
def test_a_png_in_strips_is_the_same_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, side: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 4), dtype=np.uint8)
    Image.fromarray(noise).resize((701, 503)).convert("RGB" if mode == "P" else mode).convert(mode).save(tmp_path / "a.png")
    whole = open_sized(tmp_path / "a.png", side)
    monkeypatch.setattr(decoding, "STRIPPED", 1)
    monkeypatch.setattr(png_strips, "STRIP", 20_000)
    strips = open_sized(tmp_path / "a.png", side)
    assert strips[1] == whole[1] == (701, 503)
    np.testing.assert_array_equal(np.asarray(strips[0]), np.asarray(whole[0]))


def test_a_png_in_strips_that_is_cut_off_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.effect_noise((300, 300), 80).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:30_000])
    monkeypatch.setattr(decoding, "STRIPPED", 1)
    with pytest.raises(PictureError, match="repair or remove it"):
        open_picture(tmp_path / "a.png")


def test_a_picture_that_takes_more_than_there_is_room_for_is_refused_with_its_size(tmp_path: Path) -> None:
    Image.new("L", (12_000, 10_000)).save(tmp_path / "a.tif", compression="tiff_lzw")
    with pytest.raises(PictureError, match=r"a\.tif has 12000 x 10000 pixels, which take 1,008 MB to decode, more than 440: make it"):
        open_picture(tmp_path / "a.tif", 100)


@pytest.mark.parametrize(
    ("mode", "sampled", "bytes_"),
    [("RGB", 0, 6), ("RGB", 1, 4), ("RGB", 2, 3), ("L", 0, 2), ("CMYK", 0, 8)],
    ids=["444", "422", "420", "grey", "cmyk"],
)
def test_of_a_progressive_jpeg_as_much_is_reckoned_as_its_colours_are_kept_at(tmp_path: Path, mode: str, sampled: int, bytes_: int) -> None:
    Image.new(mode, (800, 400)).save(tmp_path / "a.jpg", progressive=True, subsampling=sampled)
    with Image.open(tmp_path / "a.jpg") as picture:
        whole = bytes_of(picture, picture.size)
        picture.draft(picture.mode, (100, 50))
        reduced = bytes_of(picture, (800, 400))
    one = 1 if mode == "L" else 4
    assert whole == 800 * 400 * (bytes_ + one)
    assert reduced == 800 * 400 * bytes_ + 100 * 50 * one


def test_who_needs_much_memory_is_not_overtaken_for_ever_and_none_is_taken_twice() -> None:
    room, taken, most, order = Room(10), 0, 0, []
    lock = threading.Lock()

    def work(wanted: int) -> None:
        nonlocal taken, most
        with room.taking(wanted):
            with lock:
                taken += wanted
                most = max(most, taken)
                order.append(wanted)
            time.sleep(0.01)
            with lock:
                taken -= wanted

    threads = [threading.Thread(target=work, args=(wanted,)) for wanted in [4, 4, 10, *[1] * 10]]
    for thread in threads:
        thread.start()
        time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    assert (most <= 10, order.index(10), len(order)) == (True, 2, 13)


MEASURED = """
import os, resource, sys
os.cpu_count = lambda: 8  # and so many read at once
from pathlib import Path
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import folder_sources
from fakes import FakeEncoder

def indexed(folder):
    done = index(folder_sources(Path(sys.argv[1]) / folder), ChromaStore(Path(sys.argv[1])), "g", FakeEncoder())
    return done.added, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

print(*indexed("small"), *indexed("large"), *indexed("many"))
"""


@pytest.mark.slow
def test_large_and_many_pictures_take_little_memory_while_they_are_indexed(tmp_path: Path) -> None:
    """Two PNGs that take 144 MB each when they are decoded, beside each other: together, and the process with them, 200 MB at most. And
    eight at a time that take 16 MB each: 350 MB."""
    for folder, count, side, mode in (("small", 2, 10, "RGB"), ("large", 2, 6000, "RGB"), ("many", 16, 2000, "RGBA")):
        (tmp_path / folder).mkdir()
        for number in range(count):
            Image.new(mode, (side, side - number), "red").save(tmp_path / folder / f"{number}.png", compress_level=1)
    command = [sys.executable, "-c", MEASURED, str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]).stdout.split()
    few, before, large, after, many, in_the_end = map(int, answer)
    assert (few, large, many) == (2, 2, 16)
    assert after - before < 200
    assert in_the_end - before < 350
