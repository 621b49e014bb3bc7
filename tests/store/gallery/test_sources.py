from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from dir_tir.errors import InputError
from dir_tir.store.gallery.sources import Source, find_pictures, folder_sources


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_captions_jsonl_in_the_folder_says_what_is_in_pictures_and_the_others_come_without(tmp_path: Path) -> None:
    lines = [{"image": "b.png", "captions": ["a boat", "  ", "a red boat "]}, {"image": "sub/gone.png", "caption": "a tree"}]
    (tmp_path / "captions.jsonl").write_text("\n\n".join(json.dumps(line) for line in lines))
    _touch(tmp_path, "a.png", "b.png")
    assert folder_sources(tmp_path) == [
        Source(tmp_path / "b.png", ("a boat", "a red boat")),
        Source(tmp_path / "sub" / "gone.png", ("a tree",)),  # an error in the list, which indexing reports
        Source(tmp_path / "a.png"),
    ]


def test_a_folder_without_captions_gives_every_picture_below_it_and_names_what_is_none(tmp_path: Path) -> None:
    _touch(tmp_path, "b.JPG", "deep/er/a.heic", "notes.txt", "film.mov", ".hidden.png", ".thumbnails/a.png", "deep/._b.jpg")
    (tmp_path / "nowhere.png").symlink_to(tmp_path / "gone.png")
    found = find_pictures(tmp_path)
    assert [source.path.name for source in found.pictures] == ["b.JPG", "a.heic"]
    assert [(Path(path).name, reason) for path, reason in found.passed_over] == [
        ("film.mov", "not a picture, by its name"),
        ("notes.txt", "not a picture, by its name"),
        ("nowhere.png", "a link to nothing"),
    ]


def test_links_are_followed_and_each_folder_is_looked_into_once(tmp_path: Path) -> None:
    _touch(tmp_path, "photos/a.png", "attic/b.png")
    (tmp_path / "photos" / "loop").symlink_to(tmp_path / "photos")
    (tmp_path / "photos" / "attic").symlink_to(tmp_path / "attic")
    (tmp_path / "photos" / "attic again").symlink_to(tmp_path / "attic")
    (tmp_path / "attic" / "up").symlink_to(tmp_path / "photos")
    assert sorted(source.path.name for source in folder_sources(tmp_path / "photos")) == ["a.png", "b.png"]


def test_a_folder_that_cannot_be_looked_into_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "a.png", "closed/b.png")
    scandir = os.scandir

    def refusing(path: str) -> object:  # to the administrator, who may run this, no mode would close it
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr("os.scandir", refusing)
    found = find_pictures(tmp_path)
    assert (found.pictures, found.closed) == ([Source(tmp_path / "a.png")], [tmp_path / "closed"])


def test_a_published_file_of_captions_is_matched_by_path_or_by_name_and_may_name_more(tmp_path: Path) -> None:
    _touch(tmp_path, "photos/val2014/a.jpg", "photos/b.jpg", "photos/c.jpg")
    content = {
        "images": [
            {"filename": "a.jpg", "filepath": "val2014", "split": "test", "sentences": [{"raw": "a boat"}]},
            {"filename": "b.jpg", "filepath": "train2014", "split": "train", "sentences": [{"raw": "a tree"}]},
            {"filename": "z.jpg", "filepath": "train2014", "split": "train", "sentences": [{"raw": "a house"}]},
        ]
    }
    (tmp_path / "dataset.json").write_text(json.dumps(content))
    a, b, c = tmp_path / "photos/val2014/a.jpg", tmp_path / "photos/b.jpg", tmp_path / "photos/c.jpg"
    found = find_pictures(tmp_path / "photos", tmp_path / "dataset.json")
    assert found.pictures == [Source(a, ("a boat",)), Source(b, ("a tree",)), Source(c)]
    assert found.missing == 1
    assert find_pictures(tmp_path / "photos", tmp_path / "dataset.json", "test").pictures == [Source(a, ("a boat",))]
    with pytest.raises(InputError, match="split 'test' needs --captions"):
        find_pictures(tmp_path / "photos", None, "test")


def test_no_folder_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        folder_sources(tmp_path / "gone")
    with pytest.raises(InputError, match="there are no pictures"):
        folder_sources(tmp_path)


def test_a_folder_that_may_be_listed_and_not_entered_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "a.png", "closed/b.png", "closed/deep/c.png", "z/d.png")
    stat = Path.stat

    def refusing(path: Path, **options: bool) -> os.stat_result:  # what a folder without x does to all but the administrator
        if path.parent.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refusing)
    found = find_pictures(tmp_path)
    assert [source.path.name for source in found.pictures] == ["a.png", "d.png"]
    assert found.closed == [tmp_path / "closed"]


def test_a_folder_that_is_renamed_during_the_walk_is_named_and_on_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "a/1.png", "b/2.png", "c/3.png")
    scandir = os.scandir

    def renaming(path: str) -> object:
        if Path(path).name == "b":
            (tmp_path / "b").rename(tmp_path / "elsewhere")
        entries = scandir(path)
        if Path(path).name == "c":
            (tmp_path / "c").rename(tmp_path / "after")
        return entries

    monkeypatch.setattr("os.scandir", renaming)
    found = find_pictures(tmp_path)
    assert ([source.path.name for source in found.pictures], found.closed) == (["1.png"], [tmp_path / "b", tmp_path / "c"])


def test_what_machines_keep_for_themselves_is_passed_over(tmp_path: Path) -> None:
    for folder in ("@eaDir/a.png", "#recycle", "@Recycle", "$RECYCLE.BIN", "lost+found", "System Volume Information"):
        _touch(tmp_path, f"trip/{folder}/SYNOPHOTO_THUMB_M.jpg")
    _touch(tmp_path, "trip/a.png", "recycling/b.png")
    assert sorted(source.path.name for source in folder_sources(tmp_path)) == ["a.png", "b.png"]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["*.gif"], ["a.png", "old/b.png", "trip/old/d.jpg"]),
        (["old/"], ["a.png", "trip/c.gif"]),
        (["/old"], ["a.png", "trip/c.gif", "trip/old/d.jpg"]),
        (["**/old/*.jpg", "!nothing"], ["a.png", "old/b.png", "trip/c.gif"]),
        ([], ["a.png", "old/b.png", "trip/c.gif", "trip/old/d.jpg"]),
    ],
)
def test_patterns_say_what_is_passed_over(tmp_path: Path, patterns: list[str], left: list[str]) -> None:
    _touch(tmp_path, "a.png", "old/b.png", "trip/c.gif", "trip/old/d.jpg")
    found = find_pictures(tmp_path, exclude=patterns)
    assert sorted(source.path.relative_to(tmp_path).as_posix() for source in found.pictures) == left


def test_a_list_that_names_what_no_file_can_be_called_costs_those_entries(tmp_path: Path) -> None:
    _touch(tmp_path, "a.png")
    names = ["a.png", "\\u0000.png", "x" * 5000, "\\ud83d.png"]
    (tmp_path / "captions.jsonl").write_text("\n".join(f'{{"image": "{name}", "caption": "c"}}' for name in names))
    assert len(folder_sources(tmp_path)) == 4  # errors in the list, which indexing reports


def test_places_that_may_not_be_looked_at_are_closed_however_they_are_named(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    _touch(tmp_path, "in/a.png", "in/sub/b.png", "out/c.png")
    (inside / "link").symlink_to(outside)
    (inside / "d.png").symlink_to(outside / "c.png")
    (inside / "captions.jsonl").write_text(json.dumps({"image": "../out/c.png", "captions": ["x"]}))
    found = find_pictures(inside, allowed=lambda path: path.resolve().is_relative_to(inside))
    assert [source.path for source in found.pictures] == [inside / "a.png", inside / "sub" / "b.png"]
    assert found.closed == [inside / "link", inside / "d.png", outside / "c.png"]
