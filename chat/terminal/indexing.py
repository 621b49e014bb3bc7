"""``dir-tir index``: a folder of pictures becomes a gallery, with a progress bar."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from ...prompts.library import PromptLibrary
from ...store.gallery.indexing import index
from ...store.gallery.sources import find_pictures
from ...tools.models.retrying import reply_or_nothing
from ..library.profile_choice import Confirm, profile_to_index

if TYPE_CHECKING:
    from PIL import Image

    from ...store.gallery.changes import Indexed
    from ...store.gallery.indexing import Captioner
    from ...store.gallery.sources import FolderListing
    from ...tools.models.loading import Models
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
) -> Indexed:
    """The folder's pictures in a gallery, and nothing of the folder that is there no more; says what was done, and lists what was left out.

    profile: empty to have it chosen (`choosing.py`), where ``confirm`` may be asked. captions, split: of a file other than the folder's
    own. write_captions: by the profile's vision model, for pictures that have none.
    """
    found = find_pictures(folder, captions, split)
    profile = profile_to_index(workspace, folder, gallery, profile, confirm)
    models = workspace.models(profile)
    models.fetch(["encoder", *(["vision"] if write_captions else [])])
    captioner = _captioner(models) if write_captions else None
    encoder = models.encoder
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
            batch_size=models.profile.vision.batch if captioner else models.profile.encoder.batch,
            progress=lambda at, _: bar.update(at - bar.n) and None,
        )
    for line in _format_lines(workspace, gallery, found, done):
        print(line)
    return done


def _captioner(models: Models) -> Captioner:
    prompt, vision = PromptLibrary.load(models.profile.prompts).render("caption"), models.vision

    def caption(picture: Image.Image) -> str:
        return reply_or_nothing(vision.reply, prompt, [picture])

    return caption


def _format_lines(workspace: Workspace, gallery: str, found: FolderListing, done: Indexed) -> list[str]:
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
        file = workspace.store.cache(gallery) / "left-out.txt"
        file.write_text("".join(f"{path}\t{reason}\n" for path, reason in report), encoding="utf-8")
        lines.append(f"  each of them: {file}")
    return lines
