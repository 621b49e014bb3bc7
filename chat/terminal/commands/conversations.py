"""``dir-tir conversations``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..asking import confirming
from ..option_types import positive

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace

_ACTIONS = {
    "list": "the last active, whoever began them",
    "show": "what is kept of one",
    "rename": "give one another title",
    "export": "write one down as a single HTML file with small pictures",
    "copy": "copy those of the file of this home into the database of DIR_TIR_SESSIONS; the file stays",
    "repair": "make a damaged file of sessions anew of what can be read",
    "delete": "delete one, with its paintings",
    "prune": "delete what was not used for long, with its paintings",
}


def add_options(command: ArgumentParser) -> None:
    actions = command.add_subparsers(required=True, metavar="ACTION", dest="action")
    for action, words in _ACTIONS.items():
        does = actions.add_parser(action, help=words)
        if action in ("show", "rename", "export", "delete"):
            does.add_argument("id")
        if action in ("delete", "prune"):
            does.add_argument("--yes", action="store_true", help="do not ask")
    actions.choices["rename"].add_argument("title", help="empty: as it was described")
    actions.choices["export"].add_argument("file", type=Path)
    actions.choices["list"].add_argument("--limit", type=positive, default=20, metavar="N", help="how many (default %(default)s)")
    actions.choices["prune"].add_argument("--older-than", required=True, metavar="TIME", help="not used for so long: 12h, 90d or 2w")


def run(workspace: Workspace, options: Namespace) -> None:
    from .. import conversations

    match options.action:
        case "list":
            conversations.list_conversations(workspace, options.limit)
        case "show":
            conversations.show_conversation(workspace, options.id)
        case "rename":
            conversations.rename_conversation(workspace, options.id, options.title)
        case "export":
            conversations.export_conversation(workspace, options.id, options.file)
        case "copy":
            conversations.copy_conversations(workspace)
        case "repair":
            conversations.repair_conversations(workspace)
        case "delete":
            conversations.delete_conversation(workspace, options.id, confirming(yes=options.yes))
        case "prune":
            conversations.prune_conversations(workspace, options.older_than, confirming(yes=options.yes))
