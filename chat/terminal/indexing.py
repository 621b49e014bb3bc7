"""``dir-tir index``: a folder of pictures becomes a gallery, with a progress bar."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ...errors import InputError
from ...plain import shown
from ...store.gallery.exclusions import remember, remembered
from ...store.gallery.indexing import index
from ...store.gallery.put_aside import KEPT_FOR
from ...store.gallery.sources import find_pictures
from ...store.writing import write_whole
from ...tools.captioning import captioner_of
from ...tools.profiles.at_work import at_work
from ..library.profile_choice import Confirm, profile_to_index
from ..library.texts import at_work_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from ...store.gallery.changes import Indexed
    from ...store.gallery.sources import FolderListing
    from ...store.gallery.vanished import Vanished
    from ...store.gallery.working import Workers
    from ...tools.models.loading import Models
    from ...tools.profiles.profile import Profile
    from ...tools.workspace import Workspace

_SHOWN = 10  # lines about pictures left out; the rest is in the file


def index_folder(
    workspace: Workspace,
    folder: Path,
    gallery: str,
    profile: str = "",
    captions: Path | None = None,
    split: str = "",
    *,
    write_captions: bool = False,
    confirm: Confirm | None = None,
    yes: bool = False,
    exclude: Sequence[str] | None = None,
    kept_for: timedelta = KEPT_FOR,
    ray: str | None = None,
) -> Indexed:
    """The folder's pictures in a gallery, and nothing of the folder that is there no more; says what was done, and lists what was left out.

    profile: empty to have it chosen (`choosing.py`), where ``confirm`` may be asked. captions, split: of a file other than the folder's
    own. write_captions: by the profile's vision model, for pictures that have none. yes: remove also what has vanished all at once,
    without asking. exclude: patterns of what is passed over, remembered with the gallery; None: those it remembers. kept_for: how long
    what is removed could come back without encoding. ray: the address of a cluster whose workers read and encode; empty: one that is
    started on this machine.

    Raises InputError when much has vanished and nobody can be asked; everything else is done by then.
    """
    cache = workspace.store.cache(gallery)
    patterns = remembered(cache) if exclude is None else [pattern for pattern in exclude if pattern.strip()]
    found = find_pictures(folder, captions, split, patterns)
    profile = profile_to_index(workspace, folder, gallery, profile, confirm)
    models = workspace.models(profile)
    vision = models.profile.vision if write_captions else None
    if write_captions and not vision:
        raise InputError(f"profile {profile!r} has no vision model to write captions with: {_with_vision(models.profile)}")
    models.fetch(["encoder", *(["vision"] if vision else [])])

    def may_remove(vanished: Vanished) -> bool:
        if yes or confirm is None:
            return yes
        question = f"{vanished} are not there any more. Is everything mounted that should be? Remove them from gallery {gallery!r}?"
        return confirm(shown(question))

    batch = vision.batch if vision else models.profile.encoder.batch
    with _workers(models, folder.absolute(), profile, batch, ray, captioning=bool(vision)) as workers:
        encoder = workspace.encoder(gallery, profile)
        captioner = captioner_of(models) if vision and not workers else None
        with tqdm(total=len(found.pictures), desc="indexing", unit="picture") as bar:
            done = index(
                found.pictures,
                workspace.store,
                gallery,
                encoder,
                within=folder.absolute(),
                closed=found.closed,
                profile=profile,
                captioner=captioner,
                batch_size=batch,
                workers=workers,
                progress=lambda at, _: bar.update(at - bar.n) and None,
                may_remove=may_remove,
                kept_for=kept_for,
            )
    with closing(_GettingReady()) as getting_ready:
        workspace.prepare(gallery, profile, getting_ready)
    if exclude is not None:
        remember(cache, patterns)
    for line in _format_lines(workspace, gallery, found, done):
        print(shown(line))
    print(f"{shown(at_work_text(at_work(models.profile)))}\nTo search:  dir-tir web --gallery {gallery}")
    if done.vanished and confirm is None:
        raise InputError(
            f"{done.vanished} are not there any more, and stay in gallery {gallery!r}: see that everything is mounted, "
            "or run the same command with --yes to remove them"
        )
    return done


@contextmanager
def _workers(models: Models, folder: Path, profile: str, batch: int, ray: str | None, *, captioning: bool) -> Iterator[Workers | None]:
    """Those of a cluster, which comes up meanwhile; none where the command reads and encodes itself."""
    if ray is None:
        yield None
        return
    from ...tools.cluster.indexing import ClusterWorkers
    from ...tools.cluster.pool import Pool

    named = str(Path(profile).absolute()) if profile.endswith(".toml") else profile
    with Pool(ray, lambda text: tqdm.write(f"dir-tir: {text}", file=sys.stderr)) as pool:
        _ = models.encoder
        pool.ready()
        yield ClusterWorkers(pool, folder, named, models.encoder_fingerprint, batch, captioning=captioning)


class _GettingReady:
    """A bar for each part of what is worked out when all is indexed: of a large gallery it takes minutes."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None or self._bar.total != total or done < self._bar.n:
            self.close()
            self._bar = tqdm(total=total, desc="getting ready to search", bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt}", leave=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar:
            self._bar.close()


def _with_vision(profile: Profile) -> str:
    return f"take --profile {profile.more}, or leave out --write-captions" if profile.more else "leave out --write-captions"


def _format_lines(workspace: Workspace, gallery: str, found: FolderListing, done: Indexed) -> list[str]:
    counts = {"added": done.added, "changed": done.changed, "moved": done.moved, "came back": done.returned, "removed": done.removed}
    lines = [
        ", ".join(
            [f"gallery {gallery!r}: {done.added} pictures added", *(f"{n} {what}" for what, n in counts.items() if n and what != "added")]
        )
    ]
    lines[0] += f", {done.kept} were there"
    if done.captioned:
        lines.append(f"  {done.captioned} captions written")
    lines += [f"  no caption for {path}: {reason}" for path, reason in done.uncaptioned[:_SHOWN]]
    if done.duplicates:
        lines.append(f"  {len(done.duplicates)} are copies of others, and are searched once")
    if found.missing:
        lines.append(f"  {found.missing} that the file of captions names are not here")
    if found.passed_over:
        kinds = Counter(Path(path).suffix.lower() or "no ending" for path, _ in found.passed_over).most_common()
        lines.append(
            f"  {len(found.passed_over)} other files passed over: {', '.join(f'{count} {kind}' for kind, count in kinds[:_SHOWN])}"
        )
    if done.vanished:
        lines.append(f"  not there any more, and kept: {done.vanished}")
    if done.lost:
        lines.append(
            f"  {len(done.lost)} pictures of other folders were lost with a damaged file of the gallery: index those folders again"
        )
        lines += [f"    {path}" for path in done.lost[:_SHOWN]]
    lines += [f"  cannot be looked into, and what is known of it stays: {folder}" for folder in found.closed]
    lines += [f"  left out {path}: {reason}" for path, reason in done.broken[:_SHOWN]]
    uncaptioned = ((path, f"has no caption: {reason}") for path, reason in done.uncaptioned)
    report = [*done.broken, *uncaptioned, *((path, f"the same picture as {first}") for path, first in done.duplicates), *found.passed_over]
    if report:
        file = workspace.store.cache(gallery) / "left-out.txt"
        write_whole(file, "".join(f"{shown(path)}\t{shown(reason)}\n" for path, reason in report), durable=False)
        lines.append(f"  each of them: {file}")
    return lines
