"""Making galleries from the command line: drawing postcards and indexing folders, each with a progress bar."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tqdm import tqdm

from ..prompts.library import PromptLibrary
from ..store.home import gallery_folder, home
from ..store.indexing import index
from ..store.opening import open_gallery
from ..store.sources import find_pictures
from ..tools.broken_replies import reply_or_nothing
from ..tools.registry import models_of
from .choosing import Confirm, profile_to_index

if TYPE_CHECKING:
    from PIL import Image

    from ..store.indexing import Captioner
    from ..store.ledger import Indexed
    from ..store.sources import Found

_SHOWN = 10  # lines about pictures left out; the rest is in the file


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


def index_folder(
    folder: Path,
    gallery: str,
    profile: str = "",
    captions: Path | None = None,
    split: str = "",
    *,
    write_captions: bool = False,
    confirm: Confirm | None = None,
) -> Indexed:
    """The folder's pictures in a gallery, and nothing of the folder that is there no more; says what was done, and lists what was left out.

    profile: empty to have it chosen (`choosing.py`), where ``confirm`` may be asked. captions, split: of a file other than the folder's
    own. write_captions: by the profile's vision model, for pictures that have none.
    """
    found = find_pictures(folder, captions, split)
    profile = profile_to_index(folder, gallery, profile, confirm)
    models = models_of(profile)
    captioner = _captioner(profile) if write_captions else None
    encoder = models.encoder
    with tqdm(total=len(found.pictures), desc="indexing", unit="picture") as bar:
        done = index(
            found.pictures,
            gallery_folder(gallery),
            encoder,
            within=folder.absolute(),
            closed=found.closed,
            profile=profile,
            captioner=captioner,
            batch_size=models.profile.vision.batch if captioner else models.profile.encoder.batch,
            progress=lambda at, _: bar.update(at - bar.n) and None,
        )
    for line in _told(gallery, found, done):
        print(line)
    return done


def _captioner(profile: str) -> Captioner:
    models = models_of(profile)
    prompt, vision = PromptLibrary.load(models.profile.prompts).render("caption"), models.vision

    def caption(picture: Image.Image) -> str:
        return reply_or_nothing(vision.reply, prompt, [picture])

    return caption


def _told(gallery: str, found: Found, done: Indexed) -> list[str]:
    counts = {"added": done.added, "changed": done.changed, "moved": done.moved, "removed": done.removed}
    lines = [
        ", ".join(
            [f"gallery {gallery!r}: {done.added} pictures added", *(f"{n} {what}" for what, n in counts.items() if n and what != "added")]
        )
    ]
    lines[0] += f", {done.kept} were there"
    if done.captioned:
        lines.append(f"  {done.captioned} captions written")
    if done.duplicates:
        lines.append(f"  {len(done.duplicates)} are copies of others, and are searched once")
    if found.missing:
        lines.append(f"  {found.missing} that the file of captions names are not here")
    if found.passed_over:
        kinds = Counter(Path(path).suffix.lower() or "no ending" for path, _ in found.passed_over).most_common()
        lines.append(
            f"  {len(found.passed_over)} other files passed over: {', '.join(f'{count} {kind}' for kind, count in kinds[:_SHOWN])}"
        )
    lines += [f"  cannot be looked into, and what is known of it stays: {folder}" for folder in found.closed]
    lines += [f"  left out {path}: {reason}" for path, reason in done.broken[:_SHOWN]]
    report = [*done.broken, *((path, f"the same picture as {first}") for path, first in done.duplicates), *found.passed_over]
    if report:
        file = gallery_folder(gallery) / "left-out.txt"
        file.write_text("".join(f"{path}\t{reason}\n" for path, reason in report), encoding="utf-8")
        lines.append(f"  each of them: {file}")
    return lines


def _holds_all(name: str, fingerprint: str, count: int) -> bool:
    folder = gallery_folder(name)
    if not folder.is_dir():
        return False
    with open_gallery(folder, fingerprint) as gallery:
        return len(gallery) >= count
