"""``dir-tir index``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..asking import confirming

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
    )
