"""``dir-tir models``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace


def add_options(command: ArgumentParser) -> None:
    command.add_argument("--profile", action="append", default=[], metavar="NAME", help="may be repeated (default: all that ship)")
    command.add_argument("--fetch", action="store_true", help="fetch what is not here; afterwards no network is needed")


def run(workspace: Workspace, options: Namespace) -> None:
    from ..models import fetch_models, list_models

    if options.fetch:
        if not options.profile:
            raise InputError("--fetch needs --profile NAME: all profiles together are 80 GB")
        fetch_models(options.profile)
    list_models(options.profile)
