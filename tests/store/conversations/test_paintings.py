from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dir_tir.errors import InputError
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.faults import AwayError
from dir_tir.store.conversations.paintings import Paintings, painting_file
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from PIL import Image


def test_a_painting_is_kept_by_conversation_and_round_and_replaced_when_painted_again(tmp_path: Path) -> None:
    paintings = Paintings(tmp_path / "paintings")
    path = Path(paintings.save(Image.new("RGB", (4, 4), "red"), "one", 3, "a boat"))
    assert path == tmp_path / "paintings" / "one" / "round-03-1cb78dba.png"
    assert paintings.save(Image.new("RGB", (4, 4), "blue"), "one", 3, "a boat") == str(path)
    assert Image.open(path).getpixel((0, 0)) == (0, 0, 255)
    assert [file.name for file in path.parent.iterdir()] == ["round-03-1cb78dba.png"]
    other = Path(paintings.save(Image.new("RGB", (4, 4), "green"), "one", 3, "a ship"))
    assert other != path  # of another branch
    os.utime(path, (0, 0))
    assert (paintings.newest("one", 3), paintings.newest("one", 4), paintings.file("one", path.name)) == (other, None, path)
    for name in ("../sessions.sqlite", "round-03.png.part", "round-3/x.png"):
        with pytest.raises(InputError, match="is no painting"):
            paintings.file("one", name)


def test_paintings_at_a_url_are_kept_found_counted_and_deleted_as_those_in_a_folder(tmp_path: Path) -> None:
    home = Home(tmp_path, paintings_at="memory://bucket/paintings")
    paintings = Paintings(home.paintings)
    place = paintings.save(Image.new("RGB", (4, 4), "red"), "one", 3, "a boat")
    assert place == "memory://bucket/paintings/one/round-03-1cb78dba.png"
    other = paintings.save(Image.new("RGB", (4, 4), "green"), "one", 3, "a ship")
    paintings.save(Image.new("RGB", (4, 4), "blue"), "one-more", 3, "a boat")
    newest = paintings.newest("one", 3)
    assert newest == painting_file(other)
    assert Image.open(newest).getpixel((0, 0)) == (0, 128, 0)
    assert Image.open(paintings.file("one", "round-03-1cb78dba.png")).getpixel((0, 0)) == (255, 0, 0)
    assert (paintings.count("one"), paintings.newest("one", 4), list(tmp_path.iterdir())) == (2, None, [])
    with Conversations(home) as kept:
        kept.register.enter(Entry("one", "a boat", {}))
        kept.delete("one")
    assert (paintings.count("one"), paintings.count("one-more")) == (0, 1)
    assert not painting_file("memory://bucket/paintings/one/round-04-1cb78dba.png").exists()


def test_what_another_process_painted_at_a_url_is_copied_when_it_is_looked_at(tmp_path: Path) -> None:
    import fsspec

    drawn = Paintings(tmp_path).save(Image.new("RGB", (4, 4), "red"), "one", 3, "a boat")
    place = "memory://bucket/elsewhere/one/round-03-1cb78dba.png"
    assert not painting_file(place).exists()
    fsspec.filesystem("memory").pipe_file("/bucket/elsewhere/one/round-03-1cb78dba.png", Path(drawn).read_bytes())
    assert Image.open(painting_file(place)).getpixel((0, 0)) == (255, 0, 0)


def test_a_url_that_nothing_here_can_open_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="DIR_TIR_PAINTINGS cannot be opened"):
        Paintings("nonsense://bucket/paintings").save(Image.new("RGB", (4, 4)), "one", 3, "a boat")


@pytest.mark.parametrize("does", ["save", "count", "newest", "delete"])
def test_a_url_that_is_away_costs_one_line_and_no_error_of_its_library(does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.implementations.memory import MemoryFileSystem

    def away(*_: Any, **__: Any) -> None:
        raise OSError("connection refused")

    for name in ("pipe_file", "exists"):
        monkeypatch.setattr(MemoryFileSystem, name, away)
    arguments: dict[str, tuple[Any, ...]] = {"save": (Image.new("RGB", (4, 4)), "one", 3, "a boat"), "newest": ("one", 3)}
    with pytest.raises(AwayError, match=r"memory://bucket/away .*\(OSError\).*the same command goes on"):
        getattr(Paintings("memory://bucket/away"), does)(*arguments.get(does, ("one",)))


def test_a_round_painted_by_many_at_once_is_there_whole_and_a_draft_that_was_left_is_no_hindrance(tmp_path: Path) -> None:
    paintings = Paintings(tmp_path / "paintings")
    (tmp_path / "paintings" / "one").mkdir(parents=True)
    (tmp_path / "paintings" / "one" / "round-03-1cb78dba.png.part").write_bytes(b"half of")
    with ThreadPoolExecutor(8) as many:
        paths = set(many.map(lambda shade: paintings.save(Image.new("RGB", (64, 64), (shade, 0, 0)), "one", 3, "a boat"), range(64)))
    (path,) = map(Path, paths)
    with Image.open(path) as picture:
        assert picture.getpixel((0, 0))[0] < 64
    assert {file.name for file in path.parent.iterdir()} == {"round-03-1cb78dba.png", "round-03-1cb78dba.png.part"}


_MAKES_AND_PAINTS = """
import sys
from pathlib import Path
from typing import Any
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.faults import AwayError
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from PIL import Image

home, name = Home(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
with Conversations(home) as kept:
    for shade in range(60):
        Paintings(home.paintings).save(Image.new("RGB", (64, 64), (shade, 0, 0)), "one", 3, "a boat")
        kept.register.enter(Entry(f"{name}-{shade}", "a boat", {}))
"""


def test_two_processes_make_the_sessions_file_and_paint_the_same_round_at_once(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _MAKES_AND_PAINTS, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("ann", "ben")
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[1] for process in processes]
    assert ([process.returncode for process in processes], said) == ([0, 0], ["", ""])
    with Conversations(Home(tmp_path)) as kept:
        assert kept.register.count() == 120
    with Image.open(tmp_path / "paintings" / "one" / "round-03-1cb78dba.png") as picture:
        assert picture.getpixel((0, 0)) == (59, 0, 0)
    assert [file.name for file in (tmp_path / "paintings" / "one").iterdir()] == ["round-03-1cb78dba.png"]
