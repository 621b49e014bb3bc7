"""Galleries of postcards: drawn by code, so that there is always something to look for."""

from __future__ import annotations

import itertools
import random
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tqdm import tqdm

from ..errors import InputError
from ..miniature.gallery import TWINS, write_gallery  # the one module that reaches into the miniature
from ..store.gallery.indexing import index
from ..store.gallery.sources import find_pictures

if TYPE_CHECKING:
    from ..contracts import StepProgress
    from ..tools.workspace import Workspace


class Postcards(NamedTuple):
    """A gallery of postcards that is drawn and indexed."""

    folder: Path
    gallery: str
    pictures: int

    @property
    def descriptions(self) -> Path:
        """How somebody would begin to describe each."""
        return self.folder / "descriptions.jsonl"


def postcards_gallery(workspace: Workspace, count: int, profile: str, *, captioned: bool = True) -> Postcards:
    """The gallery of ``count`` test postcards for the encoder of ``profile``; what is there from the last time is kept. Without captions
    it is another gallery."""
    return _gallery(workspace, profile, f"{count}", count, captioned=captioned)


def twins_gallery(workspace: Workspace, count: int, profile: str, targets: int, seed: int, *, captioned: bool = True) -> Postcards:
    """The same postcards with twenty look-alikes of each of the ``targets`` that `read_tasks` draws of their descriptions by this ``seed``.

    Raises InputError when there are more targets than postcards.
    """
    if targets > count:
        raise InputError(f"{targets} targets in {count} postcards: ask for no more targets than postcards")
    numbers = random.Random(seed).sample(range(count), targets)
    return _gallery(workspace, profile, f"{count}-twins-{targets}-{seed}", count, numbers, captioned=captioned)


def draw_postcards(folder: Path, count: int, seed: int, twins_of: Collection[int] = (), progress: StepProgress | None = None) -> None:
    """Postcards with captions and first descriptions in ``folder``, and twenty look-alikes of some; those that are there are kept.
    progress: told how many are there; without it a bar shows that. What it raises ends the drawing."""
    total, drawn = count + TWINS * len(twins_of), itertools.count(1)
    with tqdm(total=total, desc="drawing", unit="postcard", disable=progress is not None) as bar:

        def advance() -> None:
            bar.update()
            if progress:
                progress(next(drawn), total)

        write_gallery(folder, count, seed, advance=advance, twins_of=twins_of)


def _gallery(workspace: Workspace, profile: str, drawn: str, count: int, twins_of: Collection[int] = (), *, captioned: bool) -> Postcards:
    folder = workspace.home.postcards(drawn)
    models = workspace.models(profile)
    bare = "" if captioned else "-bare"
    name = f"postcards-{drawn}{bare}-{models.encoder_fingerprint[:6]}"  # another encoder's gallery is another gallery
    pictures = count + TWINS * len(twins_of)
    if not (folder / "captions.jsonl").is_file():
        draw_postcards(folder, count, seed=0, twins_of=twins_of)
    there = workspace.store.describe(name).count if name in workspace.store.names() else 0
    if there < pictures:
        pictures_found = find_pictures(folder).pictures
        sources = pictures_found if captioned else [replace(source, captions=()) for source in pictures_found]
        with tqdm(total=len(sources), desc="indexing", unit="picture") as bar:
            index(
                sources,
                workspace.store,
                name,
                workspace.encoder(name, profile),
                within=folder.absolute(),
                profile=profile,
                batch_size=models.profile.encoder.batch,
                progress=lambda at, _: bar.update(at - bar.n) and None,
            )
        workspace.prepare(name, profile)
    return Postcards(folder, name, pictures)
