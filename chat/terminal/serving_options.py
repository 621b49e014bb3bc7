"""Where a server of ours listens, as options of a command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_serving_options(command: ArgumentParser, port: int) -> None:
    """Host, port and token."""
    say = command.add_argument
    say("--host", default="127.0.0.1", help="where to listen; beyond this machine a token is demanded (default %(default)s)")
    say("--port", type=int, default=port, help="0: any that is free (default %(default)s)")
    say("--token", default=os.environ.get("DIR_TIR_TOKEN", ""), help="to demand instead of a new one (or DIR_TIR_TOKEN)")
