from __future__ import annotations

import json
from pathlib import Path

import pytest
from dir_tir.errors import InputError
from dir_tir.evaluation.datasets import read_described
from dir_tir.evaluation.dialogues import read_dialogues
from dir_tir.evaluation.runner import read_tasks
from dir_tir.store.gallery.captions import read_captions
from dir_tir.store.text_files import read_lines

LINES = '{"image": "a.png", "caption": "a boat\u2028by the lake"}\n{"image": "b.png", "caption": "a \x85 tree"}\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("rest", ["", "\0\0\0", "\x1a"])
def test_captions_of_any_program_are_read(tmp_path: Path, encoding: str, end: str, rest: str) -> None:
    (tmp_path / "a.jsonl").write_bytes((LINES.replace("\n", end) + rest).encode(encoding))
    assert read_captions(tmp_path / "a.jsonl") == {"a.png": ("a boat\u2028by the lake",), "b.png": ("a \x85 tree",)}


@pytest.mark.parametrize(
    "content", ["ä".encode("latin-1"), b'{"image": "a.png", "caption": "a"}\n{"image": "b.pn', b"[" * 100_000, b'"\xed\xa0\x80"']
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    for read in (read_captions, read_described, lambda file: read_dialogues(file, mend=False), lambda file: read_tasks(file, 1, 0)):
        with pytest.raises(InputError, match=name) as caught:
            read(tmp_path / name)
        assert str(caught.value).isprintable()


def test_half_a_character_and_a_zero_are_no_part_of_a_caption(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"image": "a.png", "caption": "a red cat \\ud83d\\u0000"}', encoding="utf-8")
    assert read_captions(tmp_path / "a.jsonl") == {"a.png": ("a red cat \ufffd",)}


def test_dialogues_and_descriptions_are_read_with_a_mark_of_byte_order(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"img": "a.png", "dialog": ["a forest"]}]), encoding="utf-8-sig")
    assert read_dialogues(tmp_path / "a.json", mend=False).dialogues[0].texts == ("a forest",)
    (tmp_path / "a.jsonl").write_text('{"image": "a.png", "description": "a\u2028forest"}\r\n\r\n', encoding="utf-8-sig")
    assert read_described(tmp_path / "a.jsonl").pairs == [("a.png", "a\u2028forest")]
    assert [number for number, _ in read_lines(tmp_path / "a.jsonl", "lines")] == [1]
