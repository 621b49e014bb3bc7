from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from dir_tir.tools.profiles import fingerprints
from dir_tir.tools.profiles.fingerprints import Fingerprints


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model" / "part").mkdir(parents=True)
    (tmp_path / "model" / "config.json").write_text("{}")
    (tmp_path / "model" / ".hidden").write_text("of an editor")
    (tmp_path / "model" / "part" / "model.safetensors").write_bytes(b"numbers")
    return tmp_path / "model"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read."""
    read: list[str] = []
    digest_of = fingerprints.digest_of
    monkeypatch.setattr(fingerprints, "digest_of", lambda file: read.append(file.name) or digest_of(file))
    return read


def test_the_value_is_the_one_that_galleries_of_before_remember(folder: Path) -> None:
    total = hashlib.sha256()
    for name, content in (("config.json", b"{}"), ("part/model.safetensors", b"numbers")):
        total.update(f"{name}\n{len(content)}\n".encode() + hashlib.sha256(content).digest())
    assert Fingerprints().of(folder) == total.hexdigest()[:16]


def test_a_file_is_read_once_for_all_processes(folder: Path, tmp_path: Path, read: list[str]) -> None:
    first = Fingerprints(tmp_path / "home" / "fingerprints.json")
    found = first.of(folder)
    assert sorted(read) == ["config.json", "model.safetensors"]
    assert first.of(folder) == Fingerprints(tmp_path / "home" / "fingerprints.json").of(folder) == found
    assert len(read) == 2
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["fingerprints.json"]


def test_a_file_that_has_changed_is_read_again_and_the_others_are_not(folder: Path, read: list[str]) -> None:
    known = Fingerprints()
    before = known.of(folder)
    weights = folder / "part" / "model.safetensors"
    weights.write_bytes(b"nUmbers")
    os.utime(weights, ns=(1, weights.stat().st_mtime_ns + 1))
    assert known.of(folder) != before
    assert read[2:] == ["model.safetensors"]


def test_what_two_processes_find_out_is_kept_of_both(folder: Path, tmp_path: Path, read: list[str]) -> None:
    kept, other = tmp_path / "fingerprints.json", tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text("[]")
    one, two = Fingerprints(kept), Fingerprints(kept)
    one.of(folder)
    two.of(other)
    read.clear()
    later = Fingerprints(kept)
    later.of(folder)
    later.of(other)
    assert not read


@pytest.mark.parametrize("content", ["", "[1]", '{"a": 1}', '{"a": [1, 2, "no digits"]}'])
def test_a_file_that_holds_something_else_is_written_anew(folder: Path, tmp_path: Path, content: str) -> None:
    kept = tmp_path / "fingerprints.json"
    kept.write_text(content)
    assert Fingerprints(kept).of(folder) == Fingerprints().of(folder)
    assert "model.safetensors" in kept.read_text()


def test_a_home_that_cannot_be_written_costs_no_more_than_time(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert Fingerprints(tmp_path / "file" / "fingerprints.json").of(folder) == Fingerprints().of(folder)
