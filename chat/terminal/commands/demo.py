"""``dir-tir demo``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..option_types import positive

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace


def add_options(command: ArgumentParser) -> None:
    command.add_argument("--postcards", type=positive, default=2000, help="size of the gallery (default %(default)s)")
    command.add_argument("--rounds", type=positive, default=10, help="rounds at most (default %(default)s)")
    command.add_argument("--seed", type=int, default=0, help="which postcard is looked for (default %(default)s)")


def run(workspace: Workspace, options: Namespace) -> None:
    from ..demo import demo

    demo(workspace, postcards=options.postcards, rounds=options.rounds, seed=options.seed)
