"""Galleries of postcards: drawn by code, so that there is always something to look for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tqdm import tqdm

from ..miniature.gallery import write_gallery  # the one module that reaches into the miniature
from ..store.gallery.indexing import index
from ..store.gallery.sources import find_pictures

if TYPE_CHECKING:
    from ..tools.workspace import Workspace


class Postcards(NamedTuple):
    """A gallery of postcards that is drawn and indexed."""

    folder: Path
    gallery: str

    @property
    def descriptions(self) -> Path:
        """How somebody would begin to describe each."""
        return self.folder / "descriptions.jsonl"


def postcards_gallery(workspace: Workspace, count: int, profile: str) -> Postcards:
    """The gallery of ``count`` test postcards for the encoder of ``profile``; what is there from the last time is kept."""
    folder = workspace.home.postcards(count)
    models = workspace.models(profile)
    name = f"postcards-{count}-{models.encoder_fingerprint[:6]}"  # another encoder's gallery is another gallery
    if not (folder / "captions.jsonl").is_file():
        draw_postcards(folder, count, seed=0)
    there = workspace.store.describe(name).count if name in workspace.store.names() else 0
    if there < count:
        found = find_pictures(folder)
        with tqdm(total=len(found.pictures), desc="indexing", unit="picture") as bar:
            index(
                found.pictures,
                workspace.store,
                name,
                models.encoder,
                within=folder.absolute(),
                profile=profile,
                batch_size=models.profile.encoder.batch,
                progress=lambda at, _: bar.update(at - bar.n) and None,
            )
    return Postcards(folder, name)


def draw_postcards(folder: Path, count: int, seed: int) -> None:
    """Postcards with captions and first descriptions in ``folder``; those that are there are kept."""
    with tqdm(total=count, desc="drawing", unit="postcard") as bar:
        write_gallery(folder, count, seed, advance=lambda: bar.update() and None)
