"""A gallery of postcards is the same however often its drawing was interrupted, and whoever drew it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from dir_tir.errors import DiskFullError
from dir_tir.miniature.gallery import TWINS, write_gallery
from small_disks import leave, make_room, small_disk
from waiting import wait_until


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _runs(pid: int) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())  # of one that has ended and waits to be counted, nothing
    except OSError:
        return False


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_an_interrupted_gallery_is_completed(tmp_path: Path, processes: int) -> None:
    drawn = 0

    def stop_at_five() -> None:
        nonlocal drawn
        drawn += 1
        if drawn == 5:
            raise KeyboardInterrupt

    write_gallery(tmp_path / "whole", 12, twins_of=[3], processes=1)
    with pytest.raises(KeyboardInterrupt):
        write_gallery(tmp_path / "halves", 12, advance=stop_at_five, twins_of=[3], processes=processes)
    assert len(list((tmp_path / "halves").iterdir())) < 12 + TWINS
    write_gallery(tmp_path / "halves", 12, twins_of=[3], processes=1)
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "halves").iterdir())
    assert all((tmp_path / "whole" / name).read_bytes() == (tmp_path / "halves" / name).read_bytes() for name in names)


@pytest.mark.slow
def test_processes_that_help_to_draw_end_with_a_killed_one(tmp_path: Path) -> None:
    call = "import sys; from pathlib import Path; from dir_tir.miniature.gallery import write_gallery; "
    drawing = subprocess.Popen([sys.executable, "-c", call + "write_gallery(Path(sys.argv[1]), 5000, processes=2)", str(tmp_path)])
    wait_until(lambda: any(tmp_path.glob("*.png")))
    helpers = [int(pid) for pid in Path(f"/proc/{drawing.pid}/task/{drawing.pid}/children").read_text().split()]
    drawing.kill()
    drawing.wait()
    wait_until(lambda: not any(_runs(pid) for pid in helpers))
    assert len(helpers) >= 2


@pytest.mark.slow
def test_where_no_process_can_be_started_it_is_drawn_without(tmp_path: Path) -> None:
    script = f"""
from pathlib import Path
from dir_tir.miniature.gallery import write_gallery
advanced = []
write_gallery(Path({str(tmp_path)!r}), 9, advance=lambda: advanced.append(1), processes=2)
assert len(advanced) == 9
"""  # on standard input, where another process cannot import it
    done = subprocess.run([sys.executable, "-"], input=script, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.png"))) == 9


def test_every_postcard_has_a_caption_and_a_shorter_first_description(tmp_path: Path) -> None:
    write_gallery(tmp_path, 20)
    captions, descriptions = (_lines(tmp_path / f"{name}.jsonl") for name in ("captions", "descriptions"))
    assert [line["image"] for line in captions] == [line["image"] for line in descriptions]
    assert all((tmp_path / line["image"]).exists() for line in captions)
    assert all(len(d["description"]) < len(c["caption"]) for c, d in zip(captions, descriptions, strict=True))


def test_look_alikes_are_twenty_other_pictures_each_with_its_caption_beside_postcards_that_stay_as_they_were(tmp_path: Path) -> None:
    write_gallery(tmp_path / "plain", 6)
    write_gallery(tmp_path / "twins", 6, twins_of=[4, 1])
    said = {line["image"]: line["caption"] for line in _lines(tmp_path / "twins" / "captions.jsonl")}
    alike = _lines(tmp_path / "twins" / "twins.jsonl")
    assert len(alike) == 2 * TWINS
    assert {line["of"] for line in alike} == {"postcard-00001.png", "postcard-00004.png"}
    assert all(said[line["image"]] != said[line["of"]] for line in alike)
    assert len({(tmp_path / "twins" / name).read_bytes() for name in said}) == len(said) == 6 + 2 * TWINS
    for file in (tmp_path / "plain").glob("*.png"):
        assert (tmp_path / "twins" / file.name).read_bytes() == file.read_bytes()
    descriptions = [(tmp_path / folder / "descriptions.jsonl").read_bytes() for folder in ("plain", "twins")]
    assert descriptions[0] == descriptions[1]  # nobody looks for a look-alike


def test_postcards_on_a_full_disk_say_so_and_the_same_call_goes_on(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        leave(disk, 64 * 1024)
        with pytest.raises(DiskFullError, match="make room"):
            write_gallery(disk / "postcards", 8)
        make_room(disk)
        write_gallery(disk / "postcards", 8)
        assert len(list((disk / "postcards").glob("postcard-*.png"))) == 8
        assert not list((disk / "postcards").glob("*.part"))
