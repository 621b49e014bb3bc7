"""A gallery of postcards is the same however often its drawing was interrupted."""

import json
from pathlib import Path

import pytest
from dir_tir.miniature.gallery import write_gallery


def test_an_interrupted_gallery_is_completed(tmp_path: Path) -> None:
    drawn = 0

    def stop_at_five() -> None:
        nonlocal drawn
        drawn += 1
        if drawn == 5:
            raise KeyboardInterrupt

    write_gallery(tmp_path / "whole", 12)
    with pytest.raises(KeyboardInterrupt):
        write_gallery(tmp_path / "halves", 12, advance=stop_at_five)
    write_gallery(tmp_path / "halves", 12)
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "halves").iterdir())
    assert all((tmp_path / "whole" / name).read_bytes() == (tmp_path / "halves" / name).read_bytes() for name in names)


def test_every_postcard_has_a_caption_and_a_shorter_first_description(tmp_path: Path) -> None:
    write_gallery(tmp_path, 20)
    captions, descriptions = (
        [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text().splitlines()] for name in ("captions", "descriptions")
    )
    assert [line["image"] for line in captions] == [line["image"] for line in descriptions]
    assert all((tmp_path / line["image"]).exists() for line in captions)
    assert all(len(d["description"]) < len(c["caption"]) for c, d in zip(captions, descriptions, strict=True))
