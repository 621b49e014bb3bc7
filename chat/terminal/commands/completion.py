"""``dir-tir completion``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace

SHELLS = ("bash", "zsh", "fish", "powershell")


def add_options(command: ArgumentParser) -> None:
    command.add_argument("shell", choices=SHELLS, help="which shell; docs/terminal.md has the line that switches it on")


def run(workspace: Workspace, options: Namespace) -> None:
    from ..completion import lines_for

    print(lines_for(options.shell))
