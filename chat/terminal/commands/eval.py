"""``dir-tir eval``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..eval_options import add_options, evaluate

__all__ = ["add_options", "run"]

if TYPE_CHECKING:
    from argparse import Namespace

    from ....tools.workspace import Workspace


def run(workspace: Workspace, options: Namespace) -> None:
    evaluate(workspace, options)
