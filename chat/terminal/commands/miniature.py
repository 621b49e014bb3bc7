"""``dir-tir miniature``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..option_types import positive

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace


def add_options(command: ArgumentParser) -> None:
    command.add_argument("folder", type=Path)
    command.add_argument("--postcards", type=positive, default=2000, help="how many (default %(default)s)")
    command.add_argument("--seed", type=int, default=0, help="which ones (default %(default)s)")


def run(workspace: Workspace, options: Namespace) -> None:
    from ....evaluation.postcards import draw_postcards

    draw_postcards(options.folder, options.postcards, options.seed)
