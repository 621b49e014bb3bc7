"""``dir-tir index``."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import InputError
from ..asking import confirming
from ..ray_option import add_ray_option

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace


def add_options(command: ArgumentParser) -> None:
    say = command.add_argument
    say("folder", type=Path)
    say("--gallery", required=True, help="its name")
    say("--profile", default="", help="whose encoder (default: the gallery's, or what the folder's dir-tir.toml says)")
    say("--captions", type=Path, metavar="FILE", help="captions.jsonl, COCO's or Karpathy's (default: the folder's own)")
    say("--split", default="", metavar="NAME", help="of a file with splits, the pictures of this one only")
    say("--write-captions", action="store_true", help="let the profile's vision model caption pictures that have none")
    say("--exclude", action="append", metavar="PATTERN", help="pass over, as in .gitignore; several times, and remembered ('': none)")
    say("--yes", action="store_true", help="remove pictures also when a whole folder or most of the gallery is not there any more")
    say(
        "--keep-removed",
        type=_kept_for,
        metavar="DURATION",
        help="how long embeddings and captions of removed pictures are kept, as in 30d; 0: not at all (default: 30d)",
    )
    add_ray_option(command, "read and encode on the workers of a Ray cluster")


def run(workspace: Workspace, options: Namespace) -> None:
    from ..indexing import index_folder

    index_folder(
        workspace,
        options.folder,
        options.gallery,
        options.profile,
        options.captions,
        options.split,
        write_captions=options.write_captions,
        confirm=confirming(),
        yes=options.yes,
        exclude=options.exclude,
        ray=options.ray,
        **({} if options.keep_removed is None else {"kept_for": options.keep_removed}),
    )


def _kept_for(text: str) -> timedelta:
    from ....store.conversations.retention import duration

    try:
        return timedelta(0) if text == "0" else duration(text)
    except InputError as error:
        raise ArgumentTypeError(str(error)) from None
