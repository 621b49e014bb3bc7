"""``dir-tir web``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..serving_options import add_serving_options
from ..setting_options import add_setting_options, settings_given

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace


def add_options(command: ArgumentParser) -> None:
    command.add_argument("--gallery", default="", help="whose models to load first (the page lets one choose)")
    command.add_argument("--profile", default="", help="which models (default: for each gallery those it was made with)")
    add_serving_options(command, port=8020)
    command.add_argument("--paths", action="store_true", help="tell also whoever has the token where the files of pictures lie")
    words = "the page makes galleries of folders below these; none: not at all (default: your own, or none beyond this machine)"
    command.add_argument("--folders", type=Path, nargs="*", metavar="DIR", help=words)
    command.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    add_setting_options(command)


def run(workspace: Workspace, options: Namespace) -> None:
    from ...web.command import web

    web(
        workspace,
        options.profile,
        options.gallery,
        options.host,
        options.port,
        options.token,
        paths=options.paths,
        browser=not options.no_browser,
        folders=options.folders,
        **settings_given(options),
    )
