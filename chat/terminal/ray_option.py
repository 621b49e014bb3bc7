"""``--ray``: on which machines a command does its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_ray_option(command: ArgumentParser, what: str) -> None:
    """``options.ray``: None without it, empty for Ray on this machine, else the address of a cluster."""
    command.add_argument(
        "--ray",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help=f"{what}: auto, host:6379 or ray://host:10001; without ADDRESS one is started on this machine and ended with the command",
    )
