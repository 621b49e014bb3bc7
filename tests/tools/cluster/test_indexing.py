"""An indexing by workers: the same gallery as by this process, whatever ends meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cluster_models import BATCH
from dir_tir.errors import ClusterError
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source, find_pictures
from dir_tir.tools.cluster.indexing import ClusterWorkers
from dir_tir.tools.cluster.pool import Pool
from dir_tir.tools.models.loading import Models
from dir_tir.tools.profiles.profile import load_profile
from inline_pool import InlinePool
from PIL import Image

if TYPE_CHECKING:
    from dir_tir.store.gallery.changes import Indexed
    from ray_heads import Head


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with captions, a copy, what is broken, and an empty file."""
    folder = tmp_path / "pictures"
    (folder / "below").mkdir(parents=True)
    for number in range(60):
        Image.new("RGB", (9, 9), (number, 0, 99)).save(folder / ("below" if number % 3 else ".") / f"{number:03}.png")
    shutil.copy(folder / "000.png", folder / "below" / "copy.png")
    (folder / "broken.png").write_bytes(b"no picture")
    (folder / "empty.png").touch()
    lines = [f'{{"image": "{number:03}.png", "captions": ["one of {number}", "and another"]}}' for number in range(0, 30, 3)]
    (folder / "captions.jsonl").write_text("\n".join(lines))
    return folder


class Both:
    """The folder in two galleries: one by this process, one by workers."""

    def __init__(self, folder: Path, home: Path, profile: str) -> None:
        self.folder, self.store, self.profile = folder, ChromaStore(home), profile
        self.models = Models(load_profile(profile))

    def locally(self, **more: Any) -> Indexed:
        return self._index("local", batch_size=BATCH, **more)

    def by(self, pool: Pool, *, captioning: bool = False, **more: Any) -> Indexed:
        workers = ClusterWorkers(pool, self.folder, self.profile, self.models.encoder_fingerprint, BATCH, captioning=captioning)
        return self._index("workers", workers=workers, **more)

    def equal(self) -> None:
        one, other = self.store.open("local"), self.store.open("workers")
        records = one.records()
        assert other.records() == records
        for mine, theirs in zip(one.embeddings(list(records)), other.embeddings(list(records)), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-6)

    def _index(self, name: str, **more: Any) -> Indexed:
        found = find_pictures(self.folder)
        return index(found.pictures, self.store, name, self.models.encoder, within=self.folder, may_remove=lambda _: True, **more)


@pytest.fixture
def both(pictures: Path, tmp_path: Path, cluster_profile: str) -> Both:
    return Both(pictures, tmp_path / "galleries", cluster_profile)


def test_killed_workers_and_a_killed_head_cost_no_picture_and_double_none(both: Both, ray_head: Head) -> None:
    steps = iter([2 * BATCH, 4 * BATCH])
    goal = next(steps)

    def kill(done: int, _: int) -> None:
        nonlocal goal
        if done < goal:
            return
        if goal == 2 * BATCH:
            goal = next(steps)
            os.kill(pool.workers[-1]["pid"], signal.SIGKILL)
        else:
            goal = 10**9
            ray_head.kill()

    with pytest.raises(ClusterError, match="the same command goes on from here"), Pool(ray_head.address) as pool:
        both.by(pool, progress=kill)
    assert len(pool.workers) >= 2
    stored = len(both.store.open("workers"))
    assert 3 * BATCH <= stored < 60
    ray_head.start()
    with Pool(ray_head.address) as pool:
        done = both.by(pool)
    assert (done.kept, done.added) == (stored, 60 - stored)
    local = both.locally()
    assert (done.broken, done.duplicates) == (local.broken, local.duplicates)
    both.equal()


def test_a_folder_that_has_changed_is_recognised_as_by_this_process(both: Both) -> None:
    folder = both.folder
    assert both.by(InlinePool()) == both.locally()
    both.equal()
    pool = InlinePool()
    assert both.by(pool) == both.locally()
    assert pool.jobs == 1  # nothing is opened but what was broken, and the copy
    (folder / "below" / "001.png").rename(folder / "moved.png")
    (folder / "below" / "002.png").unlink()
    Image.new("RGB", (5, 5), (1, 2, 3)).save(folder / "000.png")  # and its copy stays
    os.utime(folder / "003.png", (5, 5))
    (folder / "captions.jsonl").write_text(
        '{"image": "006.png", "captions": ["another caption"]}\n{"image": "moved.png", "captions": ["m"]}'
    )
    outcomes = both.by(InlinePool()), both.locally()
    assert outcomes[0] == outcomes[1]
    assert (outcomes[0].changed, outcomes[0].removed) != (0, 0)
    both.equal()
    Image.new("RGB", (9, 9), (2, 0, 99)).save(folder / "back.png")  # what was removed comes back
    outcomes = both.by(InlinePool()), both.locally()
    assert outcomes[0] == outcomes[1]
    assert outcomes[0].returned == 1
    both.equal()


def test_workers_write_the_captions_that_are_missing(both: Both) -> None:
    done = both.by(InlinePool(), captioning=True)
    assert done == both.locally(captioner=lambda _: "a red boat")
    assert done.written > 40
    both.equal()


def test_a_worker_that_does_not_see_the_pictures_says_so_and_leaves_none_out(both: Both) -> None:
    elsewhere = both.folder.with_name("elsewhere")
    pool = InlinePool(before=lambda: both.folder.rename(elsewhere), after=lambda: elsewhere.rename(both.folder))
    with pytest.raises(ClusterError, match=r"cannot read .*png \(No such file or directory\), which can be read here") as refused:
        both.by(pool)
    assert "\n" not in str(refused.value)
    both.folder.rename(elsewhere)
    with pytest.raises(ClusterError, match=f"the worker on .* cannot begin: it sees no folder {both.folder}"):
        index([Source(both.folder / "a.png")], both.store, "g", both.models.encoder, workers=_workers(both))


def test_a_worker_with_other_weights_is_refused(both: Both, tmp_path: Path) -> None:
    text, both.profile = Path(both.profile).read_text(), str(tmp_path / "other.toml")
    Path(both.profile).write_text(text.replace("[encoder]", '[encoder]\nsalt = "other"'))
    with pytest.raises(ClusterError, match="every worker needs the same files"):
        both.by(InlinePool())


def _workers(both: Both) -> ClusterWorkers:
    return ClusterWorkers(InlinePool(), both.folder, both.profile, both.models.encoder_fingerprint, BATCH, captioning=False)
