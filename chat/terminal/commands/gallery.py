"""``dir-tir gallery``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..asking import confirming

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace

_ACTIONS = {
    "list": "which there are",
    "show": "what is in one",
    "verify": "whether it is sound, and every file is there and unchanged",
    "repair": "make a damaged one anew of what can be read",
    "prune": "forget pictures whose files are gone",
    "export": "pictures, captions and embeddings for other programs",
    "copy": "copy one from the folders of this home to the server of DIR_TIR_STORE; the folder stays",
    "delete": "forget one; its pictures stay",
}


def add_options(command: ArgumentParser) -> None:
    actions = command.add_subparsers(required=True, metavar="ACTION", dest="action")
    for action, words in _ACTIONS.items():
        does = actions.add_parser(action, help=words)
        if action != "list":
            does.add_argument("name")
    actions.choices["show"].add_argument("picture", nargs="?", default="", help="beginning of an id, or end of a path")
    actions.choices["export"].add_argument("folder", type=Path)
    for action in ("prune", "delete"):
        actions.choices[action].add_argument("--yes", action="store_true", help="do not ask")


def run(workspace: Workspace, options: Namespace) -> None:
    from .. import galleries

    match options.action:
        case "list":
            galleries.list_galleries(workspace)
        case "show":
            galleries.show_gallery(workspace, options.name, options.picture)
        case "verify":
            galleries.verify_gallery(workspace, options.name)
        case "repair":
            galleries.repair_gallery(workspace, options.name)
        case "prune":
            galleries.prune_gallery(workspace, options.name, confirming(yes=options.yes))
        case "export":
            galleries.export_gallery(workspace, options.name, options.folder)
        case "copy":
            galleries.copy_to_server(workspace, options.name)
        case "delete":
            galleries.remove_gallery(workspace, options.name, confirming(yes=options.yes))
