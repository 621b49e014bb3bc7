"""``dir-tir chat``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import InputError
from ..setting_options import add_setting_options, settings_given

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace


def add_options(command: ArgumentParser) -> None:
    where = command.add_mutually_exclusive_group()
    where.add_argument("--gallery", help="where to search (default: the only one there is)")
    where.add_argument("--resume", metavar="ID", help="go on with a conversation, with the settings it was begun with")
    command.add_argument("--like", type=Path, metavar="FILE", help="begin with a picture that the one looked for is like")
    command.add_argument("--profile", default="", help="which models (default: those the gallery was made with)")
    add_setting_options(command)


def run(workspace: Workspace, options: Namespace) -> None:
    from ..interactive import begin, resume
    from ..only_gallery import named_or_only

    settings = settings_given(options)
    if options.resume:
        if given := [*(name for name in ("profile", "like") if getattr(options, name)), *settings]:
            raise InputError(f"a conversation keeps the settings it was begun with: leave out {', '.join(given)}, or begin a new one")
        resume(workspace, options.resume)
    else:
        begin(workspace, named_or_only(workspace, options.gallery), options.profile, settings, like=options.like)
