"""Making galleries from the command line: drawing postcards and indexing folders, each with a progress bar."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from ..store.home import gallery_folder, home
from ..store.indexing import Indexed, index
from ..store.opening import open_gallery
from ..store.sources import folder_sources
from ..tools.registry import models_of


class Postcards(NamedTuple):
    """A gallery of postcards that is drawn and indexed."""

    folder: Path
    gallery: str

    @property
    def descriptions(self) -> Path:
        """How somebody would begin to describe each."""
        return self.folder / "descriptions.jsonl"


def postcards_gallery(count: int, profile: str) -> Postcards:
    """The gallery of ``count`` test postcards for the encoder of ``profile``; what is there from the last time is kept."""
    folder = home() / "postcards" / str(count)
    fingerprint = models_of(profile).encoder_fingerprint
    name = f"postcards-{count}-{fingerprint[:6]}"  # another encoder's gallery is another gallery
    if not (folder / "captions.jsonl").is_file():
        draw_postcards(folder, count, seed=0)
    if not _holds_all(name, fingerprint, count):
        index_folder(folder, name, profile)
    return Postcards(folder, name)


def draw_postcards(folder: Path, count: int, seed: int) -> None:
    """Postcards with captions and first descriptions in ``folder``; those that are there are kept."""
    from ..miniature.gallery import write_gallery  # the one place where the program reaches into the miniature

    with tqdm(total=count, desc="drawing", unit="postcard") as bar:
        write_gallery(folder, count, seed, advance=lambda: bar.update() and None)


def index_folder(folder: Path, gallery: str, profile: str) -> Indexed:
    """The folder's pictures in a gallery; says what was added and lists what could not be read."""
    sources = folder_sources(folder)
    encoder = models_of(profile).encoder
    with tqdm(total=len(sources), desc="indexing", unit="picture") as bar:
        done = index(sources, gallery_folder(gallery), encoder, progress=lambda at, _: bar.update(at - bar.n) and None)
    print(f"gallery {gallery!r}: {done.added} pictures added, {done.kept} were there")
    for path, reason in done.broken:
        print(f"  left out {path}: {reason}")
    return done


def _holds_all(name: str, fingerprint: str, count: int) -> bool:
    folder = gallery_folder(name)
    if not folder.is_dir():
        return False
    with open_gallery(folder, fingerprint) as gallery:
        return len(gallery) >= count
