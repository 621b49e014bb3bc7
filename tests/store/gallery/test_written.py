"""Captions that a model wrote while somebody searched: kept beside the gallery, once, and behind what a person says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from dir_tir.contracts import PictureRecord
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.gallery.vectors import load_vectors
from dir_tir.store.gallery.written import FILE, WrittenCaptions, with_written
from fakes import FakeEncoder

Draw = Callable[..., list[Source]]


def test_the_first_caption_of_a_picture_stays_whoever_keeps_it(tmp_path: Path) -> None:
    one, other = WrittenCaptions(tmp_path), WrittenCaptions(tmp_path)
    assert (one.all(), list(tmp_path.iterdir())) == ({}, [])
    assert (one.keep("a", "a dog"), other.keep("a", "a cat"), other.keep("b", "a cow")) == ("a dog", "a dog", "a cow")
    assert one.all() == {"a": "a dog", "b": "a cow"}


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    keeping = (
        "import pathlib, sys; from dir_tir.store.gallery.written import WrittenCaptions\n"
        "kept = WrittenCaptions(pathlib.Path(sys.argv[1]))\n"
        "for number in range(100000): kept.keep(f'{number}', f'caption {number}'); print(number, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", keeping, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(5)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
    there = WrittenCaptions(tmp_path).all()
    acknowledged = [line.strip() for line in said if line.endswith("\n")]
    assert len(acknowledged) >= 5
    assert {number: f"caption {number}" for number in acknowledged}.items() <= there.items()


def test_a_damaged_file_holds_nothing_and_keeps_nobody_from_searching(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database " * 100)
    assert WrittenCaptions(tmp_path).all() == {}


def test_it_stands_for_a_caption_only_where_nobody_has_written_one() -> None:
    bare = PictureRecord("a", "/a.png", (), 8, 8)
    assert with_written(bare, {"a": "a dog"}) == replace(bare, captions=("a dog",), by_model=True)
    said = replace(bare, captions=("my dog",))
    assert with_written(said, {"a": "a dog"}) is said
    assert with_written(bare, {"b": "a dog"}) is bare


def test_who_opens_the_gallery_finds_it_and_an_indexing_takes_it_instead_of_writing_another(tmp_path: Path, draw: Draw) -> None:
    sources = [Source(source.path) for source in draw(2)]
    store = ChromaStore(tmp_path / "galleries")
    index(sources, store, "g", FakeEncoder())
    with store.open("g") as gallery:
        first, second = gallery.records()
        WrittenCaptions(gallery.cache).keep(first, "a dog")
        vectors = load_vectors(gallery)
    assert [(record.id == first, record.caption, record.by_model) for record in vectors.records if record.captions] == [
        (True, "a dog", True)
    ]
    assert np.array_equal(vectors.captions, vectors.images)  # its text is not embedded yet
    asked: list[Any] = []
    index(sources, store, "g", FakeEncoder(), captioner=lambda picture: asked.append(picture) or "a cat")
    with store.open("g") as gallery:
        records = gallery.records()
    assert (records[first].captions, records[second].captions, len(asked)) == (("a dog",), ("a cat",), 1)
    assert records[first].by_model and records[second].by_model


def test_what_a_model_wrote_gives_way_to_a_persons_caption(tmp_path: Path, draw: Draw) -> None:
    (source,) = draw(1)
    store = ChromaStore(tmp_path / "galleries")
    index([Source(source.path)], store, "g", FakeEncoder(), captioner=lambda picture: "a dog")
    with store.open("g") as gallery:
        WrittenCaptions(gallery.cache).keep(*gallery.records(), "a cat")
    index([Source(source.path, ("my dog",))], store, "g", FakeEncoder())
    with store.open("g") as gallery:
        (record,) = load_vectors(gallery).records
    assert (record.captions, record.by_model) == (("my dog",), False)
