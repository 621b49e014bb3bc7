"""The command ``dir-tir``. A command's file is read when it is chosen, and what does the work when it runs: ``--help`` answers at once."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import version
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NoReturn

from ...plain import shown
from .endings import REFUSED, escape_what_cannot_be_printed, status_of

if TYPE_CHECKING:
    from ...tools.workspace import Workspace

COMMANDS = {  # each is a file in `commands/`, with `add_options` and `run`
    "demo": "watch a conversation find a postcard, offline",
    "index": "make or bring up to date a gallery of a folder's pictures",
    "chat": "find a picture of a gallery yourself",
    "find": "print the paths of the pictures that fit a description",
    "web": "open the page for finding pictures in a browser",
    "mcp": "serve a gallery's search to chatbots (Model Context Protocol)",
    "eval": "let the simulated user look for many pictures, and count",
    "gallery": "list, show, verify, repair, prune, export or delete galleries",
    "conversations": "list, show, rename, export, repair or delete conversations, and prune those not used for long",
    "models": "what the models of a profile need and what is here; fetch them",
    "miniature": "draw postcards into a folder",
    "completion": "print what your shell needs to complete commands, galleries and profiles",
}


def main(arguments: Sequence[str] | None = None, workspace: Workspace | None = None) -> int:
    """Run a command; returns its exit status (`endings.py`). A workspace that is handed in stays open; otherwise one is opened for it."""
    if "_ARGCOMPLETE" in os.environ:  # a shell asks what could come next
        from .completion import complete, typed_so_far

        complete(parser(_command_in(typed_so_far())))
    escape_what_cannot_be_printed()
    given = sys.argv[1:] if arguments is None else list(arguments)
    debug = "--debug" in given or os.environ.get("DIR_TIR_DEBUG", "") not in ("", "0")
    if debug:
        logging.basicConfig()
        logging.getLogger("dir_tir").setLevel(logging.INFO)  # where failures came from that a conversation went on after
    return status_of(lambda: _run(given, workspace), debug=debug)


def _run(given: Sequence[str], workspace: Workspace | None) -> None:
    chosen = _command_in(given)
    if not given:
        parser("").print_help()
        return
    if chosen and chosen not in COMMANDS:
        parser("").error(f"there is no command {chosen!r}{_meant(chosen, COMMANDS)}")
    options = parser(chosen).parse_args(given)
    from ...tools.workspace import Workspace

    with nullcontext(workspace) if workspace else Workspace() as there:
        options.run(there, options)


def _command_in(words: Sequence[str]) -> str:
    return next((word for word in words if not word.startswith("-")), "")


def _meant(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f": did you mean {near[0]}?" if near else ""


def parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """The parser of the command line; knows the options of the chosen command alone, or of all commands where none is given."""
    parser = _Parser(prog="dir-tir", description="Find a picture by talking about it.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('dir-tir')}")
    parser.add_argument("--debug", action="store_true", help="show where an error came from (or set DIR_TIR_DEBUG=1)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        if chosen in (None, name):
            file = import_module(f".commands.{name}", __package__)
            file.add_options(command)
            command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="show where an error came from")
            command.set_defaults(run=file.run)
    return parser


class _Parser(argparse.ArgumentParser):
    """Refuses in one line, as every other refusal does, and says what is nearest to an unknown word; `--help` has the usage."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=28), **options)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._subparsers is None:  # those of sub-commands know their own options
            for word in takewhile(lambda word: word != "--", args or ()):
                name = word.partition("=")[0]
                known = self._option_string_actions
                if re.fullmatch("--[a-z-]+", name) and not any(option.startswith(name) for option in known):
                    self.error(f"there is no option {name}{_meant(name, known)}")
        return super().parse_known_args(args, namespace)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            meant = _meant(str(value), action.choices)
            raise argparse.ArgumentError(action, f"{shown(value, 80)} is none of {', '.join(action.choices)}{meant}")

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"dir-tir: {message} (see {self.prog} --help)\n")


if __name__ == "__main__":
    sys.exit(main())
